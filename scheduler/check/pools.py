"""Who sits where: enough rooms for every half-day, and the same room where it can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.facts import Facts, Held
from scheduler.check.places import cell_key, cell_name, day_name, place
from scheduler.check.violation import Violation
from scheduler.clock import Cell
from scheduler.scenario import Standing
from scheduler.words import message


def rooms(facts: Facts) -> Iterator[Violation]:
    """Yield, for each pool and half-day, the sessions that have no open room of the pool to themselves."""
    for (pool, cell), sessions in facts.by_pool_cell.items():
        found = _short_of_rooms(facts, pool, cell, sessions)
        if found is not None:
            yield found


def _short_of_rooms(facts: Facts, pool: str, cell: Cell, sessions: list[Held]) -> Violation | None:
    open_rooms = {room.room for room in facts.scenario.rooms_of.get(pool, ()) if room.open_at(cell.key)}
    used = open_rooms & {held.room for held in sessions}
    missing = len(sessions) - len(used)
    if missing == 0:
        return None
    said = message(
        "{pool}, {cell}: {n} sessions sit in {used} open rooms of the pool, which has {rooms}",
        pool=pool or "-",
        cell=cell_name(cell),
        n=len(sessions),
        used=len(used),
        rooms=len(open_rooms),
    )
    return facts.violation("rooms", place(pool, cell_key(facts.scenario.week, cell)), missing, said)


def same_room(facts: Facts) -> Iterator[Violation]:
    """Yield the sessions that left their template room, and the rooms beyond the first of a doctor's day."""
    for standing in facts.scenario.standing:
        held = facts.matches.get((standing.doctor, standing.cell))
        found = None if held is None else _left_room(facts, standing, held)
        if found is not None:
            yield found
    for (doctor, date, pool), sessions in facts.by_doctor_date_pool.items():
        found = _several_rooms(facts, doctor, date, pool, sessions)
        if found is not None:
            yield found


def _left_room(facts: Facts, standing: Standing, held: Held) -> Violation | None:
    of_pool = {room.room for room in facts.scenario.rooms_of.get(held.pool, ())}
    if standing.room not in of_pool or held.room == standing.room:
        return None
    said = message(
        "{doctor}, {cell}: room {room} instead of the template's {was}",
        doctor=held.doctor,
        cell=cell_name(held.cell),
        room=held.room or "-",
        was=standing.room,
    )
    return facts.violation("same_room", facts.place(held.doctor, held.cell), 1, said)


def _several_rooms(
    facts: Facts, doctor: str, date: dt.date, pool: str, sessions: list[Held]
) -> Violation | None:
    used = sorted({held.room for held in sessions if held.room})
    if len(used) < 2:
        return None
    said = message("{doctor} changes rooms on {day}: {rooms}", doctor=doctor, day=day_name(date), rooms=used)
    return facts.violation("same_room", place(doctor, date.isoformat(), pool), len(used) - 1, said)
