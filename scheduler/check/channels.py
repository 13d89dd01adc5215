"""The rules on who may book: enough tickets in every channel, and enough of them of experts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from scheduler.check.facts import Facts
from scheduler.check.frame import Frame
from scheduler.check.held_sessions import HeldSession, specialties_of
from scheduler.check.violation import Violation
from scheduler.clock import moment
from scheduler.names import place
from scheduler.roster import Channel, Holding, Slot
from scheduler.scenario.hospital import Clinic
from scheduler.scenario.policy import PRESET_NAMES, ChannelPolicy, Preset, Rounding
from scheduler.words import message


@dataclass
class Need:
    """What a rule needs of one group of its base, and has: `key` is a specialty or clinic, and a session's identity.

    Tickets: of the `base` and its experts', `held` by the rule's channel, and `counted` with those it counts.
    """

    rule: ChannelPolicy
    key: tuple[str, ...]
    base: int = 0
    expert_base: int = 0
    held: int = 0
    counted: int = 0
    expert_counted: int = 0
    forecast: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def needed(self) -> int:
        """Tickets that the rule asks for."""
        rule = self.rule
        if rule.number is not None:
            return min(rule.number, self.base)
        if rule.return_share is not None:
            return _whole(rule.return_share * self.forecast, rule.rounding)
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
            if rule.return_share is not None and speaks_of(rule, clinic):
                groups[clinic.clinic,] = Need(rule, (clinic.clinic,), forecast=clinic.returns or 0)
        for held in facts.held.by(specialties_of).get(specialty, ()):
            for block in held.blocks:
                known = facts.scenario.clinic_of.get(block.clinic)
                if (
                    known is not None
                    and known.specialty == specialty
                    and _in_base(facts, rule, known, held.doctor)
                ):
                    key = _key(rule, known, held)
                    need = groups.setdefault(key, Need(rule, key))
                    _count(facts, need, held, block.clinic, block.tickets)
        yield from groups.values()


def _key(rule: ChannelPolicy, clinic: Clinic, held: HeldSession) -> tuple[str, ...]:
    if rule.return_share is not None:
        return (clinic.clinic,)
    return (clinic.specialty,) if rule.number is None else (clinic.specialty, held.session)


def _in_base(facts: Facts, rule: ChannelPolicy, clinic: Clinic, doctor: str) -> bool:
    scenario = facts.scenario
    known = doctor in scenario.doctor_of
    return (
        known
        and speaks_of(rule, clinic)
        and scenario.level_at(doctor, clinic.clinic).at_least(rule.from_level)
    )


def speaks_of(rule: ChannelPolicy, clinic: Clinic) -> bool:
    """Return whether tickets of the clinic, given a doctor of high enough level, are in the rule's base."""
    if clinic.kind in rule.leave_out or (rule.return_share is not None and clinic.returns is None):
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
