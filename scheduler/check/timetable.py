"""The week against its template: pinned sessions, and what each change costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from scheduler.check.facts import Facts, move_points
from scheduler.check.held_sessions import HeldSession, doctor_date_pool_of, pool_cell_of
from scheduler.check.reach import ORIGIN
from scheduler.check.violation import BUDGET, Violation
from scheduler.clock import Cell
from scheduler.names import cell_key, cell_name, day_name, place
from scheduler.rules import Strictness
from scheduler.scenario.rows import Origin, StandingSession
from scheduler.words import message


def pinned(facts: Facts, origin: Origin) -> Iterator[Violation]:
    """Yield a unit if a pinned standing session is not held at its own half-day."""
    standing, (held, _) = facts.frame.standing_at.get(origin), facts.claims(origin)
    if standing is None or not standing.pinned or (held is not None and held.cell == standing.cell):
        return
    sentence = message(
        "{doctor}'s session on {cell} is pinned and is not held there",
        doctor=standing.doctor,
        cell=cell_name(standing.cell),
    )
    yield facts.violation("pinned", facts.place(standing.doctor, standing.cell), 1, sentence)


def changes(facts: Facts, origin: Origin) -> Iterator[Violation]:
    """Yield the points of sessions moved, covered, dropped or added. Points alone are never hard."""
    if facts.scenario.template:
        yield from (violation for violation in _changed(facts, origin) if violation.amount)


def _changed(facts: Facts, origin: Origin) -> Iterator[Violation]:
    standing, (held, added) = facts.frame.standing_at.get(origin), facts.claims(origin)
    if standing is not None and held is None:
        if origin not in facts.frame.stopped_by_leave:
            yield _dropped(facts, standing)
    elif standing is not None and held is not None and held.doctor != standing.doctor:
        yield _covered(facts, standing, held)
    elif standing is not None and held is not None and held.cell != standing.cell:
        yield _moved(facts, standing, held)
    yield from (_added(facts, one) for one in added)


def _dropped(facts: Facts, standing: StandingSession) -> Violation:
    sentence = message(
        "{doctor}'s session on {cell} is dropped", doctor=standing.doctor, cell=cell_name(standing.cell)
    )
    points = facts.scenario.policy.changes.drop + _booked_points(facts, standing)
    return facts.violation(
        "changes", facts.place(standing.doctor, standing.cell), points, sentence, hard=False
    )


def _moved(facts: Facts, standing: StandingSession, held: HeldSession) -> Violation:
    sentence = message(
        "{doctor}'s session on {was} moves to {cell}",
        doctor=standing.doctor,
        was=cell_name(standing.cell),
        cell=cell_name(held.cell),
    )
    points = _points_of_moving(facts, standing, held)
    return facts.violation(
        "changes", facts.place(standing.doctor, standing.cell), points, sentence, hard=False
    )


def _covered(facts: Facts, standing: StandingSession, held: HeldSession) -> Violation:
    sentence = message(
        "{doctor}'s session on {was} is taken over by {other} on {cell}",
        doctor=standing.doctor,
        was=cell_name(standing.cell),
        other=held.doctor,
        cell=cell_name(held.cell),
    )
    points = facts.scenario.policy.changes.cover + _points_of_moving(facts, standing, held)
    return facts.violation(
        "changes", facts.place(standing.doctor, standing.cell), points, sentence, hard=False
    )


def _points_of_moving(facts: Facts, standing: StandingSession, held: HeldSession) -> int:
    if held.cell == standing.cell:
        return 0
    points = move_points(facts.scenario.policy.changes, standing.cell, held.cell)
    return points + _booked_points(facts, standing)


def _booked_points(facts: Facts, standing: StandingSession) -> int:
    tens, rest = divmod(standing.booked, 10)
    return facts.scenario.policy.changes.booked * (tens + (rest > 0))


def _added(facts: Facts, held: HeldSession) -> Violation:
    sentence = message("{doctor}'s session on {cell} is added", doctor=held.doctor, cell=cell_name(held.cell))
    points = facts.scenario.policy.changes.add
    return facts.violation("changes", facts.place(held.doctor, held.cell), points, sentence, hard=False)


def above_budget(facts: Facts, week: str) -> Iterator[Violation]:
    """Yield, as units of `changes`, the changed sessions above the budget: the policy's, or none where it is hard."""
    budget = facts.scenario.policy.changes.budget
    if budget is None and facts.scenario.strictness("changes") is Strictness.HARD:
        budget = 0
    if budget is None or not facts.scenario.template:
        return
    changed = sum(1 for origin in ORIGIN.every(facts) for _ in _changed(facts, origin))
    if changed > budget:
        sentence = message(
            "{changed:session is|sessions are} moved, dropped or added; at most {budget} may be",
            changed=changed,
            budget=budget,
        )
        yield facts.violation("changes", place(BUDGET), changed - budget, sentence, hard=True)


def rooms(facts: Facts, at: tuple[str, Cell]) -> Iterator[Violation]:
    """Yield the sessions of a pool and half-day that have no open room of the pool to themselves."""
    (pool, cell), sessions = at, facts.held.by(pool_cell_of).get(at, ())
    open_rooms = {room.room for room in facts.scenario.rooms_of.get(pool, ()) if room.open_at(cell.key)}
    used = open_rooms & {held.room for held in sessions}
    missing = len(sessions) - len(used)
    if missing == 0:
        return
    sentence = message(
        "{pool}, {cell}: {n:session sits|sessions sit} in {used} of the pool's {rooms:open room|open rooms}: {clashes}",
        pool=pool or "-",
        cell=cell_name(cell),
        n=len(sessions),
        used=len(used),
        rooms=len(open_rooms),
        clashes=_clashes(sessions, open_rooms),
    )
    yield facts.violation("rooms", place(pool, cell_key(facts.scenario.week, cell)), missing, sentence)


def _clashes(sessions: Sequence[HeldSession], open_rooms: Collection[str]) -> list[str]:
    """Return the rooms of several sessions, or that are not open, each with the doctors who sit there."""
    doctors: dict[str, list[str]] = defaultdict(list)
    for held in sessions:
        doctors[held.room].append(held.doctor)
    return [
        f"{room or '-'} ({' + '.join(sorted(doctors[room]))})"
        for room in sorted(doctors)
        if len(doctors[room]) > 1 or room not in open_rooms
    ]


def left_room(facts: Facts, origin: Origin) -> Iterator[Violation]:
    """Yield a unit of `same_room` if the session of a standing one is not in its template room."""
    standing, (held, _) = facts.frame.standing_at.get(origin), facts.claims(origin)
    if standing is not None and held is not None and _elsewhere(facts, standing, held):
        sentence = message(
            "{doctor}, {cell}: room {room} instead of {was}",
            doctor=held.doctor,
            cell=cell_name(held.cell),
            room=held.room or "-",
            was=standing.room,
        )
        yield facts.violation("same_room", facts.place(held.doctor, held.cell), 1, sentence)


def _elsewhere(facts: Facts, standing: StandingSession, held: HeldSession) -> bool:
    of_pool = {room.room for room in facts.scenario.rooms_of.get(held.pool, ())}
    return standing.room in of_pool and held.room != standing.room


def several_rooms(facts: Facts, at: tuple[str, dt.date, str]) -> Iterator[Violation]:
    """Yield, as units of `same_room`, the rooms of a pool beyond the first that a doctor uses on a date."""
    doctor, date, pool = at
    used = sorted({held.room for held in facts.held.by(doctor_date_pool_of).get(at, ()) if held.room})
    if len(used) < 2:
        return
    sentence = message(
        "{doctor} changes rooms on {day}: {rooms}", doctor=doctor, day=day_name(date), rooms=used
    )
    yield facts.violation("same_room", place(doctor, date.isoformat(), pool), len(used) - 1, sentence)
