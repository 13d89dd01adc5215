"""Who sits where: enough rooms for every half-day, and the same room where it can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from scheduler.check.facts import Facts
from scheduler.check.held import Held, doctor_date_pool_of, pool_cell_of
from scheduler.check.violation import Violation
from scheduler.clock import Cell
from scheduler.names import cell_key, cell_name, day_name, place
from scheduler.scenario import Standing
from scheduler.words import message


def rooms(facts: Facts, at: tuple[str, Cell]) -> Iterator[Violation]:
    """Yield the sessions of a pool and half-day that have no open room of the pool to themselves."""
    (pool, cell), sessions = at, facts.held.by(pool_cell_of).get(at, ())
    open_rooms = {room.room for room in facts.scenario.rooms_of.get(pool, ()) if room.open_at(cell.key)}
    used = open_rooms & {held.room for held in sessions}
    missing = len(sessions) - len(used)
    if missing == 0:
        return
    said = message(
        "{pool}, {cell}: {n} sessions sit in {used} open rooms of the pool, which has {rooms}",
        pool=pool or "-",
        cell=cell_name(cell),
        n=len(sessions),
        used=len(used),
        rooms=len(open_rooms),
    )
    yield facts.violation("rooms", place(pool, cell_key(facts.scenario.week, cell)), missing, said)


def left_room(facts: Facts, origin: tuple[str, Cell | None]) -> Iterator[Violation]:
    """Yield a unit of `same_room` if the session of a standing one is not in its template room."""
    standing, (held, _) = facts.frame.standing_at.get(origin), facts.claims(*origin)
    if standing is not None and held is not None and _elsewhere(facts, standing, held):
        said = message(
            "{doctor}, {cell}: room {room} instead of the template's {was}",
            doctor=held.doctor,
            cell=cell_name(held.cell),
            room=held.room or "-",
            was=standing.room,
        )
        yield facts.violation("same_room", facts.place(held.doctor, held.cell), 1, said)


def _elsewhere(facts: Facts, standing: Standing, held: Held) -> bool:
    of_pool = {room.room for room in facts.scenario.rooms_of.get(held.pool, ())}
    return standing.room in of_pool and held.room != standing.room


def several_rooms(facts: Facts, at: tuple[str, dt.date, str]) -> Iterator[Violation]:
    """Yield, as units of `same_room`, the rooms of a pool beyond the first that a doctor uses on a date."""
    doctor, date, pool = at
    used = sorted({held.room for held in facts.held.by(doctor_date_pool_of).get(at, ()) if held.room})
    if len(used) < 2:
        return
    said = message("{doctor} changes rooms on {day}: {rooms}", doctor=doctor, day=day_name(date), rooms=used)
    yield facts.violation("same_room", place(doctor, date.isoformat(), pool), len(used) - 1, said)
