"""Who sits in which room: an exact second step, since the week already fits every pool's room count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.clock import Cell
from scheduler.engine.program import FREE, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver
from scheduler.outcome import Tier
from scheduler.roster import Roster, Session
from scheduler.scenario.week import Scenario

_UNPLACED, _SAME_ROOM = "rooms", "same_room"


@dataclass(frozen=True)
class _Party:
    """The sessions of one pool on one date: what is decided together, since a doctor stays in a room through a day."""

    sessions: tuple[Session, ...]
    rooms: Mapping[Cell, tuple[str, ...]]
    wishes: Mapping[str, str]


def assign_rooms(scenario: Scenario, roster: Roster, run: Run) -> tuple[Roster, tuple[Tier, ...]]:
    """Return the roster with rooms, and the tier `same_room` where that rule is on.

    Each party is first seated by hand: template rooms, then doctors who stay the day, then the rest in key order.
    Parties that this leaves with room changes are seated anew by a small exact program.
    """
    parties = _parties(scenario, roster)
    if not scenario.is_on("same_room"):
        seats = {s: room for party in parties for s, room in _seat_in_order(party).items()}
        return roster.with_rooms(seats), ()
    seats, crowded = {}, []
    for party in parties:
        seated = _seat_by_hand(party)
        seats.update(seated)
        if _cost(party, seated) or len(seated) < len(party.sessions):
            crowded.append(party)
    value = bound = 0
    if crowded:
        better, value, bound = _seat_exactly(crowded, seats, run)
        if better:  # others may now be without a room
            anew = {session.session for party in crowded for session in party.sessions}
            seats = {key: room for key, room in seats.items() if key not in anew} | better
    return roster.with_rooms(seats), (Tier(_SAME_ROOM, value, bound),)


def _parties(scenario: Scenario, roster: Roster) -> list[_Party]:
    grouped: dict[tuple[str, object], list[Session]] = defaultdict(list)
    for session in roster.held:
        grouped[scenario.clinic_of[session.blocks[0].clinic].pool, session.at.date].append(session)
    template = {s.key: s.room for s in scenario.standing if s.room}
    parties = []
    for (pool, _), sessions in sorted(grouped.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        ordered = tuple(sorted(sessions, key=lambda s: (s.at, s.session)))
        rooms = {
            cell: tuple(room.room for room in scenario.rooms_of.get(pool, ()) if room.open_at(cell.key))
            for cell in sorted({s.at for s in ordered})
        }
        known = {room.room for room in scenario.rooms_of.get(pool, ())}
        wishes = {
            s.session: template[s.origin]
            for s in ordered
            if s.was is not None and template.get(s.origin) in known
        }
        parties.append(_Party(ordered, rooms, wishes))
    return parties


def _seat_in_order(party: _Party) -> dict[str, str]:
    """Give rooms in key order, half by half; sessions beyond the rooms get none."""
    left = {cell: list(rooms) for cell, rooms in party.rooms.items()}
    return {s.session: left[s.at].pop(0) for s in party.sessions if left[s.at]}


def _seat_by_hand(party: _Party) -> dict[str, str]:
    # Keys of a dictionary keep their order and are found at once: a pool may have hundreds of rooms.
    free = {cell: dict.fromkeys(rooms) for cell, rooms in party.rooms.items()}
    seats: dict[str, str] = {}

    def take(session: Session, room: str) -> None:
        del free[session.at][room]
        seats[session.session] = room

    for session in sorted(party.sessions, key=lambda s: (s.at != s.was, s.session)):
        wish = party.wishes.get(session.session, "")
        if wish in free[session.at]:
            take(session, wish)
    by_doctor: dict[str, list[Session]] = defaultdict(list)
    for session in party.sessions:
        by_doctor[session.doctor].append(session)
    for mine in sorted(by_doctor.values(), key=lambda sessions: (-len(sessions), sessions[0].session)):
        open_ = [s for s in mine if s.session not in seats]
        used = [seats[s.session] for s in mine if s.session in seats]
        common = [r for r in free[open_[0].at] if all(r in free[s.at] for s in open_)] if open_ else []
        for session in open_:
            rooms = free[session.at]
            room = next((room for room in (*used, *common, *rooms) if room in rooms), None)
            if room is not None:
                used.append(room)
                take(session, room)
    return seats


def _cost(party: _Party, seats: Mapping[str, str]) -> int:
    """Count room changes: template rooms not kept, and rooms beyond the first of a doctor's day."""
    unkept = sum(seats.get(session) != room for session, room in party.wishes.items())
    used: dict[str, set[str]] = defaultdict(set)
    for session in party.sessions:
        if session.session in seats:
            used[session.doctor].add(seats[session.session])
    return unkept + sum(len(rooms) - 1 for rooms in used.values())


def _seat_exactly(
    parties: Sequence[_Party], seats: Mapping[str, str], run: Run
) -> tuple[dict[str, str], int, int]:
    """Seat these parties with as few room changes as can be; return seats, changes and the proved bound."""
    program = Program()
    choices = [_party_rows(program, party, number) for number, party in enumerate(parties)]
    constant = sum(len(party.wishes) for party in parties) - sum(
        len({s.doctor for s in party.sessions}) for party in parties
    )
    start = sum(_cost(party, seats) for party in parties)
    unplaced, moved = program.cost_vector(_UNPLACED), program.cost_vector(_SAME_ROOM)
    solver = TierSolver(program, run)
    first = solver.solve(unplaced)
    if first.values is None:
        return {}, start, 0
    solver.limit(unplaced, first.value)
    second = solver.solve(moved, first.values)
    # By hand as many sit somewhere as can; where that is as good, who stays keeps the room.
    if second.values is None or second.value + constant >= start:
        return {}, start, max(0, second.bound + constant)
    better = {
        s: room for party in choices for (s, room), variable in party.items() if second.values[variable]
    }
    return better, second.value + constant, max(0, second.bound + constant)


def _party_rows(program: Program, party: _Party, number: int) -> dict[tuple[str, str], int]:
    """Write one party: a session takes one room or stays unplaced, a room takes one session a half-day."""
    pairs = [(s, room) for s in party.sessions for room in party.rooms[s.at]]
    variables = _binaries(program, len(pairs))
    unplaced = _binaries(program, len(party.sessions))
    program.add_cost(_UNPLACED, unplaced, np.ones_like(unplaced))
    each = program.add_rows(
        [f"{s.session}[{number}]" for s in party.sessions], [1] * len(unplaced), [1] * len(unplaced)
    )
    row_of = dict(zip((s.session for s in party.sessions), each, strict=True))
    program.fill(np.array([row_of[s.session] for s, _ in pairs], np.int64), variables, 1)
    program.fill(each, unplaced, 1)
    used: dict[tuple[str, str], list[int]] = defaultdict(list)
    uses: dict[tuple[Cell, str], list[int]] = defaultdict(list)
    for (session, room), variable in zip(pairs, variables.tolist(), strict=True):
        uses[session.at, room].append(variable)
        used[session.doctor, room].append(variable)
        if party.wishes.get(session.session) == room:
            program.add_cost(_SAME_ROOM, np.array([variable]), np.array([-1]))
    for (cell, room), those in sorted(uses.items()):
        row = program.add_rows([f"rooms[{room}, {cell.key}, {number}]"], [-FREE], [1])
        program.fill(np.repeat(row, len(those)), np.array(those), 1)
    flags = _rooms_used(program, used, number)
    _unseated(program, party, flags, number)
    return {(s.session, room): v for (s, room), v in zip(pairs, variables.tolist(), strict=True)}


def _rooms_used(
    program: Program, used: Mapping[tuple[str, str], list[int]], number: int
) -> dict[tuple[str, str], int]:
    """A doctor who sits in a room at all uses it; the rooms a doctor uses in a day are what the rule counts."""
    flags = _binaries(program, len(used))
    program.add_cost(_SAME_ROOM, flags, np.ones_like(flags))
    for flag, ((doctor, room), those) in zip(flags, sorted(used.items()), strict=True):
        rows = program.add_rows(
            [f"same_room[{doctor}, {room}, {number}, {place}]" for place in range(len(those))],
            [-FREE] * len(those),
            [0] * len(those),
        )
        program.fill(rows, np.array(those), 1)
        program.fill(rows, np.repeat(flag, len(those)), -1)
    return dict(zip(sorted(used), flags.tolist(), strict=True))


def _unseated(program: Program, party: _Party, flags: Mapping[tuple[str, str], int], number: int) -> None:
    """Let a doctor who sits nowhere that day count as one who keeps to one room: none is no change."""
    if all(len(party.rooms[cell]) >= n for cell, n in Counter(s.at for s in party.sessions).items()):
        return
    doctors = sorted({session.doctor for session in party.sessions})
    nowhere = _binaries(program, len(doctors))
    program.add_cost(_SAME_ROOM, nowhere, np.ones_like(nowhere))
    rows = program.add_rows(
        [f"same_room[{doctor}, {number}]" for doctor in doctors], [1] * len(doctors), [FREE] * len(doctors)
    )
    program.fill(rows, nowhere, 1)
    row_of = dict(zip(doctors, rows, strict=True))
    for (doctor, _), flag in flags.items():
        program.fill(np.array([row_of[doctor]]), np.array([flag]), 1)


def _binaries(program: Program, count: int) -> Ints:
    return program.add_variables(np.zeros(count, np.int64), np.ones(count, np.int64))
