from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.engine.process import run_apart
from scheduler.errors import SettingError
from scheduler.explain.price import compute_frontier, space_limits
from scheduler.scenario.rows import CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, doctor, row, scenario

LIMITS = st.fractions(Fraction(1, 2), 10, max_denominator=500)


def two_to_one(**more) -> Scenario:
    rows = (row("ann", "mon-am"), row("bob", "mon-am"), row("cid", "mon-pm"))
    return scenario(doctors=tuple(map(doctor, ("ann", "bob", "cid"))), template=rows, **more)


@given(LIMITS, LIMITS, st.integers(2, 200))
def test_limits_are_exactly_even_from_the_first_to_the_last(one, other, steps):
    start, end = max(one, other), min(one, other)
    found = space_limits(start, end, steps)
    assert (found[0], found[-1]) == (start, end)
    assert len(found) == (1 if start == end else steps)
    assert len({before - after for before, after in itertools.pairwise(found)}) <= 1


def test_one_point_is_the_end():
    assert space_limits(Fraction(2), Fraction(1), 1) == (Fraction(1),)


def test_the_frontier_begins_at_todays_highest_day():
    found = compute_frontier(two_to_one(), steps=3)
    assert [point.limit for point in found.points] == [Fraction(2), Fraction(3, 2), Fraction(1)]
    assert [point.price.tier("changes").value for point in found.points] == [0, 2, 2]


def test_a_week_that_is_even_already_has_one_point():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm")))
    assert [point.limit for point in compute_frontier(week).points] == [Fraction(1)]


def test_a_day_without_any_afternoon_does_not_tell_where_to_begin():
    rows = (row("ann", "mon-am"), row("bob", "mon-pm"), row("ann", "tue-am"))
    found = compute_frontier(scenario(template=rows), steps=1)
    assert [point.limit for point in found.points] == [Fraction(1)]
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))
    assert compute_frontier(week, steps=2).points[0].limit == Fraction(6, 5)


def test_demand_alone_begins_at_the_policys_limit():
    week = scenario(demand=(DemandRow(clinic="eye", sessions=1),))
    assert compute_frontier(week, steps=2).points[0].limit == Fraction(6, 5)


def test_a_week_without_a_working_day_is_priced_too():
    closed = tuple(CalendarRow(date=date, kind="closed") for date in WEEK.dates)
    found = compute_frontier(two_to_one(calendar=closed), steps=2)
    assert found.today.days == ()
    assert [point.price.tiers for point in found.points] == [(), ()]


def test_another_process_tells_the_same():
    assert compute_frontier(two_to_one(), steps=2, runner=run_apart) == compute_frontier(
        two_to_one(), steps=2
    )


def test_everything_out_of_range_is_told_at_once():
    with pytest.raises(SettingError) as caught:
        compute_frontier(scenario(), steps=0, start=Fraction(1, 3), end=Fraction(11))
    assert [(p.where.field, p.value) for p in caught.value.problems] == [
        ("--steps", "0"),
        ("--from", "1/3"),
        ("--to", "11"),
        ("--from", "1/3"),
        ("", None),
    ]


def test_demand_that_nobody_looks_at_has_no_price():
    week = scenario(demand=(DemandRow(clinic="eye", sessions=1),), rules={"cover": "off"})
    with pytest.raises(SettingError, match="nothing that a limit could cost"):
        compute_frontier(week)
