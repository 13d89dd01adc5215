"""Half-days of a planned week as planners type them: 周五下午, fri-pm, 2026-07-24-PM; days and their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from scheduler.clock import Cell, Week
from scheduler.errors import Suggestions
from scheduler.tables.columns.moments import DayName, Moment, Sort, read_moments
from scheduler.words import Message, message


def half_day_remedy(text: str, cells: Iterable[Cell]) -> Message:
    """Return what would be right for a text that is not a half-day: the nearest of `cells`, or how one is written."""
    near = Suggestions([cell.key for cell in cells]).nearest(text.lower())
    if near is not None:
        return message("Did you mean {near}?", near=near)
    return message("Write it as fri-pm, 周五下午 or 2026-07-24-PM.")


def parse_cell(week: Week, text: str) -> Cell:
    """Return the one half-day that `text` names (`fri-pm`, `周五下午`, `2026-07-24-PM`); raises ValueError."""
    cells = [
        Cell(date, half)
        for moment in typed_moments(text)
        for date in dates_of(week, moment)
        for half in moment.halves
    ]
    if len(cells) != 1:
        raise ValueError(f"{text!r} is not a half-day such as fri-pm or 周五下午")
    return cells[0]


def typed_moments(text: str, sort: Sort = "") -> tuple[Moment, ...]:
    """Return the moments of `text` that a planned week has; raises ValueError for any other, such as 中午 or 单周."""
    moments = read_moments(text.strip(), sort)
    if any(moment.aside or moment.weeks for moment in moments):
        raise ValueError(f"{text!r} is not a half-day")
    return moments


def dates_of(week: Week, moment: Moment) -> Iterator[dt.date]:
    """Return the dates of a moment's days; a weekday is that of `week`. Raises ValueError for an unclear one."""
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
