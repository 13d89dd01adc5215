"""Appointments: what the patients of each session are told, one row a session and clinic."""

from __future__ import annotations

from collections import defaultdict

from scheduler.appointment_times import ticket_times
from scheduler.clock import clock_text
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.sessions import session_rows
from scheduler.report.sheets.sheet import Sheet
from scheduler.report.words import HALF_WORDS
from scheduler.words import message

_HEAD = 2
_COLUMNS = (
    (message("Date"), 12),
    (message("Half"), 8),
    (message("Clinic"), 26),
    (message("Doctor"), 16),
    (message("Room"), 12),
    (message("Tickets"), 8),
    (message("Times that patients are told"), 72),
)


def draw_appointments(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw the sessions by half-day and doctor with the times of their tickets in order, each time once."""
    policy = facts.scenario.policy.slots
    told: dict[tuple[str, str], set[int]] = defaultdict(set)
    for slot in facts.plan.slots:
        told[slot.session, slot.clinic].update(time.told for time in ticket_times(policy, slot))
    sheet.titles(facts)
    early = message("Patients are asked to come {minutes:minute|minutes} before.", minutes=policy.come_early)
    sheet.text(1, 0, sheet.voice.say(early), "plain")
    names, widths = zip(*_COLUMNS, strict=True)
    sheet.columns(_HEAD, names, widths)
    rows = session_rows(facts)
    for line, (session, block) in enumerate(rows, start=_HEAD + 1):
        times = sorted(told[session.session, block.clinic])
        cells = (
            session.at.date.isoformat(),
            sheet.voice.say(HALF_WORDS[session.at.half]),
            block.clinic,
            facts.scenario.doctor_name(session.doctor),
            session.room,
        )
        for column, text in enumerate(cells):
            sheet.text(line, column, text)
        sheet.number(line, len(cells), block.tickets)
        sheet.text(line, len(cells) + 1, "  ".join(map(clock_text, times)))
    sheet.finish(head=(_HEAD, _HEAD), fixed=0, last_row=_HEAD + len(rows), last_column=len(names) - 1)
