"""The columns of the table: what each is called, what it reads off a row's figures, which come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import partial

from scheduler.balance import Balance
from scheduler.clock import WEEKDAYS
from scheduler.report.words import tier_name
from scheduler.study.table.figures import Figures, FlowSummary
from scheduler.study.table.roster_figures import DayFigures, RoomUse, RosterFigures
from scheduler.study.table.rows import VariantRow
from scheduler.words import Message, message


class ValueKind(StrEnum):
    """What a column's values are.

    COUNT a whole number, RATIO mornings per afternoon, SHARE a part of a whole, FACTOR a number of the policy,
    NAMES a list of names.
    """

    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"
    FACTOR = "factor"
    NAMES = "names"


@dataclass(frozen=True)
class PlacedValue:
    """A value with where it lies: a day such as `fri` or a half-day such as `fri-am`."""

    value: Balance | RoomUse
    at: str


Value = int | Fraction | Balance | RoomUse | PlacedValue | tuple[str, ...] | None


@dataclass(frozen=True)
class Column:
    """A column. `key` is its name for machines, `read` gives a row's value, None where there is none.

    `placed` columns also say where their value lies. `main` ones are shown where there is room for few. `day`
    is the weekday that a column speaks of, if it is one of a row of days.
    """

    key: str
    heading: Message
    read: Callable[[Figures], Value]
    kind: ValueKind = ValueKind.COUNT
    placed: bool = False
    main: bool = False
    day: str = ""


def _roster(read: Callable[[RosterFigures], Value]) -> Callable[[Figures], Value]:
    return lambda figures: None if figures.roster is None else read(figures.roster)


def _flow(read: Callable[[FlowSummary], Value]) -> Callable[[Figures], Value]:
    return lambda figures: None if figures.flow is None else read(figures.flow)


def _highest(roster: RosterFigures) -> Value:
    day = roster.highest_day
    return None if day is None else PlacedValue(day.sessions, WEEKDAYS[day.date.weekday()])


def _busiest(roster: RosterFigures) -> Value:
    return None if roster.rooms is None else PlacedValue(roster.rooms.at_busiest, roster.rooms.busiest)


FIXED: tuple[Column, ...] = (
    Column("changed", message("Sessions changed"), _roster(lambda r: r.changes.all), main=True),
    Column("highest", message("Highest day"), _roster(_highest), ValueKind.RATIO, placed=True, main=True),
    Column("days_above", message("Days above the limit"), _roster(lambda r: r.days_above), main=True),
    Column(
        "week", message("AM : PM over the week"), _roster(lambda r: r.sessions), ValueKind.RATIO, main=True
    ),
    Column(
        "week_tickets",
        message("AM : PM in tickets"),
        _roster(lambda r: r.tickets),
        ValueKind.RATIO,
        main=True,
    ),
    Column("doctors", message("Doctors touched"), _roster(lambda r: len(r.changes.doctors)), main=True),
    Column(
        "specialties",
        message("Specialties touched"),
        _roster(lambda r: len(r.changes.specialties)),
        main=True,
    ),
    Column(
        "tickets_changed",
        message("Tickets of changed sessions"),
        _roster(lambda r: r.changes.tickets),
        main=True,
    ),
    Column("cover", message("Short of demand"), _roster(lambda r: r.cover), main=True),
    Column(
        "fairness",
        message("Above the fair share"),
        _roster(lambda r: r.fairness.value if r.fairness else None),
        main=True,
    ),
    Column(
        "reserve_due",
        message("Due to partners"),
        _roster(lambda r: r.reserve.due if r.reserve else None),
        main=True,
    ),
    Column(
        "reserve_held", message("Held for partners"), _roster(lambda r: r.reserve.held if r.reserve else None)
    ),
    Column(
        "rooms",
        message("Rooms in use"),
        _roster(lambda r: r.rooms.week if r.rooms else None),
        ValueKind.SHARE,
        main=True,
    ),
    Column(
        "fullest", message("Fullest half-day"), _roster(_busiest), ValueKind.SHARE, placed=True, main=True
    ),
    Column("broken", message("Rules broken"), lambda f: f.broken if f.roster else None, main=True),
    Column("moved", message("Moved"), _roster(lambda r: r.changes.moved)),
    Column("covered", message("Taken over"), _roster(lambda r: r.changes.covered)),
    Column("added", message("Added"), _roster(lambda r: r.changes.added)),
    Column("dropped", message("Dropped"), _roster(lambda r: r.changes.dropped)),
    Column(
        "specialty_names",
        message("Which specialties"),
        _roster(lambda r: r.changes.specialties),
        ValueKind.NAMES,
    ),
    Column("limit", message("Limit"), _roster(lambda r: r.limit), ValueKind.FACTOR),
    Column("target", message("Target"), _roster(lambda r: r.target), ValueKind.FACTOR),
)
"""The columns that every table has, the most important first; days and tiers follow by what the rows have."""

FLOW: tuple[Column, ...] = (
    Column("wait", message("Mean wait (minutes)"), _flow(lambda f: f.wait), ValueKind.FACTOR, main=True),
    Column("peak_crowd", message("Most patients in a hall"), _flow(lambda f: f.peak_crowd), main=True),
    Column(
        "over_15",
        message("Minutes above 15 a window (%)"),
        _flow(lambda f: f.over_15),
        ValueKind.FACTOR,
        main=True,
    ),
)
"""The columns of a study that asks for patient flow."""


def columns_of(rows: Sequence[VariantRow]) -> tuple[Column, ...]:
    """Return the columns of these rows: the fixed ones, the weekdays that are working days, the tiers."""
    return (*fixed_columns(rows), *day_columns(rows), *tier_columns(rows))


def fixed_columns(rows: Sequence[VariantRow]) -> tuple[Column, ...]:
    """Return the columns that do not depend on days and tiers: those of patient flow only where a row has it."""
    flows = any(row.figures is not None and row.figures.flow is not None for row in rows)
    return (*FIXED, *FLOW) if flows else FIXED


def day_columns(rows: Sequence[VariantRow]) -> tuple[Column, ...]:
    """Return two columns, sessions and tickets, for every weekday that is a working day in any row."""
    days = {day.date.weekday() for row in rows if row.roster for day in row.roster.days}
    return tuple(column for day in sorted(days) for column in _of_day(WEEKDAYS[day]))


def _of_day(day: str) -> tuple[Column, Column]:
    heading = message("AM : PM")
    tickets = message("AM : PM in tickets")
    return (
        Column(day, heading, _roster(partial(_on_day, day, lambda d: d.sessions)), ValueKind.RATIO, day=day),
        Column(
            f"{day}_tickets",
            tickets,
            _roster(partial(_on_day, day, lambda d: d.tickets)),
            ValueKind.RATIO,
            day=day,
        ),
    )


def _on_day(day: str, read: Callable[[DayFigures], Balance], roster: RosterFigures) -> Value:
    return next((read(one) for one in roster.days if WEEKDAYS[one.date.weekday()] == day), None)


def tier_columns(rows: Sequence[VariantRow]) -> tuple[Column, ...]:
    """Return two columns, units and the least that is proved, for every soft rule that any row was solved for."""
    keys = dict.fromkeys(tier.key for row in rows if row.figures for tier in row.figures.tiers)
    return tuple(column for key in keys for column in _of_tier(key))


def _of_tier(key: str) -> tuple[Column, Column]:
    return (
        Column(f"tier_{key}", message("{key}: units", key=tier_name(key)), partial(_tier, key, False)),
        Column(
            f"tier_{key}_bound", message("{key}: least proved", key=tier_name(key)), partial(_tier, key, True)
        ),
    )


def _tier(key: str, bound: bool, figures: Figures) -> Value:
    solved = next((tier for tier in figures.tiers if tier.key == key), None)
    return None if solved is None else solved.bound if bound else solved.value
