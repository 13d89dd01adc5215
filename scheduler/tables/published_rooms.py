"""Rooms of an imported timetable: as many as each pool needs at its busiest, the named ones first."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.clock import WEEKDAYS, Half
from scheduler.hospital import Clinic, Room
from scheduler.tables.published_sessions import PublishedSession

_WORKING_HALVES = tuple(f"{day}-{half.lower()}" for day in WEEKDAYS[:5] for half in (Half.AM, Half.PM))


def one_session_a_room(
    sessions: Sequence[PublishedSession], clinics: Mapping[str, Clinic]
) -> tuple[tuple[PublishedSession, ...], tuple[str, ...]]:
    """Return the sessions without the rooms that another holds at the same time, and those rooms.

    The room stays with the first session by doctor.
    """
    held: set[tuple[object, ...]] = set()
    taken: set[str] = set()
    kept: list[PublishedSession] = []
    for session in sessions:
        place = (_pool(session, clinics), session.room, session.date, session.half)
        if session.room and place in held:
            taken.add(session.room)
            kept.append(replace(session, room=""))
        else:
            held.add(place)
            kept.append(session)
    return tuple(kept), tuple(sorted(taken))


def rooms_of(sessions: Sequence[PublishedSession], clinics: Mapping[str, Clinic]) -> tuple[Room, ...]:
    """Return the rooms of every pool, sorted by pool.

    A pool has as many rooms as its busiest Monday to Friday morning or afternoon. What evenings and weekends
    need beyond is closed on the ten weekday half-days. Rooms the timetable names come first.
    """
    campus = {clinic.pool: clinic.campus for clinic in clinics.values()}
    usual: dict[str, Counter[object]] = defaultdict(Counter)
    other: dict[str, Counter[object]] = defaultdict(Counter)
    named: dict[str, dict[str, bool]] = defaultdict(dict)
    for session in sessions:
        pool = _pool(session, clinics)
        weekday = session.date.weekday() < 5 and session.half is not Half.EVE
        (usual if weekday else other)[pool][session.date, session.half] += 1
        if session.room:
            named[pool][session.room] = named[pool].get(session.room, False) or weekday
    return tuple(
        room
        for pool in sorted(campus)
        for room in _pool_rooms(pool, campus[pool], _most(usual[pool]), _most(other[pool]), named[pool])
    )


def _pool(session: PublishedSession, clinics: Mapping[str, Clinic]) -> str:
    return clinics[session.blocks[0].clinic].pool


def _most(sessions: Counter[object]) -> int:
    return max(sessions.values(), default=0)


def _pool_rooms(
    pool: str, campus: str, weekdays: int, others: int, named: Mapping[str, bool]
) -> Iterator[Room]:
    """Yield the rooms of one pool; `named` tells for each named room whether a weekday half-day uses it."""
    open_on_weekdays = max(weekdays, sum(named.values()))
    names = itertools.chain(sorted(named, key=lambda name: (not named[name], name)), _unnamed(pool, named))
    for number, name in enumerate(itertools.islice(names, max(open_on_weekdays, others, len(named)))):
        closed = () if number < open_on_weekdays else _WORKING_HALVES
        yield Room(room=name, pool=pool, campus=campus, closed=closed)


def _unnamed(pool: str, named: Mapping[str, bool]) -> Iterator[str]:
    names = (f"{pool} {number}" for number in itertools.count(1))
    return (name for name in names if name not in named)
