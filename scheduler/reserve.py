"""From slots to channels: the consortium's share of expert tickets held for partners, the rest public."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from scheduler.clock import moment
from scheduler.roster import Channel, Holding, Roster, Slot
from scheduler.scenario import Scenario


def hold_tickets(
    scenario: Scenario,
    roster: Roster,
    slots: tuple[Slot, ...],
    *,
    held: Mapping[str, int] = MappingProxyType({}),
) -> tuple[tuple[Slot, ...], tuple[Holding, ...]]:
    """Return the slots with their reserved tickets, and the channels of every slot that has tickets, both sorted.

    Of each consortium specialty's expert tickets of the week ceil(share x tickets) are held. They are laid out along
    the week's slots in order of time, one whenever the running share passes a half: so every session, every date and
    every beginning of a session is within one ticket of its even part. `held` names slots that keep what they reserve
    already: it counts, the others are laid out around it, and their channels are not returned.
    """
    reserved = lay_out(scenario, roster, slots, held=held)
    filled = tuple(replace(slot, reserved=held.get(slot.slot, reserved.get(slot.slot, 0))) for slot in slots)
    fresh = (slot for slot in filled if slot.slot not in held)
    holdings = [holding for slot in fresh for holding in channels(scenario, slot)]
    return filled, tuple(sorted(holdings, key=lambda h: (h.slot, h.channel, h.holder)))


def lay_out(
    scenario: Scenario,
    roster: Roster,
    slots: Iterable[Slot],
    *,
    held: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, int]:
    """Return the reserved tickets of every slot whose tickets are shared; of none where the rule is off.

    `slots` are the week's, or at least all of each specialty that has any; the roster holds their sessions.
    """
    if not scenario.is_on("reserve_expert"):
        return {}
    line: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        if is_shared(scenario, slot):
            line[scenario.clinic_of[slot.clinic].specialty].append(slot)
    half_of = {session.session: session.at.half for session in roster.held}
    found: dict[str, int] = {}
    for specialty in sorted(line):
        ordered = sorted(
            line[specialty], key=lambda s: (s.date, half_of[s.session], s.session, s.clinic, s.window)
        )
        found.update(_laid_out(ordered, scenario.policy.reserve.share, held))
    return found


def is_shared(scenario: Scenario, slot: Slot) -> bool:
    """Tell whether a slot's tickets are in the base: an expert's, of a consortium specialty, of a kind not left out."""
    clinic = scenario.clinic_of[slot.clinic]
    expert = scenario.is_expert(scenario.doctor_of[slot.doctor].level)
    left_out = clinic.kind in scenario.policy.reserve.leave_out
    return expert and not left_out and clinic.specialty in scenario.consortium_specialties


def _laid_out(slots: list[Slot], share: Fraction, known: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield each slot's reserved tickets: the running total is the even one, rounded half up, at every slot.

    After slots whose reserve is known the total comes back to the even one as soon as it can.
    """
    base = sum(slot.tickets for slot in slots)
    held = -(-share.numerator * base // share.denominator)
    passed = given = 0
    for slot in slots:
        passed += slot.tickets
        now = (2 * passed * held + base) // (2 * base) if base else 0
        part = known.get(slot.slot, min(slot.tickets, max(0, now - given)))
        yield slot.slot, part
        given += part


def channels(scenario: Scenario, slot: Slot) -> Iterator[Holding]:
    """Yield what each channel of a slot holds, by its reserved tickets."""
    policy = scenario.policy
    held = slot.reserved or 0
    if held:
        opens = moment(slot.date - dt.timedelta(days=policy.reserve.opens_days), policy.reserve.opens_minute)
        ends = moment(slot.date, slot.window.start) - dt.timedelta(hours=policy.reserve.falls_back_hours)
        yield Holding(slot.slot, Channel.PARTNER, "", held, opens, ends)
    if slot.tickets > held:
        opens = moment(slot.date - dt.timedelta(days=policy.release.opens_days), policy.release.opens_minute)
        yield Holding(slot.slot, Channel.PUBLIC, "", slot.tickets - held, opens, None)
