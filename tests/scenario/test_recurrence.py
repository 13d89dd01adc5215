from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Week
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence

DATES = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
RECURRENCES = (
    st.sampled_from(["", "odd", "even", "1st", "2nd;4th", "last"]).map(Recurrence.parse)
    | st.builds(lambda n, start: Recurrence(every=n, start=start), st.integers(1, 9), DATES)
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("odd", "odd"),
        ("单周", "odd"),
        ("双", "even"),
        ("", ""),
        ("每周", ""),
        ("2/2026-07-06", "2/2026-07-06"),
        ("隔周 2026-7-6", "2/2026-07-06"),
        ("每两周从2026年7月6日起", "2/2026-07-06"),
        ("every 3 weeks from 2026-07-06", "3/2026-07-06"),
        ("1st mon", "1st"),
        ("first and third Monday of the month", "1st;3rd"),
        ("每月第1个周一", "1st"),
        ("每月第三、一周", "1st;3rd"),
        ("第2、4个周五", "2nd;4th"),
        ("最后一个周五", "last"),
    ],
)
def test_weeks_are_understood_as_planners_write_them(text, written):
    assert str(Recurrence.parse(text)) == written


@pytest.mark.parametrize(
    "text", ["1", "三", "周一", "often", "0/2026-07-06", "2/2026-13-01", "第六周", "6th"]
)
def test_what_names_no_weeks_is_refused(text):
    with pytest.raises(ValueError):
        Recurrence.parse(text)


@given(RECURRENCES)
def test_weeks_read_back_as_they_are_written(weeks):
    assert Recurrence.parse(str(weeks)) == weeks


def test_odd_weeks_are_those_of_an_odd_iso_number():
    dates = [dt.date(2026, 12, 28) + dt.timedelta(days=7 * n) for n in range(3)]
    assert [str(Week.of(date)) for date in dates] == ["2026-W53", "2027-W01", "2027-W02"]
    assert [Recurrence.parse("odd").takes_place(date) for date in dates] == [True, True, False]


@settings(derandomize=True)
@given(DATES)
def test_every_week_is_odd_or_even_and_never_both(date):
    assert Recurrence.parse("odd").takes_place(date) != Recurrence.parse("even").takes_place(date)


def test_every_second_week_counts_from_the_week_of_its_date_and_not_before():
    weeks = Recurrence.parse("2/2026-07-08")
    days = [dt.date(2026, 7, day) for day in (6, 12, 13, 20)] + [dt.date(2026, 6, 22)]
    assert [weeks.takes_place(day) for day in days] == [True, True, False, True, False]


def test_weekdays_of_a_month_are_counted():
    fridays = [dt.date(2026, 7, day) for day in (3, 10, 17, 24, 31)]
    for text, held in (("1st", (0,)), ("2nd;4th", (1, 3)), ("last", (4,)), ("5th", (4,))):
        assert [n for n, day in enumerate(fridays) if Recurrence.parse(text).takes_place(day)] == list(held)


def test_weeks_meet_where_some_day_has_both():
    monday = dt.date(2026, 7, 20)

    def meet(one: str, other: str) -> bool:
        return Recurrence.parse(one).meets(Recurrence.parse(other), monday)

    assert not meet("odd", "even")
    assert not meet("2/2026-07-06", "2/2026-07-13")
    assert not meet("1st;3rd", "2nd")
    assert meet("odd", "1st") and meet("odd", "") and meet("4th", "last") and meet("odd", "odd")
    assert not EVERY_WEEK and Recurrence.parse("odd")
