from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Half, Hours, Window
from scheduler.reserve.slots import cut_sessions
from scheduler.reserve.times import doctors_without_pace, session_times
from scheduler.roster import Roster
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import AppointmentRule, Policy, SlotPolicy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, scenario, session

PACE = PaceRow(scope="doctor", key="ann", minutes=11, cv="0.45")
TICKETS = st.integers(0, 500)
WINDOWS = st.tuples(st.integers(300, 480), st.integers(30, 240)).map(
    lambda w: Hours((Window(w[0], w[0] + w[1]),))
)
BROKEN = st.tuples(st.integers(300, 480), st.integers(5, 90), st.integers(1, 20), st.integers(30, 90)).map(
    lambda w: Hours((Window(w[0], w[0] + w[1]), Window(sum(w[:3]), sum(w))))
)


def week(rule: AppointmentRule, hours: str = "08:00-11:30", *pace: PaceRow, **parts) -> Scenario:
    every = {**scenario().halves, Half.AM: Hours.parse(hours)}
    return scenario(policy=Policy(slots=SlotPolicy(rule=rule)), halves=every, pace=pace, **parts)


def starts(rule: AppointmentRule, tickets: int, hours: Hours | str = "08:00-11:30", *pace) -> list[int]:
    (times,) = session_times(
        week(rule, str(hours), *pace), (session("ann", "mon-am", blocks=(Block("eye", tickets),)),)
    ).values()
    return times


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(AppointmentRule), TICKETS, WINDOWS | BROKEN)
def test_every_ticket_starts_inside_the_session_and_none_before_the_one_ahead(rule, tickets, hours):
    times = starts(rule, tickets, hours)
    assert len(times) == tickets
    assert times == sorted(times)
    assert all(any(w.start <= start < w.end for w in hours.windows) for start in times)
    assert not times or times[0] == hours.start


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.integers(0, 60), WINDOWS | BROKEN, st.integers(1, 60))
def test_learned_times_are_whole_minutes_inside_the_session_too(tickets, hours, minutes):
    pace = PaceRow(scope="doctor", key="ann", minutes=minutes, no_show="0.2", early_mean=5, early_sd=10)
    times = starts(AppointmentRule.LEARNED, tickets, hours, pace)
    assert len(times) == tickets
    assert times == sorted(times)
    assert all(any(w.start <= start < w.end for w in hours.windows) for start in times)


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 210), WINDOWS)
def test_even_intervals_differ_by_no_more_than_a_minute(tickets, window):
    times = [*starts(AppointmentRule.EVEN, tickets, window), window.end]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) - min(gaps) <= 1


@settings(derandomize=True, deadline=None)
@given(st.integers(2, 210), WINDOWS)
def test_front_loaded_has_two_at_the_start_and_then_one_an_interval(tickets, window):
    even = starts(AppointmentRule.EVEN, tickets, window)
    times = starts(AppointmentRule.FRONT_LOADED, tickets, window)
    assert times[:2] == [window.start, window.start]
    assert times[1:] == even[:-1]


def test_seven_tickets_of_an_even_morning_start_every_half_hour():
    assert starts(AppointmentRule.EVEN, 7) == [480, 510, 540, 570, 600, 630, 660]


@pytest.mark.parametrize("rule", AppointmentRule)
def test_one_ticket_starts_with_the_session(rule):
    assert starts(rule, 1, "08:00-11:30", PACE) == [480]
    assert starts(rule, 0, "08:00-11:30", PACE) == []


def test_without_pace_learned_times_are_even_whatever_the_policys_minutes():
    assert starts(AppointmentRule.LEARNED, 18) == starts(AppointmentRule.EVEN, 18)
    found = week(AppointmentRule.LEARNED, "08:00-11:30", PaceRow(scope="hospital", minutes=20))
    held = session("ann", "mon-am", blocks=(Block("eye", 18),))
    assert session_times(found, (held,)) == session_times(week(AppointmentRule.EVEN), (held,))
    assert doctors_without_pace(found, (held,)) == ("ann",)


def test_a_specialtys_pace_serves_a_doctor_without_one():
    pace = PaceRow(scope="specialty", key="eye", minutes=11, cv="0.45")
    assert starts(AppointmentRule.LEARNED, 18, "08:00-11:30", pace) == starts(
        AppointmentRule.LEARNED, 18, "08:00-11:30", PACE
    )


def test_times_do_not_depend_on_the_sessions_they_are_computed_with():
    found = week(
        AppointmentRule.LEARNED,
        "08:00-11:30",
        PACE,
        PaceRow(scope="doctor", key="bob", minutes=7),
        clinics=(clinic(),),
        doctors=(doctor("ann", "chief"), doctor("bob")),
    )
    ann = session("ann", "mon-am", blocks=(Block("eye", 17),))
    bob = session("bob", "mon-am", blocks=(Block("eye", 17),))
    together = session_times(found, (ann, bob))
    from scheduler.appointments import optimum

    optimum._known.clear()
    assert session_times(found, (ann,)) == {ann.session: together[ann.session]}


def test_learned_times_stay_in_slots_of_half_an_hour_at_most():
    found = week(AppointmentRule.LEARNED, "08:00-11:30", PACE)
    slots = cut_sessions(found, Roster((session("ann", "mon-am", blocks=(Block("eye", 18),)),)))
    assert sum(slot.tickets for slot in slots) == 18
    assert max(slot.window.minutes for slot in slots) <= 30
    assert all(slot.window.start <= start < slot.window.end for slot in slots for start in slot.starts)
