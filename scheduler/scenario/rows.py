"""Rows of a scenario's tables, and the sessions that its timetable gives for the week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator

from scheduler.clock import WEEKDAYS, Cell, DayKind, Half, Hours, Week, Window
from scheduler.scenario.hospital import Frozen, Level, Name, Text
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence


def day_key(value: str) -> str:
    """Return a day of the tables in one form: `mon` to `sun`, an ISO date, or nothing for every day.

    Raises ValueError for anything else.
    """
    text = value.strip().lower()
    if text and text not in WEEKDAYS:
        text = dt.date.fromisoformat(text).isoformat()
    return text


def _hours(value: Any) -> Hours:
    if isinstance(value, Window):
        return Hours((value,))
    return value if isinstance(value, Hours) else Hours.parse(str(value))


HoursField = Annotated[Hours, BeforeValidator(_hours), PlainSerializer(str, return_type=str)]


def _recurrence(value: Any) -> Recurrence:
    return value if isinstance(value, Recurrence) else Recurrence.parse(str(value))


RecurrenceField = Annotated[Recurrence, BeforeValidator(_recurrence), PlainSerializer(str, return_type=str)]


class TemplateRow(Frozen):
    """A ticket block of the standing timetable: doctor, weekday (`mon` to `sun`), half, clinic.

    Rows of one doctor, day and half make one session. `tickets` 0 to 500. `pinned` sessions may not move;
    `stopped` ones were not run in the published week (停诊) but belong to the timetable. `booked` is how many
    of the tickets patients already hold. `hours` are the session's own (none: those of its clinic),
    `weeks` those in which it takes place.
    """

    doctor: Name
    day: str = Field(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")
    half: Half
    clinic: Name
    tickets: int = Field(ge=0, le=500)
    room: Text = ""
    pinned: bool = False
    stopped: bool = False
    booked: int = Field(default=0, ge=0, le=500)
    weeks: RecurrenceField = EVERY_WEEK
    hours: HoursField | None = None


class Presence(StrEnum):
    """What a row of the availability table says of a doctor and a half-day."""

    AWAY = "away"
    OPEN = "open"
    PREFER = "prefer"
    AVOID = "avoid"


class AvailabilityRow(Frozen):
    """A doctor's word on a day (weekday or date; empty: every day) and half (none: every half).

    `away` closes the half-day, `open` opens one beyond the usual weekday mornings and afternoons, `prefer` and
    `avoid` are wishes of the given weight (1 to 100).
    """

    doctor: Name
    day: str = ""
    half: Half | None = None
    state: Presence = Presence.AWAY
    weight: int = Field(default=1, ge=1, le=100)

    _day = field_validator("day")(day_key)

    def covers(self, cell: Cell) -> bool:
        """Return whether the row speaks of `cell`."""
        return self.half in (None, cell.half) and _day_covers(self.day, cell.date)


class DemandRow(Frozen):
    """How many sessions, of doctors at `level` or above, a clinic needs.

    `day` is a weekday or date (empty: over the whole week), `half` a half (none: any half). `sessions` 0 to 500.
    A `hard` row must be met even where the rule `cover` is soft.
    """

    clinic: Name
    day: str = ""
    half: Half | None = None
    level: Level = Level.RESIDENT
    sessions: int = Field(ge=0, le=500)
    hard: bool = False

    _day = field_validator("day")(day_key)

    def covers(self, cell: Cell) -> bool:
        """Return whether a session at `cell` counts towards the row."""
        return self.half in (None, cell.half) and _day_covers(self.day, cell.date)


class CalendarRow(Frozen):
    """The planner's word on a date: its kind and, for a working day, the weekday whose timetable it follows."""

    date: dt.date
    kind: DayKind
    follows: str = Field(default="", pattern="^(|mon|tue|wed|thu|fri|sat|sun)$")
    reason: Text = ""


@lru_cache(maxsize=4096)
def _day_covers(day: str, date: dt.date) -> bool:
    return not day or day == WEEKDAYS[date.weekday()] or day == date.isoformat()


@dataclass(frozen=True, order=True)
class Block:
    """A ticket block: tickets of one clinic inside a session."""

    clinic: str
    tickets: int


Origin = tuple[str, Cell | None, int]
"""Whose session it is, its half-day in the template, and which of the doctor's sessions there, from 0."""


@dataclass(frozen=True)
class StandingSession:
    """A session that the template gives for a date of the planned week; blocks sorted by clinic.

    `booked` counts the tickets that patients already hold, of all blocks together. `hours` are the session's own, which
    it has in this half of any day; none: those of its clinic. `part` counts the doctor's sessions of one half-day, whose
    hours do not overlap, from 0.
    """

    doctor: str
    cell: Cell
    blocks: tuple[Block, ...]
    room: str
    pinned: bool
    stopped: bool
    booked: int = 0
    hours: Hours | None = None
    part: int = 0

    @property
    def key(self) -> Origin:
        """What tells it from all others: doctor, half-day, and its place among the doctor's sessions there."""
        return self.doctor, self.cell, self.part


def parts_of(
    rows: Iterable[TemplateRow], campus_of: Callable[[TemplateRow], str]
) -> tuple[tuple[TemplateRow, ...], ...]:
    """Return the rows of one doctor and half-day by session: those of one campus are one, unless their hours differ.

    A row without hours belongs to the first session of its campus.
    """
    parts: dict[tuple[str, Hours | None], list[TemplateRow]] = {}
    for row in sorted(rows, key=lambda row: row.hours is None):
        campus = campus_of(row)
        first = next((at for at in parts if at[0] == campus), None)
        at = first if row.hours is None and first is not None else (campus, row.hours)
        parts.setdefault(at, []).append(row)
    return tuple(map(tuple, parts.values()))


def fullest_weeks(
    week: Week, rows: Iterable[TemplateRow], campus_of: Callable[[TemplateRow], str]
) -> dict[str, int]:
    """Return how many sessions rows give each doctor in the fullest week of a year, from `week` or once all have begun."""
    rows_of: dict[str, list[TemplateRow]] = defaultdict(list)
    for row in rows:
        rows_of[row.doctor].append(row)
    return {doctor: max(_weekly_counts(week, own, campus_of)) for doctor, own in rows_of.items()}


def _weekly_counts(
    week: Week, rows: Sequence[TemplateRow], campus_of: Callable[[TemplateRow], str]
) -> Iterator[int]:
    alternating = any(row.weeks for row in rows)
    first = max(row.weeks.start or dt.date.min for row in rows)
    week = max(week, Week.of(first))
    for _ in range(_WEEKS_OF_A_YEAR if alternating else 1):
        dates = dict(zip(WEEKDAYS, week.dates, strict=True))
        at: dict[tuple[str, Half], list[TemplateRow]] = defaultdict(list)
        for row in rows:
            if row.weeks.takes_place(dates[row.day]):
                at[row.day, row.half].append(row)
        yield sum(1 if len(some) == 1 else len(parts_of(some, campus_of)) for some in at.values())
        week = week.next()


_WEEKS_OF_A_YEAR = 53

TABLES = (
    "calendar",
    "doctors",
    "clinics",
    "levels",
    "rooms",
    "travel",
    "template",
    "availability",
    "demand",
    "partners",
    "credits",
    "returns",
    "discharges",
    "exams",
    "pace",
    "services",
)
"""Names of a scenario's tables, in the order they are read and reported."""


KEY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "calendar": ("date",),
    "doctors": ("doctor",),
    "clinics": ("clinic",),
    "levels": ("doctor", "clinic"),
    "rooms": ("room", "pool"),
    "travel": ("from_campus", "to_campus"),
    "template": ("doctor", "day", "half", "clinic", "weeks"),
    "demand": ("clinic", "day", "half", "level"),
    "partners": ("partner",),
    "credits": ("partner", "specialty"),
    "returns": ("clinic",),
    "discharges": ("specialty", "weekday", "days"),
    "exams": ("exam", "campus"),
    "pace": ("scope", "key"),
    "services": ("campus", "service"),
}
"""What tells the rows of each table apart; rows of the other tables need not differ."""
