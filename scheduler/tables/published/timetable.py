"""A hospital's published weekly timetable: read as it is, and made the scenario of a week to plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Literal

from scheduler.clock import Week, week_days
from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.policy import Policy
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.files import Grid, read_grid
from scheduler.tables.published.finding import Finding
from scheduler.tables.published.findings import Making, findings
from scheduler.tables.published.headings import find_columns
from scheduler.tables.published.hospital import (
    clinics_of,
    doctors_of,
    levels_of,
    one_session_a_room,
    rooms_of,
    template_of,
)
from scheduler.tables.published.rows import Published, PublishedRow, Reader
from scheduler.tables.published.sessions import (
    clinic_keys,
    fill_tickets,
    names_short_enough,
    one_campus,
    one_spelling,
    one_week,
    sessions_of,
)
from scheduler.words import message


@dataclass(frozen=True)
class Imported:
    """A scenario made from a published timetable, and what was found, assumed and repaired on the way."""

    scenario: Scenario
    findings: tuple[Finding, ...]


def read_published(path: Path) -> Published:
    """Return the timetable in a csv or xlsx file; raises InputError with every problem in it."""
    grid = read_grid(path)
    columns = find_columns(grid)
    reader = Reader(grid, columns)
    rows, respelled = one_spelling(tuple(reader.rows()))
    problems = [
        *_no_rows(grid),
        *reader.problems,
        *one_week(grid, columns, rows),
        *one_campus(grid, columns, rows),
    ]
    if problems:
        raise InputError(problems)
    once = tuple({_CONTENT(row): row for row in reversed(rows)}.values())[::-1]
    unknown = {column: tuple(sorted(words)) for column, words in sorted(reader.unknown.items())}
    return Published(grid.file, grid.sheet, once, columns.ignored, unknown, respelled, len(rows) - len(once))


_CONTENT = attrgetter(*(name for name in PublishedRow.__slots__ if name != "row"))


def to_scenario(
    published: Published,
    *,
    week: Week | None = None,
    stopped: Literal["keep", "drop"] = "keep",
    name: str | None = None,
) -> Imported:
    """Return the scenario of `week` (default: the one after the timetable's last date), mapped by weekday.

    Stopped sessions stay in the template, marked, or are dropped. `name` defaults to the file's name without
    its ending. Raises InputError where no row is left, or names made of several cells grow too long.
    """
    rows = tuple(row for row in published.rows if stopped == "keep" or not row.stopped)
    keys = clinic_keys(published.rows)
    problems = [*_all_stopped(published, rows), *names_short_enough(published, rows, keys)]
    if problems:
        raise InputError(problems)
    filled = fill_tickets(sessions_of(rows, keys), Policy().tickets.default)
    clinics = clinics_of(rows, keys, filled.median)
    sessions, taken = one_session_a_room(filled.sessions, clinics)
    levels = levels_of(published.rows)
    planned = week or Week.of(published.dates[-1]).next()
    scenario = Scenario(
        name=name or Path(published.file).stem,
        week=planned,
        doctors=doctors_of(rows, sessions, levels),
        clinics=tuple(clinics.values()),
        rooms=rooms_of(sessions, clinics),
        template=template_of(sessions, week_days(planned, {})),
    )
    making = Making(rows, keys, filled, taken, levels)
    return Imported(scenario, tuple(findings(published, making, scenario)))


def _no_rows(grid: Grid) -> Iterator[Problem]:
    if not grid.rows:
        yield Problem(
            grid.where(),
            message("there is a heading row and nothing below it"),
            message("Export the timetable again, with its rows."),
        )


def _all_stopped(published: Published, rows: tuple[PublishedRow, ...]) -> Iterator[Problem]:
    if not rows:
        yield Problem(
            Where(file=published.file, sheet=published.sheet),
            message("every row is stopped, so nothing is left"),
            message("Keep the stopped sessions, or import another week."),
        )
