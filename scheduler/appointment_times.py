"""The time that a ticket's patient is told, and when to come: the one place where both follow from a ticket's start."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.roster import Slot
from scheduler.scenario.policy import SlotPolicy, ToldTime

_STEP = 10


@dataclass(frozen=True)
class TicketTime:
    """What the patient of a ticket is told: its number in its slot from 1, its time, and when to come.

    Times are minutes after midnight.
    """

    ticket: int
    told: int
    come: int


def ticket_times(policy: SlotPolicy, slot: Slot) -> tuple[TicketTime, ...]:
    """Return what the patients of a slot's tickets are told, by number.

    Where not every ticket of the slot has a start of its own, all are told the slot's.
    """
    starts = slot.starts if len(slot.starts) == slot.tickets else (slot.window.start,) * slot.tickets
    return tuple(
        ticket_time(policy, slot.window.start, start, number) for number, start in enumerate(starts, start=1)
    )


def ticket_time(policy: SlotPolicy, slot_start: int, start: int, ticket: int = 1) -> TicketTime:
    """Return what the patient of a ticket is told that starts at the minute `start` of a slot from `slot_start` on.

    Nobody is told a time before the slot, or after the ticket's own start.
    """
    told = {
        ToldTime.MINUTE: start,
        ToldTime.TEN: min(start, max(slot_start, start - start % _STEP)),
        ToldTime.SLOT: slot_start,
    }[policy.told]
    return TicketTime(ticket, told, max(0, told - policy.come_early))
