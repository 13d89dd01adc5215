from __future__ import annotations

import pytest

from scheduler.check.run import find_violations
from scheduler.check.slack import slacks
from scheduler.clock import Half, Window
from scheduler.roster import Plan
from scheduler.scenario.hospital import Travel
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import DEFAULT_HALVES, Scenario
from tests.check.small import MONDAY, clinic, found_in, scenario, session, week_of

EAST = (Block("lid", 20),)
TWO_CAMPUSES = (clinic("eye", campus="west"), clinic("lid", campus="east"), clinic("any"))
LATE = week_of(session("ann", "mon-eve"), session("ann", "tue-am"))


def sentences(rule: str, week: Scenario, plan: Plan) -> list[str]:
    return [str(one.sentence) for one in find_violations(week, plan, rules=[rule])]


def test_a_morning_after_an_evening_is_one_unit_with_its_hours():
    assert found_in("rest", scenario(), LATE) == [(f"ann, {MONDAY}", 1)]
    assert sentences("rest", scenario(), LATE) == [
        "ann ends at 19:30 on Monday 2026-07-20 evening and starts at 08:00 on Tuesday 2026-07-21 morning; "
        "hours of rest: 12.5, asked for: 13"
    ]


@pytest.mark.parametrize(("hours", "broken"), [("12.5", False), ("12.51", True), (0, False)])
def test_the_hours_are_exact(hours, broken):
    assert bool(found_in("rest", scenario(policy=Policy(rest={"hours": hours})), LATE)) == broken


def test_rest_counts_from_the_last_session_to_the_first_of_the_next_day_only():
    rested = week_of(
        session("ann", "mon-am"),
        session("ann", "mon-pm"),
        session("ann", "tue-am"),
        session("ann", "tue-eve"),
        session("ann", "wed-pm"),
        session("bob", "wed-am"),
        session("bob", "thu-eve"),
        session("bob", "sat-am"),
    )
    assert found_in("rest", scenario(), rested) == []


def test_nights_count_each_and_a_night_once():
    plan = week_of(
        *LATE.roster.sessions, session("ann", "mon-pm"), session("ann", "tue-eve"), session("ann", "wed-am")
    )
    week = scenario(policy=Policy(rest={"hours": 16}))
    assert found_in("rest", week, plan) == [(f"ann, {MONDAY}", 1), ("ann, 2026-07-21", 1)]


def test_the_hours_of_the_halves_decide():
    early = {**DEFAULT_HALVES, Half.EVE: Window.parse("17:00-19:00")}
    assert found_in("rest", scenario(halves=early), LATE) == []


def at(minutes: int | None, *way: str) -> Scenario:
    way = way or ("west", "east")
    rows = () if minutes is None else (Travel(from_campus=way[0], to_campus=way[1], minutes=minutes),)
    return scenario(clinics=TWO_CAMPUSES, travel=rows)


CHANGE = week_of(session("ann", "mon-am"), session("ann", "mon-pm", blocks=EAST))


def test_a_change_of_campus_within_a_day_is_one_unit():
    assert found_in("one_campus", at(None), CHANGE) == [(f"ann, {MONDAY}", 1)]
    assert sentences("one_campus", at(None), CHANGE) == [
        "ann changes on Monday 2026-07-20 from west (until 11:30) to east (from 13:30)"
    ]


@pytest.mark.parametrize(("minutes", "broken"), [(120, False), (121, True)])
def test_the_table_allows_what_there_is_time_for_both_ways(minutes, broken):
    assert bool(found_in("one_campus", at(minutes), CHANGE)) == broken
    assert bool(found_in("one_campus", at(minutes, "east", "west"), CHANGE)) == broken


def test_the_same_campus_another_day_and_a_campus_that_nobody_tells_are_no_change():
    plan = week_of(
        session("ann", "mon-am"),
        session("ann", "mon-pm"),
        session("ann", "mon-eve", blocks=(Block("any", 20),)),
        session("ann", "tue-am", blocks=EAST),
        session("bob", "mon-am", blocks=EAST),
    )
    assert found_in("one_campus", at(None), plan) == []


def test_two_campuses_at_once_are_a_change_whatever_the_table_says():
    plan = week_of(session("ann", "mon-am"), session("ann", "mon-am", was="tue-am", blocks=EAST))
    assert found_in("one_campus", at(0), plan) == [(f"ann, {MONDAY}", 1)]


def test_there_and_back_is_one_unit():
    plan = week_of(*CHANGE.roster.sessions, session("ann", "mon-eve"))
    assert found_in("one_campus", at(None), plan) == [(f"ann, {MONDAY}", 1)]


DAY = week_of(*(session("ann", f"mon-{half}") for half in ("am", "pm", "eve")), session("bob", "mon-am"))


@pytest.mark.parametrize(("most", "units"), [(1, 2), (2, 1), (3, 0)])
def test_sessions_of_a_day_beyond_the_most_are_units(most, units):
    week = scenario(policy=Policy(daily_sessions={"most": most}))
    assert sum(amount for _, amount in found_in("daily_sessions", week, DAY)) == units


@pytest.mark.parametrize(("most", "units"), [(5, 2), (6, 1), (7, 0)])
def test_days_of_a_week_beyond_the_most_are_units(most, units):
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    plan = week_of(*(session("ann", f"{day}-am") for day in days), session("ann", "mon-pm"))
    week = scenario(policy=Policy(daily_sessions={"most_days": most}))
    assert found_in("daily_sessions", week, plan) == ([("ann", units)] if units else [])


def test_a_day_and_a_week_that_are_too_long_are_told_apart():
    week = scenario(policy=Policy(daily_sessions={"most": 1, "most_days": 1}))
    plan = week_of(session("ann", "mon-am"), session("ann", "mon-pm"), session("ann", "tue-am"))
    assert sentences("daily_sessions", week, plan) == [
        "ann has sessions on 2 days of the week; at most 1 are wanted",
        "ann has 2 sessions on Monday 2026-07-20; at most 1 are wanted",
    ]


def test_slack_tells_the_minutes_of_rest_and_the_sessions_that_still_fit():
    rest = slacks(scenario(), LATE)["rest"]
    assert (rest.least, rest.places, [spot.place for spot in rest.binding]) == (-30, 1, [f"ann, {MONDAY}"])
    daily = slacks(scenario(), DAY)["daily_sessions"]
    assert (daily.least, [spot.place for spot in daily.binding]) == (-1, [f"ann, {MONDAY}"])
    assert daily.places == 4
