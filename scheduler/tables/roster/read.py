"""A plan read back from its tables, also after people have edited them in a spreadsheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from scheduler.clock import Window
from scheduler.errors import InputError, Problem, Where, nearest
from scheduler.roster import Channel, Holding, Plan, Roster, Slot
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.headings import Table
from scheduler.tables.columns.rows import Rows, read_rows
from scheduler.tables.grids.files import read_grid
from scheduler.tables.roster.headings import APPOINTMENTS, CHANNELS, SESSIONS, SLOTS
from scheduler.tables.roster.sessions import sessions_of
from scheduler.words import Message, message


def read_plan(scenario: Scenario, folder: Path) -> Plan:
    """Return the plan in `folder`; slots, channels and appointments may be absent.

    Sessions and slots come sorted by identity, holdings by slot, channel and holder. A row without an
    identity joins its doctor's session at its half-day or becomes one; a session without `was_*` is an added
    one. Columns that follow from others (campus, specialty, kind, level, start, end, change) are not looked
    at. Raises InputError with every problem of every table.
    """
    problems: list[Problem] = []
    tables = {
        table.key: _read_table(folder, table, problems)
        for table in (SESSIONS, SLOTS, CHANNELS, APPOINTMENTS)
        if table is SESSIONS or (folder / f"{table.key}.csv").exists()
    }
    for name in (SESSIONS.key, SLOTS.key):
        problems += _strangers(scenario, tables.get(name))
    sessions, wrong = sessions_of(scenario.week, tables[SESSIONS.key])
    problems += wrong
    holdings = _holdings(tables.get(CHANNELS.key))
    slots, wrong = _slots(tables.get(SLOTS.key), tables.get(APPOINTMENTS.key))
    problems += wrong
    if problems:
        raise InputError(problems)
    return Plan(Roster(sessions), slots, holdings)


def _read_table(folder: Path, table: Table, problems: list[Problem]) -> Rows | None:
    try:
        rows = read_rows(read_grid(folder / f"{table.key}.csv"), table)
    except InputError as error:
        problems += error.problems
        return None
    problems += rows.problems
    return rows


def _strangers(scenario: Scenario, rows: Rows | None) -> Iterator[Problem]:
    if rows is None:
        return
    for number, values in rows.values:
        clinic = values["clinic"]
        for column in ("doctor", "was_doctor"):
            if column in values and values[column] not in scenario.doctor_of:
                wrong = message("the scenario does not know this doctor")
                yield _unknown(rows.where(number, column), wrong, values[column], scenario.doctor_of)
        if clinic not in scenario.clinic_of:
            wrong = message("the scenario does not know this clinic")
            yield _unknown(rows.where(number, "clinic"), wrong, clinic, scenario.clinic_of)


def _unknown(where: Where, wrong: Message, name: str, known: Iterable[str]) -> Problem:
    near = nearest(name, known)
    if near is None:
        return Problem(where, wrong, message("Add it to the scenario, or correct the name."), name)
    return Problem(where, wrong, message("Did you mean {near}?", near=near), name)


def _holdings(rows: Rows | None) -> tuple[Holding, ...]:
    if rows is None:
        return ()
    # Before there was a choice of channel, what fell back became public.
    untold = Channel.PUBLIC if "falls_back_to" not in rows.headings else None
    found = (
        Holding(
            values["slot"],
            values["channel"],
            values.get("holder", ""),
            values["tickets"],
            values["opens_at"],
            values.get("falls_back_at"),
            values.get("falls_back_to", untold if "falls_back_at" in values else None),
        )
        for _, values in rows.values
    )
    return tuple(sorted(found, key=lambda h: (h.slot, h.channel, h.holder)))


def _slots(rows: Rows | None, appointments: Rows | None) -> tuple[tuple[Slot, ...], list[Problem]]:
    if rows is None:
        return (), []
    found: dict[str, Slot] = {}
    problems: list[Problem] = []
    starts = _starts(appointments, problems)
    for number, values in rows.values:
        if values["slot"] in found:
            problems.append(_repeated(rows, number, "slot", values["slot"]))
            continue
        try:
            window = Window(values["start"], values["end"])
        except ValueError:
            problems.append(_backwards(rows, number))
            continue
        found[values["slot"]] = _slot(values, window, starts.get(values["slot"], ()))
    if appointments is not None and not rows.lost:
        problems += _homeless(appointments, found)
    return tuple(found[key] for key in sorted(found)), problems


def _homeless(appointments: Rows, slots: Container[str]) -> Iterator[Problem]:
    for number, values in appointments.values:
        if values["slot"] not in slots:
            wrong = message("there is no such slot")
            remedy = message("Take the row out, or add the slot.")
            yield Problem(appointments.where(number, "slot"), wrong, remedy, values["slot"])


def _slot(values: dict[str, Any], window: Window, starts: tuple[int, ...]) -> Slot:
    return Slot(
        slot=values["slot"],
        session=values["session"],
        date=values["date"],
        window=window,
        clinic=values["clinic"],
        doctor=values["doctor"],
        room=values.get("room", ""),
        tickets=values["tickets"],
        starts=starts,
        reserved=values.get("reserved"),
    )


def _starts(rows: Rows | None, problems: list[Problem]) -> dict[str, tuple[int, ...]]:
    if rows is None:
        return {}
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for number, values in rows.values:
        if values["ticket"] in found[values["slot"]]:
            problems.append(_repeated(rows, number, "ticket", str(values["ticket"])))
        found[values["slot"]][values["ticket"]] = values["start"]
    return {slot: tuple(start for _, start in sorted(tickets.items())) for slot, tickets in found.items()}


def _repeated(rows: Rows, number: int, key: str, value: str) -> Problem:
    return Problem(
        rows.where(number, key),
        message("the same entry stands in an earlier row"),
        message("Keep one of the two."),
        value,
    )


def _backwards(rows: Rows, number: int) -> Problem:
    return Problem(
        rows.where(number, "end"),
        message("the slot ends before it starts"),
        message("Write a start and a later end of the same day."),
    )
