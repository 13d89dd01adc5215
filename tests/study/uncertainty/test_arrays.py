from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.balance import ratio_table
from scheduler.check.run import find_violations, totals
from scheduler.clock import DayKind
from scheduler.roster import Plan, Roster, template_roster
from scheduler.scenario.rows import Block, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from scheduler.study.uncertainty.arrays import SessionArrays, lasting_name, time_name, time_of
from tests.check.small import WEEK, scenario, session
from tests.random_weeks import weeks


def everything(held: SessionArrays) -> np.ndarray:
    return np.ones(len(held.sessions), dtype=bool)


def test_half_days_are_numbered_through_the_week():
    assert [time_of(WEEK.cell(key)) for key in ("mon-am", "mon-pm", "tue-eve", "sun-eve")] == [0, 1, 5, 20]
    assert [time_name(time) for time in (0, 5, 20)] == ["mon-am", "tue-eve", "sun-eve"]


def test_a_session_keeps_its_name_wherever_it_is_moved_and_whoever_holds_it():
    week = scenario()
    there, moved = session("ann", "mon-am", "mon-am"), session("ann", "fri-pm", "mon-am")
    covered = replace(there, doctor="bob", was_doctor="ann")
    assert {lasting_name(week, one) for one in (there, moved, covered)} == {"ann.mon-am"}
    assert lasting_name(week, session("ann", "mon-am")) == "ann.mon-am.new"


def test_without_a_demand_rule_nothing_is_short():
    held = SessionArrays(scenario(rules={"cover": "off"}), Roster(()))
    assert held.cover_shortfall(everything(held)) is None
    assert SessionArrays(scenario(), Roster(())).cover_shortfall(everything(held)) == 0


def test_a_session_counts_where_its_doctor_is_of_the_level_and_its_day_is_open():
    closed = CalendarRow(date=WEEK.dates[1], kind=DayKind.CLOSED)
    asked = DemandRow(clinic="eye", level="chief", sessions=3)
    held = SessionArrays(
        scenario(demand=(asked,), calendar=(closed,)),
        Roster(
            tuple(
                session(who, at, at) for who, at in (("ann", "mon-am"), ("ann", "tue-am"), ("bob", "wed-am"))
            )
        ),
    )
    assert held.cover_shortfall(everything(held)) == 2


def test_a_week_without_sessions_has_empty_days():
    held = SessionArrays(scenario(), Roster(()))
    assert [(day.sessions.am, day.tickets.pm) for day in held.days(everything(held))] == [(0, 0)] * 5


@settings(max_examples=60, deadline=None)
@given(weeks(cover="soft"), st.data())
def test_what_runs_is_counted_as_reports_and_the_checker_count_it(week: Scenario, data: st.DataObject):
    roster = template_roster(week)
    count = len(roster.held)
    run = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool)
    left = Roster(tuple(one for one, runs in zip(roster.held, run, strict=True) if runs))
    held = SessionArrays(week, roster)
    days = held.days(run)
    table = ratio_table(week, left)
    assert [(day.date, day.sessions) for day in days] == list(table.days)
    assert sum(day.tickets.am for day in days) == table.tickets.am
    assert sum(day.tickets.pm for day in days) == table.tickets.pm
    units = totals(find_violations(week, Plan(left), rules={"cover"}))
    assert held.cover_shortfall(run) == units["cover"]


def test_a_session_of_two_clinics_is_one_session_with_two_blocks():
    both = session("ann", "mon-pm", "mon-pm", blocks=(Block("ear", 5), Block("eye", 7)))
    held = SessionArrays(scenario(), Roster((session("ann", "mon-am", "mon-am"), both)))
    assert held.tickets.tolist() == [20, 12]
    assert held.block_at == (("ear", 1), ("eye", 0), ("eye", 1))
    assert held.block_session.tolist() == [1, 0, 1]
    assert len({*held.names.tolist(), *held.block_names.tolist()}) == 5
