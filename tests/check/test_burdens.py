from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.check.burdens import fair_share
from scheduler.scenario.rows import CalendarRow, DemandRow
from tests.check.small import WEEK, clinic, doctor, found_in, row, scenario, session, week_of

PM = ("mon-pm", "tue-pm", "wed-pm", "thu-pm", "fri-pm")
FOUR_AFTERNOONS = tuple(row("ann", at) for at in PM[:4])


def people(**past: int) -> tuple:
    return (doctor("ann", "chief", max_sessions=5, **past), doctor("bob", max_sessions=5))


def of_ann(*cells: str):
    return week_of(*(session("ann", cell) for cell in cells))


@pytest.mark.parametrize(("n", "units"), [(2, 0), (3, 1), (4, 2)])
def test_afternoons_above_the_fair_share_count(n, units):
    week = scenario(doctors=people(), template=FOUR_AFTERNOONS)
    assert found_in("fairness", week, of_ann(*PM[:n])) == ([("ann, afternoons", units)] if units else [])


def test_the_fair_share_is_rounded_up():
    week = scenario(doctors=people(), template=FOUR_AFTERNOONS[:3])
    assert found_in("fairness", week, of_ann(*PM[:2])) == []
    assert found_in("fairness", week, of_ann(*PM[:3])) == [("ann, afternoons", 1)]


def test_the_share_goes_by_the_most_sessions_a_doctor_may_have():
    weights = (doctor("ann", max_sessions=6), doctor("bob", max_sessions=2))
    week = scenario(doctors=weights, template=FOUR_AFTERNOONS)
    assert found_in("fairness", week, of_ann(*PM[:3])) == []
    assert found_in("fairness", week, of_ann(*PM[:4])) == [("ann, afternoons", 1)]


def test_afternoons_of_earlier_weeks_are_counted():
    week = scenario(doctors=people(past_afternoons=2), template=FOUR_AFTERNOONS)
    assert found_in("fairness", week, of_ann(*PM[:1])) == []
    assert found_in("fairness", week, of_ann(*PM[:2])) == [("ann, afternoons", 1)]


def test_who_has_borne_more_than_the_share_owes_nothing_and_gets_none():
    week = scenario(doctors=people(past_afternoons=20), template=FOUR_AFTERNOONS)
    assert found_in("fairness", week, of_ann(*PM[:1])) == [("ann, afternoons", 1)]


def test_fridays_and_weekends_are_shared_too():
    template = (
        row("ann", "fri-am"),
        row("bob", "fri-am"),
        row("ann", "sat-am"),
        row("ann", "sat-eve"),
    )
    week = scenario(doctors=people(), template=template)
    plan = of_ann("fri-am", "fri-pm", "fri-eve", "sat-am", "sat-eve")
    assert found_in("fairness", week, plan) == [
        ("ann, afternoons", 1),
        ("ann, fridays", 1),
        ("ann, weekends", 1),
    ]


def test_an_adjusted_saturday_is_a_working_day_and_no_weekend():
    adjusted = (CalendarRow(date=WEEK.dates[5], kind="working", follows="mon"),)
    week = scenario(doctors=people(), calendar=adjusted, template=(row("bob", "fri-pm"),))
    assert found_in("fairness", week, of_ann("sat-am")) == []
    assert found_in("fairness", week, of_ann("sat-pm", "sat-eve")) == []
    assert found_in("fairness", week, of_ann("sat-pm", "fri-pm")) == [("ann, afternoons", 1)]


@pytest.mark.parametrize(
    ("row_", "fair"),
    [
        (DemandRow(clinic="eye", half="PM", sessions=4), 2),
        (DemandRow(clinic="eye", sessions=8), 2),
        (DemandRow(clinic="eye", day="mon", sessions=5), 2),
        (DemandRow(clinic="eye", half="AM", sessions=8), 0),
        (DemandRow(clinic="eye", day="sat", sessions=8), 0),
    ],
    ids=["afternoons", "whole week", "rounded at the end", "mornings", "weekend"],
)
def test_without_standing_sessions_demand_is_spread_over_the_cells_it_covers(row_, fair):
    week = scenario(doctors=people(), demand=(row_,), rules={"cover": "off"})
    afternoons = [units for place, units in found_in("fairness", week, of_ann(*PM)) if "afternoons" in place]
    assert afternoons == [5 - fair]


def test_weekend_demand_is_spread_over_all_cells_of_the_week():
    demand = (DemandRow(clinic="eye", sessions=21),)
    week = scenario(doctors=people(), demand=demand)
    assert found_in("fairness", week, of_ann("sat-am", "sat-pm", "sat-eve")) == []
    assert found_in("fairness", week, of_ann("sat-am", "sat-pm", "sat-eve", "sun-am")) == [
        ("ann, weekends", 1)
    ]


def test_demand_is_not_looked_at_where_doctors_of_the_specialty_stand():
    demand = (DemandRow(clinic="eye", half="PM", sessions=50),)
    week = scenario(doctors=people(), demand=demand, template=(row("ann", "mon-am"),))
    assert found_in("fairness", week, of_ann("mon-pm")) == [("ann, afternoons", 1)]


def test_specialties_share_among_themselves():
    doctors = (doctor("ann"), doctor("eve", specialty="ear"))
    week = scenario(
        doctors=doctors, clinics=(clinic(), clinic("ear", "ear")), template=(row("ann", "mon-pm"),)
    )
    assert found_in("fairness", week, of_ann("mon-pm")) == []
    assert found_in("fairness", week, week_of(session("eve", "mon-pm"))) == [("eve, afternoons", 1)]


def test_a_specialty_whose_doctors_may_have_no_session_has_no_shares():
    week = scenario(doctors=(doctor("ann", max_sessions=0),))
    assert found_in("fairness", week, of_ann("mon-pm")) == []


@given(
    st.fractions(0, 100, max_denominator=30),
    st.lists(st.tuples(st.integers(0, 21), st.integers(0, 30)), min_size=1, max_size=8).filter(
        lambda doctors: any(weight for weight, _ in doctors)
    ),
)
def test_fair_shares_together_leave_room_for_the_whole_week(week_total, doctors):
    weight = sum(own for own, _ in doctors)
    total = week_total + sum(past for _, past in doctors)
    shares = [fair_share(Fraction(total), own, weight, past) for own, past in doctors]
    assert all(share >= 0 for share in shares)
    assert sum(shares) >= week_total
