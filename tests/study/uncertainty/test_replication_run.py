from __future__ import annotations

from fractions import Fraction

import pytest

from scheduler.errors import SettingError
from scheduler.roster import Roster, template_roster
from scheduler.study.uncertainty.distributions import Between, Distributions
from scheduler.study.uncertainty.intervals import summary
from scheduler.study.uncertainty.patients import forecast_of
from scheduler.study.uncertainty.replication_run import replicate_week
from scheduler.study.uncertainty.stop_response import StopResponse
from tests.check.small import doctor, row, scenario, session

DAYS = ("mon", "tue", "wed", "thu", "fri")
HALVES = ("am", "pm", "am", "pm", "am")
PEOPLE = tuple(doctor(f"d{number:02}") for number in range(30))
WEEK = scenario(
    doctors=PEOPLE,
    template=tuple(
        row(who.doctor, f"{day}-{half}") for who in PEOPLE for day, half in zip(DAYS, HALVES, strict=True)
    ),
    rules={"ratio_day": "off", "rooms": "off"},
)
PLANNED = template_roster(WEEK)
MOVED = Roster(
    tuple(
        session(one.doctor, "fri-pm", one.at.key) if one.at.key == "mon-am" and one.doctor < "d10" else one
        for one in PLANNED.sessions
    )
)
DRAWN = Distributions()


def test_the_same_seed_gives_the_same_numbers():
    once = replicate_week(WEEK, PLANNED, DRAWN, 1, range(5))
    assert replicate_week(WEEK, PLANNED, DRAWN, 1, range(5)) == once
    assert replicate_week(WEEK, PLANNED, DRAWN, 2, range(5)) != once


def test_a_replication_is_the_same_whichever_others_are_asked_for():
    every = replicate_week(WEEK, PLANNED, DRAWN, 0, range(6))
    assert replicate_week(WEEK, PLANNED, DRAWN, 0, [4, 1]) == (every[4], every[1])


def test_no_replication_is_refused():
    with pytest.raises(SettingError, match="there is no replication to draw"):
        replicate_week(WEEK, PLANNED, DRAWN, 0, [])


def test_the_same_sessions_are_stopped_wherever_a_variant_puts_them():
    planned, moved = (replicate_week(WEEK, roster, DRAWN, 0, range(20)) for roster in (PLANNED, MOVED))
    assert [week.stopped for week in planned] == [week.stopped for week in moved]
    assert [week.tickets_lost for week in planned] == [week.tickets_lost for week in moved]
    assert [week.patients.demand for week in planned] == [week.patients.demand for week in moved]
    assert [week.days for week in planned] != [week.days for week in moved]


def test_what_runs_is_what_is_planned_less_what_is_stopped():
    for week in replicate_week(WEEK, PLANNED, DRAWN, 0, range(20)):
        assert week.planned == 150
        assert week.run == 150 - week.stopped
        assert (week.tickets_offered, week.tickets_lost) == (20 * week.run, 20 * week.stopped)
        assert sum(day.sessions.am + day.sessions.pm for day in week.days) == week.run


def test_where_nothing_is_stopped_the_week_runs_as_planned():
    none = Distributions(stopped=Between(Fraction(0), Fraction(0)))
    for how in StopResponse:
        (week,) = replicate_week(WEEK, PLANNED, none, 0, [0], how)
        assert (week.stopped, week.run, week.status, week.moved) == (0, 150, None, 0)


def test_a_day_above_the_limit_is_counted():
    # All mornings on Monday, Wednesday and Friday, all afternoons on the others.
    none = Distributions(stopped=Between(Fraction(0), Fraction(0)))
    (week,) = replicate_week(WEEK, PLANNED, none, 0, [0])
    assert week.days_above == 3


def test_a_repair_brings_sessions_back():
    pair = [
        replicate_week(WEEK, PLANNED, DRAWN, 0, [0, 1], how)
        for how in (StopResponse.AS_RUN, StopResponse.REPAIR)
    ]
    for left, mended in zip(*pair, strict=True):
        assert mended.stopped == left.stopped > 0
        assert mended.run > left.run
        assert mended.tickets_lost < left.tickets_lost
        assert mended.moved + mended.covered > 0
        assert mended.status is not None


def test_a_variant_is_compared_with_the_demand_of_the_base():
    fewer = WEEK.changed(template=WEEK.template[:75])
    base = replicate_week(WEEK, PLANNED, DRAWN, 0, range(5))
    less = replicate_week(fewer, template_roster(fewer), DRAWN, 0, range(5), forecast=forecast_of(WEEK))
    assert [week.patients.demand for week in less] == [week.patients.demand for week in base]
    assert all(a.patients.unmet > b.patients.unmet for a, b in zip(less, base, strict=True))


def test_variants_are_told_apart_only_where_they_differ():
    runs = {
        name: replicate_week(WEEK, roster, DRAWN, 0, range(12))
        for name, roster in (("base", PLANNED), ("x", MOVED))
    }
    told = summary({**runs, "same": runs["base"]}, "base")
    assert [key for key, interval in told["same"].items() if interval.differs] == []
    assert told["x"]["ratio_week"].differs
    assert not told["x"]["sessions_run"].differs
    assert not told["x"]["demand"].differs
