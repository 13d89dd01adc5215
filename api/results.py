"""What came of a solve, as it is kept: tables as files, the outcome as JSON, sentences in no language yet."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.store.jobs import packed, unpacked
from scheduler.check.run import find_violations
from scheduler.outcome import Outcome, Proposal, Status, Tier
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster
from scheduler.scenario import Scenario
from scheduler.slots import crowded_slots
from scheduler.tables.roster import PLAN_FILES, read_plan, write_plan


def plan_files(scenario: Scenario, plan: Plan) -> dict[str, bytes]:
    """Return the tables of a plan by file name."""
    with tempfile.TemporaryDirectory() as folder:
        write_plan(plan, scenario, Path(folder))
        return {name: (Path(folder) / name).read_bytes() for name in sorted(PLAN_FILES)}


def plan_of(scenario: Scenario, files: Mapping[str, bytes]) -> Plan:
    """Return the plan that tables hold; raises InputError."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return read_plan(scenario, Path(folder))


def packed_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome, without its roster, as JSON."""
    return {
        "status": str(outcome.status),
        "tiers": _packed_tiers(outcome.tiers),
        "seconds": {stage: round(spent, 3) for stage, spent in outcome.seconds.items()},
        "reasons": packed(outcome.reasons),
        "notes": packed(outcome.notes),
        "proposals": [
            {
                "rules": list(way.rules),
                "steps": packed(way.steps),
                "status": str(way.status),
                "tiers": _packed_tiers(way.tiers),
            }
            for way in outcome.proposals
        ],
    }


def _packed_tiers(tiers: tuple[Tier, ...]) -> list[dict[str, Any]]:
    return [{"key": tier.key, "value": tier.value, "bound": tier.bound} for tier in tiers]


def unpacked_outcome(kept: Mapping[str, Any], roster: Roster | None) -> Outcome:
    """Return the outcome that was packed, with its roster."""
    return Outcome(
        Status(kept["status"]),
        roster,
        _tiers(kept["tiers"]),
        kept["seconds"],
        tuple(unpacked(kept["reasons"])),
        tuple(unpacked(kept["notes"])),
        tuple(
            Proposal(
                tuple(way["rules"]),
                tuple(unpacked(way["steps"])),
                Status(way["status"]),
                _tiers(way["tiers"]),
            )
            for way in kept["proposals"]
        ),
    )


def _tiers(kept: list[dict[str, Any]]) -> tuple[Tier, ...]:
    return tuple(Tier(tier["key"], tier["value"], tier["bound"]) for tier in kept)


def facts_of(scenario: Scenario, kept: Mapping[str, Any], plan: Plan | None, *, edited: bool) -> ReportFacts:
    """Return what reports are made from, the plan checked anew.

    The tiers of an `edited` roster are no longer those that were proved, and are left out.
    """
    if plan is None:
        return ReportFacts(scenario, unpacked_outcome(kept, None), Plan(Roster(())))
    outcome = unpacked_outcome({**kept, "tiers": []} if edited else kept, plan.roster)
    whole = Plan(plan.roster, plan.slots, plan.holdings, crowded_slots(scenario, plan.roster, plan.slots))
    return ReportFacts(scenario, outcome, whole, find_violations(scenario, whole))
