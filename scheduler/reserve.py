"""From slots to channels: what each channel's rules hold, and from when and until when; the rest is public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from scheduler.channel_layout import Bases, Parts, lay_out
from scheduler.clock import moment
from scheduler.policy import ChannelPolicy
from scheduler.roster import Channel, Holding, Roster, Slot
from scheduler.scenario import Scenario

_NONE: Parts = MappingProxyType({})


def hold_tickets(
    scenario: Scenario,
    roster: Roster,
    slots: tuple[Slot, ...],
    *,
    held: Mapping[str, int] = MappingProxyType({}),
    kept: Iterable[Holding] = (),
) -> tuple[tuple[Slot, ...], tuple[Holding, ...]]:
    """Return the slots with their reserved tickets, and the channels of every slot that has tickets, both sorted.

    The policy's rules are laid out one after the other, the partners' reserve first: so of each consortium specialty's
    expert tickets of the week ceil(share x tickets) are held, and every session, date and beginning of a session is
    within one ticket of its even part. `held` names slots that keep what they reserve already and what `kept` tells
    of their other channels: it counts, the others are laid out around it, and their channels are not returned.
    """
    known: dict[str, dict[Channel, int]] = {key: {Channel.PARTNER: n} for key, n in held.items()}
    for holding in kept:
        if holding.slot in known and holding.channel not in (Channel.PARTNER, Channel.PUBLIC):
            parts = known[holding.slot]
            parts[holding.channel] = parts.get(holding.channel, 0) + holding.tickets
    bases = Bases.of(scenario)
    found = lay_out(bases, roster, slots, held=known)
    filled = tuple(
        replace(slot, reserved=held.get(slot.slot, found.get(slot.slot, _NONE).get(Channel.PARTNER, 0)))
        for slot in slots
    )
    fresh = (slot for slot in filled if slot.slot not in held)
    holdings = [holding for slot in fresh for holding in channels(bases, slot, found.get(slot.slot, _NONE))]
    return filled, tuple(sorted(holdings, key=lambda h: (h.slot, h.channel, h.holder)))


def channels(bases: Bases, slot: Slot, parts: Parts) -> Iterator[Holding]:
    """Yield what each channel of a slot holds, by its `parts`; the public has the rest."""
    for rule in bases.rules_of(slot) if parts else ():
        if parts.get(rule.channel):
            yield _holding(rule, slot, parts[rule.channel])
    rest = slot.tickets - sum(parts.values())
    if rest > 0:
        release = bases.scenario.policy.release
        opens = moment(slot.date - dt.timedelta(days=release.opens_days), release.opens_minute)
        yield Holding(slot.slot, Channel.PUBLIC, "", rest, opens)


def _holding(rule: ChannelPolicy, slot: Slot, tickets: int) -> Holding:
    opens = moment(slot.date - dt.timedelta(days=rule.opens_days), rule.opens_minute)
    if rule.falls_back_hours is None:
        return Holding(slot.slot, rule.channel, "", tickets, opens)
    ends = moment(slot.date, slot.window.start) - dt.timedelta(hours=rule.falls_back_hours)
    return Holding(slot.slot, rule.channel, "", tickets, opens, ends, rule.falls_back_to)
