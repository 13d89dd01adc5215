"""The rules on who may book: enough tickets in every channel, and enough of them of experts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from scheduler.check.facts import Facts
from scheduler.check.frame import Frame
from scheduler.check.held_sessions import HeldSession, specialties_of
from scheduler.check.return_visits import (
    discharged_on,
    discharged_to,
    has_forecast,
    own_returns,
    tickets_to_serve,
)
from scheduler.check.violation import Violation
from scheduler.clock import moment
from scheduler.names import place
from scheduler.roster import Channel, Holding, Slot
from scheduler.scenario.forecasts import NOT_AFTER_DISCHARGE
from scheduler.scenario.hospital import Clinic
from scheduler.scenario.policy import PRESET_NAMES, ChannelPolicy, Preset, Rounding
from scheduler.words import message


@dataclass
class Need:
    """What a rule needs of one group of its base, and has: `key` is a specialty or clinic, and a session's identity.

    Tickets: of the `base` (also by date) and its experts', `held` by the rule's channel, and `counted` with those it
    counts. `returns` are those that return visits ask for. A need `within` others is of tickets that count for these too.
    """

    rule: ChannelPolicy
    key: tuple[str, ...]
    base: int = 0
    expert_base: int = 0
    held: int = 0
    counted: int = 0
    expert_counted: int = 0
    returns: int = 0
    within: bool = False
    of_dates: dict[dt.date, int] = field(default_factory=lambda: defaultdict(int))
    seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def needed(self) -> int:
        """Tickets that the rule asks for."""
        rule = self.rule
        if rule.number is not None:
            return min(rule.number, self.base)
        if _of_returns(rule):
            return self.returns
        return _whole((rule.share or 0) * Fraction(self.base), rule.rounding)

    @property
    def experts_needed(self) -> int:
        """Expert tickets among these; no more than the base has."""
        return min(ceil(self.rule.experts_share * self.needed), self.expert_base)


def _whole(value: Fraction, rounding: Rounding) -> int:
    match rounding:
        case Rounding.UP:
            return ceil(value)
        case Rounding.DOWN:
            return floor(value)
        case Rounding.NEAREST:
            return floor(value + Fraction(1, 2))


def enough_held(facts: Facts, specialty: str) -> Iterator[Violation]:
    """Yield, as units of `channel_shares`, the tickets of a specialty that rules lack, then the expert ones.

    The partners' reserve is left to `reserve_expert`.
    """
    for need in needs(facts, specialty):
        if need.rule.name == Preset.BEIJING_2019_SPECIALTY:
            continue
        at = place(need.rule.name, *need.key)
        if need.counted < need.needed:
            sentence = message(
                "{rule}: {held} of {base:ticket|tickets} of {place} {held:=is|are} held; {needed:is|are} needed",
                rule=PRESET_NAMES.get(need.rule.name, need.rule.name),
                held=need.counted,
                base=need.base,
                place=place(*need.key),
                needed=need.needed,
            )
            yield facts.violation("channel_shares", at, need.needed - need.counted, sentence)
        if need.expert_counted < need.experts_needed:
            sentence = message(
                "{rule}: {held:expert ticket|expert tickets} of {place} {held:=is|are} held; {needed:is|are} needed",
                rule=PRESET_NAMES.get(need.rule.name, need.rule.name),
                held=need.expert_counted,
                place=place(*need.key),
                needed=need.experts_needed,
            )
            short = need.experts_needed - need.expert_counted
            yield facts.violation("channel_shares", place(at, "experts"), short, sentence)


def needs(facts: Facts, specialty: str) -> Iterator[Need]:
    """Yield what every rule needs of a specialty and has, group by group, in the order of the rules."""
    for rule in facts.scenario.channel_rules:
        groups: dict[tuple[str, ...], Need] = {}
        for clinic in facts.frame.once(clinics_of).get(specialty, ()):
            if _of_returns(rule) and speaks_of(facts, rule, clinic):
                groups[clinic.clinic,] = Need(rule, (clinic.clinic,))
        for held in facts.held.by(specialties_of).get(specialty, ()):
            for block in held.blocks:
                known = facts.scenario.clinic_of.get(block.clinic)
                if (
                    known is not None
                    and known.specialty == specialty
                    and _in_base(facts, rule, known, held.doctor)
                ):
                    for key in _keys(rule, known, held):
                        need = groups.setdefault(key, Need(rule, key))
                        _count(facts, need, held, block.clinic, block.tickets)
        yield from _with_returns(facts, specialty, groups.values()) if _of_returns(rule) else groups.values()


def _of_returns(rule: ChannelPolicy) -> bool:
    return rule.return_share is not None or rule.service_level is not None


def _keys(rule: ChannelPolicy, clinic: Clinic, held: HeldSession) -> Iterator[tuple[str, ...]]:
    if _of_returns(rule):
        yield (clinic.clinic,)
    if rule.service_level is not None:
        if clinic.kind not in NOT_AFTER_DISCHARGE:
            yield clinic.specialty, held.cell.date.isoformat()
    elif rule.number is not None:
        yield clinic.specialty, held.session
    elif rule.share is not None:
        yield (clinic.specialty,)


def _with_returns(facts: Facts, specialty: str, found: Iterable[Need]) -> Iterator[Need]:
    """Yield what a rule on return visits needs of clinics, then of dates on which patients discharged are expected."""
    of_clinics = [need for need in found if len(need.key) == 1]
    if of_clinics and of_clinics[0].rule.service_level is None:
        for need in of_clinics:
            mean, _ = own_returns(facts, need.key[0])
            need.returns = _whole((need.rule.return_share or 0) * mean, need.rule.rounding)
            yield need
        return
    of_dates = {date: need for need in found if len(need.key) == 2 for date, n in need.of_dates.items() if n}
    discharged = discharged_on(facts, specialty, of_dates)
    tickets = {date: need.base for date, need in of_dates.items()}
    for need in of_clinics:
        mean, variance = own_returns(facts, need.key[0])
        sent = facts.scenario.clinic_of[need.key[0]].kind not in NOT_AFTER_DISCHARGE
        more = discharged_to(discharged, tickets, need.of_dates) if sent else Fraction(0)
        need.returns = tickets_to_serve(need.rule.service_level or Fraction(0), mean + more, variance + more)
        yield need
    for date, mean in discharged.items():
        need = of_dates[date]
        need.returns, need.within = tickets_to_serve(need.rule.service_level or Fraction(0), mean, mean), True
        yield need


def _in_base(facts: Facts, rule: ChannelPolicy, clinic: Clinic, doctor: str) -> bool:
    scenario = facts.scenario
    known = doctor in scenario.doctor_of
    return (
        known
        and speaks_of(facts, rule, clinic)
        and scenario.level_at(doctor, clinic.clinic).at_least(rule.from_level)
    )


def speaks_of(facts: Facts, rule: ChannelPolicy, clinic: Clinic) -> bool:
    """Return whether tickets of the clinic, given a doctor of high enough level, are in the rule's base."""
    from_wards = (
        rule.service_level is not None
        and clinic.specialty in facts.scenario.discharges_of
        and clinic.kind not in NOT_AFTER_DISCHARGE
    )
    if clinic.kind in rule.leave_out or (
        _of_returns(rule) and not from_wards and not has_forecast(facts, clinic.clinic)
    ):
        return False
    named = rule.specialties == "all" or clinic.specialty in rule.specialties
    kind, key = clinic.kind, clinic.clinic
    return named and kind in (rule.kinds or (kind,)) and key in (rule.clinics or (key,))


def clinics_of(frame: Frame) -> dict[str, list[Clinic]]:
    """Return the clinics of each specialty, sorted."""
    found: dict[str, list[Clinic]] = defaultdict(list)
    for clinic in frame.scenario.clinic_of.values():
        found[clinic.specialty].append(clinic)
    return found


def _count(facts: Facts, need: Need, held: HeldSession, clinic: str, tickets: int) -> None:
    need.base += tickets
    need.of_dates[held.cell.date] += tickets
    need.expert_base += tickets if held.expert else 0
    # A session listed twice is one with the tickets of both: nothing distinguishes its slots.
    if (held.session, clinic) in need.seen:
        return
    need.seen.add((held.session, clinic))
    for slot in facts.slots_of.get(held.session, ()):
        for holding in facts.holdings_of.get(slot.slot, ()) if slot.clinic == clinic else ():
            own = holding.channel is need.rule.channel
            if own or holding.channel in need.rule.counts:
                need.held += holding.tickets if own else 0
                need.counted += holding.tickets
                need.expert_counted += holding.tickets if held.expert else 0


_Window = tuple[dt.datetime, dt.datetime | None, Channel | None]


def windows(facts: Facts, key: str) -> Iterator[Violation]:
    """Yield, as units of `channel_shares`, the tickets of a slot that open, or fall back, when they should not.

    A channel that no rule gives tickets of this slot is the planner's own word, and not looked at.
    """
    slots = facts.slots_named.get(key, ())
    for holding in facts.holdings_of.get(key, ()) if slots else ():
        stated = (holding.opens_at, holding.falls_back_at, holding.falls_back_to)
        right = _right(facts, slots[0], holding.channel)
        if right is not None and holding.tickets > 0 and right != stated:
            yield _wrong(facts, holding, stated, right)


def _wrong(facts: Facts, holding: Holding, stated: _Window, right: _Window) -> Violation:
    sentence = message(
        "Slot {slot}, {channel}: {stated} where the policy says {right}",
        slot=holding.slot,
        channel=holding.channel,
        stated=_text(stated),
        right=_text(right),
    )
    at = [part for part in (holding.slot, holding.channel, holding.holder) if part]
    return facts.violation("channel_shares", place(*at), holding.tickets, sentence)


def _text(window: _Window) -> str:
    opens, falls_back, to = window
    text = opens.isoformat(" ", "minutes")
    return text if falls_back is None else f"{text} - {falls_back.isoformat(' ', 'minutes')} > {to or '?'}"


def _right(facts: Facts, slot: Slot, channel: Channel) -> _Window | None:
    if channel is Channel.PUBLIC:
        release = facts.scenario.policy.release
        return moment(slot.date - dt.timedelta(release.opens_days), release.opens_minute), None, None
    rule = _rule(facts, slot, channel)
    if rule is None:
        return None
    opens = moment(slot.date - dt.timedelta(rule.opens_days), rule.opens_minute)
    if rule.falls_back_hours is None:
        return opens, None, None
    minutes = slot.window.start - 60 * rule.falls_back_hours
    return opens, moment(slot.date, 0) + dt.timedelta(minutes=minutes), rule.falls_back_to


def _rule(facts: Facts, slot: Slot, channel: Channel) -> ChannelPolicy | None:
    """Return the rule that gives the channel tickets of the slot; no two of one channel can."""
    clinic = facts.scenario.clinic_of.get(slot.clinic)
    if clinic is None:
        return None
    rules = (rule for rule in facts.scenario.channel_rules if rule.channel is channel)
    return next((rule for rule in rules if _in_base(facts, rule, clinic, slot.doctor)), None)
