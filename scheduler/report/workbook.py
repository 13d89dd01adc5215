"""roster.xlsx: the week as planners know it, by doctor, room and clinic, with appointments, changes and a summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sized
from io import BytesIO
from typing import Any

from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.appointments import draw_appointments
from scheduler.report.sheets.changes import draw_changes
from scheduler.report.sheets.clinics import draw_clinics
from scheduler.report.sheets.doctors import draw_doctors
from scheduler.report.sheets.partners import draw_partners
from scheduler.report.sheets.rooms import draw_rooms
from scheduler.report.sheets.sessions import draw_sessions
from scheduler.report.sheets.sheet import FORMATS, Sheet
from scheduler.report.sheets.summary import draw_summary
from scheduler.report.voice import Voice
from scheduler.words import Message, message

DOCTORS_SHEET = message("By doctor")
SESSIONS_SHEET = message("Sessions")
"""The two sheets whose edits are read back."""

ROOMS_SHEET = message("By room")
"""A sheet that looks as if it could be edited too."""

_SHEETS: tuple[tuple[Message, Callable[[Sheet, ReportFacts], None]], ...] = (
    (DOCTORS_SHEET, draw_doctors),
    (ROOMS_SHEET, draw_rooms),
    (message("By clinic"), draw_clinics),
    (SESSIONS_SHEET, draw_sessions),
    (message("Appointments"), draw_appointments),
    (message("Changes"), draw_changes),
    (message("Partners"), draw_partners),
    (message("Summary"), draw_summary),
)

_ONLY_WITH: Mapping[Callable[[Sheet, ReportFacts], None], Callable[[ReportFacts], Sized]] = {
    draw_appointments: lambda facts: facts.plan.slots,
    draw_partners: lambda facts: facts.partner_shares,
}
"""What some sheets are made of: without it they are left out."""

# The date a workbook was made is in its bytes; a fixed one keeps the same week the same file.
_CREATED = dt.datetime(2000, 1, 1)


def workbook_bytes(facts: ReportFacts, language: str) -> bytes:
    """Return the workbook in `language` (one of LANGUAGES; ValueError otherwise); same facts, same bytes.

    Without a roster it shows the template's week.
    """
    voice = Voice(language)
    content = BytesIO()
    book, formats = new_book(content, facts.scenario.name)
    for name, draw in _SHEETS:
        if draw in _ONLY_WITH and not _ONLY_WITH[draw](facts):
            continue
        sheet = Sheet(book, formats, voice, name)
        draw(sheet, facts)
        if name not in (DOCTORS_SHEET, SESSIONS_SHEET):
            sheet.lock()
    book.close()
    return content.getvalue()


def new_book(content: BytesIO, title: str) -> tuple[Any, dict[str, Any]]:
    """Return an empty workbook that is written to `content` when it is closed, and its formats by look."""
    from xlsxwriter import Workbook

    book = Workbook(content, {"in_memory": True})
    book.set_properties({"title": title, "created": _CREATED})
    return book, {name: book.add_format(dict(look)) for name, look in FORMATS.items()}
