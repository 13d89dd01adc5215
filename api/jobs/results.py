"""The result of a solve as it is stored: tables as files, the outcome as JSON, sentences in no language yet."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scheduler.check.run import find_violations
from scheduler.outcome import Outcome, Proposal, Status, Tier
from scheduler.report.facts import ReportFacts
from scheduler.reserve.slots import crowded_slots
from scheduler.roster import Plan, Roster
from scheduler.scenario.patch import Patch
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.read import read_plan
from scheduler.tables.roster.write import PLAN_FILES, write_plan
from scheduler.words import Message


def plan_to_files(scenario: Scenario, plan: Plan) -> dict[str, bytes]:
    """Return the tables of a plan by file name."""
    with tempfile.TemporaryDirectory() as folder:
        write_plan(plan, scenario, Path(folder))
        return {name: (Path(folder) / name).read_bytes() for name in sorted(PLAN_FILES)}


def plan_from_files(scenario: Scenario, files: Mapping[str, bytes]) -> Plan:
    """Return the plan that tables hold; raises InputError."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return read_plan(scenario, Path(folder))


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome, without its roster, as JSON."""
    return {
        "status": str(outcome.status),
        "tiers": _tiers_to_json(outcome.tiers),
        "seconds": {stage: round(spent, 3) for stage, spent in outcome.seconds.items()},
        "reasons": [reason.to_json() for reason in outcome.reasons],
        "notes": [note.to_json() for note in outcome.notes],
        "proposals": [
            {
                "rules": list(proposal.rules),
                "steps": [step.to_json() for step in proposal.steps],
                "status": str(proposal.status),
                "tiers": _tiers_to_json(proposal.tiers),
                "patch": proposal.patch.to_json(),
            }
            for proposal in outcome.proposals
        ],
    }


def _tiers_to_json(tiers: tuple[Tier, ...]) -> list[dict[str, Any]]:
    return [{"key": tier.key, "value": tier.value, "bound": tier.bound} for tier in tiers]


def outcome_from_json(content: Mapping[str, Any], roster: Roster | None) -> Outcome:
    """Return the outcome of what `outcome_to_json` gave, with its roster."""
    return Outcome(
        Status(content["status"]),
        roster,
        _tiers_from_json(content["tiers"]),
        content["seconds"],
        tuple(map(Message.from_json, content["reasons"])),
        tuple(map(Message.from_json, content["notes"])),
        tuple(
            Proposal(
                tuple(proposal["rules"]),
                tuple(map(Message.from_json, proposal["steps"])),
                Status(proposal["status"]),
                _tiers_from_json(proposal["tiers"]),
                # Jobs of earlier versions have none.
                Patch.from_json(proposal["patch"]) if "patch" in proposal else Patch(),
            )
            for proposal in content["proposals"]
        ),
    )


def _tiers_from_json(content: list[dict[str, Any]]) -> tuple[Tier, ...]:
    return tuple(Tier(tier["key"], tier["value"], tier["bound"]) for tier in content)


def make_facts(
    scenario: Scenario, content: Mapping[str, Any], plan: Plan | None, *, edited: bool
) -> ReportFacts:
    """Return what reports are made from, the plan checked anew.

    The tiers of an `edited` roster are no longer those that were proved, and are left out.
    """
    if plan is None:
        return ReportFacts(scenario, outcome_from_json(content, None), Plan(Roster(())))
    outcome = outcome_from_json({**content, "tiers": []} if edited else content, plan.roster)
    whole = Plan(plan.roster, plan.slots, plan.holdings, crowded_slots(scenario, plan.roster, plan.slots))
    return ReportFacts(scenario, outcome, whole, find_violations(scenario, whole))
