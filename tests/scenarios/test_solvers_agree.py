"""Two solvers and the README's table give one answer for every bundled scenario."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.bundled import BUNDLED, ROOT
from scenarios.table import README, Row, read_table, solved_row
from scheduler.check.run import find_violations
from scheduler.engine.entry import solve_week
from scheduler.engine.options import SOLVER_NAMES, Options, ignore_progress
from scheduler.roster import Plan
from scheduler.rules import RULES, Stage
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario

LARGE = ("typical", "large")
"""Weeks of whole hospitals: `make bench` solves them with every solver that is fast enough."""

CASES = [(name, solver) for name in BUNDLED if name not in LARGE for solver in SOLVER_NAMES]
CASES.append(("typical", "highs"))

ROSTER_RULES = [rule.key for rule in RULES if rule.stage in (Stage.WEEK, Stage.ROOMS)]


@cache
def scenario(name: str) -> Scenario:
    return read_scenario(ROOT / name)


@cache
def table() -> dict[str, Row]:
    return read_table(README.read_text(encoding="utf-8"))


def weekly(row: Row) -> tuple[str, str]:
    """Status and tiers of a row; the rooms' tier is that of the one roster that was found."""
    return row.status, ", ".join(t for t in row.tiers.split(", ") if not t.startswith("same_room"))


@pytest.mark.parametrize(("name", "solver"), CASES, ids=str)
def test_the_readme_tells_what_every_solver_finds(name, solver):
    solver_and_readme_agree(name, solver)


def solver_and_readme_agree(name: str, solver: str) -> None:
    """The solver's answer is that of the README's table, and its roster keeps every hard rule."""
    # The engine alone: why a week is infeasible is told elsewhere, and takes many solves.
    outcome = solve_week(scenario(name), Options(solver, seconds=300.0), ignore_progress)
    written = table()[name]
    solved = solved_row(written, scenario(name), outcome)
    assert weekly(solved) == weekly(written)
    if solver == "highs":
        assert solved == written
    if outcome.roster is not None:
        violations = find_violations(scenario(name), Plan(outcome.roster), rules=ROSTER_RULES)
        assert [violation for violation in violations if violation.hard] == []
