"""By doctor: doctors down under their specialty, half-days across, clinic and room in the cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.entries import LEGEND, entries_with_traces
from scheduler.report.sheets.sheet import Sheet
from scheduler.roster import Session
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.week import Scenario
from scheduler.words import message

_HEAD = (3, 4)
_FIXED = 3
_SEPARATORS = " -_/:：·、"
_BRACKETS = ("(", "（", "[", "【")


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
    labels = clinic_labels(facts.scenario, doctor.specialty)
    sheet.text(row, 0, doctor.specialty)
    sheet.text(row, 1, doctor_label(facts.scenario, doctor), "name")
    sheet.text(row, 2, sheet.voice.say(LEVEL_WORDS[doctor.level]))
    here = entries_with_traces(sessions, lambda session: _clinics_and_room(session, labels), sheet.voice)
    for column, cell in enumerate(facts.half_days, start=_FIXED):
        if cell in here:
            sheet.text(row, column, here[cell].text, here[cell].look)
        else:
            sheet.text(row, column, "")


def doctor_label(scenario: Scenario, doctor: Doctor) -> str:
    """Return the doctor's name, with the key where another doctor of the specialty bears it too."""
    name = doctor.name or doctor.doctor
    same = (other for other in scenario.doctors if (other.name, other.specialty) == (name, doctor.specialty))
    return f"{name} ({doctor.doctor})" if any(other.doctor != doctor.doctor for other in same) else name


def _clinics_and_room(session: Session, labels: Mapping[str, str]) -> str:
    """Return the line of a session in its half-day's cell."""
    clinics = " + ".join(labels[block.clinic] for block in sorted(session.blocks))
    return f"{clinics} · {session.room}" if session.room else clinics


def clinic_labels(scenario: Scenario, specialty: str) -> dict[str, str]:
    """Return what each clinic is called in rows of the specialty: without it, unless two would be called the same."""
    short = {key: short_clinic(key, specialty) for key in scenario.clinic_of}
    times = Counter([*short.values(), *(key for key, name in short.items() if key != name)])
    return {key: name if times[name] == 1 else key for key, name in short.items()}


def short_clinic(clinic: str, specialty: str) -> str:
    """Return the clinic's name without the specialty it begins with, where a name of two characters and more remains."""
    rest = clinic.removeprefix(specialty).lstrip(_SEPARATORS)
    # What stands in brackets says which clinic of a name it is, and is no name of its own.
    return rest if len(rest) >= 2 and not rest.startswith(_BRACKETS) else clinic
