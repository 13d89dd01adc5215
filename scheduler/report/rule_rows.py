"""The page's table of rules, worded: met or not, how much is left, where nothing is, and what the rule costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.check.slack import UNITS, Slack
from scheduler.outcome import Costs, Price, RuleCost, Tier
from scheduler.report.facts import ReportFacts
from scheduler.report.rule_results import RuleResult
from scheduler.report.voice import Voice
from scheduler.report.words import STRICTNESS_WORDS, tier_name
from scheduler.words import Message, message

PLACES_SHOWN = 5
"""How many broken or binding places are named; the others are counted."""


@dataclass(frozen=True)
class RuleRow:
    """One rule with its result, worded; `sentences` are its first violations where it must hold.

    `slack` and its `unit` are empty for a rule that has none, `binding` names places, `cost` is empty where
    costs were not computed.
    """

    name: str
    sentence: str
    strictness: str
    result: str
    state: str
    sentences: tuple[str, ...]
    slack: str
    unit: str
    binding: str
    cost: str


def rule_rows(facts: ReportFacts, voice: Voice) -> tuple[RuleRow, ...]:
    """Return every rule in catalogue order; `state` is met, missed, broken or off."""
    costs = facts.outcome.costs
    return tuple(_rule_row(result, facts.slacks.get(result.rule.key), costs, voice) for result in facts.rules)


def _rule_row(result: RuleResult, slack: Slack | None, costs: Costs | None, voice: Voice) -> RuleRow:
    state = "off" if result.met is None else "met" if result.met else "broken" if result.broken else "missed"
    hard = [violation.sentence for violation in result.violations if violation.hard]
    return RuleRow(
        voice.say(result.rule.name),
        voice.say(result.rule.sentence),
        voice.say(STRICTNESS_WORDS[result.strictness]),
        _result_text(result, voice),
        state,
        tuple(voice.say(sentence) for sentence in hard[:PLACES_SHOWN]),
        "" if slack is None else voice.number(slack.least),
        "" if slack is None else voice.say(UNITS[slack.rule]),
        "" if slack is None else _binding_text(slack, voice),
        "" if costs is None else voice.join(cost_parts(costs, result.rule.key)),
    )


def _result_text(result: RuleResult, voice: Voice) -> str:
    if result.met is None:
        return "–"
    if result.met:
        return voice.say(message("met"))
    missed = message(
        "{unit}: {units} (places: {places})",
        unit=result.rule.unit,
        units=voice.number(result.units),
        places=voice.number(result.places),
    )
    return voice.say(missed)


def _binding_text(slack: Slack, voice: Voice) -> str:
    # Names have commas in them.
    named = ("；" if voice.language == "zh" else "; ").join(
        voice.say(spot.name) for spot in slack.binding[:PLACES_SHOWN]
    )
    more = len(slack.binding) - PLACES_SHOWN
    if more <= 0:
        return named
    return voice.say(message("{places} and {more} more", places=named, more=voice.number(more)))


def cost_parts(costs: Costs, key: str) -> list[Message]:
    """Return what the week would cost without the rule, tier by tier; nothing for a rule that was not priced."""
    cost = next((cost for cost in costs.rules if cost.key == key), None)
    if cost is None:
        return []
    if not cost.without.tiers:
        return [message("not known in the time given")]
    return list(_cost_parts(costs.price, cost)) or [message("the same")]


def _cost_parts(price: Price, cost: RuleCost) -> Iterator[Message]:
    for tier in price.tiers:
        without = cost.without.tier(tier.key) or Tier(tier.key, 0, 0)
        name = tier_name(tier.key)
        if without.gap:
            yield message(
                "{name} {least} to {most} instead of {was}",
                name=name,
                least=without.bound,
                most=without.value,
                was=tier.value,
            )
        elif without.value != tier.value:
            yield message("{name} {now} instead of {was}", name=name, now=without.value, was=tier.value)
