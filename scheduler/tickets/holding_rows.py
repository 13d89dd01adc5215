"""Holdings out of the database, locked, and back into it after tickets have moved."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from scheduler.roster import Channel
from scheduler.tickets.models import AnyRow, HoldingRow, SlotRow
from scheduler.tickets.slot_holdings import Held, SlotHoldings
from scheduler.tickets.timestamps import begins_at, to_timestamp


def locked_holdings(connection: Connection, of: ColumnElement[bool]) -> Mapping[int, SlotHoldings]:
    """Return the current holdings that `of` picks, whole slots of them, by slot id.

    Nobody else changes them until this transaction ends. They are locked in the order of their ids, as everywhere.
    """
    row = HoldingRow
    wanted = select(*row.__table__.c, SlotRow.date, SlotRow.start).join(SlotRow, row.slot_id == SlotRow.id)
    wanted = wanted.where(row.current.is_(True), of).order_by(row.id).with_for_update(of=row)
    rows: dict[int, list[Held]] = defaultdict(list)
    begins: dict[int, dt.datetime] = {}
    for found in connection.execute(wanted):
        rows[found.slot_id].append(_held(found))
        begins[found.slot_id] = begins_at(found.date, found.start)
    return {slot: SlotHoldings(rows[slot], begins[slot]) for slot in sorted(rows)}


def _held(row: AnyRow) -> Held:
    return Held(
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
    )


_MOVED = (
    update(HoldingRow)
    .where(HoldingRow.id == bindparam("holding"))
    .values(
        granted=bindparam("now_granted"),
        taken=bindparam("now_taken"),
        fallen_back=bindparam("now_fallen_back"),
        released=bindparam("now_released"),
    )
)


def write_holdings(
    connection: Connection, publication_of: Mapping[int, int], holdings: Mapping[int, SlotHoldings]
) -> None:
    """Write holdings after tickets have moved; `publication_of` is by slot id."""
    connection.execute(_MOVED, [_moved(held) for slot in holdings.values() for held in slot.known])
    made = [_made(held, slot, publication_of[slot]) for slot, rows in holdings.items() for held in rows.made]
    if made:
        connection.execute(insert(HoldingRow), made)


def list_added_holdings(week: str, slot: str, holdings: SlotHoldings) -> list[list[Any]]:
    """Return the holdings that a fall-back made as an event tells them, with the times and the channel they go on to."""
    return [
        [
            *(week, slot, str(held.channel), held.holder, to_timestamp(held.opens_at)),
            *(
                None if held.falls_back_at is None else to_timestamp(held.falls_back_at),
                str(held.falls_back_to),
            ),
        ]
        for held in holdings.made
    ]


def _moved(held: Held) -> dict[str, Any]:
    return {
        "holding": held.id,
        "now_granted": held.granted,
        "now_taken": held.taken,
        "now_fallen_back": held.fallen_back,
        "now_released": held.released,
    }


def _made(held: Held, slot: int, publication: int) -> dict[str, Any]:
    rest = {key: value for key, value in vars(held).items() if key != "id"}
    return {"publication": publication, "slot_id": slot, "tickets": 0, "added": True, "current": True, **rest}
