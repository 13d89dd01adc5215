"""What changes in each department, worded: the sessions moved, taken over, dropped, added and stopped by leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.clock import Cell
from scheduler.compare import SessionChange, clinics_of
from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.specialties import SpecialtyWeek
from scheduler.report.voice import Voice
from scheduler.report.words import CHANGE_WORDS
from scheduler.roster import Change
from scheduler.scenario.rows import StandingSession
from scheduler.words import message


@dataclass(frozen=True)
class ChangeRow:
    """One changed session, worded; `was` or `now` is empty where it is not held."""

    doctor: str
    level: str
    clinic: str
    was: str
    now: str
    tickets: str
    kind: str


@dataclass(frozen=True)
class DepartmentChanges:
    """What changes in one specialty, and its balance over the week before and after, as shown."""

    name: str
    ratio_before: str
    ratio_after: str
    rows: tuple[ChangeRow, ...]


def department_changes(facts: ReportFacts, voice: Voice) -> list[DepartmentChanges]:
    """Return the specialties in which something changes, by name, each with its sessions by the half-day of before.

    Without a template every session is new, and only those that leave stops are listed: there are none.
    """
    rows: defaultdict[str, list[tuple[Cell, ChangeRow]]] = defaultdict(list)
    changes = facts.session_changes if facts.scenario.template else ()
    for change, row in zip(changes, change_rows(facts, changes, voice), strict=True):
        rows[facts.specialty(change)].append((change.session.at, row))
    for session in facts.stopped_by_leave:
        specialty = facts.scenario.clinic_of[min(session.blocks).clinic].specialty
        rows[specialty].append((session.cell, _leave_row(facts, session, voice)))
    weeks = {week.specialty: week for week in facts.specialties}
    return [
        _department(facts, weeks[name], sorted(rows[name], key=lambda row: row[0]), voice)
        for name in sorted(rows)
    ]


def change_rows(facts: ReportFacts, changes: Sequence[SessionChange], voice: Voice) -> list[ChangeRow]:
    """Return the changes as rows."""
    return [_change_row(facts, change, voice) for change in changes]


def _department(
    facts: ReportFacts, week: SpecialtyWeek, rows: list[tuple[Cell, ChangeRow]], voice: Voice
) -> DepartmentChanges:
    before, after = (
        voice.ratio(balance, facts.scenario.policy.ratio)
        for balance in (week.balance_before, week.balance_after)
    )
    return DepartmentChanges(week.specialty, before, after, tuple(row for _, row in rows))


def _change_row(facts: ReportFacts, change: SessionChange, voice: Voice) -> ChangeRow:
    session = change.latest
    kind = CHANGE_WORDS[change.change]
    if change.change is Change.MOVED:
        kind = message("moved on its date") if change.stays_on_date else message("moved to another date")
    return ChangeRow(
        facts.doctors_text(change),
        voice.say(LEVEL_WORDS[facts.scenario.session_level(session.doctor, session.blocks)]),
        " + ".join(clinics_of(session)),
        voice.cell(change.before.at) if change.before else "",
        voice.cell(change.after.at) if change.after else "",
        voice.number(session.tickets),
        voice.say(kind),
    )


def _leave_row(facts: ReportFacts, session: StandingSession, voice: Voice) -> ChangeRow:
    return ChangeRow(
        facts.scenario.doctor_name(session.doctor),
        voice.say(LEVEL_WORDS[facts.scenario.session_level(session.doctor, session.blocks)]),
        " + ".join(sorted(block.clinic for block in session.blocks)),
        voice.cell(session.cell),
        "",
        voice.number(sum(block.tickets for block in session.blocks)),
        voice.say(message("stopped by leave")),
    )
