"""Doctors who stop, and doctors and specialties that do not move: what planners say for short of people."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.clock import WEEKDAYS
from scheduler.errors import Problem, Suggestions
from scheduler.scenario.changes import edits_of_pin, edits_of_stop, session_owners
from scheduler.scenario.patch import RowChange
from scheduler.study.changes.rows import edit_tables, near_remedy, place
from scheduler.study.changes.tables import Tables
from scheduler.tables.columns.values import parse_half
from scheduler.tables.typed_names import resolve_key
from scheduler.words import message


def stop(tables: Tables, change: RowChange) -> list[Problem]:
    """Let a doctor not come at all, or not at a half-day; return what is wrong."""
    at, where = place(change), dict(change.where)
    known = _doctor_names(tables)
    doctor = resolve_key(known, where["doctor"])
    if doctor not in known:
        wrong = message("the scenario does not know this doctor")
        return [Problem(at, wrong, near_remedy(doctor, Suggestions(known)), doctor)]
    if "day" not in where:
        return edit_tables(tables, edits_of_stop(tables, doctor), at)
    day, half = where["day"], parse_half(where["half"])
    sessions = {
        (WEEKDAYS.index(row.day), row.half) for row in tables.rows("template") if row.doctor == doctor
    }
    if sessions and (WEEKDAYS.index(day), half) not in sessions:
        shown = [f"{WEEKDAYS[number]}-{at_half.lower()}" for number, at_half in sorted(sessions)]
        remedy = message("Their sessions are: {sessions}.", sessions=shown)
        return [Problem(at, message("the doctor has no session then"), remedy)]
    return edit_tables(tables, edits_of_stop(tables, doctor, day, half), at)


def pin(tables: Tables, change: RowChange) -> list[Problem]:
    """Pin the sessions of a doctor or a specialty, where the doctor can come; return what is wrong."""
    at = place(change)
    ((column, name),) = change.where
    owners = set(session_owners(tables, column))
    known = _doctor_names(tables) if column == "doctor" else dict.fromkeys(owners, "")
    name = resolve_key(known, name)
    if name not in owners:
        wrong = message("the template has no session of this")
        return [Problem(at, wrong, near_remedy(name, Suggestions(sorted(owners - {""}))), name)]
    return edit_tables(tables, edits_of_pin(tables, column, name), at)


def _doctor_names(tables: Tables) -> Mapping[str, str]:
    return {person.doctor: person.name for person in tables.rows("doctors")}
