"""What cannot be in one published week: dates too far apart, a doctor in two places, names grown too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from scheduler.clock import Half
from scheduler.errors import Problem, Where
from scheduler.tables.files import Grid
from scheduler.tables.published_headings import Columns
from scheduler.tables.published_rows import LONGEST, Published, PublishedRow
from scheduler.tables.published_sessions import ClinicOf, pool_key
from scheduler.words import message

_ROOM_NUMBER = 5


def one_week(grid: Grid, columns: Columns, rows: Sequence[PublishedRow]) -> Iterator[Problem]:
    """Yield a problem where the dates of the rows do not fit in seven consecutive days."""
    dates = [row.date for row in rows]
    if dates and max(dates) - min(dates) > dt.timedelta(days=6):
        yield Problem(
            grid.where(column=grid.headings[columns.place["date"]]),
            message(
                "the dates run from {first} to {last}: more than seven days",
                first=min(dates).isoformat(),
                last=max(dates).isoformat(),
            ),
            message("Keep the rows of seven consecutive days."),
        )


def one_campus(grid: Grid, columns: Columns, rows: Iterable[PublishedRow]) -> Iterator[Problem]:
    """Yield a problem for every row that puts a doctor in a second campus in the same half of a date."""
    first: dict[tuple[str, dt.date, Half], PublishedRow] = {}
    for row in rows:
        earlier = first.setdefault((row.doctor, row.date, row.half), row)
        if earlier.campus != row.campus:
            yield Problem(
                grid.where(row.row, grid.headings[columns.place["campus"]]),
                message(
                    "{doctor} is at {campus} in the same half-day (row {row})",
                    doctor=row.doctor,
                    campus=earlier.campus or "-",
                    row=earlier.row,
                ),
                message(
                    "Take one of the two rows out; a post that is no person needs a name for each campus."
                ),
                row.campus,
            )


def names_short_enough(
    published: Published, rows: Iterable[PublishedRow], keys: ClinicOf
) -> Iterator[Problem]:
    """Yield a problem for every clinic key or room pool, made of several cells, that is too long a name."""
    seen: set[str] = set()
    for row in rows:
        clinic = keys[row.clinic, row.campus, row.specialty]
        for made, most in ((clinic, LONGEST), (pool_key(row), LONGEST - _ROOM_NUMBER)):
            if len(made) > most and made not in seen:
                seen.add(made)
                yield Problem(
                    Where(file=published.file, sheet=published.sheet, row=row.row),
                    message(
                        "campus, specialty and clinic together are longer than {most} characters", most=most
                    ),
                    message("Shorten one of them."),
                    made,
                )
