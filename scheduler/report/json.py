"""report.json: the facts for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scheduler.balance import Balance, RatioTable
from scheduler.check.slack import Slack
from scheduler.clock import Cell
from scheduler.outcome import Price
from scheduler.report.facts import ReportFacts
from scheduler.report.partner_rows import share_json
from scheduler.report.readings import readings
from scheduler.report.reserves import channel_tickets
from scheduler.report.rule_results import RuleResult
from scheduler.report.rule_rows import PLACES_SHOWN
from scheduler.report.versions import versions
from scheduler.report.voice import decimal_text
from scheduler.roster import Session
from scheduler.scenario.policy import RatioPolicy

_CROWDED_SHOWN = 20


def json_text(
    facts: ReportFacts, seconds: Mapping[str, float], files: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the report as JSON, keys sorted; `seconds` by stage is all in it that varies from run to run.

    `files` are the digests of the tables that were checked and of the workbook, by their names.
    """
    content = _answer(facts) | _tables(facts) | _origin(facts) | {"files": dict(files)}
    content["seconds"] = {stage: round(spent, 3) for stage, spent in seconds.items()}
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _answer(facts: ReportFacts) -> dict[str, Any]:
    outcome = facts.outcome
    return {
        "status": outcome.status,
        "reasons": [str(reason) for reason in outcome.reasons],
        "proposals": [
            {
                "rules": list(proposal.rules),
                "steps": [str(step) for step in proposal.steps],
                "status": proposal.status,
                "tiers": {tier.key: tier.value for tier in proposal.tiers},
                "patch": proposal.patch.entry(),
            }
            for proposal in outcome.proposals
        ],
        "notes": [str(note) for note in outcome.notes],
        "tiers": [
            {"key": tier.key, "value": tier.value, "bound": tier.bound, "gap": tier.gap}
            for tier in outcome.tiers
        ],
        "price": _price(outcome.costs.price) if outcome.costs is not None else None,
        "rules": [_rule(facts, result) for result in facts.rules],
        "changes": [_change(session) for session in facts.after.changed],
    }


def _rule(facts: ReportFacts, result: RuleResult) -> dict[str, Any]:
    costs = facts.outcome.costs
    without = next((c.without for c in costs.rules if c.key == result.rule.key), None) if costs else None
    return {
        "key": result.rule.key,
        "strictness": result.strictness,
        "met": result.met,
        "units": result.units,
        "places": result.places,
        "slack": _slack(facts.slacks.get(result.rule.key)),
        "without": None if without is None else _price(without),
    }


def _slack(slack: Slack | None) -> dict[str, Any] | None:
    if slack is None:
        return None
    return {
        "least": slack.least,
        "places": slack.places,
        "binding": {
            "count": len(slack.binding),
            "first": [spot.place for spot in slack.binding[:PLACES_SHOWN]],
        },
    }


def _price(price: Price) -> dict[str, Any]:
    tiers = {tier.key: {"value": tier.value, "bound": tier.bound, "gap": tier.gap} for tier in price.tiers}
    return {"status": price.status, "tiers": tiers}


def _change(session: Session) -> dict[str, Any]:
    return {
        "session": session.session,
        "doctor": session.doctor,
        "was": _cell(session.was),
        "now": _cell(session.cell),
        "change": session.change,
        "was_doctor": session.was_doctor,
    }


def _cell(cell: Cell | None) -> dict[str, str] | None:
    return None if cell is None else {"date": cell.date.isoformat(), "half": cell.half}


def _tables(facts: ReportFacts) -> dict[str, Any]:
    weeks = {"before": facts.ratio_before, "as_run": facts.ratio_as_run, "after": facts.ratio_after}
    policy = facts.scenario.policy.ratio
    return {
        "ratio": _days(facts.ratio_after, policy),
        "ratio_before": _days(facts.ratio_before, policy),
        "ratio_as_run": _days(facts.ratio_as_run, policy),
        "ratio_week": {name: _week(table, policy) for name, table in weeks.items()},
        "reserve": [
            {"specialty": r.specialty, "base": r.base, "needed": r.needed, "reserved": r.reserved}
            for r in facts.reserves
        ],
        "channel_rules": [
            {"name": r.name, "channel": r.channel, "base": r.base, "needed": r.needed, "held": r.held}
            for r in facts.channel_rules
        ],
        "partners": [share_json(share) for share in facts.partner_shares],
        "channels": dict(channel_tickets(facts.plan)) if facts.solved else {},
        "crowded": {"count": len(facts.crowded), "first": _crowded(facts)},
    }


def _days(table: RatioTable | None, policy: RatioPolicy) -> dict[str, Any]:
    if table is None:
        return {}
    return {date.isoformat(): _balance(balance, policy) for date, balance in table.days}


def _week(table: RatioTable | None, policy: RatioPolicy) -> dict[str, Any] | None:
    if table is None:
        return None
    parts = {"sessions": table.sessions, "experts": table.experts, "tickets": table.tickets}
    return {name: _balance(balance, policy) for name, balance in parts.items()}


def _balance(balance: Balance, policy: RatioPolicy) -> dict[str, Any]:
    return {
        "am": balance.am,
        "pm": balance.pm,
        "ratio": None if balance.ratio is None else decimal_text(balance.ratio, 4),
        "meets_limit": balance.within(policy.limit),
        "meets_target": balance.within(policy.target),
    }


def _crowded(facts: ReportFacts) -> list[dict[str, Any]]:
    return [
        {
            "session": slot.session,
            "doctor": slot.doctor,
            "date": slot.date.isoformat(),
            "half": slot.half,
            "window": str(slot.window),
            "tickets": slot.tickets,
            "most": slot.most,
        }
        for slot in facts.crowded[:_CROWDED_SHOWN]
    ]


def _origin(facts: ReportFacts) -> dict[str, Any]:
    scenario = facts.scenario
    return {
        "scenario": {"name": scenario.name, "week": str(scenario.week), "digest": scenario.digest},
        "settings": {reading.key: reading.value for reading in readings(scenario)},
        "versions": dict(versions()),
    }
