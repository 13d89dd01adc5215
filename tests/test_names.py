from __future__ import annotations

from scheduler.clock import Half
from scheduler.names import (
    cell_key,
    cell_name,
    day_name,
    level_name,
    place,
    span_key,
    span_name,
)
from scheduler.scenario.hospital import Level
from tests.check.small import WEEK


def test_a_place_reads_from_wide_to_narrow_with_a_dash_for_nothing():
    assert place("main/eye", "wed-am") == "main/eye, wed-am"
    assert place("", "wed-am") == "-, wed-am"


def test_a_half_day_of_another_week_is_reported_by_its_date():
    assert cell_key(WEEK, WEEK.cell("wed-am")) == "wed-am"
    assert cell_key(WEEK, WEEK.next().cell("wed-am")) == "2026-07-29-am"


def test_days_and_half_days_are_named_as_people_say_them():
    assert str(day_name(WEEK.dates[4])) == "Friday 2026-07-24"
    assert str(cell_name(WEEK.cell("fri-eve"))) == "Friday 2026-07-24 evening"


def test_the_half_days_of_a_row_are_reported_as_widely_as_it_speaks():
    rows = [("fri", Half.PM), ("2026-07-24", None), ("", Half.PM), ("", None)]
    assert [span_key(*row) for row in rows] == ["fri-pm", "2026-07-24-any", "any-pm", "any-any"]
    assert [str(span_name(*row)) for row in rows] == [
        "Friday, afternoon",
        "2026-07-24, any half-day",
        "the whole week, afternoon",
        "the whole week, any half-day",
    ]


def test_every_level_has_a_name():
    assert str(level_name(Level.DEPUTY_CHIEF)) == "deputy chief"
    assert len({str(level_name(level)) for level in Level}) == len(Level)
