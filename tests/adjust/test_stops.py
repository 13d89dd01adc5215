from __future__ import annotations

import pytest

from scheduler.adjust.stops import Stop, all_stops, parse_stops
from scheduler.errors import CallError, InputError
from scheduler.scenario.rows import AvailabilityRow
from tests.adjust.small import published, row, scenario, stop
from tests.check.small import WEEK


def test_stops_are_sorted_each_once_and_a_name_may_hold_an_at_sign():
    texts = ["bob@tue-pm", "a@b@mon-am", "bob@2026-07-21-PM"]
    stops = parse_stops(scenario(), texts)
    assert stops == (Stop("a@b", WEEK.cell("mon-am")), Stop("bob", WEEK.cell("tue-pm")))


def test_every_stop_that_is_none_is_told_at_once():
    with pytest.raises(CallError) as told:
        parse_stops(scenario(), ["bob@", "bob@noon", "bob@mon-am", "@mon-am"])
    assert [problem.value for problem in told.value.problems] == ["bob@", "bob@noon", "@mon-am"]


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("bob@周二上午", ["tue-am"]),
        ("bob＠2026-07-21", ["tue-am", "tue-pm"]),
        ("bob@07-21", ["tue-am", "tue-pm"]),
        ("bob@周二", ["tue-am", "tue-pm"]),
        ("bob@2026-07-20..2026-07-21", ["mon-am", "tue-am", "tue-pm"]),
        ("bob@周一至周二", ["mon-am", "tue-am", "tue-pm"]),
        ("bob", ["mon-am", "tue-am", "tue-pm", "fri-pm"]),
    ],
)
def test_a_day_a_range_or_the_week_stops_every_session_in_it(text, stopped):
    week = scenario(*(row("bob", at) for at in ("mon-am", "tue-am", "tue-pm", "fri-pm")))
    stops = all_stops(week, published(week).roster, parse_stops(week, [text]), WEEK.dates[0])
    held = {session.at for session in published(week).roster.held}
    assert {one.cell.key for one in stops if one.cell in held} == set(stopped)


def test_a_day_without_a_session_is_no_stop():
    week = scenario(row("bob", "mon-am"))
    with pytest.raises(InputError, match="the doctor has no session then"):
        all_stops(week, published(week).roster, parse_stops(week, ["bob@周三"]), WEEK.dates[0])


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
