"""A roster read from its folder, with its scenario or alone, also after people have edited its tables in a spreadsheet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from scheduler.clock import Window
from scheduler.errors import InputError, Problem, Suggestions, Where
from scheduler.roster import Channel, Holding, Plan, Roster, Slot, with_parts
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.rows import Rows, read_rows, repeated_rows
from scheduler.tables.grids.files import read_grid
from scheduler.tables.roster.headings import APPOINTMENTS, CHANNELS, SESSIONS, SLOTS
from scheduler.tables.roster.sessions import sessions_of
from scheduler.tables.roster.tables import RosterTables
from scheduler.words import Message, message


def read_plan(scenario: Scenario, folder: Path) -> Plan:
    """Return the plan in `folder`; slots, channels and appointments may be absent.

    Sessions and slots come sorted by identity, holdings by slot, channel and holder. A row without an
    identity joins its doctor's session at its half-day or becomes one; a session without `was_*` is an added
    one. Columns that follow from others (campus, specialty, kind, level, start, end, change) are not read.
    Raises InputError with every problem of every table.
    """
    return plan_of_tables(scenario, read_tables(folder))


def read_tables(folder: Path) -> RosterTables:
    """Return the tables in `folder`, of which slots, channels and appointments may be absent."""
    return RosterTables(folder, (SESSIONS,), (SLOTS, CHANNELS, APPOINTMENTS))


def plan_of_tables(scenario: Scenario, tables: RosterTables) -> Plan:
    """Return the plan that tables hold, as `read_plan` does; raises what that does."""
    problems = [*tables.problems]
    for table in (SESSIONS, SLOTS):
        problems += _unknown_names(scenario, tables.get(table))
    sessions, wrong = sessions_of(scenario.week, tables.get(SESSIONS))
    problems += wrong
    slots, wrong = _slots(tables.get(SLOTS), tables.get(APPOINTMENTS))
    problems += wrong
    if problems:
        raise InputError(problems)
    return Plan(Roster(with_parts(scenario, sessions)), slots, _holdings(tables.get(CHANNELS)))


def read_sessions(scenario: Scenario, path: Path) -> Roster:
    """Return the sessions in one file, such as a sessions.csv that a planner changed and saved elsewhere.

    Raises InputError with every problem.
    """
    return sessions_of_rows(scenario, read_rows(read_grid(path), SESSIONS))


def sessions_of_rows(scenario: Scenario, rows: Rows) -> Roster:
    """Return the sessions that rows hold; raises InputError with every problem."""
    problems = [*rows.problems, *_unknown_names(scenario, rows)]
    sessions, wrong = sessions_of(scenario.week, rows)
    if problems or wrong:
        raise InputError([*problems, *wrong])
    return Roster(with_parts(scenario, sessions))


def _unknown_names(scenario: Scenario, rows: Rows | None) -> Iterator[Problem]:
    if rows is None:
        return
    doctors, clinics = Suggestions(scenario.doctor_of), Suggestions(scenario.clinic_of)
    for number, values in rows.values:
        clinic = values["clinic"]
        for column in ("doctor", "was_doctor"):
            if column in values and values[column] not in scenario.doctor_of:
                wrong = message("the scenario does not know this doctor")
                yield _unknown(rows.where(number, column), wrong, values[column], doctors)
        if clinic not in scenario.clinic_of:
            wrong = message("the scenario does not know this clinic")
            yield _unknown(rows.where(number, "clinic"), wrong, clinic, clinics)


def _unknown(where: Where, wrong: Message, name: str, known: Suggestions) -> Problem:
    near = known.nearest(name)
    if near is None:
        return Problem(where, wrong, message("Add it to the scenario, or correct the name."), name)
    return Problem(where, wrong, message("Did you mean {near}?", near=near), name)


def _holdings(rows: Rows | None) -> tuple[Holding, ...]:
    if rows is None:
        return ()
    # Before there was a choice of channel, what fell back became public.
    default = Channel.PUBLIC if "falls_back_to" not in rows.headings else None
    holdings = (
        Holding(
            values["slot"],
            values["channel"],
            values.get("holder", ""),
            values["tickets"],
            values["opens_at"],
            values.get("falls_back_at"),
            values.get("falls_back_to", default if "falls_back_at" in values else None),
        )
        for _, values in rows.values
    )
    return tuple(sorted(holdings, key=lambda h: (h.slot, h.channel, h.holder)))


def _slots(rows: Rows | None, appointments: Rows | None) -> tuple[tuple[Slot, ...], list[Problem]]:
    if rows is None:
        return (), []
    slots: dict[str, Slot] = {}
    problems = [*repeated_rows(rows, ("slot",))]
    if appointments is not None:
        problems += repeated_rows(appointments, ("slot", "ticket"))
        problems += _wrong_numbers(appointments)
    starts = _starts(appointments)
    for number, values in rows.values:
        try:
            window = Window(values["start"], values["end"])
        except ValueError:
            problems.append(_backwards(rows, number))
            continue
        slots[values["slot"]] = _slot(values, window, starts.get(values["slot"], ()))
    if appointments is not None and not rows.lost:
        problems += _without_slot(appointments, slots)
    return tuple(slots[key] for key in sorted(slots)), problems


def _wrong_numbers(appointments: Rows) -> Iterator[Problem]:
    """Yield what is wrong with the numbers of tickets: those of a slot run from 1 to as many as it has rows."""
    rows_of = Counter(values["slot"] for _, values in appointments.values)
    for number, values in appointments.values if not appointments.lost else ():
        most, ticket = rows_of[values["slot"]], values["ticket"]
        if not 1 <= ticket <= most:
            wrong = message("the slot has {count:ticket|tickets} here, and none of this number", count=most)
            remedy = message("Number the tickets of a slot from 1, in the order of their starts.")
            yield Problem(appointments.where(number, "ticket"), wrong, remedy, str(ticket))


def _without_slot(appointments: Rows, slots: Container[str]) -> Iterator[Problem]:
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


def _starts(rows: Rows | None) -> dict[str, tuple[int, ...]]:
    if rows is None:
        return {}
    starts: dict[str, dict[int, int]] = defaultdict(dict)
    for _, values in rows.values:
        starts[values["slot"]][values["ticket"]] = values["start"]
    return {slot: tuple(start for _, start in sorted(tickets.items())) for slot, tickets in starts.items()}


def _backwards(rows: Rows, number: int) -> Problem:
    return Problem(
        rows.where(number, "end"),
        message("the slot ends before it starts"),
        message("Write a start and a later end of the same day."),
    )
