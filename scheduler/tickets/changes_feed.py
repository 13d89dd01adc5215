"""What happened to tickets, in one order and complete: publications, claims, returns, fall-backs, hurt claims."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select, text

from scheduler.tickets.events import OFFICE, EventKind
from scheduler.tickets.models import EventRow

_TOLD: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.PUBLISHED: ("week", "version"),
    EventKind.CLAIMED: ("week", "slot", "channel"),
    EventKind.RETURNED: ("week", "slot", "went_to"),
    EventKind.HURT: ("week", "slot", "partner", "why", "new_date", "new_start"),
    EventKind.RELEASED: (),
}
"""What is told of each event's payload. Referral numbers are the partners' own business, and not among it."""

_FALL = ("week", "slot", "channel", "holder", "tickets", "to")


@dataclass(frozen=True)
class LedgerChange:
    """Something that happened: `number` counts up in the order in which the ledger wrote it down."""

    number: int
    at: dt.datetime
    kind: EventKind
    data: Mapping[str, Any]


def read_changes(
    connection: Connection, after: int, most: int, *, partner: str = ""
) -> tuple[list[LedgerChange], int]:
    """Return what happened after the change of this number, and the number to go on from; with `partner` only its own.

    At most so many are looked at. Nothing is ever added before the number returned: whoever goes on from it misses
    nothing, and meets nothing twice.
    """
    if connection.dialect.name == "postgresql":
        # Numbers are drawn before they are committed: this waits for those whose steps are not at their end.
        connection.execute(text("LOCK TABLE events IN SHARE MODE"))
    row = EventRow
    wanted = select(row.number, row.at, row.chain, row.kind, row.payload).where(
        row.number > after, row.kind.in_([str(kind) for kind in _TOLD])
    )
    if partner:
        hurt = (row.chain == OFFICE) & (row.kind == str(EventKind.HURT))
        wanted = wanted.where(or_(row.chain == partner, hurt))
    changes, upto = [], after
    for number, at, chain, kind, payload in connection.execute(wanted.order_by(row.number).limit(most)):
        upto = number
        data = _data(EventKind(kind), chain, json.loads(payload))
        if not partner or data.get("partner") == partner:
            changes.append(LedgerChange(number, at, EventKind(kind), data))
    return changes, upto


def last_change(connection: Connection) -> int:
    """Return the number of the last change, 0 where there is none."""
    return connection.scalar(select(func.max(EventRow.number))) or 0


def _data(kind: EventKind, chain: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    data = {key: payload[key] for key in _TOLD[kind] if key in payload}
    if chain != OFFICE:
        data["partner"] = chain
    if kind is EventKind.RELEASED:
        falls = (dict(zip(_FALL, fall, strict=True)) for fall in payload["falls"])
        data["falls"] = [fall for fall in falls if fall["tickets"]]
    return data
