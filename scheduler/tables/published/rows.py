"""The rows of a published timetable, typed; everything that cannot be read is reported at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scheduler.clock import Half
from scheduler.errors import Problem
from scheduler.scenario.hospital import Kind, Level
from scheduler.tables.columns.values import (
    folded,
    parse_count,
    parse_date,
    parse_half,
    parse_kind,
    parse_level,
    parse_status,
)
from scheduler.tables.grids.files import Grid
from scheduler.tables.published.headings import Columns
from scheduler.words import Message, message

UNLIMITED = 999
"""Capacity that posts without a limit are published with; it tells no number of tickets."""

_MOST_TICKETS = 500
LONGEST = 120
"""Most characters of a name."""

_FEE_LEVELS = {
    50: Level.ATTENDING,
    60: Level.DEPUTY_CHIEF,
    80: Level.CHIEF,
    100: Level.KNOWN_EXPERT,
}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row as published. `row` is its number in the file.

    `level_from` names the column that the level was read from; `capacity` is None where the cell is blank; `stopped`
    is a session that was not run (停诊).
    """

    row: int
    date: dt.date
    half: Half
    clinic: str
    doctor: str
    campus: str
    specialty: str
    kind: Kind | None
    level: Level | None
    level_from: str
    capacity: int | None
    room: str
    stopped: bool

    @property
    def tickets(self) -> int | None:
        """Tickets of the row; None where the file tells none: blank, 0 or 999."""
        return None if self.capacity in (0, UNLIMITED) else self.capacity


@dataclass(frozen=True)
class Published:
    """A published timetable: its rows in the file's order, exactly repeated ones left out.

    `ignored` are headings nobody knows, `unknown` the words that tell nothing by the heading of their column,
    `respelled` the spellings of names given up for another, `repeated` how many rows were left out.
    """

    file: str
    sheet: str
    rows: tuple[PublishedRow, ...]
    ignored: tuple[str, ...]
    unknown: Mapping[str, tuple[str, ...]]
    respelled: tuple[str, ...]
    repeated: int

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates that occur, in order."""
        return tuple(sorted({row.date for row in self.rows}))


@dataclass
class Reader:
    """Reads rows of one grid; collects every problem and every optional word that it does not know.

    Words repeat thousands of times in a timetable, so each is parsed once.
    """

    grid: Grid
    columns: Columns
    problems: list[Problem] = field(default_factory=list)
    unknown: dict[str, set[str]] = field(default_factory=dict)
    _parsed: dict[tuple[str, str], object] = field(default_factory=dict)

    def rows(self) -> Iterator[PublishedRow]:
        """Yield every row that can be read."""
        for number, cells in self.grid.rows:
            problems_before = len(self.problems)
            row = self._row(number, cells)
            if row is not None and len(self.problems) == problems_before:
                yield row

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return the cell of a known column, blanks inside it made single; empty where there is no column."""
        place = self.columns.place.get(column)
        return "" if place is None else " ".join(cells[place].split())

    def _row(self, number: int, cells: Sequence[str]) -> PublishedRow | None:
        date = self._needed(number, cells, "date", parse_date, _DATE)
        half = self._needed(number, cells, "half", parse_half, _HALF)
        clinic = self._name(number, cells, "clinic", needed=True)
        doctor = self._name(number, cells, "doctor", needed=True)
        capacity = self._capacity(number, cells)
        level, level_from = self._level(cells)
        stopped = self._optional(cells, "status", parse_status)
        if date is None or half is None:
            return None
        return PublishedRow(
            number,
            date,
            half,
            clinic,
            doctor,
            self._name(number, cells, "campus"),
            self._name(number, cells, "specialty") or clinic,
            self._optional(cells, "kind", parse_kind),
            level,
            level_from,
            capacity,
            self._name(number, cells, "room"),
            capacity == 0 if stopped is None else stopped,
        )

    def _needed(
        self,
        number: int,
        cells: Sequence[str],
        column: str,
        parse: Callable[[str], Value],
        wrong_and_remedy: tuple[Message, Message],
    ) -> Value | None:
        text = self.cell(cells, column)
        value = self._parse(column, text, parse)
        if value is None:
            self._wrong(number, column, text, *wrong_and_remedy)
        return value

    def _name(self, number: int, cells: Sequence[str], column: str, *, needed: bool = False) -> str:
        text = self.cell(cells, column)
        if needed and not text:
            self._wrong(number, column, text, *_EMPTY)
        if len(text) > LONGEST:
            self._wrong(number, column, text, *_LONG)
        return text

    def _capacity(self, number: int, cells: Sequence[str]) -> int | None:
        text = self.cell(cells, "capacity")
        if not text:
            return None
        tickets = self._parse("capacity", text, parse_count)
        if tickets is None or not (0 <= tickets <= _MOST_TICKETS or tickets == UNLIMITED):
            self._wrong(number, "capacity", text, *_CAPACITY)
        return tickets

    def _level(self, cells: Sequence[str]) -> tuple[Level | None, str]:
        for column, parse in (("level", parse_level), ("title", parse_level), ("fee_cny", _fee_level)):
            level = self._optional(cells, column, parse)
            if level is not None:
                return level, column
        return None, ""

    def _optional(self, cells: Sequence[str], column: str, parse: Callable[[str], Value]) -> Value | None:
        text = self.cell(cells, column)
        if not text:
            return None
        value = self._parse(column, text, parse)
        if value is None and column != "fee_cny":
            heading = self.grid.headings[self.columns.place[column]]
            self.unknown.setdefault(heading, set()).add(text)
        return value

    def _parse(self, column: str, text: str, parse: Callable[[str], Value]) -> Value | None:
        key = (column, text)
        if key not in self._parsed:
            try:
                self._parsed[key] = parse(text)
            except ValueError:
                self._parsed[key] = None
        return self._parsed[key]  # type: ignore[return-value]  # a column has one parser

    def _wrong(self, number: int, column: str, text: str, wrong: Message, remedy: Message) -> None:
        heading = self.grid.headings[self.columns.place[column]]
        self.problems.append(Problem(self.grid.where(number, heading), wrong, remedy, text))


def _fee_level(text: str) -> Level:
    match = re.fullmatch(r"[¥￥]?(\d{1,6})(?:\.0*)?元?", folded(text))
    level = _FEE_LEVELS.get(int(match[1])) if match else None
    if level is None:
        raise ValueError(f"{text!r} is no fee that tells a level")
    return level


_DATE = (message("this is not a date"), message("Write a date such as 2025-10-20."))
_HALF = (
    message("this is not a half of a day"),
    message("Write AM, PM or EVE (上午, 下午, 晚上); a whole day takes two rows."),
)
_EMPTY = (message("the cell is empty"), message("Write the name, or take the row out."))
_LONG = (message("the name is longer than {most} characters", most=LONGEST), message("Shorten it."))
_CAPACITY = (
    message("this is not a number of tickets from 0 to {most}", most=_MOST_TICKETS),
    message("Write the tickets of the session, or leave the cell empty."),
)
