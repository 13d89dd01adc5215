"""Hard rules that a roster breaks, and their acceptance: no week becomes public with broken rules unnoticed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from scheduler.adjust.changed_files import changed_files
from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.errors import Problem, PublicationError, Where
from scheduler.report.acceptance import broken_rule
from scheduler.report.write import WORKBOOK
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.read import read_plan
from scheduler.tickets.results import Acceptance
from scheduler.words import message

OPTION = "--accept-violations"
"""The option of the command that accepts what is broken."""


def broken_hard_rules(folder: Path, scenario: Scenario | None) -> Mapping[str, int] | None:
    """Return the units of each hard rule that the roster in `folder` breaks; None where nobody can tell.

    Without a `scenario` they are what report.json says, as long as the tables are those that it was written with.
    """
    if scenario is not None:
        return hard_units(find_violations(scenario, read_plan(scenario, folder)))
    try:
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        rules = [(each["key"], each["strictness"], each["units"]) for each in report["rules"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    changed = changed_files(folder)
    if changed is None or changed - {WORKBOOK}:
        return None
    return {key: n for key, strictness, n in rules if strictness == "hard" and n}


def hard_units(violations: tuple[Violation, ...]) -> Mapping[str, int]:
    """Return the units of each rule among the hard violations."""
    units: Counter[str] = Counter()
    for violation in violations:
        units[violation.rule] += violation.amount if violation.hard else 0
    return {key: n for key, n in units.items() if n}


def accept_violations(
    rules: Mapping[str, int] | None, reason: str, option: str = OPTION
) -> Acceptance | None:
    """Return the acceptance of broken `rules`, none where nothing is broken; raises PublicationError without a reason.

    `rules` are None where nobody has checked the roster as it is: that needs a reason too.
    """
    if rules is not None and not rules:
        return None
    if reason.strip():
        return Acceptance(reason.strip(), dict(rules or {}))
    remedy = message("Correct the roster, or say why it may pass by {option}.", option=option)
    if rules is None:
        wrong = message("the tables are not those that were checked when they were written")
        unchecked = message(
            "Name the --scenario to check them, or say why they may pass by {option}.", option=option
        )
        raise PublicationError([Problem(Where(field=option), wrong, unchecked)])
    raise PublicationError(
        Problem(Where(field=key), broken_rule(key, units), remedy) for key, units in rules.items()
    )
