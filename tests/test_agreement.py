"""Engine and checker, aggregate and full model, solver and brute force: they know the same weeks."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations, totals
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ignore_progress
from scheduler.outcome import Outcome, Status
from scheduler.plan import make_plan
from scheduler.roster import Plan
from scheduler.rules import RULES, Stage
from scheduler.scenario.rows import TABLES
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import write_plan
from tests.enumerated import best, size, soft_tiers
from tests.random_weeks import WORKING_TIME, long_weeks, weeks


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],  # a failing week is small already; shrinking takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def solved(week: Scenario, engine: str = "aggregate") -> Outcome:
    """The engine's answer alone; the reasons of an infeasible week take many solves more."""
    return solve_week(week, Options(engine=engine), ignore_progress)


def weekly(outcome: Outcome) -> list[tuple[str, int, int]]:
    """The tiers of the week; the rooms' tier belongs to the one roster that was found."""
    return [(t.key, t.value, t.bound) for t in outcome.tiers if t.key != "same_room"]


def keeps_its_word(week: Scenario, outcome: Outcome) -> None:
    """The checker counts what the engine says, and names no rule that the engine had to keep."""
    assert outcome.roster is not None
    rules = [rule.key for rule in RULES if rule.stage in (Stage.WEEK, Stage.ROOMS) and week.is_on(rule.key)]
    violations = find_violations(week, Plan(outcome.roster), rules=rules)
    units = totals(violations)
    told = {tier.key: tier.value for tier in outcome.tiers}
    assert told == {key: units[key] for key in told}
    assert [str(v.sentence) for v in violations if v.hard] == []


@pytest.mark.parametrize("part", range(4))
def test_the_checker_counts_what_both_engines_say_and_both_say_the_same(part: int):
    """Counted too: weeks that are proved in parts, and weeks that need the loop over the whole."""
    agree(125, part, ways := Counter())
    assert sum(ways.values()) >= 125
    assert min(ways[way] for way in ("parts", "whole")) >= 5


def agree(count: int, first: int, ways: Counter[str]) -> None:
    """Compare both engines on so many random weeks from a seed; count how each week was proved."""

    @seed(first)
    @examples(count)
    @given(weeks())
    def compare(week: Scenario) -> None:
        both_say_the_same(week, ways)

    compare()


def both_say_the_same(week: Scenario, ways: Counter[str]) -> Outcome:
    outcome = solved(week)
    ways["whole" if "tiers" in outcome.seconds else "parts"] += 1
    single = solved(week, "single")
    assert outcome.status is single.status
    assert outcome.status in (Status.OPTIMAL, Status.INFEASIBLE)
    assert weekly(outcome) == weekly(single)
    if outcome.status is Status.OPTIMAL:
        keeps_its_word(week, outcome)
        keeps_its_word(week, single)
        assert [key for key, _, _ in weekly(outcome)] == soft_tiers(week)
    return outcome


def test_weeks_that_working_time_decides_are_agreed_upon():
    """Counted: the weeks in which each rule of working time costs something although all else gives way."""
    bites: Counter[str] = Counter()

    @examples(settings().max_examples // 2)
    @given(long_weeks())
    def compare(week: Scenario) -> None:
        outcome = both_say_the_same(week, Counter())
        bites.update(tier.key for tier in outcome.tiers if tier.value)

    compare()
    assert min(bites[key] for key in WORKING_TIME) >= 1


@examples(20)
@given(long_weeks(most=3, availability="hard"))
def test_no_roster_of_a_long_week_is_better_than_the_engines(week: Scenario):
    assume(size(week) <= 400)
    outcome = solved(week)
    expected = best(week)
    if expected is None:
        assert outcome.status is Status.INFEASIBLE
    else:
        assert outcome.status is Status.OPTIMAL
        assert tuple(tier.value for tier in outcome.tiers if tier.key != "same_room") == expected


@examples(50)
@given(weeks(tiny=True, availability="hard", eligible="hard"))
def test_no_roster_of_a_tiny_week_is_better_than_the_engines(week: Scenario):
    assume(size(week) <= 700)
    outcome = solved(week)
    expected = best(week)
    if expected is None:
        assert outcome.status is Status.INFEASIBLE
    else:
        assert outcome.status is Status.OPTIMAL
        assert tuple(tier.value for tier in outcome.tiers if tier.key != "same_room") == expected


@examples(2)
@given(weeks(tiny=True))
def test_an_infeasible_week_is_told_with_its_reasons(week: Scenario):
    assume(solved(week).status is Status.INFEASIBLE)
    outcome = make_plan(week).outcome
    assert (outcome.status, outcome.roster) == (Status.INFEASIBLE, None)
    assert outcome.reasons


@examples(5)
@given(weeks(), st.integers(0, 3))
def test_the_same_seed_writes_the_same_bytes(week: Scenario, seed: int):
    assume(solved(week).status is Status.OPTIMAL)
    assert written(week, seed) == written(week, seed)


def written(week: Scenario, seed: int) -> dict[str, bytes]:
    planned = make_plan(week, Options(seed=seed))
    with TemporaryDirectory() as name:
        write_plan(planned.plan, week, Path(name))
        return {path.name: path.read_bytes() for path in sorted(Path(name).iterdir())}


@examples(15)
@given(weeks(), st.integers(0, 2**16))
def test_rows_in_another_order_make_the_same_plan(week: Scenario, seed: int):
    chance = random.Random(seed)
    parts = {name: getattr(week, name) for name in Scenario.model_fields}
    for table in TABLES:
        parts[table] = tuple(chance.sample(parts[table], len(parts[table])))
    other = Scenario(**parts)
    assert other.digest == week.digest
    found, again = solved(week), solved(other)
    assert (again.status, again.roster, again.tiers) == (found.status, found.roster, found.tiers)
