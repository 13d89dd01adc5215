from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.roster import Roster, template_roster
from scheduler.scenario.rows import Block
from scheduler.study.uncertainty.arrays import SessionArrays, time_of
from scheduler.study.uncertainty.distributions import Between, Distributions
from scheduler.study.uncertainty.draw import Draw
from scheduler.study.uncertainty.patients import Patients, Seating, forecast_of
from tests.check.small import WEEK, clinic, row, scenario, session

CLINICS = (clinic("eye"), clinic("ear", "ear"))
WEEKS = scenario(clinics=CLINICS)


def exactly(demand: float | Fraction, *, no_show: float = 0, elsewhere: float = 0, number: int = 0) -> Draw:
    """A draw in which so many patients come per ticket of the forecast: 0 or 3, the ends where nothing is left to chance."""
    per_ticket = Between(Fraction(demand), Fraction(demand))
    parts = Distributions(demand=per_ticket, no_show=Fraction(no_show), elsewhere=Fraction(elsewhere))
    return Draw(0, number, parts)


def patients(draw: Draw, tickets: dict[str, int], forecast: dict[str, int], run: list[bool] | None = None):
    """The patients of an eye clinic with a session at each of these half-days and such a forecast."""
    roster = Roster(
        tuple(session("ann", at, at, blocks=(Block("eye", count),)) for at, count in tickets.items())
    )
    held = SessionArrays(WEEKS, roster)
    expected = {("eye", time_of(WEEK.cell(at))): count for at, count in forecast.items()}
    runs = np.ones(len(tickets), dtype=bool) if run is None else np.array(run, dtype=bool)
    return Seating(held, expected).patients(draw, runs)


def test_the_forecast_is_the_template_with_its_stopped_sessions():
    rows = (row("ann", "mon-am", tickets=7), row("bob", "mon-am", stopped=True), row("bob", "tue-pm"))
    assert forecast_of(scenario(template=rows)) == {("eye", 0): 27, ("eye", 4): 20}


def test_patients_without_a_ticket_at_their_half_day_stay_without():
    found = patients(exactly(3), {"mon-am": 20, "tue-am": 20}, {"mon-am": 10})
    assert found == Patients(demand=30, unmet=10, no_shows=0, seen=20)


@pytest.mark.parametrize(("share", "seen"), [(Fraction(1, 2), 25), (Fraction(1, 4), 22), (1, 30)])
def test_the_stated_share_of_them_takes_another_half_day(share, seen):
    found = patients(exactly(3, elsewhere=share), {"mon-am": 20, "tue-am": 20}, {"mon-am": 10})
    assert (found.seen, found.unmet) == (seen, 30 - seen)


def test_nobody_takes_a_ticket_of_another_clinic():
    roster = Roster((session("ann", "mon-am", "mon-am", blocks=(Block("ear", 50),)),))
    seating = Seating(SessionArrays(WEEKS, roster), {("eye", 0): 10})
    assert seating.patients(exactly(3, elsewhere=1), np.array([True])) == Patients(30, 30, 0, 0)


def test_a_stopped_session_offers_no_ticket():
    found = patients(exactly(3), {"mon-am": 20, "tue-am": 20}, {"mon-am": 5, "tue-am": 5}, [True, False])
    assert found == Patients(demand=30, unmet=15, no_shows=0, seen=15)


def test_where_nobody_comes_nobody_is_seen():
    found = patients(exactly(3, no_show=1), {"mon-am": 20}, {"mon-am": 5})
    assert found == Patients(demand=15, unmet=0, no_shows=15, seen=0)


def test_two_sessions_of_a_clinic_share_its_patients():
    roster = Roster((session("ann", "mon-am", "mon-am"), session("bob", "mon-am", "mon-am")))
    found = Seating(SessionArrays(WEEKS, roster), {("eye", 0): 10})
    assert found.patients(exactly(3, no_show=1), np.array([True, True])) == Patients(30, 0, 30, 0)


def test_a_week_without_sessions_or_patients_is_empty():
    assert patients(exactly(3), {}, {}) == Patients(0, 0, 0, 0)
    assert patients(exactly(3), {}, {"mon-am": 5}) == Patients(15, 15, 0, 0)
    assert patients(exactly(0), {"mon-am": 20}, {"mon-am": 5}) == Patients(0, 0, 0, 0)


CELLS = ("mon-am", "mon-pm", "wed-am", "fri-pm")
COUNTS = st.dictionaries(st.sampled_from(CELLS), st.integers(0, 30))


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, st.fractions(0, 1), st.integers(0, 50))
def test_tickets_are_given_out_as_if_patients_came_one_by_one(tickets, forecast, elsewhere, number):
    draw = exactly(3, elsewhere=elsewhere, number=number)
    left, turned_away = Counter(tickets), 0
    for at, count in forecast.items():
        taken = min(3 * count, left[at])
        left[at] -= taken
        turned_away += 3 * count - taken
    seated = min(turned_away * elsewhere.numerator // elsewhere.denominator, left.total())
    found = patients(draw, tickets, forecast)
    assert found.unmet == turned_away - seated
    assert found.demand == found.seen + found.no_shows + found.unmet


@settings(max_examples=60, deadline=None)
@given(COUNTS, COUNTS, st.data())
def test_whoever_is_not_seen_is_told_why_and_more_sessions_leave_no_more_without(tickets, forecast, data):
    draw = Draw(1, data.draw(st.integers(0, 99)), Distributions())
    run = data.draw(st.lists(st.booleans(), min_size=len(tickets), max_size=len(tickets)))
    some, every = patients(draw, tickets, forecast, run), patients(draw, tickets, forecast)
    assert some.demand == every.demand == some.seen + some.no_shows + some.unmet
    assert every.unmet <= some.unmet


def test_patients_of_a_moved_session_stay_away_as_they_did_before():
    week = scenario(clinics=CLINICS, template=(row("ann", "mon-am"), row("bob", "tue-am")))
    stays = template_roster(week)
    moved = Roster((session("ann", "fri-pm", "mon-am"), stays.sessions[1]))
    draw = Draw(0, 0, Distributions(elsewhere=Fraction(1), demand=Between(Fraction(3), Fraction(3))))
    both = [
        Seating(SessionArrays(week, roster), forecast_of(week)).patients(draw, np.array([True, True]))
        for roster in (stays, moved)
    ]
    assert both[0] == both[1]
    assert both[0].no_shows > 0
