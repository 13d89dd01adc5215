"""Half-days of a planned week as planners type them: 周五下午, fri-pm, 12-04, a day, a range."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from scheduler.clock import Cell, Half, Week
from scheduler.tables.columns.moments import DayName, Moment, read_moments

_RANGE = re.compile(r"\s*(?:\.{2,}|…|~|～|至|到)\s*")


def parse_cell(week: Week, text: str) -> Cell:
    """Return the one half-day that `text` names (`fri-pm`, `周五下午`, `2026-07-24-PM`); raises ValueError."""
    cells = [
        Cell(date, half)
        for moment in _moments(text)
        for date in _dates(week, moment)
        for half in moment.halves
    ]
    if len(cells) != 1:
        raise ValueError(f"{text!r} is not a half-day such as fri-pm or 周五下午")
    return cells[0]


def parse_cells(week: Week, text: str) -> tuple[Cell, ...]:
    """Return the half-days that `text` names, in order; a day has all its halves, a range all its days.

    Ranges are FIRST..LAST, also with 至; nothing is the whole week. Raises ValueError where it names no time.
    """
    if not text.strip():
        return tuple(_cells(week.dates, ()))
    ends = _RANGE.split(text.strip())
    if len(ends) == 2:
        first, last = (_one_date(week, end) for end in ends)
        if last < first:
            raise ValueError(f"{text!r} runs backwards")
        days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
        return tuple(_cells(days, ()))
    return tuple(cell for moment in _moments(text) for cell in _cells(_dates(week, moment), moment.halves))


def _moments(text: str) -> tuple[Moment, ...]:
    moments = read_moments(text.strip())
    if any(moment.aside or moment.weeks for moment in moments):
        raise ValueError(f"{text!r} is not a half-day")
    return moments


def _cells(dates: Iterator[dt.date] | tuple[dt.date, ...], halves: tuple[Half, ...]) -> Iterator[Cell]:
    return (Cell(date, half) for date in dates for half in halves or tuple(Half))


def _one_date(week: Week, text: str) -> dt.date:
    (moment,) = _moments(text)
    dates = list(_dates(week, moment))
    if len(dates) != 1 or moment.halves:
        raise ValueError(f"{text!r} is not a day")
    return dates[0]


def _dates(week: Week, moment: Moment) -> Iterator[dt.date]:
    return (_date(week, day) for day in moment.days)


def _date(week: Week, day: DayName) -> dt.date:
    """Return the date of a day; a day of some year is the one nearest to the week."""
    if day.date is not None:
        return day.date
    if day.month_day is None:
        if day.weekday is None:
            raise ValueError("three numbers in an unknown order are no day")
        return week.dates[day.weekday]
    month, number = day.month_day
    near = [
        dt.date(year, month, number)
        for year in (week.year - 1, week.year, week.year + 1)
        if _exists(year, month, number)
    ]
    return min(near, key=lambda date: abs((date - week.dates[0]).days))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
