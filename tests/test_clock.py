from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import (
    WEEKDAYS,
    Cell,
    DayKind,
    DayOverride,
    Half,
    Hours,
    Week,
    Window,
    adjusted_days_known,
    clock_text,
    moment,
    parse_minute,
    week_days,
)

W, E, C = DayKind.WORKING, DayKind.WEEKEND, DayKind.CLOSED


def kinds(week: str, **overrides: DayOverride) -> list[DayKind]:
    found = Week.parse(week)
    named = {found.dates[WEEKDAYS.index(day)]: override for day, override in overrides.items()}
    return [day.kind for day in week_days(found, named)]


# halves and cells


def test_halves_are_ordered_by_time_not_by_letters():
    assert sorted([Half.EVE, Half.PM, Half.AM]) == [Half.AM, Half.PM, Half.EVE]
    assert Half.EVE > Half.PM >= Half.PM > Half.AM <= Half.AM
    assert not Half.EVE < Half.PM


def test_cells_are_ordered_by_date_then_half():
    week = Week.parse("2026-W30")
    keys = ["mon-am", "mon-pm", "mon-eve", "tue-am", "sun-eve"]
    assert [cell.key for cell in sorted(map(week.cell, reversed(keys)))] == keys


def test_a_cells_key_names_it_in_its_week():
    week = Week.parse("2026-W30")
    assert week.cell(" Fri-PM ") == Cell(dt.date(2026, 7, 24), Half.PM)
    for date in week.dates:
        for half in Half:
            assert week.cell(Cell(date, half).key) == Cell(date, half)


@pytest.mark.parametrize("key", ["", "fri", "fri-noon", "day-am", "fri-am-pm", "2026-07-24-am"])
def test_what_names_no_half_day_is_refused(key):
    with pytest.raises(ValueError, match="is not a half-day such as fri-pm"):
        Week.parse("2026-W30").cell(key)


# weeks


@pytest.mark.parametrize("text", ["2026-W30", "2026W30", " 2026-w30 "])
def test_an_iso_week_is_read(text):
    assert Week.parse(text) == Week(2026, 30)
    assert str(Week.parse(text)) == "2026-W30"


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-30", "2026-W00", "2026-W54", "2025-W53", "26-W30", "0000-W01", "1899-W01", "2101-W01"],
)
def test_a_week_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):
        Week.parse(text)


def test_a_week_has_its_seven_dates_from_monday():
    dates = Week.parse("2026-W01").dates
    assert (dates[0], dates[6]) == (dt.date(2025, 12, 29), dt.date(2026, 1, 4))


@settings(derandomize=True)
@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_every_date_lies_in_its_week_and_weeks_follow_each_other(date):
    week = Week.of(date)
    assert date in week.dates
    assert Week.parse(str(week)) == week
    assert week < week.next()
    assert week.next().dates[0] == week.dates[6] + dt.timedelta(days=1)


# working days


def test_an_ordinary_week_has_five_working_days():
    assert kinds("2026-W30") == [W, W, W, W, W, E, E]


def test_every_day_follows_its_own_weekday():
    assert [day.follows for day in week_days(Week.parse("2026-W30"), {})] == list(range(7))


def test_national_day_closes_its_days_and_the_weekend_among_them():
    # 1 to 8 October 2025 were closed, 28 September and 11 October worked.
    assert kinds("2025-W39") == [W, W, W, W, W, E, W]
    assert kinds("2025-W40") == [W, W, C, C, C, C, C]
    assert kinds("2025-W41") == [C, C, C, W, W, W, E]


def test_a_closed_day_says_why_and_a_working_weekend_too():
    days = week_days(Week.parse("2025-W41"), {})
    assert days[1].reason != ""
    assert days[5].reason == "调休"
    assert days[3].reason == ""


def test_a_week_over_new_year_knows_both_years():
    assert kinds("2026-W01")[3] is C


def test_the_planners_word_is_stronger_than_the_calendar():
    works = DayOverride(W, follows=0, reason="开诊")
    assert kinds("2025-W41", mon=works, sat=DayOverride(C)) == [W, C, C, W, W, C, E]
    (monday, *_) = week_days(Week.parse("2025-W41"), {dt.date(2025, 10, 6): works})
    assert (monday.follows, monday.reason) == (0, "开诊")


def test_a_day_may_follow_the_timetable_of_another():
    week = Week.parse("2026-W30")
    days = week_days(week, {week.dates[5]: DayOverride(W, follows=1)})
    assert [day.follows for day in days] == [0, 1, 2, 3, 4, 1, 6]


def test_adjusted_days_of_a_far_year_are_not_known_yet():
    assert adjusted_days_known(2025)
    assert not adjusted_days_known(2090)


# times


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("8:30", 510), ("08:30:00", 510), ("24:00", 1440)]
)
def test_a_time_is_read_as_minutes_after_midnight(text, minute):
    assert parse_minute(text) == minute


@pytest.mark.parametrize("text", ["", "8", "8:5", "08:60", "24:01", "25:00", "-1:00", "08:30:15", "8.30"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is not a time such as 08:30"):
        parse_minute(text)


@settings(derandomize=True)
@given(st.integers(0, 1440))
def test_a_minute_reads_back_as_it_is_written(minute):
    assert parse_minute(clock_text(minute)) == minute


def test_a_window_is_read_and_written():
    window = Window.parse("08:00-11:30")
    assert (window.start, window.end, window.minutes, str(window)) == (480, 690, 210, "08:00-11:30")


@pytest.mark.parametrize("text", ["08:00", "11:30-08:00", "08:00-08:00", "08:00-25:00", "", "8-12"])
def test_what_is_no_window_is_refused(text):
    with pytest.raises(ValueError):
        Window.parse(text)


@settings(derandomize=True)
@given(st.integers(0, 1400), st.integers(1, 40), st.integers(1, 600))
def test_a_window_cut_into_pieces_is_whole(start, minutes, length):
    window = Window(start, start + minutes)
    pieces = window.cut(length)
    assert pieces[0].start == window.start
    assert pieces[-1].end == window.end
    assert all(a.end == b.start for a, b in pairwise(pieces))
    assert all(piece.minutes == length for piece in pieces[:-1])
    assert pieces[-1].minutes <= length


def test_windows_are_ordered_by_their_start_then_end():
    early, late, long = Window(480, 510), Window(510, 540), Window(480, 690)
    assert sorted([late, long, early]) == [early, long, late]


def test_a_moment_is_beijing_time():
    assert moment(dt.date(2026, 7, 24), 510).isoformat() == "2026-07-24T08:30:00+08:00"


def test_hours_are_read_and_written_with_their_breaks():
    for text in ("14:00-16:00", "08:00-10:00;10:15-11:30"):
        assert str(Hours.parse(text)) == text
    assert str(Hours.parse("８：00～10：00，10:15至11:30")) == "08:00-10:00;10:15-11:30"


@pytest.mark.parametrize("text", ["", "14:00", "16:00-14:00", "08:00-10:00;09:00-11:00", "08:00-10:00;"])
def test_what_is_no_hours_is_refused(text):
    with pytest.raises(ValueError):
        Hours.parse(text)


def test_a_break_is_no_part_of_the_minutes_worked():
    hours = Hours.parse("08:00-10:00;10:15-11:30")
    assert hours.minutes == 195
    assert [clock_text(hours.minute(n)) for n in (0, 119, 120, 194)] == ["08:00", "09:59", "10:15", "11:29"]
    assert [str(window) for window in hours.cut(60)] == [
        *("08:00-09:00", "09:00-10:00"),
        *("10:15-11:15", "11:15-11:30"),
    ]


def test_hours_overlap_where_one_begins_before_the_other_ends():
    morning = Hours.parse("08:00-09:45")
    assert morning.overlaps(Hours.parse("09:30-11:30"))
    assert not morning.overlaps(Hours.parse("09:45-11:30"))
    assert Hours.parse("08:00-09:00;11:00-12:00").overlaps(Hours.parse("09:30-10:00"))
