"""What patients need: sessions of each clinic and level, and an expert wherever a specialty opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.facts import Facts, Held
from scheduler.check.places import day_name, level_name, place, span_key, span_name
from scheduler.check.violation import Violation
from scheduler.scenario import DemandRow
from scheduler.words import message


def cover(facts: Facts) -> Iterator[Violation]:
    """Yield the sessions that each demand row asks for and does not get; a hard row's are always hard."""
    for row in facts.scenario.demand:
        found = _short_of_demand(facts, row)
        if found is not None:
            yield found


def _short_of_demand(facts: Facts, row: DemandRow) -> Violation | None:
    cells = [cell for cell in facts.scenario.cells if row.covers(cell)]
    if not cells:
        return None
    rank = row.level.rank
    got = sum(
        1 for cell in cells for held in facts.by_clinic_cell.get((row.clinic, cell), ()) if held.rank >= rank
    )
    if got >= row.sessions:
        return None
    said = message(
        "{clinic}, {at}: {got} of {asked} sessions by {level} or above",
        clinic=row.clinic,
        at=span_name(row.day, row.half),
        got=got,
        asked=row.sessions,
        level=level_name(row.level),
    )
    where = place(row.clinic, span_key(row.day, row.half), row.level.value)
    return facts.violation("cover", where, row.sessions - got, said, hard=True if row.hard else None)


def expert_presence(facts: Facts) -> Iterator[Violation]:
    """Yield a unit for every specialty and working day with sessions but none by an expert."""
    for (specialty, date), sessions in facts.by_specialty_date.items():
        found = _without_expert(facts, specialty, date, sessions)
        if found is not None:
            yield found


def _without_expert(facts: Facts, specialty: str, date: dt.date, sessions: list[Held]) -> Violation | None:
    if any(held.expert for held in sessions):
        return None
    said = message(
        "{specialty}, {day}: {n} sessions, none by an expert",
        specialty=specialty,
        day=day_name(date),
        n=len(sessions),
    )
    return facts.violation("expert_presence", place(specialty, date.isoformat()), 1, said)
