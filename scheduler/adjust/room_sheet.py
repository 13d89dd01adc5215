"""The sheet by room of roster.xlsx, which is written and never read back: the cells that a planner changed all the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from scheduler.adjust.doctor_sheet import cell_place, half_day_columns
from scheduler.clock import Cell
from scheduler.errors import Problem
from scheduler.report.sheets.entries import TRACE_MARKS
from scheduler.report.sheets.rooms import doctor_and_clinics
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.sheets import Sheet
from scheduler.words import message

_LABEL_COLUMNS = 3
"""Campus, pool and room."""


def changes_of_room_sheet(scenario: Scenario, before: Roster, sheet: Sheet) -> Iterator[Problem]:
    """Yield the cells that show other sessions than `before` has there; raises InputError where the headings are gone."""
    columns, head = half_day_columns(scenario, sheet)
    expected: dict[tuple[str, str, Cell], Counter[str]] = defaultdict(Counter)
    for session in before.held:
        pool = scenario.clinic_of[min(session.blocks).clinic].pool
        expected[pool, session.room, session.at].update(doctor_and_clinics(scenario, session).split("\n"))
    known = {(pool, room.room) for pool, rooms in scenario.rooms_of.items() for room in rooms}
    for number, cells in sheet.cells:
        if number <= head or not any(cells[:_LABEL_COLUMNS]):
            continue
        _, pool, name = cells[:_LABEL_COLUMNS]
        # Sessions without a room stand in a row whose name is no room's, but for rooms that were closed since.
        room = name if (pool, name) in known or any(key[:2] == (pool, name) for key in expected) else ""
        for column, cell in columns.items():
            text = cells[column] if column < len(cells) else ""
            lines = filter(None, map(str.strip, text.splitlines()))
            shown = Counter(line for line in lines if not line.startswith(TRACE_MARKS))
            if shown != expected.get((pool, room, cell), Counter()):
                wrong = message("this sheet is not read back")
                remedy = message("Change it in the sheet by doctor or of sessions, and undo it here.")
                yield Problem(cell_place(sheet, number, column), wrong, remedy, text)
