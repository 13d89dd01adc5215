"""What happened to tickets, in one order and complete: publications, claims and what becomes of them, fall-backs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select, text

from scheduler.clock import clock_text
from scheduler.tickets.events import OFFICE, EventKind
from scheduler.tickets.models import EventRow
from scheduler.tickets.store import Store

_TOLD: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.PUBLISHED: ("week", "version"),
    EventKind.CLAIMED: ("week", "slot", "channel", "ticket", "told"),
    EventKind.RETURNED: ("week", "slot", "went_to", "ticket"),
    EventKind.HURT: ("week", "slot", "partner", "why", "new_date", "new_start"),
    EventKind.RETIMED: ("week", "slot", "partner", "ticket", "told", "was_told"),
    EventKind.RELEASED: (),
}
"""What is told of each event's payload. Referral numbers are the partners' own business, and not among it."""

_TOLD_PARTNERS = (EventKind.HURT, EventKind.RETIMED, EventKind.RELEASED)
"""Events of the office's chain of which partners are told their part."""

_CLOCK_TIMES = ("told", "was_told")

_FALL = ("week", "slot", "channel", "holder", "tickets", "to")


@dataclass(frozen=True)
class LedgerChange:
    """Something that happened: `number` counts up in the order in which the ledger wrote it down."""

    number: int
    at: dt.datetime
    kind: EventKind
    data: Mapping[str, Any]


def read_changes(store: Store, after: int, most: int, *, partner: str = "") -> tuple[list[LedgerChange], int]:
    """Return what happened after the change of this number, and the number to go on from; with `partner` only its own.

    At most so many are looked at. Nothing is ever added before the number returned: whoever goes on from it misses
    nothing, and meets nothing twice. Raises StoreError.
    """

    def step(connection: Connection) -> tuple[list[LedgerChange], int, bool]:
        changes, upto = _read_page(connection, after, most, partner)
        return changes, upto, _is_settled(connection, after, upto)

    def waiting_step(connection: Connection) -> tuple[list[LedgerChange], int]:
        wait_for_writers(connection)
        return _read_page(connection, after, most, partner)

    changes, upto, settled = store.read(step)
    # Who waits for writers keeps later ones waiting too: only where a number is missing.
    return (changes, upto) if settled else store.read(waiting_step)


def wait_for_writers(connection: Connection) -> None:
    """Wait until every number that was drawn is committed or gone for good; no other is drawn in this transaction.

    PostgreSQL draws numbers before they are committed. In SQLite one writes at a time, so nothing is waited for.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE events IN SHARE MODE"))


def _is_settled(connection: Connection, after: int, upto: int) -> bool:
    """Return whether no number is missing up to this one: those that are may still be committed."""
    if connection.dialect.name != "postgresql" or upto == after:
        return True
    between = (EventRow.number > after) & (EventRow.number <= upto)
    return connection.scalar(select(func.count()).where(between)) == upto - after


def _read_page(connection: Connection, after: int, most: int, partner: str) -> tuple[list[LedgerChange], int]:
    row = EventRow
    wanted = select(row.number, row.at, row.chain, row.kind, row.payload).where(
        row.number > after, row.kind.in_([str(kind) for kind in _TOLD])
    )
    if partner:
        office = (row.chain == OFFICE) & row.kind.in_([str(kind) for kind in _TOLD_PARTNERS])
        wanted = wanted.where(or_(row.chain == partner, office))
    changes, upto = [], after
    for number, at, chain, kind, payload in connection.execute(wanted.order_by(row.number).limit(most)):
        upto = number
        data = _data(EventKind(kind), chain, json.loads(payload))
        if partner:
            data = _own_part(data, partner)
        if data:
            changes.append(LedgerChange(number, at, EventKind(kind), data))
    return changes, upto


def last_change(connection: Connection) -> int:
    """Return the number of the last change, 0 where there is none."""
    return connection.scalar(select(func.max(EventRow.number))) or 0


def _own_part(data: dict[str, Any], partner: str) -> dict[str, Any]:
    """Return what of a change is this partner's; empty where nothing is."""
    if "falls" not in data:
        return data if data.get("partner") == partner else {}
    falls = [fall for fall in data["falls"] if fall["holder"] == partner]
    return {"falls": falls} if falls else {}


def _data(kind: EventKind, chain: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of an event; empty for tickets that fall back when none of them is left."""
    data = {key: payload[key] for key in _TOLD[kind] if key in payload}
    data |= {key: clock_text(data[key]) for key in _CLOCK_TIMES if key in data}
    if chain != OFFICE:
        data["partner"] = chain
    if kind is EventKind.RELEASED:
        falls = (dict(zip(_FALL, fall, strict=True)) for fall in payload["falls"])
        told = [fall for fall in falls if fall["tickets"]]
        return {"falls": told} if told else {}
    return data
