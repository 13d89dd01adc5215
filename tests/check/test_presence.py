from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.clock import Cell, Half
from scheduler.roster import Session
from scheduler.scenario.rows import AvailabilityRow, Block, CalendarRow
from tests.check.small import (
    WEEK,
    as_it_stands,
    clinic,
    doctor,
    everything_in,
    found_in,
    monday,
    row,
    scenario,
    session,
    week_of,
)


def says(who: str, at: str, state: str, weight: int = 1) -> AvailabilityRow:
    day, _, half = at.partition("-")
    return AvailabilityRow(doctor=who, day=day, half=half.upper() or None, state=state, weight=weight)


def test_a_session_where_the_doctor_is_away_is_the_only_thing_wrong():
    week = monday(availability=(says("ann", "mon-am", "away"),))
    assert everything_in(week, as_it_stands(monday())) == [("availability", "ann, mon-am", 1)]


def test_an_evening_is_open_only_to_whom_the_template_or_the_table_opens_it():
    plan = week_of(session("ann", "mon-eve"), session("bob", "tue-eve"))
    own = scenario(template=(row("ann", "mon-eve"),), availability=(says("bob", "tue-eve", "open"),))
    assert found_in("availability", own, plan) == []
    assert found_in("availability", scenario(), plan) == [("ann, mon-eve", 1), ("bob, tue-eve", 1)]


def test_nobody_can_work_on_a_closed_day_or_outside_the_week():
    closed = scenario(calendar=(CalendarRow(date=WEEK.dates[0], kind="closed"),))
    plan = week_of(
        session("ann", "mon-am"),
        Session("late", "bob", Cell(WEEK.next().dates[0], Half.AM), (Block("eye", 20),), None),
    )
    assert found_in("availability", closed, plan) == [("ann, mon-am", 1), ("bob, 2026-07-27-am", 1)]


def test_a_doctor_the_hospital_does_not_know_can_neither_come_nor_serve():
    plan = week_of(session("zoe", "mon-am"))
    assert found_in("availability", scenario(), plan) == [("zoe, mon-am", 1)]
    assert found_in("eligible", scenario(), plan) == [("zoe, mon-am, eye", 1)]
    assert found_in("session_limits", scenario(), plan) == []


@pytest.mark.parametrize(("times", "found"), [(1, []), (2, [("ann, mon-am", 1)]), (3, [("ann, mon-am", 2)])])
def test_every_session_beyond_the_first_in_a_half_day_is_one_too_many(times, found):
    plan = week_of(*[session("ann", "mon-am")] * times, session("ann", "mon-pm"), session("bob", "mon-am"))
    assert found_in("one_place", scenario(), plan) == found


def test_a_doctor_without_a_list_serves_every_clinic_of_the_specialty_and_no_other():
    week = scenario(clinics=(clinic("eye"), clinic("lens"), clinic("ear", "ear")))
    plan = week_of(
        session("ann", "mon-am", blocks=(Block("lens", 5), Block("ear", 5))), session("bob", "mon-am")
    )
    assert found_in("eligible", week, plan) == [("ann, mon-am, ear", 1)]


def test_a_doctor_with_a_list_serves_the_clinics_on_it_and_no_other():
    week = scenario(doctors=(doctor("ann", clinics=("ear",)),), clinics=(clinic("eye"), clinic("ear", "ear")))
    plan = week_of(session("ann", "mon-am", blocks=(Block("eye", 5), Block("ear", 5))))
    assert found_in("eligible", week, plan) == [("ann, mon-am, eye", 1)]


def test_a_clinic_asks_for_its_level_or_above():
    week = scenario(clinics=(clinic(min_level="chief"),))
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-am"))
    assert found_in("eligible", week, plan) == [("bob, mon-am, eye", 1)]


def test_a_block_without_approval_and_level_is_one_unit():
    week = scenario(clinics=(clinic("eye"), clinic("ear", "ear", min_level="chief")))
    plan = week_of(session("bob", "mon-am", blocks=(Block("ear", 5),)))
    assert found_in("eligible", week, plan) == [("bob, mon-am, ear", 1)]


def test_a_clinic_the_hospital_does_not_know_is_approved_for_nobody():
    plan = week_of(session("ann", "mon-am", blocks=(Block("gone", 5),)))
    assert found_in("eligible", scenario(), plan) == [("ann, mon-am, gone", 1)]


@pytest.mark.parametrize(("n", "units"), [(1, 1), (2, 0), (3, 0), (4, 1), (5, 2)])
def test_sessions_above_the_most_and_below_the_fewest_count(n, units):
    week = scenario(doctors=(doctor("ann", min_sessions=2, max_sessions=3),))
    cells = ("mon-am", "mon-pm", "tue-am", "tue-pm", "wed-am")[:n]
    found = found_in("session_limits", week, week_of(*(session("ann", cell) for cell in cells)))
    assert found == ([("ann", units)] if units else [])


def test_a_doctor_who_must_come_and_has_no_session_is_named():
    week = scenario(doctors=(doctor("ann", min_sessions=2),))
    assert found_in("session_limits", week, week_of()) == [("ann", 2)]


def test_a_holiday_lowers_the_limits_by_the_sessions_it_closes():
    week = monday(
        doctors=(doctor("ann", "chief", min_sessions=2), doctor("bob")),
        calendar=(CalendarRow(date=WEEK.dates[0], kind="closed"),),
    )
    assert everything_in(week, week_of()) == []


def test_a_wish_to_avoid_costs_its_weight_for_every_session_it_covers():
    week = monday(availability=(says("ann", "mon", "avoid", 3),))
    plan = as_it_stands(week)
    assert everything_in(week, plan) == [("preferences", "ann, avoid mon-any", 6)]


def test_a_preferred_half_day_costs_its_weight_only_where_none_is_held():
    week = scenario(availability=(says("ann", "fri-pm", "prefer", 5),))
    assert found_in("preferences", week, week_of(session("bob", "fri-pm"))) == [("ann, prefer fri-pm", 5)]
    assert found_in("preferences", week, week_of(session("ann", "fri-pm"))) == []


def test_a_dropped_session_is_held_nowhere():
    away = scenario(availability=(says("ann", "mon-am", "away"), says("ann", "", "avoid")))
    plan = week_of(session("ann", None, was="mon-am"))
    for rule in ("availability", "one_place", "eligible", "rooms", "preferences", "slot_length"):
        assert found_in(rule, away, plan) == []


def test_a_session_taken_over_counts_for_the_doctor_whose_it_is():
    people = (doctor("ann", min_sessions=1), doctor("bob", max_sessions=0))
    week = scenario(doctors=people, template=(row("ann", "mon-am"),))
    held = session("ann", "mon-am", was="mon-am")
    assert found_in("session_limits", week, week_of(replace(held, doctor="bob", was_doctor="ann"))) == []
    added = replace(held, doctor="bob", was=None, was_doctor="ann")
    assert found_in("session_limits", week, week_of(added)) == [("ann", 1), ("bob", 1)]
