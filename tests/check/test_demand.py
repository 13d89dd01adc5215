from __future__ import annotations

import pytest

from scheduler.check.run import find_violations, totals
from scheduler.scenario.rows import Block, CalendarRow, DemandRow
from tests.check.small import (
    WEEK,
    as_it_stands,
    clinic,
    everything_in,
    found_in,
    monday,
    scenario,
    session,
    week_of,
)


def asks(n: int, at: str = "", level: str = "resident", **more) -> DemandRow:
    day, half = (at, "") if at[:1].isdigit() else (at[:3], at[4:])
    return DemandRow(clinic="eye", day=day, half=half.upper() or None, level=level, sessions=n, **more)


PLAN = week_of(session("ann", "mon-am"), session("bob", "mon-am"), session("bob", "tue-pm"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (asks(2, "mon-am"), []),
        (asks(3, "mon-am"), [("eye, mon-am, resident", 1)]),
        (asks(4), [("eye, any-any, resident", 1)]),
        (asks(2, "2026-07-21"), [("eye, 2026-07-21-any, resident", 1)]),
        (asks(2, "mon-am", "chief"), [("eye, mon-am, chief", 1)]),
        (asks(1, "tue-pm", "attending"), []),
        (asks(1, "tue-pm", "deputy_chief"), [("eye, tue-pm, deputy_chief", 1)]),
        (asks(0, "fri-am"), []),
    ],
)
def test_a_row_is_met_by_sessions_at_its_cells_of_its_level_or_above(asked, found):
    assert found_in("cover", scenario(demand=(asked,)), PLAN) == found


def test_a_second_block_covers_its_clinic_and_a_session_covers_it_once():
    week = scenario(clinics=(clinic("a", "eye"), clinic("eye")), demand=(asks(2, "mon-am"),))
    twice = (Block("a", 5), Block("eye", 5), Block("eye", 5))
    assert found_in("cover", week, week_of(session("ann", "mon-am", blocks=twice))) == [
        ("eye, mon-am, resident", 1)
    ]


def test_a_row_that_covers_no_open_day_asks_for_nothing():
    closed = scenario(
        calendar=(CalendarRow(date=WEEK.dates[0], kind="closed"),),
        demand=(asks(3, "mon-am"), asks(3, "2026-08-20")),
    )
    assert found_in("cover", closed, week_of()) == []


def test_a_session_on_a_closed_day_covers_nothing():
    closed = scenario(calendar=(CalendarRow(date=WEEK.dates[0], kind="closed"),), demand=(asks(3),))
    assert found_in("cover", closed, PLAN) == [("eye, any-any, resident", 2)]


def test_a_doctor_of_unknown_level_covers_no_row():
    week = scenario(demand=(asks(1, "mon-am"),))
    assert found_in("cover", week, week_of(session("zoe", "mon-am"))) == [("eye, mon-am, resident", 1)]


def test_a_hard_row_is_hard_where_the_rule_is_soft_and_counts_in_its_total():
    week = scenario(demand=(asks(2, "fri-am", hard=True), asks(1, "fri-pm")))
    found = find_violations(week, week_of(), rules=["cover"])
    assert [(one.place, one.hard) for one in found] == [
        ("eye, fri-am, resident", True),
        ("eye, fri-pm, resident", False),
    ]
    assert totals(found)["cover"] == 3


def test_where_the_rule_is_off_no_row_is_looked_at():
    week = scenario(demand=(asks(2, "fri-am", hard=True),), rules={"cover": "off"})
    assert find_violations(week, week_of()) == ()


def test_a_specialty_day_without_an_expert_is_one_unit_however_many_sessions_it_has():
    week = scenario()
    plan = week_of(session("bob", "mon-am"), session("bob", "mon-pm"), session("ann", "tue-am"))
    assert found_in("expert_presence", week, plan) == [("eye, 2026-07-20", 1)]


def test_an_expert_in_any_half_of_the_day_is_present():
    plan = week_of(session("bob", "mon-am"), session("ann", "mon-eve"))
    assert found_in("expert_presence", scenario(), plan) == []


def test_weekends_need_no_expert():
    assert found_in("expert_presence", scenario(), week_of(session("bob", "sat-am"))) == []


def test_demand_that_is_not_met_is_the_only_thing_wrong():
    week = monday(demand=(asks(3, "mon-am"),))
    assert everything_in(week, as_it_stands(week)) == [("cover", "eye, mon-am, resident", 1)]
