"""The record: events in hash chains.

A chain a partner and one for the office, so that partners write side by side. Its head, a row of its own, is locked by
whoever writes, until the whole step is committed. Heads are always locked before holdings: no two steps wait for
each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.tickets.hash_chain import FIRST, HashChain, Head, canonical_json
from scheduler.tickets.models import ChainRow, EventRow

OFFICE = ""
"""Name of the chain of publications, releases, and claims that a new version hurts or gives another time."""

EVENTS = HashChain(("chain", "who", "kind", "payload"))
"""The chains of events."""


class EventKind(StrEnum):
    """What has happened."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    HURT = "hurt"
    RELEASED = "released"
    CLAIMED = "claimed"
    RETURNED = "returned"
    RETIMED = "retimed"


def event_after(
    head: Head, at: dt.datetime, who: str, kind: EventKind, payload: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of the event after `head`."""
    values = {"chain": head.chain, "who": who, "kind": str(kind), "payload": canonical_json(payload)}
    return EVENTS.entry_after(head, at, values)


_HEAD = select(ChainRow.place, ChainRow.hash).where(ChainRow.chain == bindparam("of_chain")).with_for_update()
ADVANCE = (
    update(ChainRow)
    .where(ChainRow.chain == bindparam("of_chain"))
    .values(place=bindparam("to_place"), hash=bindparam("to_hash"))
)
"""Moves the head of a chain on."""


def begin_chain(connection: Connection, chain: str) -> None:
    """Insert the head of a chain that has none yet; where another process has done the same, nothing happens."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = make(ChainRow).values(chain=chain, place=0, hash=FIRST)
    connection.execute(row.on_conflict_do_nothing())


def lock_head(connection: Connection, chain: str) -> Head:
    """Return where a chain ends; nobody else writes to it until this transaction ends."""
    row = connection.execute(_HEAD, {"of_chain": chain}).one_or_none()
    if row is None:
        # A row that is not there cannot be locked: insert it, and lock it whoever has inserted it.
        begin_chain(connection, chain)
        row = connection.execute(_HEAD, {"of_chain": chain}).one()
    return Head(chain, row.place, row.hash)


def append(
    connection: Connection,
    head: Head,
    at: dt.datetime,
    who: str,
    events: Iterable[tuple[EventKind, Mapping[str, Any]]],
) -> Head:
    """Write events after a locked head, in order, and return where the chain ends then."""
    rows = []
    for kind, payload in events:
        rows.append(event_after(head, at, who, kind, payload))
        head = Head(head.chain, rows[-1]["place"], rows[-1]["hash"])
    connection.execute(insert(EventRow), rows)
    connection.execute(ADVANCE, {"of_chain": head.chain, "to_place": head.place, "to_hash": head.hash})
    return head
