"""The carry-over as files: carryover.csv a row a doctor; beside it budget.csv a row a week, credits.csv a row a partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scheduler.carryover import CarryOver, DoctorRecord, WeekBudget
from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.exact import exact_text
from scheduler.scenario.hospital import Credit
from scheduler.tables.columns.cells import NATURAL, Reading
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.columns.rows import Rows, read_rows, repeated_rows
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.grids.files import read_grid
from scheduler.tables.scenario.columns import DOCTOR, SPECIALTY
from scheduler.tables.scenario.partner_headings import CREDITS
from scheduler.words import Message, message

_WEEK = Reading(Week.parse, message("Write an ISO week such as 2026-W30."))


def _count(key: str, chinese: str, explanation: Message) -> Column:
    return Column(key, chinese, explanation, NATURAL, required=True)


CARRYOVER = Table(
    "carryover",
    "结转",
    message("What each doctor has borne so far."),
    (
        DOCTOR,
        SPECIALTY,
        _count("weeks", "周数", message("Weeks counted.")),
        _count("afternoons", "下午", message("Afternoon sessions on working days, so far.")),
        _count("fridays", "周五", message("Friday sessions, so far.")),
        _count("weekends", "周末", message("Weekend sessions, so far.")),
    ),
)
BUDGET = Table(
    "budget",
    "调整额度",
    message("How many changes each week could make, and what was left."),
    (
        Column("week", "周", message("The ISO week."), _WEEK, required=True),
        Column(
            "budget", "额度", message("Most changes, those carried over with them; empty: no limit."), NATURAL
        ),
        _count("spent", "已用", message("Sessions changed.")),
        _count("carried", "结转", message("Changes left for later weeks.")),
    ),
)
CARRYOVER_TABLES = (CARRYOVER, BUDGET)
"""The tables of a carry-over in the order in which they are written."""

CARRYOVER_FILES = frozenset(f"{table.key}.csv" for table in (*CARRYOVER_TABLES, CREDITS))
"""Names of the files of a carry-over."""


def write_carryover(carryover: CarryOver, folder: Path) -> None:
    """Write carryover.csv, budget.csv and, where partners have credits, credits.csv into `folder`; raises OSError."""
    doctors = (
        (d.doctor, d.specialty, d.weeks, d.afternoons, d.fridays, d.weekends) for d in carryover.doctors
    )
    weeks = ((w.week, "" if w.budget is None else w.budget, w.spent, w.carried) for w in carryover.weeks)
    write_csv(folder / "carryover.csv", CARRYOVER.keys, doctors)
    write_csv(folder / "budget.csv", BUDGET.keys, weeks)
    if carryover.credits:
        owed = ((c.partner, c.specialty, exact_text(c.credit)) for c in carryover.credits)
        write_csv(folder / "credits.csv", CREDITS.keys, owed)


def read_carryover(path: Path, first: Week) -> CarryOver:
    """Return the carry-over in `path`, and in budget.csv and credits.csv beside it if there are any, for week `first` on.

    Raises InputError with every problem of them all, one of them a week that is not before `first`: it would be
    counted twice.
    """
    problems: list[Problem] = []
    if path.name == "ledger.csv":
        raise InputError([_renamed(path)])
    doctors = _read(path, CARRYOVER, ("doctor",), problems)
    budget_path, credits_path = path.with_name("budget.csv"), path.with_name("credits.csv")
    weeks = _read(budget_path, BUDGET, ("week",), problems) if budget_path.exists() else None
    owed = _read(credits_path, CREDITS, ("partner", "specialty"), problems) if credits_path.exists() else None
    if weeks is not None:
        problems += _too_late(weeks, first)
    if problems:
        raise InputError(problems)
    records = [DoctorRecord(**values) for values in _fields(doctors)]
    budgets = [WeekBudget(**{"budget": None, **values}) for values in _fields(weeks)]
    credit_rows = [Credit(**values) for values in _fields(owed)]
    return CarryOver(
        tuple(sorted(records, key=lambda record: record.doctor)),
        tuple(sorted(budgets, key=lambda week: week.week)),
        tuple(sorted(credit_rows, key=lambda row: (row.partner, row.specialty))),
    )


def _renamed(path: Path) -> Problem:
    remedy = message("Rename the file; budget.csv and credits.csv stay as they are.")
    return Problem(Where(file=path.name), message("this file is called carryover.csv now"), remedy)


def _read(path: Path, table: Table, key: Sequence[str], problems: list[Problem]) -> Rows | None:
    try:
        rows = read_rows(read_grid(path), table)
    except InputError as error:
        problems += error.problems
        return None
    problems += (*rows.problems, *repeated_rows(rows, key))
    return rows


def _fields(rows: Rows | None) -> list[dict[str, Any]]:
    return [] if rows is None else [dict(values) for _, values in rows.values]


def _too_late(rows: Rows, first: Week) -> Iterator[Problem]:
    for number, values in rows.values:
        if values["week"] >= first:
            yield Problem(
                rows.where(number, "week"),
                message(
                    "the carry-over counts this week already, and {first} is to be planned", first=str(first)
                ),
                message(
                    "Give the carry-over of the week before it, or plan a later week with --set week=WEEK."
                ),
                str(values["week"]),
            )
