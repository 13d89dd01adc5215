"""Doctors who stop, and doctors and specialties that do not move: what planners say for short of people."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.clock import WEEKDAYS, Half
from scheduler.errors import Problem, Where
from scheduler.hospital import Doctor
from scheduler.scenario import TemplateRow
from scheduler.scenario_patch import RowChange
from scheduler.tables.values import parse_half
from scheduler.whatif.row_changes import add_row, change_row, near_remedy, place
from scheduler.whatif.tables import Tables
from scheduler.words import message

_Numbered = Sequence[tuple[int, TemplateRow]]
"""Rows of the template with their numbers."""


def stop(tables: Tables, change: RowChange) -> list[Problem]:
    """Let a doctor not come at all, or not at a half-day; return what is wrong.

    Who does not come at all has no session in the template and owes none. A session at a half-day that is named stays
    in the template, no longer pinned, and is owed no longer: it is moved or dropped.
    """
    at, told = place(change), dict(change.where)
    doctor = told["doctor"]
    people = {person.doctor: number for number, person in enumerate(tables.rows("doctors"))}
    if doctor not in people:
        wrong = message("the scenario does not know this doctor")
        return [Problem(at, wrong, near_remedy(doctor, list(people)), doctor)]
    if "day" in told:
        return _stop_then(tables, people[doctor], told["day"], parse_half(told["half"]), at)
    stays = [row.doctor != doctor for row in tables.rows("template")]
    tables.keep("template", stays.__getitem__)
    problems = change_row(tables, "doctors", people[doctor], {"min_sessions": 0, "max_sessions": 0}, at)
    return problems + add_row(tables, "availability", {"doctor": doctor}, at)


def _stop_then(tables: Tables, number: int, day: str, half: Half, at: Where) -> list[Problem]:
    doctor = tables.rows("doctors")[number].doctor
    mine = [(n, row) for n, row in enumerate(tables.rows("template")) if row.doctor == doctor]
    stopped = [(n, row) for n, row in mine if (row.day, row.half) == (day, half)]
    if mine and not stopped:
        return [_no_session(at, mine)]
    problems = _owes_one_less(tables, number, [row for _, row in mine], stopped, at)
    problems += add_row(tables, "availability", {"doctor": doctor, "day": day, "half": half}, at)
    for row_number, row in stopped:
        if row.pinned:
            problems += change_row(tables, "template", row_number, {"pinned": False}, at)
    return problems


def _no_session(at: Where, mine: _Numbered) -> Problem:
    cells = sorted({(WEEKDAYS.index(row.day), row.half) for _, row in mine})
    shown = [f"{WEEKDAYS[day]}-{half.lower()}" for day, half in cells]
    remedy = message("Their sessions are: {sessions}.", sessions=shown)
    return Problem(at, message("the doctor has no session then"), remedy)


def _owes_one_less(
    tables: Tables, number: int, mine: Sequence[TemplateRow], stopped: _Numbered, at: Where
) -> list[Problem]:
    # A session that was away already is owed no less than before.
    comes = tables.coming()
    if not any(comes(row) for _, row in stopped):
        return []
    person: Doctor = tables.rows("doctors")[number]
    sessions = len({(row.day, row.half) for row in mine})
    fewest = max(0, min(person.min_sessions, sessions) - 1)
    return change_row(tables, "doctors", number, {"min_sessions": fewest}, at)


def pin(tables: Tables, change: RowChange) -> list[Problem]:
    """Pin the sessions of a doctor or a specialty, where the doctor can come; return what is wrong."""
    at = place(change)
    ((column, name),) = change.where
    whose = _owners(tables, column)
    found = [(number, row) for number, row in enumerate(tables.rows("template")) if whose[number] == name]
    if not found:
        wrong = message("the template has no session of this")
        return [Problem(at, wrong, near_remedy(name, sorted({*whose} - {""})), name)]
    # A session whose doctor is away cannot stay, and a pinned one would have to.
    comes = tables.coming()
    problems = []
    for number, row in found:
        if not row.pinned and comes(row):
            problems += change_row(tables, "template", number, {"pinned": True}, at)
    return problems


def _owners(tables: Tables, column: str) -> list[str]:
    """Return whose each session of the template is: its doctor's, or its clinic's specialty's."""
    if column == "doctor":
        return [row.doctor for row in tables.rows("template")]
    specialty = {clinic.clinic: clinic.specialty for clinic in tables.rows("clinics")}
    return [specialty.get(row.clinic, "") for row in tables.rows("template")]
