"""Sessions: every session of the week as a list, one row a clinic; what a planner edits here is read back."""

from __future__ import annotations

from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.sheet import Sheet
from scheduler.roster import Session
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.cells import HALF
from scheduler.tables.roster.headings import SESSION_LIST

_WIDTHS = {"session": 30, "clinic": 28, "specialty": 16, "name": 14, "room": 16, "date": 12}
_WIDTH = 10


def draw_sessions(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw the headings in the first row, so that any program reads the sheet as a table, and the sessions below."""
    language = sheet.voice.language
    headings = [column.heading(language) for column in SESSION_LIST.columns]
    sheet.columns(0, headings, [_WIDTHS.get(key, _WIDTH) for key in SESSION_LIST.keys])
    rows = session_rows(facts)
    for number, (session, block) in enumerate(rows, start=1):
        cells = session_cells(facts.scenario, session, block, language)
        for column, text in enumerate(cells):
            sheet.text(number, column, text)
        sheet.number(number, len(cells), block.tickets)
    sheet.finish(head=(0, 0), fixed=0, last_row=len(rows), last_column=len(headings) - 1)


def session_rows(facts: ReportFacts) -> list[tuple[Session, Block]]:
    """Return the sessions that take place, each with every block, by half-day, doctor and clinic."""
    rows = [(session, block) for session in facts.after.held for block in session.blocks]
    return sorted(rows, key=lambda row: (row[0].at, row[0].doctor, row[0].session, row[1].clinic))


def session_cells(scenario: Scenario, session: Session, block: Block, language: str) -> tuple[str, ...]:
    """Return the cells of a row but for its tickets, with the words of `language`."""
    clinic, half = scenario.clinic_of[block.clinic], str(session.at.half)
    return (
        session.session,
        session.at.date.isoformat(),
        HALF.choices[half] if language == "zh" else half,
        clinic.campus,
        clinic.specialty,
        clinic.clinic,
        session.doctor,
        scenario.doctor_of[session.doctor].name,
        session.room,
    )
