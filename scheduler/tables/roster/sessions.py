"""Sessions out of the rows of a roster: rows of one session brought together, new ones given an identity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scheduler.clock import Cell, Week
from scheduler.errors import Problem
from scheduler.roster import Session, session_key
from scheduler.scenario.rows import Block
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.columns.rows import Rows
from scheduler.words import Message, message


@dataclass(frozen=True)
class _SessionLine:
    number: int
    session: str
    doctor: str
    cell: Cell | None
    was: Cell | None
    room: str
    block: Block
    was_doctor: str


def sessions_of(week: Week, rows: Rows | None) -> tuple[tuple[Session, ...], list[Problem]]:
    """Return the sessions of `week` in `rows`, sorted by identity, and every problem of the rows."""
    if rows is None:
        return (), []
    lines: list[_SessionLine] = []
    problems: list[Problem] = []
    for number, values in rows.values:
        wrong = [*_cell_problems(week, rows, number, values)]
        if wrong:
            problems += wrong
        else:
            lines.append(_parse_line(number, values))
    groups = _group_lines(week, lines)
    for group in groups.values():
        problems += _disagreements(rows, group)
    return tuple(_make_session(key, groups[key]) for key in sorted(groups)), problems


def _parse_line(number: int, values: dict[str, Any]) -> _SessionLine:
    return _SessionLine(
        number,
        values.get("session", ""),
        values["doctor"],
        _parse_cell(values, ""),
        _parse_cell(values, "was_"),
        values.get("room", ""),
        Block(values["clinic"], values["tickets"]),
        values.get("was_doctor", ""),
    )


def _parse_cell(values: dict[str, Any], prefix: str) -> Cell | None:
    date, half = values.get(f"{prefix}date"), values.get(f"{prefix}half")
    return None if date is None or half is None else Cell(date, half)


def _cell_problems(week: Week, rows: Rows, number: int, values: dict[str, Any]) -> Iterator[Problem]:
    for prefix in ("", "was_"):
        keys = (f"{prefix}date", f"{prefix}half")
        present = [key for key in keys if key in values]
        if len(present) == 1:
            absent = keys[1 - keys.index(present[0])]
            remedy = message("Write both the date and the half, or neither.")
            yield Problem(rows.where(number, absent), MISSING, remedy)
        date = values.get(keys[0])
        if date is not None and date not in week.dates:
            remedy = message(
                "Write a date from {first} to {last}.", first=str(week.dates[0]), last=str(week.dates[6])
            )
            wrong = message("the date is not in the planned week")
            yield Problem(rows.where(number, keys[0]), wrong, remedy, date.isoformat())
    if not values.keys() & {"session", "date", "half", "was_date", "was_half"}:
        yield Problem(rows.where(number, "date"), MISSING, message("Write the date and the half."))


def _group_lines(week: Week, lines: list[_SessionLine]) -> dict[str, list[_SessionLine]]:
    groups: dict[str, list[_SessionLine]] = {}
    session_at: dict[tuple[str, Cell | None, Cell | None], str] = {}
    for line in lines:
        if line.session:
            groups.setdefault(line.session, []).append(line)
            # A row added by hand knows no `was`: it belongs to the session its doctor has there.
            session_at.setdefault((line.doctor, line.cell, None), line.session)
    for line in lines:
        if not line.session:
            place = (line.doctor, line.cell, line.was)
            key = session_at.get(place) if line.cell is not None else None
            if key is None:
                key = _new_key(week, line, groups)
                session_at[place] = key
            groups.setdefault(key, []).append(line)
    return groups


def _new_key(week: Week, line: _SessionLine, taken: dict[str, list[_SessionLine]]) -> str:
    cell = line.was or line.cell
    assert cell is not None, "rows without any half-day are refused before"
    owner = line.doctor if line.was is None else line.was_doctor or line.doctor
    key = session_key(week, owner, cell, added=line.was is None)
    free, copy = key, 2
    while free in taken:
        free, copy = f"{key}{copy}", copy + 1
    return free


def _make_session(key: str, group: list[_SessionLine]) -> Session:
    # Rows with an identity come first in their group, so that the first tells where the session was.
    first = group[0]
    return Session(
        session=key,
        doctor=first.doctor,
        cell=first.cell,
        blocks=tuple(sorted(line.block for line in group)),
        was=first.was,
        room=_room(group),
        was_doctor="" if first.was_doctor == first.doctor else first.was_doctor,
    )


def _room(group: list[_SessionLine]) -> str:
    return next((line.room for line in group if line.room), "")


def _disagreements(rows: Rows, group: list[_SessionLine]) -> Iterator[Problem]:
    first, clinics = group[0], {group[0].block.clinic}
    for line in group[1:]:
        if line.doctor != first.doctor:
            yield _disagrees(rows, line, "doctor", line.doctor, first)
        if line.cell != first.cell:
            yield _disagrees(rows, line, "date", _cell_text(line.cell), first)
        if line.was != first.was and line.session:
            yield _disagrees(rows, line, "was_date", _cell_text(line.was), first)
        if line.was_doctor != first.was_doctor and line.session:
            yield _disagrees(rows, line, "was_doctor", line.was_doctor, first)
        if line.room and line.room != _room(group):
            yield _disagrees(rows, line, "room", line.room, first)
        if line.block.clinic in clinics:
            wrong = message("the session has this clinic already")
            remedy = message("Put its tickets together in one row.")
            yield Problem(rows.where(line.number, "clinic"), wrong, remedy, line.block.clinic)
        clinics.add(line.block.clinic)


def _disagrees(rows: Rows, line: _SessionLine, key: str, value: str, first: _SessionLine) -> Problem:
    wrong: Message = message("this differs from row {row} of the same session", row=first.number)
    remedy = message("Write the same in both, or give one of them no session to make it a new one.")
    return Problem(rows.where(line.number, key), wrong, remedy, value)


def _cell_text(cell: Cell | None) -> str:
    return "" if cell is None else f"{cell.date.isoformat()} {cell.half}"
