"""Releases: unclaimed tickets fall back when their hour has come, once, however often and late it is run.

The office's chain is locked first. So two releases follow one another, and the second finds nothing that is due.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from sqlalchemy import Connection, select

from scheduler.roster import Channel
from scheduler.tickets.events import OFFICE, EventKind, append, lock_head
from scheduler.tickets.holding_rows import list_added_holdings, lock_holdings, write_holdings
from scheduler.tickets.models import AnyRow, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.results import ReleaseResult
from scheduler.tickets.slot_holdings import FallBack
from scheduler.tickets.store import Store
from scheduler.tickets.timestamps import to_timestamp

CLOCK = "clock"
"""The actor of a release: nobody in particular."""


def release(store: Store, at: dt.datetime) -> ReleaseResult:
    """Let the unclaimed tickets of every holding fall back whose hour has come at `at`.

    Run twice, late, or by two processes at once it does the same as once in time: what has fallen back stays so.
    """
    to_timestamp(at)  # refuses a time without a zone
    return store.write(lambda connection: _release(connection, at))


def _release(connection: Connection, at: dt.datetime) -> ReleaseResult:
    head = lock_head(connection, OFFICE)
    slots = {row.slot_id: row for row in connection.execute(_due_slots(at))}
    if not slots:
        return ReleaseResult(0)
    in_due_slots = HoldingRow.slot_id.in_(_due_slots(at).with_only_columns(HoldingRow.slot_id))
    holdings = lock_holdings(connection, in_due_slots)
    falls = [(slots[slot], fall) for slot, of_slot in holdings.items() for fall in of_slot.release(at)]
    write_holdings(connection, {slot: row.publication for slot, row in slots.items()}, holdings)
    added = [
        line
        for slot, of_slot in holdings.items()
        for line in list_added_holdings(slots[slot].week, slots[slot].slot, of_slot)
    ]
    payload = {
        "falls": sorted(_fall_payload(slot, fall) for slot, fall in falls),
        "made": sorted(added, key=lambda line: line[:4]),
    }
    append(connection, head, at, CLOCK, [(EventKind.RELEASED, payload)])
    return _summarise([fall for _, fall in falls])


def _due_slots(at: dt.datetime) -> Any:
    return (
        select(HoldingRow.slot_id, HoldingRow.publication, SlotRow.slot, PublicationRow.week)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .join(PublicationRow, HoldingRow.publication == PublicationRow.id)
        .where(
            HoldingRow.current.is_(True),
            HoldingRow.released.is_(False),
            HoldingRow.falls_back_at <= at,
        )
    )


def _fall_payload(slot: AnyRow, fall: FallBack) -> list[Any]:
    return [slot.week, slot.slot, str(fall.channel), fall.holder, fall.tickets, str(fall.to)]


def _summarise(falls: list[FallBack]) -> ReleaseResult:
    tickets: Counter[Channel] = Counter()
    for fall in falls:
        tickets[fall.to] += fall.tickets
    return ReleaseResult(len(falls), tuple(sorted((to, count) for to, count in tickets.items() if count)))
