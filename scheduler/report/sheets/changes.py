"""Changes: every session that moved, was dropped or was added, one a row."""

from __future__ import annotations

from scheduler.compare import SessionChange, clinics_of
from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.sheet import Sheet
from scheduler.report.words import CHANGE_WORDS
from scheduler.roster import Change
from scheduler.words import message

_HEAD = 2
_HEADINGS = (
    message("Change"),
    message("From"),
    message("To"),
    message("Doctor"),
    message("Level"),
    message("Specialty"),
    message("Clinic"),
    message("Room"),
    message("Tickets"),
    message("Session"),
)
_WIDTHS = (10, 18, 18, 16, 14, 18, 30, 10, 8, 30)


def draw_changes(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw the moved sessions, then the covered, the dropped, then the added, each by half-day."""
    sheet.titles(facts)
    sheet.columns(_HEAD, _HEADINGS, _WIDTHS)
    changed = [
        one
        for change in (Change.MOVED, Change.COVERED, Change.DROPPED, Change.ADDED)
        for one in facts.changes(change)
    ]
    for row, one in enumerate(changed, start=_HEAD + 1):
        _draw_change(sheet, row, facts, one)
    sheet.finish(head=(_HEAD, _HEAD), fixed=0, last_row=_HEAD + len(changed), last_column=len(_HEADINGS) - 1)


def _draw_change(sheet: Sheet, row: int, facts: ReportFacts, change: SessionChange) -> None:
    session, voice = change.latest, sheet.voice
    texts = (
        voice.say(CHANGE_WORDS[change.change]),
        voice.cell(change.before.at) if change.before else "",
        voice.cell(change.after.at) if change.after else "",
        facts.doctors_text(change),
        voice.say(LEVEL_WORDS[facts.scenario.session_level(session.doctor, session.blocks)]),
        facts.specialty(change),
        " + ".join(clinics_of(session)),
        session.room,
    )
    for column, text in enumerate(texts):
        sheet.text(row, column, text)
    sheet.number(row, len(texts), session.tickets)
    sheet.text(row, len(texts) + 1, session.session)
