"""Days as they are written become dates: the order of their numbers, their year, and one week of those in the file."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.tables.columns.moments import DayName, Moment, read_moments
from scheduler.tables.published.records import Record
from scheduler.tables.published.rows import DraftRow, PublishedRow
from scheduler.words import message

Order = tuple[int, int, int]
"""Places of year, month and day in three numbers."""

_ORDERS: tuple[Order, ...] = ((2, 0, 1), (2, 1, 0), (0, 1, 2))
"""Month first, day first, year first."""


_NEVER = dt.date.min


@dataclass(frozen=True)
class DatedRows:
    """Rows of one week of the file, and what was decided: `serials` were day numbers, `weeks` the file's other weeks.

    `weekdays` says that the file names weekdays only; `contradicting` counts dates whose weekday is another, `stopped`
    the rows that a note or mark stops on their day (7月22日停诊), `stops_elsewhere` such days that no row is of.
    """

    rows: tuple[PublishedRow, ...]
    serials: int
    weekdays: bool
    month_first: bool
    other_weeks: tuple[Week, ...]
    contradicting: int
    stopped: int
    stops_elsewhere: int


@dataclass(frozen=True)
class RecordsOfWeek:
    """Records of one week of the file, the file's other weeks, and the order of the numbers in all its dates.

    Without an order all records are there, and what is read of them tells their dates.
    """

    records: Sequence[Record]
    other_weeks: tuple[Week, ...] = ()
    order: Order | None = None


def of_one_week(records: Sequence[Record], start: dt.date | None) -> RecordsOfWeek:
    """Return the records of the week that is wanted, chosen by their dates before anything else of them is read.

    A record without a whole date of its own is kept: it is dated when it has been read. So are all where none has a
    date in the week.
    """
    texts = [record.texts.get("date", "") for record in records]
    days = {text: day for text in set(texts) if (day := _day_of_cell(text)) is not None}
    order = _order([day.numbers for day in days.values() if day.numbers])
    dates = {text: date for text, day in days.items() if (date := _date(day, order, None)) is not None}
    kept, others = _one_week(Counter(dates[text] for text in texts if text in dates), start)
    if not others or not kept:
        return RecordsOfWeek(records)
    left = {text for text, date in dates.items() if date not in kept}
    pairs = zip(records, texts, strict=True)
    return RecordsOfWeek([record for record, text in pairs if text not in left], others, order)


def _day_of_cell(text: str) -> DayName | None:
    """Return the day that a cell of dates names wholly and alone, or None."""
    try:
        moments = read_moments(text, "date") if text else ()
    except ValueError:
        return None
    days = [day for moment in moments for day in moment.days]
    return days[0] if len(days) == 1 and _whole(days[0]) else None


def dated(
    drafts: Sequence[DraftRow],
    chosen: RecordsOfWeek,
    where: Where,
    titles: Iterable[str],
    week: Week | None,
    start: dt.date | None,
) -> DatedRows:
    """Return the rows with their dates, of one week; `chosen` are the records that they were read from.

    `week` is the one that is planned, from which the year is known where the file does not tell it; `titles` are texts
    of the file that may tell it; `start` is the first day of the seven that are wanted. Raises InputError where the
    file names no week and none is given, or none of its days is wanted.
    """
    days = dict.fromkeys(draft.day for draft in drafts)
    order = chosen.order or _order([day.numbers for day in days if day.numbers])
    context = _context(titles)
    told = (date for day in days if _whole(day) and (date := _date(day, order, None)) is not None)
    base = context or (week.dates[0] if week else start) or min(told, default=None)
    dates = _dates(days, order, base, where)
    rows = [draft.row._replace(date=dates[draft.day]) for draft in drafts]
    wanted, others = _one_week(Counter(row.date for row in rows), start)
    if rows and not wanted:
        raise InputError([_nothing_from(where, start, sorted({row.date for row in rows}))])
    kept = tuple(row for row in rows if row.date in wanted)
    stops = {id(row): own for row in kept if row.stops and (own := _own_stops(row, order))}
    elsewhere = {moment for row in kept for moment in row.stops} - {m for own in stops.values() for m in own}
    return DatedRows(
        tuple(row._replace(stopped=True) if id(row) in stops else row for row in kept) if stops else kept,
        sum(draft.day.serial for draft in drafts),
        all(not (day.date or day.month_day or day.numbers) for day in days),
        order == _ORDERS[0] and any(day.numbers for day in days),
        tuple(sorted({*others, *chosen.other_weeks})),
        sum(_contradicts(day, dates[day]) for day in days),
        len(stops),
        len(elsewhere),
    )


def _dates(
    days: Iterable[DayName], order: Order, base: dt.date | None, where: Where
) -> dict[DayName, dt.date]:
    dates = {}
    for day in days:
        if base is None and not _whole(day):
            raise InputError([_ask_for_week(where)])
        date = _date(day, order, base)
        if date is None:
            raise InputError([_no_day_of_the_calendar(where, day)])
        dates[day] = date
    return dates


def _contradicts(day: DayName, date: dt.date) -> bool:
    """Return whether another weekday is written beside the date."""
    is_told = (day.date or day.month_day or day.numbers) is not None
    return is_told and day.weekday not in (None, date.weekday())


def _own_stops(row: PublishedRow, order: Order) -> list[Moment]:
    """Return the stops of the row's note or name that are of its day and its half, as far as they name these."""
    return [
        moment
        for moment in row.stops
        if row.half in (moment.halves or (row.half,))
        and (not moment.days or any(_date(day, order, row.date) == row.date for day in moment.days))
    ]


def _whole(day: DayName) -> bool:
    return day.date is not None or day.numbers is not None


def _order(numbers: Sequence[tuple[int, int, int]]) -> Order:
    """Return the order in which all numbers are dates and lie in the fewest weeks; the first of equals."""
    best, fewest = _ORDERS[0], 10**6
    for order in _ORDERS:
        dates = [_numbered(one, order) for one in numbers]
        weeks = len({date.isocalendar()[:2] for date in dates if date})
        if None not in dates and weeks < fewest:
            best, fewest = order, weeks
    return best


def _numbered(numbers: tuple[int, int, int], order: Order) -> dt.date | None:
    year, month, day = (numbers[place] for place in order)
    try:
        return dt.date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _date(day: DayName, order: Order, base: dt.date | None) -> dt.date | None:
    if day.date is not None:
        return day.date
    if day.numbers is not None:
        return _numbered(day.numbers, order)
    if base is None:
        return None
    if day.month_day is None:
        return base - dt.timedelta(days=base.weekday()) + dt.timedelta(days=day.weekday or 0)
    near = [
        date for year in (base.year - 1, base.year, base.year + 1) if (date := _of_year(year, *day.month_day))
    ]
    return min(near, key=lambda date: (abs((date - base).days), date), default=None)


def _of_year(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_TITLE_DATE = re.compile(r"(20\d\d|(?<!\d)1[0-4]\d(?=\s*年))\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_YEAR_BEFORE_THE_REPUBLIC = 1911
_TITLE_WEEK = re.compile(r"(20\d\d)\s*(?:年\s*第?\s*(\d{1,2})\s*周|-?[wW](\d{1,2}))")


def _context(titles: Iterable[str]) -> dt.date | None:
    """Return the first day that a title of the file names, by date or by week number."""
    for title in titles:
        dates = (_titled(*map(int, match.groups())) for match in _TITLE_DATE.finditer(title))
        if (date := next(filter(None, dates), None)) is not None:
            return date
        if match := _TITLE_WEEK.search(title):
            try:
                return dt.date.fromisocalendar(int(match[1]), int(match[2] or match[3]), 1)
            except ValueError:
                continue
    return None


def _titled(year: int, month: int, day: int) -> dt.date | None:
    """Return the date of a title; a year of three digits is one of the Republic (115年 is 2026)."""
    return _of_year(year if year > 999 else year + _YEAR_BEFORE_THE_REPUBLIC, month, day)


def _one_week(
    counts: Mapping[dt.date, int], start: dt.date | None
) -> tuple[frozenset[dt.date], tuple[Week, ...]]:
    """Return the dates of one week and the file's other weeks: the seven days from `start`, or else the last full week.

    `counts` are the rows of each date. No date is returned where none is wanted.
    """
    week_of = {date: Week.of(date) for date in counts}
    first, last = min(counts, default=_NEVER), max(counts, default=_NEVER)
    if start is not None:
        kept = {date for date in counts if 0 <= (date - start).days <= 6}
    elif last - first <= dt.timedelta(days=6):
        kept = set(counts)
    else:
        rows: Counter[Week] = Counter()
        for date, count in counts.items():
            rows[week_of[date]] += count
        full = max(week for week, count in rows.items() if 2 * count >= max(rows.values()))
        kept = {date for date in counts if week_of[date] == full}
    others = set(week_of.values()) - {week_of[date] for date in kept}
    return frozenset(kept), tuple(sorted(others))


def _ask_for_week(where: Where) -> Problem:
    return Problem(
        where,
        message("the file names days without their year or week"),
        message("Name the week that is planned: --week 2026-W30."),
    )


def _no_day_of_the_calendar(where: Where, day: DayName) -> Problem:
    written = "-".join(map(str, day.numbers or day.month_day or ()))
    return Problem(
        where, message("this is no day of the calendar"), message("Write a date such as 2025-10-20."), written
    )


def _nothing_from(where: Where, start: dt.date | None, dates: Sequence[dt.date]) -> Problem:
    wrong = message(
        "nothing is published from {start} on for seven days; the file has {first} to {last}",
        start=str(start),
        first=dates[0].isoformat(),
        last=dates[-1].isoformat(),
    )
    return Problem(
        where, wrong, message("Name a day of the file: --from {first}.", first=dates[0].isoformat())
    )
