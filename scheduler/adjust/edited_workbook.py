"""roster.xlsx as a planner changed it: the edits of its list of sessions and of its sheet by doctor, together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from scheduler.adjust.doctor_sheet import edits_of_doctor_sheet
from scheduler.adjust.edit import Add, Edit, Move
from scheduler.adjust.room_sheet import changes_of_room_sheet
from scheduler.adjust.roster_edits import edits_written
from scheduler.errors import InputError, Problem, Where
from scheduler.report.workbook import DOCTORS_SHEET, ROOMS_SHEET, SESSIONS_SHEET
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.rows import Rows, read_rows
from scheduler.tables.grids.files import sheet_grid
from scheduler.tables.grids.sheets import Sheet, read_sheets
from scheduler.tables.roster.headings import SESSION_LIST
from scheduler.tables.roster.read import sessions_of_rows
from scheduler.words import Message, message


def edits_of_workbook(scenario: Scenario, before: Roster, path: Path) -> tuple[Edit, ...]:
    """Return the edits that make of the sessions `before` what the workbook's two sheets say.

    Raises InputError with everything that cannot be understood, where the two sheets contradict each other, and for
    changes in the sheet by room, which nobody would notice.
    """
    sheets = read_sheets(path)
    listed, by_doctor = _sheet(sheets, SESSIONS_SHEET), _sheet(sheets, DOCTORS_SHEET)
    if listed is None or by_doctor is None:
        wrong = message("the sheets by doctor and of sessions are not both there")
        remedy = message(
            "Edit the roster.xlsx of this folder and keep its sheets; an older one is not read back."
        )
        raise InputError([Problem(Where(file=path.name), wrong, remedy)])
    rooms = _sheet(sheets, ROOMS_SHEET)
    problems = [] if rooms is None else list(changes_of_room_sheet(scenario, before, rooms))
    found: list[tuple[Edit, ...]] = []
    for read, sheet in ((_edits_of_list, listed), (edits_of_doctor_sheet, by_doctor)):
        try:
            found.append(read(scenario, before, sheet))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return _merged(path.name, *found)


def _sheet(sheets: Iterable[Sheet], name: Message) -> Sheet | None:
    names = set(name.in_every_language().values())
    return next((sheet for sheet in sheets if sheet.name in names), None)


def _edits_of_list(scenario: Scenario, before: Roster, sheet: Sheet) -> tuple[Edit, ...]:
    rows = read_rows(sheet_grid(sheet), SESSION_LIST)
    after = sessions_of_rows(scenario, rows)
    problems = [*_stale(scenario, before, rows)]
    if problems:
        raise InputError(problems)
    # The list has only what takes place.
    keys = {session.session for session in after.sessions}
    rest = (s for s in before.sessions if s.cell is None and s.session not in keys)
    return edits_written(before, Roster((*after.sessions, *rest)))


def _stale(scenario: Scenario, before: Roster, rows: Rows) -> Iterator[Problem]:
    """Yield the cells that a planner changed although they follow from others, which stayed as they were."""
    doctors = {session.session: session.doctor for session in before.sessions}
    for number, values in rows.values:
        clinic, doctor = scenario.clinic_of[values["clinic"]], values["doctor"]
        followed = {"campus": clinic.campus, "specialty": clinic.specialty}
        if doctors.get(values.get("session", "")) == doctor:
            followed["name"] = scenario.doctor_of[doctor].name
        for key, text in followed.items():
            if key in values and values[key] != text:
                wrong = message("this follows from other columns and is not read")
                remedy = message("By the other columns it is {expected}: change those.", expected=text or "-")
                yield Problem(rows.where(number, key), wrong, remedy, values[key])


def _merged(file: str, listed: tuple[Edit, ...], by_doctor: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the edits of both sheets, those that both have once; raises InputError where they contradict."""
    of_session: dict[str, list[Edit]] = defaultdict(list)
    for edit in listed:
        if not isinstance(edit, Add):
            of_session[edit.session].append(edit)
    merged, problems = list(listed), []
    for edit in by_doctor:
        if isinstance(edit, Add):
            if not any(isinstance(one, Add) and _alike(one, edit) for one in listed):
                merged.append(edit)
        elif edit.session not in of_session:
            merged.append(edit)
        elif not any(_says(one, edit) for one in of_session[edit.session]):
            wrong = message("the sheets by doctor and of sessions say different things of this session")
            remedy = message("Change it in one of the two sheets only.")
            problems.append(Problem(Where(file=file), wrong, remedy, edit.session))
    if problems:
        raise InputError(problems)
    return tuple(merged)


def _alike(one: Add, other: Add) -> bool:
    clinics = [sorted(block.clinic for block in each.blocks) for each in (one, other)]
    return (one.doctor, one.cell) == (other.doctor, other.cell) and clinics[0] == clinics[1]


def _says(listed: Edit, edit: Edit) -> bool:
    """Return whether an edit of the list says all that one of the sheet by doctor says; the list has rooms and tickets."""
    if isinstance(listed, Move) and isinstance(edit, Move):
        room = listed.room if edit.room is None else edit.room
        return replace(edit, room=room, blocks=listed.blocks) == listed
    return listed == edit
