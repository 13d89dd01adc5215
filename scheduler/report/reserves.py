"""Tickets by channel and by rule, and the partners' share of each consortium specialty's expert tickets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.check.channels import needs
from scheduler.check.facts import Facts as Checked
from scheduler.roster import Channel, Plan
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Reserve:
    """A consortium specialty's expert tickets of the week: how many are held for partners, and must be."""

    specialty: str
    base: int
    needed: int
    reserved: int


def reserves(scenario: Scenario, plan: Plan) -> tuple[Reserve, ...]:
    """Return the reserve of every consortium specialty that has expert tickets, sorted by name."""
    base: Counter[str] = Counter()
    for session in plan.roster.held:
        for block in session.blocks:
            if _in_base(scenario, block.clinic, session.doctor):
                base[scenario.clinic_of[block.clinic].specialty] += block.tickets
    reserved = _reserved(scenario, plan)
    share = scenario.policy.reserve.share
    return tuple(
        Reserve(name, base[name], math.ceil(share * base[name]), reserved[name])
        for name in sorted(base)
        if base[name]
    )


def _reserved(scenario: Scenario, plan: Plan) -> Counter[str]:
    slots = {slot.slot: slot for slot in plan.slots}
    tickets: Counter[str] = Counter()
    for holding in plan.holdings:
        slot = slots.get(holding.slot)
        if slot is None or holding.channel is not Channel.PARTNER:
            continue
        if _in_base(scenario, slot.clinic, slot.doctor):
            tickets[scenario.clinic_of[slot.clinic].specialty] += holding.tickets
    return tickets


def _in_base(scenario: Scenario, clinic: str, doctor: str) -> bool:
    served = scenario.clinic_of[clinic]
    return (
        served.specialty in scenario.consortium_specialties
        and served.kind not in scenario.policy.reserve.leave_out
        and scenario.is_expert(scenario.level_at(doctor, clinic))
    )


@dataclass(frozen=True)
class ChannelRule:
    """A rule on who may book, over the whole week: tickets of its base, how many it needs, and holds or counts."""

    name: str
    channel: Channel
    base: int
    needed: int
    held: int

    @property
    def enough(self) -> bool:
        """Whether no ticket is missing in total; the checker looks at every specialty."""
        return self.held >= self.needed


def channel_rules_of(scenario: Scenario, plan: Plan) -> tuple[ChannelRule, ...]:
    """Return every rule on who may book, in the order in which they are laid out."""
    checked = Checked.of(scenario, plan)
    all_needs = [need for specialty in scenario.specialties for need in needs(checked, specialty)]
    rules = []
    for rule in scenario.channel_rules:
        of_rule = [need for need in all_needs if need.rule.name == rule.name and not need.within]
        base, needed, held = (
            sum(getattr(n, what) for n in of_rule) for what in ("base", "needed", "counted")
        )
        rules.append(ChannelRule(rule.name, rule.channel, base, needed, held))
    return tuple(rules)


def channel_tickets(plan: Plan) -> Mapping[Channel, int]:
    """Return the tickets of every channel, in the order of channels."""
    sums: Counter[Channel] = Counter()
    for holding in plan.holdings:
        sums[holding.channel] += holding.tickets
    return {channel: sums[channel] for channel in Channel}
