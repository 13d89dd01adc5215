"""By clinic: how many sessions each clinic holds in each half-day, and its tickets."""

from __future__ import annotations

from collections import Counter

from scheduler.clock import Cell
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.sheet import Sheet
from scheduler.report.words import KIND_WORDS
from scheduler.roster import Roster
from scheduler.words import message

_HEAD = (2, 3)
_NAMES = (message("Campus"), message("Specialty"), message("Clinic"), message("Kind"))
_TOTALS = (message("Before"), message("Plan"), message("Tickets"))
_FIXED = len(_NAMES) + len(_TOTALS)


def draw_clinics(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw every clinic; a session with blocks of two clinics counts for both."""
    sheet.titles(facts)
    sheet.columns(_HEAD[1], (*_NAMES, *_TOTALS), (18, 16, 28, 12, 9, 9, 9))
    sheet.half_days(_HEAD[0], _FIXED, facts.half_days, wide=False)
    before, after, tickets = (
        _count_sessions(facts.before),
        _count_sessions(facts.after),
        _count_tickets(facts.after),
    )
    clinics = sorted(facts.scenario.clinics, key=lambda c: (c.campus, c.specialty, c.clinic))
    for row, clinic in enumerate(clinics, start=_HEAD[1] + 1):
        key = clinic.clinic
        names = (clinic.campus, clinic.specialty, key, sheet.voice.say(KIND_WORDS[clinic.kind]))
        for column, text in enumerate(names):
            sheet.text(row, column, text, "name" if column == 2 else "text")
        totals = [sum(count[key, cell] for cell in facts.half_days) for count in (before, after)]
        for column, number in enumerate((*totals, tickets[key]), start=len(_NAMES)):
            sheet.number(row, column, number)
        for column, cell in enumerate(facts.half_days, start=_FIXED):
            _draw_count(sheet, row, column, before[key, cell], after[key, cell])
    last_column = _FIXED + len(facts.half_days) - 1
    sheet.finish(head=_HEAD, fixed=len(_NAMES), last_row=_HEAD[1] + len(clinics), last_column=last_column)


def _draw_count(sheet: Sheet, row: int, column: int, before: int, after: int) -> None:
    if before or after:
        sheet.number(row, column, after, "number" if before == after else "moved")
    else:
        sheet.text(row, column, "")


def _count_sessions(roster: Roster) -> Counter[tuple[str, Cell]]:
    return Counter((block.clinic, session.at) for session in roster.held for block in session.blocks)


def _count_tickets(roster: Roster) -> Counter[str]:
    tickets: Counter[str] = Counter()
    for session in roster.held:
        for block in session.blocks:
            tickets[block.clinic] += block.tickets
    return tickets
