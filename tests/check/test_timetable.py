from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.check.run import find_violations, totals
from scheduler.roster import Plan, Session
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import CalendarRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, found_in, row, scenario, session, week_of

MORNING = (row("ann", "mon-am"),)


def budget(n: int) -> Policy:
    return Policy(changes={"budget": n})


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (session("ann", "mon-am", was="mon-am"), []),
        (session("ann", "mon-pm", was="mon-am"), [("ann, mon-am", 2)]),
        (session("ann", "tue-am", was="mon-am"), [("ann, mon-am", 3)]),
        (session("ann", None, was="mon-am"), [("ann, mon-am", 4)]),
        (session("ann", "mon-am"), [("ann, mon-am", 4), ("ann, mon-am", 4)]),
        (session("bob", "mon-am", was="mon-am"), [("ann, mon-am", 4), ("bob, mon-am", 4)]),
        (session("ann", "mon-am", was="tue-am"), [("ann, mon-am", 4), ("ann, mon-am", 4)]),
    ],
    ids=["kept", "same date", "other date", "dropped", "nowhere from", "not theirs", "not in the template"],
)
def test_a_change_costs_its_points(held, found):
    assert found_in("changes", scenario(template=MORNING), week_of(held)) == found


def test_a_standing_session_missing_from_the_file_is_dropped():
    assert found_in("changes", scenario(template=MORNING), week_of()) == [("ann, mon-am", 4)]


def test_a_standing_session_claimed_twice_is_matched_by_the_cheapest_claim():
    week = scenario(template=MORNING)
    far, near, there = (session("ann", at, was="mon-am") for at in ("tue-am", "mon-pm", "mon-am"))
    assert found_in("changes", week, week_of(far, near)) == [("ann, mon-am", 2), ("ann, tue-am", 4)]
    assert found_in("changes", week, week_of(far, there)) == [("ann, tue-am", 4)]
    assert found_in("changes", week, week_of(there, there)) == [("ann, mon-am", 4)]


def test_a_session_that_stays_keeps_its_claim_though_moves_are_free():
    free = Policy(changes={"same_date": 0, "budget": 0})
    week = scenario(template=(row("ann", "mon-pm"),), policy=free)
    moved, kept = session("ann", "mon-am", was="mon-pm"), session("ann", "mon-pm", was="mon-pm")
    assert found_in("changes", week, week_of(moved, kept)) == [("ann, mon-am", 4), ("budget", 1)]


def test_the_policy_sets_the_points():
    prices = Policy(changes={"same_date": 7, "other_date": 8, "drop": 9, "add": 10})
    week = scenario(
        template=(row("ann", "mon-am"), row("ann", "tue-am"), row("ann", "wed-am")), policy=prices
    )
    plan = week_of(
        session("ann", "mon-pm", was="mon-am"),
        session("ann", "thu-am", was="tue-am"),
        session("bob", "fri-am"),
    )
    assert found_in("changes", week, plan) == [
        ("ann, mon-am", 7),
        ("ann, tue-am", 8),
        ("ann, wed-am", 9),
        ("bob, fri-am", 10),
    ]


def test_sessions_on_days_a_holiday_closes_cost_nothing():
    week = scenario(template=MORNING, calendar=(CalendarRow(date=WEEK.dates[0], kind="closed"),))
    assert found_in("changes", week, week_of()) == []
    assert found_in("changes", week, week_of(session("ann", None, was="mon-am"))) == []


def test_a_scenario_without_a_template_has_no_changes():
    assert found_in("changes", scenario(policy=budget(0)), week_of(session("ann", "mon-am"))) == []


def three_changes() -> tuple[tuple, Plan]:
    template = (row("ann", "mon-am"), row("ann", "tue-am"), row("ann", "wed-am"))
    plan = week_of(
        session("ann", "mon-pm", was="mon-am"),
        session("ann", "thu-am", was="tue-am"),
        session("ann", "wed-am", was="wed-am"),
        session("bob", "fri-am"),
    )
    return template, plan


@pytest.mark.parametrize(("most", "above"), [(3, []), (2, [1]), (0, [3])])
def test_sessions_above_the_budget_are_hard_and_no_points(most, above):
    template, plan = three_changes()
    found = find_violations(scenario(template=template, policy=budget(most)), plan, rules=["changes"])
    assert [one.amount for one in found if one.hard] == above
    assert [one.place for one in found if one.hard] == ["budget"] * len(above)
    assert totals(found)["changes"] == 2 + 3 + 4


def changed_when(strictness: str, policy: Policy) -> tuple[Scenario, Plan]:
    template, plan = three_changes()
    return scenario(template=template, policy=policy, rules={"changes": strictness}), plan


def test_hard_changes_without_a_budget_allow_none():
    found = find_violations(*changed_when("hard", Policy()), rules=["changes"])
    assert [(one.place, one.amount) for one in found if one.hard] == [("budget", 3)]


def test_hard_changes_with_a_budget_allow_as_many_as_it():
    found = find_violations(*changed_when("hard", budget(3)), rules=["changes"])
    assert [one for one in found if one.hard] == []
    assert totals(found)["changes"] == 9


def test_where_changes_are_off_the_budget_is_not_looked_at():
    found = find_violations(*changed_when("off", budget(0)))
    assert "changes" not in {one.rule for one in found}


PINNED = (row("ann", "sat-am", pinned=True), row("bob", "mon-am"))


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (session("ann", "sat-am", was="sat-am"), []),
        (session("ann", "mon-am", was="sat-am"), [("ann, sat-am", 1)]),
        (session("ann", None, was="sat-am"), [("ann, sat-am", 1)]),
        (session("ann", "sat-am"), [("ann, sat-am", 1)]),
        (session("bob", "sat-am", was="sat-am"), [("ann, sat-am", 1)]),
    ],
    ids=["stays", "moved", "dropped", "another session", "another doctor"],
)
def test_a_pinned_session_stays_at_its_cell(held, found):
    assert found_in("pinned", scenario(template=PINNED), week_of(held)) == found


def test_a_pinned_session_on_a_closed_day_binds_nobody():
    week = scenario(template=PINNED, calendar=(CalendarRow(date=WEEK.dates[5], kind="closed"),))
    assert found_in("pinned", week, week_of()) == []


def taken_over(by: str, at: str, was: str = "mon-am") -> Session:
    """Ann's session held by another doctor."""
    return replace(session("ann", at, was=was), doctor=by, was_doctor="ann")


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (taken_over("bob", "mon-am"), [("ann, mon-am", 1)]),
        (taken_over("bob", "mon-pm"), [("ann, mon-am", 1 + 2)]),
        (taken_over("bob", "tue-am"), [("ann, mon-am", 1 + 3)]),
        (taken_over("ann", "mon-am"), []),
        (replace(taken_over("bob", "mon-am"), was=None), [("ann, mon-am", 4), ("bob, mon-am", 4)]),
        (taken_over("bob", "mon-am", was="tue-am"), [("ann, mon-am", 4), ("bob, mon-am", 4)]),
    ],
    ids=["at its half-day", "same date", "other date", "by herself", "added", "none of the template's"],
)
def test_a_session_taken_over_costs_its_points_on_top_of_its_move(held, found):
    assert sorted(found_in("changes", scenario(template=MORNING), week_of(held))) == sorted(found)


def test_a_session_taken_over_is_one_changed_session():
    week = scenario(template=MORNING, policy=budget(0))
    found = find_violations(week, week_of(taken_over("bob", "mon-am")), rules=["changes"])
    assert [one.amount for one in found if one.hard] == [1]


def test_the_doctors_own_claim_comes_before_another_doctors_move():
    week = scenario(template=MORNING)
    own, other = session("ann", "mon-pm", was="mon-am"), taken_over("bob", "tue-am")
    assert found_in("changes", week, week_of(own, other)) == [("ann, mon-am", 2), ("bob, tue-am", 4)]


@pytest.mark.parametrize(("booked", "more"), [(0, 0), (1, 1), (10, 1), (11, 2), (20, 2)])
def test_booked_tickets_cost_by_tens_begun_where_a_session_moves_or_is_dropped(booked, more):
    week = scenario(template=(row("ann", "mon-am", booked=booked),))
    assert found_in("changes", week, week_of(session("ann", "mon-pm", was="mon-am"))) == [
        ("ann, mon-am", 2 + more)
    ]
    assert found_in("changes", week, week_of(session("ann", None, was="mon-am"))) == [
        ("ann, mon-am", 4 + more)
    ]
    assert found_in("changes", week, week_of(taken_over("bob", "mon-am"))) == [("ann, mon-am", 1)]


def test_a_pinned_session_may_be_taken_over_at_its_half_day():
    held = replace(session("ann", "sat-am", was="sat-am"), doctor="bob", was_doctor="ann")
    assert found_in("pinned", scenario(template=PINNED), week_of(held)) == []
