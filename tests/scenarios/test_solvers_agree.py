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

SMALL = [name for name in BUNDLED if name not in ("typical", "large")]
# CP-SAT takes minutes for a hospital of 60 doctors, so it is asked for the small weeks only.
ASKED = [(name, s) for name in SMALL for s in SOLVER_NAMES] + [
    (name, solver) for name in ("typical", "large") for solver in ("highs", "scip")
]

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


@pytest.mark.parametrize(("name", "solver"), ASKED, ids=str)
def test_the_readme_tells_what_every_solver_finds(name, solver):
    # The engine alone: why a week is infeasible is told elsewhere, and takes many solves.
    outcome = solve_week(scenario(name), Options(solver, seconds=300.0), ignore_progress)
    told = table()[name]
    found = solved_row(told, scenario(name), outcome)
    assert weekly(found) == weekly(told)
    if solver == "highs":
        assert found == told
    if outcome.roster is not None:
        violations = find_violations(scenario(name), Plan(outcome.roster), rules=ROSTER_RULES)
        assert [violation for violation in violations if violation.hard] == []
