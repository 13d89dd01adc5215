"""The record: events in chains, each holding the hash of the one before it.

A chain a partner and one for the office, so that partners write side by side. Its head, a row of its own, is locked by
whoever writes, until the whole step is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.errors import Problem, SettingError, Where
from scheduler.tickets.models import ChainRow, EventRow
from scheduler.tickets.timestamps import stamp
from scheduler.words import message

OFFICE = ""
"""Name of the chain of publications, releases and hurt claims."""

FIRST = "0" * 64
"""What stands for the hash before the first event of a chain."""


class EventKind(StrEnum):
    """What an event tells."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    HURT = "hurt"
    RELEASED = "released"
    CLAIMED = "claimed"
    RETURNED = "returned"


@dataclass(frozen=True, order=True)
class Head:
    """Where a chain stands: the place of its last event, 0 for none, and that event's hash."""

    chain: str
    place: int = 0
    hash: str = FIRST

    def __str__(self) -> str:
        return f"{self.place}:{self.hash}:{self.chain}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the head written as `place:hash:chain`; raises SettingError for anything else."""
        place, _, rest = text.strip().partition(":")
        digest, colon, chain = rest.partition(":")
        whole = place.isascii() and place.isdigit() and len(digest) == len(FIRST)
        if not (colon and whole and set(digest) <= set("0123456789abcdef")):
            remedy = message("Copy it as it was shown: PLACE:HASH:PARTNER, the office's without a partner.")
            raise SettingError([Problem(Where(field="head"), message("this is no head of a chain"), remedy)])
        return cls(chain, int(place), digest)


def canonical(payload: Any) -> str:
    """Return `payload` as JSON in its one form: keys sorted, no blanks, letters as they are."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(payload: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `payload`."""
    return hashlib.sha256(canonical(payload).encode()).hexdigest()


def event_hash(event: Mapping[str, Any], at: str) -> str:
    """Return the hash of an event: of its chain, place, who, kind, payload, the hash before it, and its time's stamp."""
    told = {key: event[key] for key in ("chain", "place", "who", "kind", "payload", "previous")}
    return digest({**told, "at": at})


def following(
    head: Head, at: dt.datetime, who: str, kind: EventKind, payload: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of the event after `head`."""
    event = {
        "chain": head.chain,
        "place": head.place + 1,
        "at": at,
        "who": who,
        "kind": str(kind),
        "payload": canonical(payload),
        "previous": head.hash,
    }
    return event | {"hash": event_hash(event, stamp(at))}


_HEAD = select(ChainRow.place, ChainRow.hash).where(ChainRow.chain == bindparam("of_chain")).with_for_update()
ADVANCE = (
    update(ChainRow)
    .where(ChainRow.chain == bindparam("of_chain"))
    .values(place=bindparam("to_place"), hash=bindparam("to_hash"))
)
"""Moves the head of a chain on."""


def begin_chain(connection: Connection, chain: str) -> None:
    """Make the head of a chain that has none yet; another process may do the same."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = make(ChainRow).values(chain=chain, place=0, hash=FIRST)
    connection.execute(row.on_conflict_do_nothing())


def locked_head(connection: Connection, chain: str) -> Head:
    """Return where a chain stands; nobody else writes to it until this transaction ends."""
    found = connection.execute(_HEAD, {"of_chain": chain}).one_or_none()
    if found is None:
        begin_chain(connection, chain)
        found = connection.execute(_HEAD, {"of_chain": chain}).one()
    return Head(chain, found.place, found.hash)


def append(
    connection: Connection,
    head: Head,
    at: dt.datetime,
    who: str,
    events: Iterable[tuple[EventKind, Mapping[str, Any]]],
) -> Head:
    """Write events after a locked head, in order, and return where the chain stands then."""
    rows = []
    for kind, payload in events:
        rows.append(following(head, at, who, kind, payload))
        head = Head(head.chain, rows[-1]["place"], rows[-1]["hash"])
    connection.execute(insert(EventRow), rows)
    connection.execute(ADVANCE, {"of_chain": head.chain, "to_place": head.place, "to_hash": head.hash})
    return head
