"""The rows of a version: written into the database, and digested as they are stored there."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from scheduler.tickets.hash_chain import digest
from scheduler.tickets.models import HoldingKey, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.ticket_numbers import to_text
from scheduler.tickets.timestamps import to_timestamp
from scheduler.tickets.transfer import ClaimTransfer
from scheduler.tickets.week_files import HoldingLine, WeekFiles


@dataclass(frozen=True)
class Version:
    """A version without its files, by column of `publications`; `most` is the limit of live claims (none: no limit).

    `channels` are those that partners may claim as JSON, None where all may claim all.
    """

    week: str
    version: int
    reason: str
    made_by: str
    at: dt.datetime
    digest: str
    most: int | None
    channels: str | None


def files_digest(files: WeekFiles, most: int | None) -> str:
    """Return the digest of the contents of the files, however they are written, and of the limit."""
    slots = [{**line.plain, "date": line.date.isoformat()} for line in files.slots]
    holdings = [_plain_line(line) for line in files.holdings]
    # Weeks that name no channels have the digest that they had before there were any.
    channels = {"channels": files.channels} if files.channels else {}
    return digest({"slots": slots, "holdings": holdings, "most": most, **channels})


def _plain_line(line: HoldingLine) -> dict[str, Any]:
    ends = None if line.falls_back_at is None else to_timestamp(line.falls_back_at)
    return {**vars(line), "opens_at": to_timestamp(line.opens_at), "falls_back_at": ends}


def supersede(connection: Connection, old: int, at: dt.datetime) -> None:
    """Close a publication: no claim, return or release touches its holdings any more.

    Its holdings are locked first, in the order of their ids, as everywhere. While this waits for the locks, a return may
    add a holding, which the waiting statement does not see (PostgreSQL); the update after it does. So whoever needs the
    claims reads them after this, not before.
    """
    locked = select(HoldingRow.id).where(HoldingRow.publication == old).order_by(HoldingRow.id)
    connection.execute(locked.with_for_update()).all()
    connection.execute(update(PublicationRow).where(PublicationRow.id == old).values(superseded_at=at))
    connection.execute(update(HoldingRow).where(HoldingRow.publication == old).values(current=False))


def write_version(
    connection: Connection, version: Version, files: WeekFiles, transfer: ClaimTransfer
) -> tuple[int, Mapping[HoldingKey, int]]:
    """Write a version with its slots and holdings; return its id and those of its holdings."""
    made = insert(PublicationRow).values(**vars(version)).returning(PublicationRow.id)
    publication = connection.execute(made).scalar_one()
    slots = [
        {"publication": publication, **vars(line), "times": to_text(itertools.chain(*line.times))}
        for line in files.slots
    ]
    connection.execute(insert(SlotRow), slots)
    stored = select(SlotRow.slot, SlotRow.id).where(SlotRow.publication == publication)
    id_of = {row.slot: row.id for row in connection.execute(stored)}
    columns_of_lines = _after_falls(transfer)
    rows = [
        {"publication": publication, "slot_id": id_of[line.slot], **columns}
        for line, columns in zip(transfer.lines, columns_of_lines, strict=True)
    ]
    connection.execute(insert(HoldingRow), rows)
    # So many rows are new: with old statistics the database would read the whole week for every claim.
    for table in ("slots", "holdings"):
        connection.execute(text(f"ANALYZE {table}"))
    return publication, _holding_ids(connection, publication)


def _after_falls(transfer: ClaimTransfer) -> Iterator[dict[str, Any]]:
    """Yield the columns of each line: its claims, and its tickets after those due have fallen back."""
    fallen: dict[HoldingKey, int] = {}
    received: Counter[HoldingKey] = Counter()
    for fall in transfer.falls:
        fallen[fall.slot, fall.channel, fall.holder] = fall.tickets
        received[fall.slot, fall.to, ""] += fall.tickets
    for line in transfer.lines:
        columns = {key: value for key, value in vars(line).items() if key != "slot"}
        gone = fallen.get(line.key, 0)
        counts = {
            "granted": line.tickets + received[line.key] - gone,
            "taken": transfer.taken.get(line.key, 0),
        }
        flags = {"released": line.key in fallen, "added": False, "current": True}
        numbers = to_text(transfer.numbers.get(line.key, ()))
        yield {**columns, **counts, "fallen_back": gone, **flags, "numbers": numbers}


def _holding_ids(connection: Connection, publication: int) -> dict[HoldingKey, int]:
    stored = (
        select(SlotRow.slot, HoldingRow.channel, HoldingRow.holder, HoldingRow.id)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .where(HoldingRow.publication == publication)
    )
    return {(row.slot, row.channel, row.holder): row.id for row in connection.execute(stored)}


def rows_digest(connection: Connection, publication: int) -> str:
    """Return the digest of a publication's slots and holdings as they are stored and were published."""
    slot, holding = SlotRow, HoldingRow
    of_slot = (slot.session, slot.date, slot.start, slot.clinic, slot.specialty, slot.doctor, slot.tickets)
    slots = select(slot.slot, *of_slot, slot.times).where(slot.publication == publication)
    until = (holding.opens_at, holding.falls_back_at, holding.falls_back_to)
    holdings = (
        select(slot.slot, holding.channel, holding.holder, holding.tickets, *until)
        .join(slot, holding.slot_id == slot.id)
        .where(holding.publication == publication, holding.added.is_(False))
    )
    # Without times a line is what it was before there were any.
    rows = (row if row.times else row[:-1] for row in connection.execute(slots))
    lines = [[_plain(value) for value in row] for row in rows]
    holding_rows = [[_plain(value) for value in row] for row in connection.execute(holdings)]
    return digest([sorted(lines), sorted(holding_rows, key=lambda line: line[:3])])


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return to_timestamp(value)
    return value.isoformat() if isinstance(value, dt.date) else value
