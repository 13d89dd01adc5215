"""Cells of a plan's folder that are written for people and not read: those that no longer say what they follow from."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.clock import Cell, clock_text, parse_minute
from scheduler.errors import InputError, Problem
from scheduler.report.partner_rows import share_cells
from scheduler.reserve.shares import partner_shares
from scheduler.roster import Change, Plan, Session, session_hours
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.cells import KIND, LEVEL
from scheduler.tables.columns.headings import Table
from scheduler.tables.columns.rows import Rows, read_rows
from scheduler.tables.columns.spellings import folded
from scheduler.tables.grids.files import read_grid
from scheduler.tables.leave import LEAVE, LEAVE_FILE
from scheduler.tables.roster.headings import SESSIONS, SLOTS
from scheduler.tables.roster.tables import RosterTables
from scheduler.tables.shares import SHARES, SHARES_FILE
from scheduler.words import message

_PARSERS = {"start": parse_minute, "end": parse_minute, "kind": KIND.parse, "level": LEVEL.parse}


def stale_cells(scenario: Scenario, tables: RosterTables, plan: Plan, folder: Path) -> tuple[Problem, ...]:
    """Return the cells of the tables, of leave.csv and of shares.csv that differ from what they follow from.

    Blank cells say nothing. `plan` is what the tables hold. Rows of the two files that cannot be read are returned too.
    """
    sessions, slots = tables.get(SESSIONS), tables.get(SLOTS)
    return (
        *(() if sessions is None else _stale_sessions(scenario, sessions, plan)),
        *(() if slots is None else _stale_slots(scenario, slots)),
        *(() if sessions is None else _unknown_origins(scenario, sessions)),
        *_stale_leave(scenario, plan, folder / LEAVE_FILE),
        *_stale_shares(scenario, plan, folder / SHARES_FILE),
    )


def _stale_sessions(scenario: Scenario, rows: Rows, plan: Plan) -> Iterator[Problem]:
    hours_of = {session.session: session_hours(scenario, session) for session in plan.roster.held}
    # A row added by hand has no identity, but may join the session that its doctor has there.
    session_at = {(session.doctor, session.cell): session.session for session in plan.roster.held}
    for number, values in rows.values:
        clinic, cell = scenario.clinic_of[values["clinic"]], _cell(values, "")
        key = values.get("session") or session_at.get((values["doctor"], cell))
        hours = None if key is None else hours_of.get(key)
        expected = {
            "start": "" if hours is None else clock_text(hours.start),
            "end": "" if hours is None else clock_text(hours.end),
            "campus": clinic.campus,
            "specialty": clinic.specialty,
            "kind": str(clinic.kind),
            "level": str(scenario.level_at(values["doctor"], values["clinic"])),
            "change": _change(values),
        }
        yield from _differing(rows, number, values, expected)


def _stale_slots(scenario: Scenario, rows: Rows) -> Iterator[Problem]:
    for number, values in rows.values:
        level = str(scenario.level_at(values["doctor"], values["clinic"]))
        yield from _differing(rows, number, values, {"level": level})


def _differing(
    rows: Rows, number: int, values: Mapping[str, Any], expected: Mapping[str, str]
) -> Iterator[Problem]:
    for key, text in expected.items():
        if key in values and _parsed(key, str(values[key])) != _parsed(key, text):
            wrong = message("this follows from other columns and is not read")
            remedy = message("By the other columns it is {expected}: change those.", expected=text or "-")
            yield Problem(rows.where(number, key), wrong, remedy, str(values[key]))


def _parsed(key: str, text: str) -> object:
    try:
        return _PARSERS.get(key, folded)(text)
    except ValueError:
        return text


def _cell(values: Mapping[str, Any], prefix: str) -> Cell | None:
    date, half = values.get(f"{prefix}date"), values.get(f"{prefix}half")
    return None if date is None or half is None else Cell(date, half)


def _change(values: Mapping[str, Any]) -> str:
    cell, was = _cell(values, ""), _cell(values, "was_")
    session = Session("", values["doctor"], cell, (), was, was_doctor=values.get("was_doctor", ""))
    return str(session.change)


def _unknown_origins(scenario: Scenario, rows: Rows) -> Iterator[Problem]:
    """Yield the sessions that say they are the template's and are none of it."""
    known = {(s.doctor, s.cell) for s in (*scenario.standing, *scenario.on_leave, *scenario.closed_out)}
    for number, values in rows.values if scenario.template else ():
        was = _cell(values, "was_")
        if was is None and not (values.get("was_doctor") and _change(values) != Change.DROPPED):
            continue
        owner = values.get("was_doctor") or values["doctor"]
        if was is None or (owner, was) not in known:
            wrong = message("the timetable has no such session of this doctor")
            remedy = message(
                "Write the session's date, half and doctor in the timetable, or leave all blank."
            )
            column = "was_doctor" if values.get("was_doctor") else "was_date"
            yield Problem(rows.where(number, column), wrong, remedy, f"{owner} {_text(was)}".strip())


def _text(cell: Cell | None) -> str:
    return "" if cell is None else f"{cell.date.isoformat()} {cell.half}"


def _stale_leave(scenario: Scenario, plan: Plan, path: Path) -> Iterator[Problem]:
    """Yield the rows of leave.csv that are no session which leave stops, or which was dropped."""
    rows = yield from _read(path, LEAVE)
    held = {session.origin for session in plan.roster.held}
    stopped = {
        (s.doctor, s.cell.date, s.cell.half, block.clinic)
        for s in scenario.on_leave
        for block in s.blocks
        if s.key not in held
    }
    dropped = {
        (s.owner, s.was.date, s.was.half, block.clinic)
        for s in plan.roster.sessions
        for block in s.blocks
        if s.cell is None and s.was is not None
    }
    for number, values in () if rows is None else rows.values:
        row = (values["doctor"], values["date"], values["half"], values["clinic"])
        if rows is not None and row not in stopped | dropped:
            wrong = message(
                "no session of this doctor, half-day and clinic is stopped; this file is not read"
            )
            remedy = message("Write leave in the scenario's table availability, and plan or repair the week.")
            yield Problem(rows.where(number), wrong, remedy, " ".join(map(str, row)))


def _stale_shares(scenario: Scenario, plan: Plan, path: Path) -> Iterator[Problem]:
    rows = yield from _read(path, SHARES)
    if rows is None:
        return
    shares = [tuple(map(str, share_cells(share))) for share in partner_shares(scenario, plan)]
    expected = {cells[:2]: cells for cells in shares}
    for number, values in rows.values:
        cells = expected.get((values["partner"], values["specialty"]))
        if cells is None:
            wrong = message("this partner holds nothing of this specialty; this file is not read")
            remedy = message("What partners hold stands in channels.csv: change it there.")
            yield Problem(rows.where(number, "partner"), wrong, remedy, values["partner"])
        else:
            yield from _differing_share(rows, number, values, cells)


def _differing_share(
    rows: Rows, number: int, values: Mapping[str, Any], cells: Sequence[str]
) -> Iterator[Problem]:
    for column, text in zip(SHARES.columns[2:], cells[2:], strict=True):
        value = values.get(column.key)
        if value != (column.reading.parse(text) if text else None):
            wrong = message("this follows from channels.csv and the scenario, and is not read")
            remedy = message("By those it is {expected}: change them.", expected=text or "-")
            yield Problem(rows.where(number, column.key), wrong, remedy, str(value or ""))


def _read(path: Path, table: Table) -> Generator[Problem, None, Rows | None]:
    """Yield what is wrong with a file that may be absent, and return its rows."""
    if not path.exists():
        return None
    try:
        rows = read_rows(read_grid(path), table)
    except InputError as error:
        yield from error.problems
        return None
    yield from rows.problems
    return rows
