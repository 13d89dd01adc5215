"""Rooms that open and close: what planners say for short of a pool."""

from __future__ import annotations

from scheduler.errors import Problem, Suggestions
from scheduler.scenario.changes import edits_of_close_rooms, edits_of_open_rooms, usable_rooms
from scheduler.scenario.patch import RowChange
from scheduler.study.changes.rows import edit_tables, near_remedy, place
from scheduler.study.changes.tables import Tables
from scheduler.tables.columns.values import parse_count, split_list
from scheduler.words import message


def rooms(tables: Tables, change: RowChange) -> list[Problem]:
    """Open or close rooms of a pool, at all half-days or those named; return what is wrong."""
    at, where = place(change), dict(change.where)
    pool, half_days = where["pool"], split_list(where.get("at", ""))
    count = parse_count(dict(change.values)["count"])
    pools = sorted({row.pool for table in ("clinics", "rooms") for row in tables.rows(table)})
    if pool not in pools:
        wrong = message("there is no such room pool")
        return [Problem(at, wrong, near_remedy(pool, Suggestions(pools)), pool)]
    if count >= 0:
        return edit_tables(tables, edits_of_open_rooms(tables, pool, count, half_days), at)
    usable = usable_rooms(tables, pool, half_days)
    if len(usable) < -count:
        wrong = message(
            "{count:room is|rooms are} to close, and the pool has {has}", count=-count, has=len(usable)
        )
        return [Problem(at, wrong, message("Close as many as there are."), pool)]
    return edit_tables(tables, edits_of_close_rooms(tables, pool, -count, half_days), at)
