"""Who may be where: leave, one place at a time, approval, sessions a week, wishes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.facts import Facts
from scheduler.check.held_sessions import (
    HeldSession,
    clinic_cells_of,
    doctor_cell_of,
    owner_of,
    specialty_date_of,
)
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.names import cell_name, day_name, level_name, place, span_key, span_name
from scheduler.scenario.hospital import Clinic, Doctor
from scheduler.scenario.rows import AvailabilityRow, Block, Presence
from scheduler.words import message


def availability(facts: Facts, at: tuple[str, Cell]) -> Iterator[Violation]:
    """Yield a unit for every session that a doctor holds at a half-day they cannot work."""
    for held in facts.held.by(doctor_cell_of).get(at, ()):
        if not _can_work(facts, held):
            sentence = message(
                "{doctor} cannot work on {cell}", doctor=held.doctor, cell=cell_name(held.cell)
            )
            yield facts.violation("availability", facts.place(held.doctor, held.cell), 1, sentence)


def _can_work(facts: Facts, held: HeldSession) -> bool:
    known = held.doctor in facts.scenario.doctor_of
    return known and held.cell in facts.scenario.open_cells(held.doctor)


def one_place(facts: Facts, at: tuple[str, Cell]) -> Iterator[Violation]:
    """Yield the sessions beyond the first that a doctor has at once, at the fullest moment that one of a half-day begins."""
    (doctor, cell), held_at = at, facts.held.by(doctor_cell_of)
    begin = {held.hours.start for held in held_at.get(at, ())}
    day = [held for half in Half for held in held_at.get((doctor, Cell(cell.date, half)), ())]
    n = max((sum(one.hours.start <= now < one.hours.end for one in day) for now in begin), default=0)
    if n < 2:
        return
    sentence = message(
        "{doctor} has {n:session|sessions} on {cell}; one is possible",
        doctor=doctor,
        n=n,
        cell=cell_name(cell),
    )
    yield facts.violation("one_place", facts.place(doctor, cell), n - 1, sentence)


def eligible(facts: Facts, at: tuple[str, Cell]) -> Iterator[Violation]:
    """Yield a unit for every block of a doctor's sessions at a half-day that the doctor may not serve."""
    for held in facts.held.by(doctor_cell_of).get(at, ()):
        for block in held.blocks:
            violation = _not_eligible(facts, held, block)
            if violation is not None:
                yield violation


def _not_eligible(facts: Facts, held: HeldSession, block: Block) -> Violation | None:
    doctor = facts.scenario.doctor_of.get(held.doctor)
    clinic = facts.scenario.clinic_of.get(block.clinic)
    at = facts.place(held.doctor, held.cell, block.clinic)
    if doctor is None or clinic is None or not _approved(doctor, clinic):
        sentence = message(
            "{doctor} is not approved for {clinic} ({cell})",
            doctor=held.doctor,
            clinic=block.clinic,
            cell=cell_name(held.cell),
        )
        return facts.violation("eligible", at, 1, sentence)
    level = facts.scenario.level_at(doctor.doctor, clinic.clinic)
    return None if level.at_least(clinic.min_level) else _level_too_low(facts, at, doctor, clinic)


def _approved(doctor: Doctor, clinic: Clinic) -> bool:
    return clinic.clinic in doctor.clinics if doctor.clinics else clinic.specialty == doctor.specialty


def _level_too_low(facts: Facts, at: str, doctor: Doctor, clinic: Clinic) -> Violation:
    sentence = message(
        "{doctor} is {level}; {clinic} asks for {least} or above",
        doctor=doctor.doctor,
        level=level_name(facts.scenario.level_at(doctor.doctor, clinic.clinic)),
        clinic=clinic.clinic,
        least=level_name(clinic.min_level),
    )
    return facts.violation("eligible", at, 1, sentence)


def session_limits(facts: Facts, doctor: str) -> Iterator[Violation]:
    """Yield a doctor's sessions above the most or below the fewest of this week.

    A covered session counts for the doctor whose it is: who helps out today is no session nearer to their limits.
    """
    n, (least, most) = len(facts.held.by(owner_of).get(doctor, ())), facts.scenario.limits(doctor)
    if least <= n <= most:
        return
    written = facts.scenario.doctor_of[doctor].min_sessions
    if n < least < written:
        sentence = message(
            "{doctor} has {n:session|sessions} this week; at least {least} are owed: the fewest of {written}, less what "
            "leave and closed half-days take",
            doctor=doctor,
            n=n,
            written=written,
            least=least,
        )
    else:
        sentence = message(
            "{doctor} has {n:session|sessions} this week; from {least} to {most} are allowed",
            doctor=doctor,
            n=n,
            least=least,
            most=most,
        )
    yield facts.violation("session_limits", place(doctor), max(n - most, least - n), sentence)


def preferences(facts: Facts, doctor: str) -> Iterator[Violation]:
    """Yield the weight of every wish of a doctor that is not met, once for each session at a cell to avoid."""
    for row in facts.scenario.wishes(doctor):
        violation = _wish_not_met(facts, row)
        if violation is not None:
            yield violation


def _wish_not_met(facts: Facts, row: AvailabilityRow) -> Violation | None:
    n = sum(1 for held in facts.of_doctor(row.doctor) if row.covers(held.cell))
    cells = span_name(row.day, row.half)
    at = place(row.doctor, f"{row.state.value} {span_key(row.day, row.half)}")
    if row.state is Presence.PREFER:
        sentence = message(
            "{doctor} wishes for a session at {cells} and has none", doctor=row.doctor, cells=cells
        )
        return facts.violation("preferences", at, row.weight, sentence) if n == 0 else None
    sentence = message(
        "{doctor} wishes to avoid {cells} and has {n:session|sessions} there",
        doctor=row.doctor,
        cells=cells,
        n=n,
    )
    return facts.violation("preferences", at, row.weight * n, sentence) if n else None


def cover(facts: Facts, number: int) -> Iterator[Violation]:
    """Yield the sessions that a demand row asks for and does not get; a hard row's are always hard."""
    row = facts.scenario.demand[number]
    cells = [cell for cell in facts.scenario.cells if row.covers(cell)]
    if not cells:
        return
    held_at = facts.held.by(clinic_cells_of)
    rank = row.level.rank
    got = sum(1 for cell in cells for held in held_at.get((row.clinic, cell), ()) if held.rank >= rank)
    if got >= row.sessions:
        return
    sentence = message(
        "{clinic}, {at}: {got} of {needed:session|sessions} by {level} or above",
        clinic=row.clinic,
        at=span_name(row.day, row.half),
        got=got,
        needed=row.sessions,
        level=level_name(row.level),
    )
    where = place(row.clinic, span_key(row.day, row.half), row.level.value)
    yield facts.violation("cover", where, row.sessions - got, sentence, hard=True if row.hard else None)


def expert_presence(facts: Facts, at: tuple[str, dt.date]) -> Iterator[Violation]:
    """Yield a unit if a specialty holds sessions on a working day and none by an expert."""
    (specialty, date), sessions = at, facts.held.by(specialty_date_of).get(at, ())
    if not sessions or any(held.expert for held in sessions):
        return
    sentence = message(
        "{specialty}, {day}: {n:session|sessions}, none by an expert",
        specialty=specialty,
        day=day_name(date),
        n=len(sessions),
    )
    yield facts.violation("expert_presence", place(specialty, date.isoformat()), 1, sentence)
