"""The feed of changes: what the ledger wrote down, and of a publication which sessions it moves, stops and covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.published_weeks import PublishedWeeks
from api.store.approvals import list_published
from scheduler.report.exports.calendar import CalendarSession
from scheduler.tickets.changes_feed import LedgerChange, read_changes
from scheduler.tickets.events import EventKind
from scheduler.tickets.store import Store


@dataclass(frozen=True)
class Change:
    """An entry of the feed: `number` is what the next question goes on from."""

    number: int
    name: str
    at: dt.datetime
    data: Mapping[str, Any]


class ChangesFeed:
    """The changes of one store, in one order."""

    def __init__(self, store: Store, published: PublishedWeeks) -> None:
        self._store, self._published = store, published

    def read(self, after: int, most: int, partner: str = "") -> tuple[list[Change], int]:
        """Return the changes after this number, of those `most` that are looked at, and the number to go on from."""
        found, upto = read_changes(self._store, after, most, partner=partner)
        return [Change(one.number, _NAMES[one.kind], one.at, self._data(one)) for one in found], upto

    def _data(self, change: LedgerChange) -> Mapping[str, Any]:
        if change.kind is not EventKind.PUBLISHED:
            return change.data
        week, version = change.data["week"], change.data["version"]
        published = self._store.read(lambda connection: list_published(connection, week))
        pairs = zip([None, *published], published, strict=False)
        both = next((pair for pair in pairs if pair[1].outcome["version"] == version), None)
        if both is None:  # published by the command line: no roster of the service's
            return change.data
        old, new = (() if one is None else self._published.sessions(one.job, one.version) for one in both)
        sessions = [] if both[0] is None else list(_differences(old, new))
        return {**change.data, "roster": both[1].job, "roster_version": both[1].version, "sessions": sessions}


_NAMES: Mapping[EventKind, str] = {
    EventKind.PUBLISHED: "published",
    EventKind.CLAIMED: "claimed",
    EventKind.RETURNED: "returned",
    EventKind.HURT: "hurt",
    EventKind.RETIMED: "retimed",
    EventKind.RELEASED: "fell_back",
}


def _differences(
    old: Sequence[CalendarSession], new: Sequence[CalendarSession]
) -> Iterator[Mapping[str, Any]]:
    before, after = ({one.session: one for one in sessions} for sessions in (old, new))
    for key in sorted({*before, *after}):
        was, now = before.get(key), after.get(key)
        if was != now:
            shown = now or was
            assert shown is not None
            times = {"start": shown.start.isoformat(), "end": shown.end.isoformat()}
            yield {"session": key, "change": _kind(was, now), "doctor": shown.doctor, **times}


def _kind(was: CalendarSession | None, now: CalendarSession | None) -> str:
    if was is None:
        return "added"
    if now is None:
        return "stopped"
    if was.doctor != now.doctor:
        return "covered"
    return "moved" if was.start != now.start else "changed"
