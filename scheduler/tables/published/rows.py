"""The rows of a published timetable, typed, and what was left out of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.clock import Half, Hours
from scheduler.scenario.hospital import Kind, Level
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence
from scheduler.tables.columns.moments import DayName, Moment
from scheduler.words import Message

UNLIMITED = 999
"""Capacity that posts without a limit are published with; it tells no number of tickets."""


class PublishedRow(NamedTuple):
    """A session of a clinic as published. `sheet` and `row` are its place in the file.

    `doctor` is the key: the staff number (`number`) where there is one, else the name. `level_from` names the column
    that the level was read from; `capacity` is None where the cell is blank; `stopped` is a session that was not run
    (停诊), `stops` are the days on which a note stops it; `weeks` are those it is of; `post` marks a name that is no
    person's; `hours` are None where none, or only the start, are told.
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
    sheet: str = ""
    number: str = ""
    name: str = ""
    weeks: Recurrence = EVERY_WEEK
    post: bool = False
    hours: Hours | None = None
    stops: tuple[Moment, ...] = ()

    @property
    def tickets(self) -> int | None:
        """Tickets of the row; None where the file tells none: blank, 0 or 999."""
        return None if self.capacity in (0, UNLIMITED) else self.capacity


@dataclass(frozen=True)
class LeftOut:
    """A row, or a cell of a grid, that gives no session: its place, what stands there, why.

    `column` is a heading, `place` the column from 0 (-1: the whole row).

    `unreadable` says that it counts as a fault of the file.
    """

    sheet: str
    row: int
    text: str
    reason: Message
    unreadable: bool = True
    column: str = ""
    place: int = -1


class DraftRow(NamedTuple):
    """A session whose day may still lack its year or its week."""

    day: DayName
    row: PublishedRow
