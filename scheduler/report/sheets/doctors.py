"""By doctor: doctors down under their specialty, half-days across, clinic and room in the cell."""

from __future__ import annotations

from collections import defaultdict

from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.entries import LEGEND, entries_with_traces
from scheduler.report.sheets.sheet import Sheet
from scheduler.roster import Session
from scheduler.scenario.hospital import Doctor
from scheduler.words import message

_HEAD = (3, 4)
_FIXED = 3
_SEPARATORS = " -_/:：·、"


def draw_doctors(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw every doctor of the scenario, also those without a session."""
    sheet.titles(facts, LEGEND)
    sheet.columns(_HEAD[1], (message("Specialty"), message("Doctor"), message("Level")), (16, 16, 14))
    sheet.half_days(_HEAD[0], _FIXED, facts.half_days, wide=True)
    of_doctor: defaultdict[str, list[Session]] = defaultdict(list)
    for session in facts.after.sessions:
        of_doctor[session.doctor].append(session)
    doctors = sorted(
        facts.scenario.doctors, key=lambda d: (d.specialty, -d.level.rank, d.name or d.doctor, d.doctor)
    )
    for row, doctor in enumerate(doctors, start=_HEAD[1] + 1):
        _draw_doctor(sheet, row, facts, doctor, of_doctor[doctor.doctor])
    last_column = _FIXED + len(facts.half_days) - 1
    sheet.finish(head=_HEAD, fixed=_FIXED, last_row=_HEAD[1] + len(doctors), last_column=last_column)


def _draw_doctor(sheet: Sheet, row: int, facts: ReportFacts, doctor: Doctor, sessions: list[Session]) -> None:
    sheet.text(row, 0, doctor.specialty)
    sheet.text(row, 1, doctor.name or doctor.doctor, "name")
    sheet.text(row, 2, sheet.voice.say(LEVEL_WORDS[doctor.level]))
    here = entries_with_traces(
        sessions, lambda session: _clinics_and_room(session, doctor.specialty), sheet.voice
    )
    for column, cell in enumerate(facts.half_days, start=_FIXED):
        if cell in here:
            sheet.text(row, column, here[cell].text, here[cell].look)
        else:
            sheet.text(row, column, "")


def _clinics_and_room(session: Session, specialty: str) -> str:
    clinics = " + ".join(short_clinic(block.clinic, specialty) for block in sorted(session.blocks))
    return f"{clinics} · {session.room}" if session.room else clinics


def short_clinic(clinic: str, specialty: str) -> str:
    """Return the clinic's name without the specialty it begins with, where at least two characters remain."""
    rest = clinic.removeprefix(specialty).lstrip(_SEPARATORS)
    return rest if len(rest) >= 2 else clinic
