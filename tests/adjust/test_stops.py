from __future__ import annotations

import pytest

from scheduler.adjust.stops import Stop, all_stops, parse_cell, parse_stops
from scheduler.errors import CallError, InputError
from scheduler.scenario.rows import AvailabilityRow
from tests.adjust.small import published, row, scenario, stop
from tests.check.small import WEEK


@pytest.mark.parametrize("text", ["wed-pm", "WED-PM", "2026-07-22-PM", "2026-07-22-pm"])
def test_a_half_day_is_named_by_weekday_or_date(text):
    assert parse_cell(WEEK, text) == WEEK.cell("wed-pm")


@pytest.mark.parametrize("text", ["", "wed", "wed-noon", "2026-07-22", "2026-02-30-PM", "x-pm", "pm"])
def test_anything_else_is_no_half_day(text):
    with pytest.raises(ValueError, match=r"."):
        parse_cell(WEEK, text)


def test_stops_are_sorted_each_once_and_a_name_may_hold_an_at_sign():
    texts = ["bob@tue-pm", "a@b@mon-am", "bob@2026-07-21-PM"]
    assert parse_stops(WEEK, texts) == (Stop("a@b", WEEK.cell("mon-am")), Stop("bob", WEEK.cell("tue-pm")))


def test_every_stop_that_is_none_is_told_at_once():
    with pytest.raises(CallError) as told:
        parse_stops(WEEK, ["bob", "bob@noon", "bob@mon-am"])
    assert [problem.value for problem in told.value.problems] == ["bob", "bob@noon"]


def test_a_stop_must_be_of_a_session_to_come_of_a_doctor_we_know():
    week = scenario(row("bob", "mon-am"), row("bob", "tue-am"))
    stops = [stop("bob", "mon-am"), stop("bop", "tue-am"), stop("bob", "wed-am"), stop("ann", "tue-am")]
    with pytest.raises(InputError) as told:
        all_stops(week, published(week).roster, stops, WEEK.dates[1])
    assert [str(problem.remedy) for problem in told.value.problems] == [
        "They have no session this week; take the stop out.",
        "Stop sessions from 2026-07-21 on, or give an earlier --as-of.",
        "Their sessions are: 2026-07-20-AM, 2026-07-21-AM.",
        "Did you mean bob?",
    ]


def test_who_is_away_is_stopped_but_not_in_the_past():
    week = scenario(row("bob", "mon-am"), row("bob", "tue-am"))
    roster = published(week).roster
    away = week.changed(availability=(AvailabilityRow(doctor="bob"),))
    assert all_stops(away, roster, (), WEEK.dates[1]) == {stop("bob", "tue-am")}
    assert all_stops(week, roster, (), WEEK.dates[0]) == frozenset()
