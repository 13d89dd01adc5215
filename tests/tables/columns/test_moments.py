"""Times as hospitals write them: what days and halves each spelling names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.clock import Half
from scheduler.tables.columns.moments import Sort, halves_of_hours, names_a_moment, read_moments

AM, PM, EVE = Half.AM, Half.PM, Half.EVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周一上午、周三全天", [([0], [AM]), ([2], [AM, PM])]),
        ("周一、三、五上午", [([0, 2, 4], [AM])]),
        ("上午：周一、周三；下午：周二", [([0, 2], [AM]), ([1], [PM])]),
        ("周一至周五下午", [([0, 1, 2, 3, 4], [PM])]),
        ("每周二全天", [([1], [AM, PM])]),
        ("星期日夜诊", [([6], [EVE])]),
        ("禮拜五上午診", [([4], [AM])]),
        ("Friday afternoon", [([4], [PM])]),
        ("上午 8:00-12:00", [([], [AM])]),
        ("13:30—17:00", [([], [PM])]),
        ("08:00-17:00", [([], [AM, PM])]),
        ("18:00-20:00", [([], [EVE])]),
        ("周二14:00-17:00，周四8:00-12:00", [([1], [PM]), ([3], [AM])]),
        ("周二、四14:00-17:00", [([1, 3], [PM])]),
    ],
)
def test_weekdays_and_halves_are_read(text: str, expected: list[tuple[list[int], list[Half]]]) -> None:
    moments = read_moments(text)
    assert [([day.weekday for day in m.days], list(m.halves)) for m in moments] == expected


@pytest.mark.parametrize("text", ["下午2:00-5:00", "下午 14:00-17:00", "周五下午2:00-5:00"])
def test_hours_behind_afternoon_are_afternoon_hours(text: str) -> None:
    assert [moment.hours for moment in read_moments(text)] == [(14 * 60, 17 * 60)]


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("单周周一下午，双周周五下午", ["odd", "even"]),
        ("周一下午（单周），周五下午（双周）", ["odd", "even"]),
        ("周一下午单周、周五下午双周", ["odd", "even"]),
        ("周一（单周）上午、周五下午", ["odd", ""]),
        ("每周一上午、单周周三下午", ["", "odd"]),
        ("上午：单周周一、双周周三", ["odd", "even"]),
    ],
)
def test_weeks_are_those_of_the_day_beside_them(text: str, weeks: list[str]) -> None:
    assert [moment.weeks.parity for moment in read_moments(text)] == weeks


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("2025-10-20", ""),
        ("2025/10/20", ""),
        ("20251020", ""),
        ("2025年10月20日 星期一", ""),
        ("2025-10-20T00:00:00", ""),
        ("民国114年10月20日", ""),
        ("114/10/20", ""),
        ("Oct 20, 2025", ""),
        ("45950", "date"),
    ],
)
def test_dates_are_read_in_every_spelling(text: str, sort: Sort) -> None:
    (moment,) = read_moments(text, sort)
    assert [day.date for day in moment.days] == [dt.date(2025, 10, 20)]


@pytest.mark.parametrize(
    "text", ["张三", "骨科", "骨科门诊上午", "1145", "20/20", "2025-02-30", "12:00-08:00", ""]
)
def test_what_names_no_time_is_no_moment(text: str) -> None:
    assert not names_a_moment(text)


@pytest.mark.parametrize("text", ["中午", "白天", "AM/PM", "上午/下午"])
def test_a_time_between_the_halves_is_set_aside(text: str) -> None:
    (moment,) = read_moments(text)
    assert moment.aside
    assert not moment.halves


@given(
    st.dates(dt.date(2015, 1, 1), dt.date(2039, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_a_date_comes_back_from_every_spelling(date: dt.date, spelling: str) -> None:
    assert [day.date for day in read_moments(date.strftime(spelling))[0].days] == [date]


@given(st.integers(0, 23 * 60), st.integers(1, 600))
def test_hours_that_end_by_one_are_a_morning(start: int, minutes: int) -> None:
    end = start + minutes
    halves = halves_of_hours(start, end)
    assert (halves == (AM,)) if end <= 13 * 60 else halves != ()
