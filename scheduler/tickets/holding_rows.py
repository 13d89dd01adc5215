"""Holdings read from the database with their locks, and written back after their tickets have moved.

Everybody locks holdings in the order of their ids, after the head of the chain that the step writes to.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, select, update

from scheduler.roster import Channel
from scheduler.tickets.models import AnyRow, HoldingRow, SlotRow
from scheduler.tickets.slot_holdings import SlotHolding, SlotHoldings
from scheduler.tickets.ticket_numbers import from_text, to_text
from scheduler.tickets.timestamps import begins_at, to_timestamp


def lock_holdings(connection: Connection, condition: ColumnElement[bool]) -> Mapping[int, SlotHoldings]:
    """Return the current holdings that fit `condition`, which must pick whole slots, by slot id.

    Nobody else changes them until this transaction ends.
    """
    return _by_slot(connection, _wanted(condition).with_for_update(of=HoldingRow))


def read_holdings(connection: Connection, condition: ColumnElement[bool]) -> Mapping[int, SlotHoldings]:
    """Return what `lock_holdings` returns, without keeping anybody else from changing them."""
    return _by_slot(connection, _wanted(condition))


def _wanted(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*HoldingRow.__table__.c, SlotRow.date, SlotRow.start)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .where(HoldingRow.current.is_(True), condition)
        .order_by(HoldingRow.id)
    )


def _by_slot(connection: Connection, wanted: Select[Any]) -> Mapping[int, SlotHoldings]:
    rows: dict[int, list[SlotHolding]] = defaultdict(list)
    begins: dict[int, dt.datetime] = {}
    for row in connection.execute(wanted):
        rows[row.slot_id].append(_holding_of_row(row))
        begins[row.slot_id] = begins_at(row.date, row.start)
    return {slot: SlotHoldings(rows[slot], begins[slot]) for slot in sorted(rows)}


def _holding_of_row(row: AnyRow) -> SlotHolding:
    return SlotHolding(
        id=row.id,
        channel=Channel(row.channel),
        holder=row.holder,
        granted=row.granted,
        taken=row.taken,
        opens_at=row.opens_at,
        falls_back_at=row.falls_back_at,
        falls_back_to=Channel(row.falls_back_to),
        released=row.released,
        fallen_back=row.fallen_back,
        numbers=from_text(row.numbers),
    )


_UPDATE = (
    update(HoldingRow)
    .where(HoldingRow.id == bindparam("holding"))
    .values(
        granted=bindparam("now_granted"),
        taken=bindparam("now_taken"),
        fallen_back=bindparam("now_fallen_back"),
        released=bindparam("now_released"),
        numbers=bindparam("now_numbers"),
    )
)


def write_holdings(
    connection: Connection, publication_of: Mapping[int, int], holdings: Mapping[int, SlotHoldings]
) -> None:
    """Write holdings after tickets have moved; `publication_of` is by slot id."""
    stored = [holding for of_slot in holdings.values() for holding in of_slot.stored]
    connection.execute(_UPDATE, [_update_values(holding) for holding in stored])
    added = [
        _insert_values(holding, slot, publication_of[slot])
        for slot, of_slot in holdings.items()
        for holding in of_slot.added
    ]
    if added:
        connection.execute(insert(HoldingRow), added)


def list_added_holdings(week: str, slot: str, holdings: SlotHoldings) -> list[list[Any]]:
    """Return the holdings that a fall-back has added, as the payload of an event lists them."""
    return [
        [
            *(week, slot, str(holding.channel), holding.holder, to_timestamp(holding.opens_at)),
            *(
                None if holding.falls_back_at is None else to_timestamp(holding.falls_back_at),
                str(holding.falls_back_to),
            ),
        ]
        for holding in holdings.added
    ]


def _update_values(holding: SlotHolding) -> dict[str, Any]:
    return {
        "holding": holding.id,
        "now_granted": holding.granted,
        "now_taken": holding.taken,
        "now_fallen_back": holding.fallen_back,
        "now_released": holding.released,
        "now_numbers": to_text(holding.numbers),
    }


def _insert_values(holding: SlotHolding, slot: int, publication: int) -> dict[str, Any]:
    # The fields of a holding bear the names of the columns.
    rest = {key: value for key, value in vars(holding).items() if key != "id"}
    rest["numbers"] = to_text(holding.numbers)
    return {"publication": publication, "slot_id": slot, "tickets": 0, "added": True, "current": True, **rest}
