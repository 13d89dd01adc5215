"""What a ticket's patient is told: its number, its time and when to come; the one place where they follow from the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scheduler.roster import Channel, Holding, Slot
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


def told_slot(slot: Slot, holdings: Iterable[Holding]) -> Slot:
    """Return the slot as its patients know it: without starts where some of its tickets never got a number."""
    unknown = any(one.tickets and one.numbers is not None and not one.numbers for one in holdings)
    return replace(slot, starts=()) if unknown else slot


def interleave(counts: Sequence[int]) -> list[int]:
    """Return which part each ticket in line belongs to: every part as evenly through the line as the others."""
    turns = [
        (Fraction(2 * n + 1, 2 * count), part) for part, count in enumerate(counts) for n in range(count)
    ]
    return [part for _, part in sorted(turns)]


def number_tickets(tickets: Mapping[tuple[Channel, str], int]) -> Mapping[tuple[Channel, str], list[int]]:
    """Return the numbers of the tickets of a slot that each holding has, from how many it has, by channel and holder.

    Every holding's tickets lie as evenly through the slot as the others'.
    """
    places = sorted(tickets)
    numbers: dict[tuple[Channel, str], list[int]] = {place: [] for place in places}
    for number, part in enumerate(interleave([tickets[place] for place in places]), start=1):
        numbers[places[part]].append(number)
    return numbers


def with_numbers(holdings: Iterable[Holding]) -> list[Holding]:
    """Return the holdings of a slot in order of channel and holder, each with the numbers of its tickets."""
    ordered = sorted(holdings, key=lambda holding: (holding.channel, holding.holder))
    if all(holding.numbers is not None for holding in ordered):
        return ordered
    numbers = number_tickets({(holding.channel, holding.holder): holding.tickets for holding in ordered})
    return [replace(one, numbers=tuple(numbers[one.channel, one.holder])) for one in ordered]


@dataclass(frozen=True)
class ToldTickets:
    """Tickets of a slot whose patients are told the same: how many they are, their numbers where these are known.

    Times are minutes after midnight.
    """

    told: int
    come: int
    tickets: int
    numbers: tuple[int, ...]


def told_tickets(policy: SlotPolicy, slot: Slot, holding: Holding) -> list[ToldTickets]:
    """Return what the patients of the tickets of a numbered holding are told, in order of time.

    Where the numbers are not known, or not one for each ticket, everybody is told the slot's start.
    """
    begin = ticket_time(policy, slot.window.start, slot.window.start)
    numbers = holding.numbers or ()
    if len(numbers) != holding.tickets:
        return [ToldTickets(begin.told, begin.come, holding.tickets, ())]
    times = {time.ticket: time for time in ticket_times(policy, slot)}
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in sorted(numbers):
        time = times.get(number, begin)
        alike[time.told, time.come].append(number)
    return [ToldTickets(*time, len(alike[time]), tuple(alike[time])) for time in sorted(alike)]
