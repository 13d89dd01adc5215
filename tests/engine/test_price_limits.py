from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.engine.entry import solve_week
from scheduler.engine.options import Event, Options, ignore_progress
from scheduler.engine.price import price_limits, set_limit
from scheduler.outcome import SESSIONS, Point, Status, Tier
from scheduler.scenario.rows import AvailabilityRow, DemandRow
from scheduler.scenario.week import Scenario
from scheduler.tables.published.timetable import read_published, to_scenario
from tests.check.small import doctor, row, scenario

TIMETABLE = Path(__file__).parents[2] / ".." / "shared/data/puh3_2025w43.csv"
EVEN = Fraction(1)


def points(week: Scenario, *limits: str, solver: str = "scip") -> tuple[Point, ...]:
    exact = [Fraction(limit) for limit in limits]
    return price_limits(week, Options(solver), ignore_progress, limits=exact)


def changes(found: tuple[Point, ...]) -> list[tuple[int, int]]:
    """Points and bound of each point, proved or not."""
    return [(tier.value, tier.bound) for point in found if (tier := point.price.tier("changes"))]


def mornings(count: int, afternoons: int) -> Scenario:
    """A Monday of so many doctors in the morning, so many others in the afternoon, and rooms for all of them."""
    people = [f"d{number:02}" for number in range(count + afternoons)]
    halves = ["am"] * count + ["pm"] * afternoons
    return scenario(
        doctors=tuple(doctor(key) for key in people),
        template=tuple(row(key, f"mon-{half}") for key, half in zip(people, halves, strict=True)),
        rules={"rooms": "off"},
    )


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_each_step_down_costs_the_moves_that_it_takes(solver):
    found = points(mornings(6, 2), "3", "2", "5/3", "1", solver=solver)
    assert changes(found) == [(0, 0), (2, 2), (2, 2), (4, 4)]
    assert [point.price.tier(SESSIONS).value for point in found] == [0, 1, 1, 2]


def test_the_limit_is_exact():
    found = points(mornings(6, 5), "6/5", "1.199999", "1.2")
    assert changes(found) == [(0, 0), (2, 2), (0, 0)]


def test_specialties_are_held_to_the_same_limit_where_demand_is_asked_for_too():
    week = mornings(3, 1)
    week = week.model_copy(update={"demand": (DemandRow(clinic="eye", sessions=1),)})
    assert changes(points(week, "3", "1")) == [(0, 0), (2, 2)]


def test_the_limit_holds_though_the_scenario_does_not_ask_for_it():
    week = mornings(6, 2)
    off = week.model_copy(update={"rules": {"ratio_day": "off", "rooms": "off"}})
    assert changes(points(off, "1")) == [(4, 4)]


def test_a_limit_that_cannot_be_kept_is_told_between_those_that_can():
    # The one who must stay in the morning needs an afternoon beside.
    week = scenario(template=(row("ann", "mon-am", pinned=True), row("bob", "mon-pm", pinned=True)))
    found = points(week, "2", "1/2")
    assert [point.price.status for point in found] == [Status.OPTIMAL, Status.INFEASIBLE]


def test_without_a_template_the_price_is_demand_left_unmet():
    asked = (("AM", 2), ("PM", 1))
    week = scenario(
        demand=tuple(DemandRow(clinic="eye", day="mon", half=half, sessions=n) for half, n in asked),
        availability=(AvailabilityRow(doctor="bob", day="mon", half="PM"),),
    )
    found = points(week, "2", "1", "1/2")
    assert [point.price.tiers for point in found] == [
        (Tier("cover", 0, 0),),
        (Tier("cover", 1, 1),),
        (Tier("cover", 2, 2),),
    ]


def test_the_watcher_hears_how_many_points_are_done():
    heard: list[Event] = []
    price_limits(mornings(2, 1), Options(), heard.append, limits=[Fraction(2), EVEN])
    assert heard == [Event("price", 0, 2), Event("price", 1, 2)]


def test_points_are_what_a_plan_with_that_limit_changes():
    week = mornings(5, 1)
    limits = [Fraction(3), Fraction(2), Fraction(6, 5), EVEN]
    planned = [solve_week(set_limit(week, limit), Options(), ignore_progress) for limit in limits]
    told = [next(t for t in outcome.tiers if t.key == "changes") for outcome in planned]
    found = price_limits(week, Options(), ignore_progress, limits=limits)
    assert [point.price.tier("changes") for point in found] == told


@pytest.mark.skipif(not TIMETABLE.exists(), reason="the real week is not here")
def test_the_frontier_of_a_real_week_is_proved_and_rises():
    week = to_scenario(read_published(TIMETABLE)).scenario
    found = points(week, "184/119", "1.3", "1.2", "1.1", "1")
    assert changes(found)[0] == (0, 0)
    assert all(value == bound for value, bound in changes(found))
    values = [value for value, _ in changes(found)]
    assert values == sorted(values)
    assert values[2] == 48
