"""Rooms that open and close: what planners say for short of a pool."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from scheduler.clock import WEEKDAYS, Half
from scheduler.errors import Problem, Where
from scheduler.hospital import Room
from scheduler.scenario_patch import RowChange
from scheduler.tables.lists import split_list
from scheduler.tables.values import parse_count
from scheduler.whatif.row_changes import add_row, change_row, near_remedy, place
from scheduler.whatif.tables import Tables
from scheduler.words import message

HALF_DAYS = tuple(f"{day}-{half.lower()}" for day in WEEKDAYS for half in Half)
"""Every half-day of a week, such as `fri-pm`, in order."""


def rooms(tables: Tables, change: RowChange) -> list[Problem]:
    """Open or close rooms of a pool, at all half-days or those named; return what is wrong."""
    at, told = place(change), dict(change.where)
    pool, half_days = told["pool"], split_list(told.get("at", ""))
    count = parse_count(dict(change.values)["count"])
    pools = sorted({row.pool for table in ("clinics", "rooms") for row in tables.rows(table)})
    if pool not in pools:
        wrong = message("there is no such room pool")
        return [Problem(at, wrong, near_remedy(pool, pools), pool)]
    if count < 0:
        return _close(tables, pool, half_days, -count, at)
    return _open(tables, pool, half_days, count, at)


def _open(tables: Tables, pool: str, half_days: Sequence[str], count: int, at: Where) -> list[Problem]:
    closed = tuple(cell for cell in HALF_DAYS if half_days and cell not in half_days)
    campus = next(
        (row.campus for table in ("rooms", "clinics") for row in tables.rows(table) if row.pool == pool), ""
    )
    problems: list[Problem] = []
    for name in itertools.islice(_free_names(tables, pool), count):
        problems += add_row(
            tables, "rooms", {"room": name, "pool": pool, "campus": campus, "closed": closed}, at
        )
    return list(dict.fromkeys(problems))


def _free_names(tables: Tables, pool: str) -> Iterator[str]:
    taken = {row.room for row in tables.rows("rooms")}
    names = (f"{pool}/+{number}" for number in itertools.count(1))
    return (name for name in names if name not in taken)


def _close(tables: Tables, pool: str, half_days: Sequence[str], count: int, at: Where) -> list[Problem]:
    found = [
        (number, room) for number, room in enumerate(tables.rows("rooms")) if _usable(room, pool, half_days)
    ]
    if len(found) < count:
        wrong = message("{count} rooms are to close, and the pool has {has}", count=count, has=len(found))
        return [Problem(at, wrong, message("Close as many as there are."), pool)]
    last = sorted(found, key=lambda entry: entry[1].room)[-count:]
    if not half_days:
        gone = {number for number, _ in last}
        tables.keep("rooms", lambda number: number not in gone)
        return []
    problems: list[Problem] = []
    for number, room in last:
        closed = tuple(cell for cell in HALF_DAYS if cell in half_days or cell in room.closed)
        problems += change_row(tables, "rooms", number, {"closed": closed}, at)
    return problems


def _usable(room: Room, pool: str, half_days: Sequence[str]) -> bool:
    return room.pool == pool and all(room.open_at(cell) for cell in half_days)
