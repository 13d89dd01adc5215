"""When channels open and where unclaimed tickets fall back: as the policy says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.channels import speaks_of
from scheduler.check.facts import Facts
from scheduler.check.violation import Violation
from scheduler.clock import moment
from scheduler.names import place
from scheduler.policy import ChannelPolicy
from scheduler.roster import Channel, Holding, Slot
from scheduler.words import message

_Window = tuple[dt.datetime, dt.datetime | None, Channel | None]


def windows(facts: Facts, key: str) -> Iterator[Violation]:
    """Yield, as units of `channel_shares`, the tickets of a slot that open, or fall back, when they should not.

    A channel that no rule gives tickets of this slot is the planner's own word, and not looked at.
    """
    slots = facts.slots_named.get(key, ())
    for holding in facts.holdings_of.get(key, ()) if slots else ():
        told = (holding.opens_at, holding.falls_back_at, holding.falls_back_to)
        right = _right(facts, slots[0], holding.channel)
        if right is not None and holding.tickets > 0 and right != told:
            yield _wrong(facts, holding, told, right)


def _wrong(facts: Facts, holding: Holding, told: _Window, right: _Window) -> Violation:
    said = message(
        "Slot {slot}, {channel}: {told} where the policy says {right}",
        slot=holding.slot,
        channel=holding.channel,
        told=_text(told),
        right=_text(right),
    )
    at = [part for part in (holding.slot, holding.channel, holding.holder) if part]
    return facts.violation("channel_shares", place(*at), holding.tickets, said)


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
    clinic, doctor = facts.scenario.clinic_of.get(slot.clinic), facts.scenario.doctor_of.get(slot.doctor)
    if clinic is None or doctor is None:
        return None
    for rule in facts.scenario.channel_rules:
        if rule.channel is channel and speaks_of(rule, clinic) and doctor.level.at_least(rule.from_level):
            return rule
    return None
