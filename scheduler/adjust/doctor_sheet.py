"""The sheet by doctor of roster.xlsx as a planner changed it: cells moved, exchanged, replaced, added and emptied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.clock import Cell, Half
from scheduler.errors import InputError, Problem, Suggestions, Where
from scheduler.report.sheets.doctors import clinic_labels, doctor_label
from scheduler.report.sheets.entries import DROPPED_MARK, TRACE_MARKS
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS
from scheduler.roster import Roster, Session
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.spellings import folded
from scheduler.tables.grids.sheets import Sheet
from scheduler.words import LANGUAGES, message

_LABEL_COLUMNS = 2
"""Specialty and doctor stand in the first two columns; half-days in those with a date and a half above them."""


_STOPPED = frozenset(("停诊", "停", "不出诊", "stopped", "no clinic"))
"""What planners write into a cell, or below what stands in it, whose session is not to take place."""


@dataclass(frozen=True)
class _Entry:
    """A session in a cell: the clinics of its line, and its room where the line names one."""

    doctor: str
    cell: Cell
    clinics: tuple[str, ...]
    room: str


def edits_of_doctor_sheet(scenario: Scenario, before: Roster, sheet: Sheet) -> tuple[Edit, ...]:
    """Return the edits that make of the sessions `before` what the sheet shows.

    A line at another half-day of its doctor is a move, with another doctor a cover, another clinic in its place
    other tickets of the same session; other new lines are added sessions and other missing ones dropped. Raises
    InputError for doctors and clinics that are none.
    """
    shown, problems = _entries(scenario, sheet)
    if problems:
        raise InputError(problems)
    gone: list[tuple[Session, _Entry]] = []
    for session in before.held:
        entry = _entry_of(session)
        if (session.doctor, session.at) not in shown:
            problems.append(_column_missing(sheet, session.at))
        elif entry in shown[session.doctor, session.at]:
            shown[session.doctor, session.at].remove(entry)
        else:
            gone.append((session, entry))
    if problems:
        raise InputError(dict.fromkeys(problems))
    come = [entry for key in sorted(shown) for entry in shown[key]]
    return tuple(_matched(scenario, before, gone, come))


_ALIKE: tuple[Callable[[_Entry, _Entry], bool], ...] = (
    lambda old, new: (old.doctor, old.cell, old.clinics) == (new.doctor, new.cell, new.clinics),
    lambda old, new: (old.doctor, old.clinics, old.room) == (new.doctor, new.clinics, new.room),
    lambda old, new: (old.doctor, old.clinics) == (new.doctor, new.clinics),
    lambda old, new: (old.cell, old.clinics) == (new.cell, new.clinics),
    lambda old, new: old.clinics == new.clinics,
    lambda old, new: (old.doctor, old.cell) == (new.doctor, new.cell),
)
"""What a line that is gone and one that has come may share to be one session, the surest first."""


def _matched(
    scenario: Scenario, before: Roster, gone: list[tuple[Session, _Entry]], come: list[_Entry]
) -> Iterator[Edit]:
    for alike in _ALIKE:
        for session, old in list(gone):
            new = next((entry for entry in come if alike(old, entry)), None)
            if new is not None:
                gone.remove((session, old))
                come.remove(new)
                yield _move(scenario, session, old, new)
    dropped = {(s.owner, s.was): s for s in before.sessions if s.cell is None and s.was is not None}
    for session, _ in gone:
        yield Drop(session.session)
    for entry in come:
        back = dropped.get((entry.doctor, entry.cell))
        if back is not None and {block.clinic for block in back.blocks} == set(entry.clinics):
            yield Move(back.session, entry.cell, entry.room or None)
        else:
            blocks = tuple(Block(clinic, scenario.usual_tickets(clinic)) for clinic in entry.clinics)
            yield Add(entry.doctor, entry.cell, blocks, entry.room or None)


def _move(scenario: Scenario, session: Session, old: _Entry, new: _Entry) -> Move:
    blocks = None
    if old.clinics != new.clinics:
        tickets = {block.clinic: block.tickets for block in session.blocks}
        usual = session.tickets if len(old.clinics) == len(new.clinics) == 1 else None
        blocks = tuple(
            Block(clinic, tickets.get(clinic, scenario.usual_tickets(clinic) if usual is None else usual))
            for clinic in new.clinics
        )
    return Move(
        session.session,
        None if new.cell == old.cell else new.cell,
        new.room if new.room and new.room != old.room else None,
        None if new.doctor == old.doctor else new.doctor,
        blocks,
    )


def _entry_of(session: Session) -> _Entry:
    clinics = tuple(sorted(block.clinic for block in session.blocks))
    return _Entry(session.doctor, session.at, clinics, session.room)


def _entries(scenario: Scenario, sheet: Sheet) -> tuple[dict[tuple[str, Cell], list[_Entry]], list[Problem]]:
    """Return what each cell of a doctor and half-day shows, and everything that cannot be understood."""
    columns, head = half_day_columns(scenario, sheet)
    doctors = {(d.specialty, folded(doctor_label(scenario, d))): d.doctor for d in scenario.doctors}
    names = {specialty: _clinic_names(scenario, specialty) for specialty, _ in doctors}
    entries: dict[tuple[str, Cell], list[_Entry]] = {}
    problems: list[Problem] = []
    for number, cells in sheet.cells:
        if number <= head or not any(cells[:_LABEL_COLUMNS]):
            continue
        specialty, name = cells[:_LABEL_COLUMNS]
        doctor = doctors.get((specialty, folded(name)))
        if doctor is None:
            wrong = message("the scenario does not know this doctor of this specialty")
            remedy = message("Write specialty and name as they were; add doctors to the scenario first.")
            problems.append(Problem(cell_place(sheet, number, 1), wrong, remedy, f"{specialty} {name}"))
            continue
        for column, cell in columns.items():
            text = cells[column] if column < len(cells) else ""
            read = list(_lines(names[specialty], doctor, cell, text, cell_place(sheet, number, column)))
            entries[doctor, cell] = [entry for entry in read if isinstance(entry, _Entry)]
            problems += [problem for problem in read if isinstance(problem, Problem)]
    missing = [key for key in scenario.doctor_of if not any(doctor == key for doctor, _ in entries)]
    return entries, [*problems, *_missing(sheet, missing)]


def _column_missing(sheet: Sheet, cell: Cell) -> Problem:
    remedy = message("Put the column back; to drop sessions, empty their cells.")
    value = f"{cell.date.isoformat()} {cell.half}"
    return Problem(Where(sheet.file, sheet.name), message("the half-day's column is missing"), remedy, value)


def _missing(sheet: Sheet, doctors: list[str]) -> Iterator[Problem]:
    for doctor in doctors:
        remedy = message("Put the row back; to drop sessions, empty their cells.")
        yield Problem(Where(sheet.file, sheet.name), message("the doctor's row is missing"), remedy, doctor)


def _lines(
    names: Mapping[str, str], doctor: str, cell: Cell, text: str, where: Where
) -> Iterator[_Entry | Problem]:
    """Yield what each line of a cell says; `names` are those of clinics in rows of the doctor's specialty."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if any(folded(line) in _STOPPED for line in lines):
        return
    for line in lines:
        if line.startswith((*TRACE_MARKS, DROPPED_MARK.strip())):
            continue
        before, dot, room = line.rpartition("·")
        typed = [name.strip() for name in (before if dot else line).split(" + ")]
        clinics = [names[name] for name in typed if name in names]
        if len(clinics) == len(typed):
            yield _Entry(doctor, cell, tuple(sorted(clinics)), room.strip() if dot else "")
        else:
            unknown = next(name for name in typed if name not in names)
            wrong = message("the scenario has no such clinic for this doctor")
            yield Problem(where, wrong, Suggestions(names).remedy(unknown), line)


def _clinic_names(scenario: Scenario, specialty: str) -> Mapping[str, str]:
    """Return the clinic of each name that it has in rows of the specialty, short or whole."""
    whole = {key: key for key in scenario.clinic_of}
    # What stands behind the specialty's name is understood too: people type it, and workbooks of before held it.
    rest = {key.removeprefix(specialty): key for key in scenario.clinic_of if key.startswith(specialty)}
    return rest | whole | {label: key for key, label in clinic_labels(scenario, specialty).items()}


def half_day_columns(scenario: Scenario, sheet: Sheet) -> tuple[dict[int, Cell], int]:
    """Return the half-day of each column, and the row of the halves; raises InputError where there is no such row."""
    for language in LANGUAGES:
        voice = Voice(language)
        dates = {voice.date(date): date for date in scenario.week.dates}
        halves: Mapping[str, Half] = {voice.say(HALF_WORDS[half]): half for half in Half}
        above: tuple[str, ...] = ()
        for number, cells in sheet.cells:
            columns: dict[int, Cell] = {}
            date = None
            for place, text in enumerate(cells):
                date = dates.get(above[place], date) if place < len(above) else date
                if date is not None and text in halves:
                    columns[place] = Cell(date, halves[text])
            if columns:
                _refuse_repeated(sheet, number, columns)
                return columns, number
            above = cells
    wrong = message("the headings of dates and half-days are gone")
    raise InputError(
        [Problem(Where(sheet.file, sheet.name), wrong, message("Put the two heading rows back."))]
    )


def _refuse_repeated(sheet: Sheet, number: int, columns: Mapping[int, Cell]) -> None:
    for cell, times in Counter(columns.values()).items():
        if times > 1:
            wrong, remedy = message("two columns are of this half-day"), message("Keep one of the two.")
            value = f"{cell.date.isoformat()} {cell.half}"
            raise InputError([Problem(Where(sheet.file, sheet.name, number), wrong, remedy, value)])


def cell_place(sheet: Sheet, row: int, column: int) -> Where:
    """Return where a cell is, its column (from 0) by its letters."""
    return Where(sheet.file, sheet.name, row, _letters(column))


def _letters(column: int) -> str:
    first, second = divmod(column, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
