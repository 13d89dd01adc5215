"""What patients need: sessions of each clinic and level, and an expert wherever a specialty opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.facts import Facts
from scheduler.check.held import clinic_cells_of, specialty_date_of
from scheduler.check.violation import Violation
from scheduler.names import day_name, level_name, place, span_key, span_name
from scheduler.words import message


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
    said = message(
        "{clinic}, {at}: {got} of {asked} sessions by {level} or above",
        clinic=row.clinic,
        at=span_name(row.day, row.half),
        got=got,
        asked=row.sessions,
        level=level_name(row.level),
    )
    where = place(row.clinic, span_key(row.day, row.half), row.level.value)
    yield facts.violation("cover", where, row.sessions - got, said, hard=True if row.hard else None)


def expert_presence(facts: Facts, at: tuple[str, dt.date]) -> Iterator[Violation]:
    """Yield a unit if a specialty holds sessions on a working day and none by an expert."""
    (specialty, date), sessions = at, facts.held.by(specialty_date_of).get(at, ())
    if not sessions or any(held.expert for held in sessions):
        return
    said = message(
        "{specialty}, {day}: {n} sessions, none by an expert",
        specialty=specialty,
        day=day_name(date),
        n=len(sessions),
    )
    yield facts.violation("expert_presence", place(specialty, date.isoformat()), 1, said)
