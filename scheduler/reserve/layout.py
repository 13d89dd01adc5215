"""Which channel holds how many tickets of every slot: rule after rule, each spread evenly over what is free."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from scheduler.clock import moment
from scheduler.reserve.return_visits import (
    mean_returns,
    sessions_of_clinics,
    takes_discharged,
    tickets_of_clinics,
    tickets_of_dates,
)
from scheduler.roster import Holding, Roster, Slot
from scheduler.scenario.channels import RESERVE, base_clinics
from scheduler.scenario.hospital import Channel
from scheduler.scenario.policy import ChannelPolicy, Rounding
from scheduler.scenario.week import Scenario

_Key = TypeVar("_Key", bound=Hashable)

Parts = Mapping[Channel, int]
"""The tickets of a slot that channels hold, the public's left out; no channel of none."""


@dataclass(frozen=True)
class Bases:
    """The rules in effect, in order, each with the clinics of its base."""

    scenario: Scenario
    rules: tuple[tuple[ChannelPolicy, frozenset[str]], ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Bases:
        """Return the rules whose keys are on: `reserve_expert` for the reserve, `channel_shares` for all others."""
        on = {name: scenario.is_on(name) for name in ("reserve_expert", "channel_shares")}
        rules = [
            rule
            for rule in scenario.channel_rules
            if on["reserve_expert" if rule.name == RESERVE else "channel_shares"]
        ]
        return cls(scenario, tuple((rule, base_clinics(rule, scenario)) for rule in rules))

    def rules_of(self, slot: Slot) -> Iterator[ChannelPolicy]:
        """Return the rules whose base the slot's tickets are in."""
        return (rule for rule, clinics in self.rules if self.has(rule, clinics, slot))

    def has(self, rule: ChannelPolicy, clinics: frozenset[str], slot: Slot) -> bool:
        """Return whether the slot's tickets are in the base of a rule with these clinics."""
        level = self.scenario.level_at(slot.doctor, slot.clinic)
        return slot.clinic in clinics and level.at_least(rule.from_level)

    def any_of(self, slot: Slot) -> bool:
        """Return whether any rule speaks of the slot; of others all tickets are public."""
        return next(self.rules_of(slot), None) is not None


def lay_out(
    bases: Bases,
    roster: Roster,
    slots: Iterable[Slot],
    *,
    held: Mapping[str, Parts] = MappingProxyType({}),
) -> dict[str, Parts]:
    """Return what channels hold of every slot that a rule speaks of.

    `slots` are the week's, or at least all of each specialty that has any; the roster holds their sessions. `held`
    names slots that keep what they hold: it counts, and the others are laid out around it.
    """
    line, sessions = _in_order(bases, roster, slots), sessions_of_clinics(roster)
    parts: dict[str, dict[Channel, int]] = {slot.slot: dict(held.get(slot.slot, {})) for slot in line}
    for rule, clinics in bases.rules:
        base = [slot for slot in line if bases.has(rule, clinics, slot)]
        for needed, same in _groups(bases.scenario, rule, base, sessions):
            _Share(bases.scenario, rule, needed, same, parts, held).hold()
    return {key: {channel: n for channel, n in found.items() if n} for key, found in parts.items()}


def _in_order(bases: Bases, roster: Roster, slots: Iterable[Slot]) -> list[Slot]:
    half_of = {session.session: session.at.half for session in roster.held}
    line = (slot for slot in slots if bases.any_of(slot))
    return sorted(line, key=lambda s: (s.date, half_of[s.session], s.session, s.clinic, s.window))


def _groups(
    scenario: Scenario, rule: ChannelPolicy, base: Sequence[Slot], sessions: Mapping[str, int]
) -> Iterator[tuple[int, list[Slot]]]:
    """Yield what the rule needs of each group of its base; every group lies inside one specialty."""
    if rule.service_level is not None:
        # A date's come first: they count for their clinics too.
        dates = tickets_of_dates(scenario, rule, base)
        from_wards = (slot for slot in base if takes_discharged(scenario, slot))
        by_date = _by(from_wards, lambda slot: (_specialty(scenario, slot), slot.date))
        yield from ((dates[at], same) for at, same in by_date.items() if at in dates)
        clinics = tickets_of_clinics(scenario, rule, sessions, base)
        yield from ((clinics[key], same) for key, same in _by(base, lambda slot: slot.clinic).items())
    elif rule.return_share is not None:
        for key, same in _by(base, lambda slot: slot.clinic).items():
            forecast = mean_returns(scenario, scenario.clinic_of[key], sessions.get(key, 0)) or 0
            yield rounded(rule.return_share * forecast, rule.rounding), same
    elif rule.number is not None:
        for same in _by(base, lambda slot: (_specialty(scenario, slot), slot.session)).values():
            yield min(rule.number, sum(slot.tickets for slot in same)), same
    else:
        for same in _by(base, lambda slot: _specialty(scenario, slot)).values():
            tickets = sum(slot.tickets for slot in same)
            yield rounded((rule.share or Fraction(0)) * tickets, rule.rounding), same


def _specialty(scenario: Scenario, slot: Slot) -> str:
    return scenario.clinic_of[slot.clinic].specialty


def _by(slots: Iterable[Slot], key: Callable[[Slot], _Key]) -> dict[_Key, list[Slot]]:
    groups: dict[_Key, list[Slot]] = defaultdict(list)
    for slot in slots:
        groups[key(slot)].append(slot)
    return groups


@dataclass(frozen=True)
class _Share:
    """The tickets `needed` of `slots`, one group of a rule's base in the order of time."""

    scenario: Scenario
    rule: ChannelPolicy
    needed: int
    slots: list[Slot]
    parts: dict[str, dict[Channel, int]]
    held: Mapping[str, Parts]

    def hold(self) -> None:
        """Hold what is needed, as far as there are free tickets: evenly, unless that leaves too few of experts."""
        missing = self.needed - self._have(self.slots)
        experts = [slot for slot in self.slots if self._is_expert(slot)]
        missing_experts = rounded(self.rule.experts_share * self.needed, Rounding.UP) - self._have(experts)
        even, of_experts = self._even(self.slots, missing), self._even(experts, missing_experts)
        if sum(even[slot.slot] for slot in experts) < sum(of_experts.values()):
            others = [slot for slot in self.slots if not self._is_expert(slot)]
            even = {**of_experts, **self._even(others, missing - sum(of_experts.values()))}
        for key, n in even.items():
            own = self.parts[key]
            own[self.rule.channel] = own.get(self.rule.channel, 0) + n

    def _is_expert(self, slot: Slot) -> bool:
        return self.scenario.is_expert(self.scenario.level_at(slot.doctor, slot.clinic))

    def _have(self, slots: Iterable[Slot]) -> int:
        """Return what the rule's own channel and those it counts hold already."""
        counted = {self.rule.channel, *self.rule.counts}
        return sum(n for slot in slots for channel, n in self.parts[slot.slot].items() if channel in counted)

    def _even(self, slots: Iterable[Slot], need: int) -> dict[str, int]:
        """Return up to `need` free tickets by slot: the running total is the even one, a half rounded up."""
        free = {
            slot.slot: 0 if slot.slot in self.held else slot.tickets - sum(self.parts[slot.slot].values())
            for slot in slots
        }
        total = sum(free.values())
        need = max(0, min(need, total))
        tickets_of: dict[str, int] = {}
        passed = given = 0
        for key, n in free.items():
            passed += n
            now = (2 * passed * need + total) // (2 * total) if total else 0
            tickets_of[key], given = now - given, now
        return tickets_of


def rounded(value: Fraction, rounding: Rounding) -> int:
    """Return `value` (at least 0) as a whole number."""
    if rounding is Rounding.DOWN:
        return value.numerator // value.denominator
    if rounding is Rounding.UP:
        return -(-value.numerator // value.denominator)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


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
    laid_out = lay_out(bases, roster, slots, held=known)
    filled = tuple(
        replace(slot, reserved=held.get(slot.slot, laid_out.get(slot.slot, _NONE).get(Channel.PARTNER, 0)))
        for slot in slots
    )
    fresh = (slot for slot in filled if slot.slot not in held)
    holdings = [
        holding for slot in fresh for holding in channels(bases, slot, laid_out.get(slot.slot, _NONE))
    ]
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
