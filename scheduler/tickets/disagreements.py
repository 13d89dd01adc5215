"""Disagreements between events and tables: publications, slots, holdings and claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields

from sqlalchemy import Connection, String, bindparam, func, select, type_coerce

from scheduler.tickets.models import (
    IS_LIVE,
    AnyRow,
    ClaimRow,
    ClaimState,
    HoldingKey,
    HoldingRow,
    PublicationRow,
    SlotRow,
)
from scheduler.tickets.replay import Replay, ReplayedClaim, ReplayedWeek
from scheduler.tickets.ticket_numbers import from_text
from scheduler.tickets.version_rows import rows_digest
from scheduler.words import Message, message


def find_disagreements(connection: Connection, replay: Replay) -> Iterator[Message]:
    """Yield all in which the tables differ from the replayed events, in a fixed order."""
    yield from replay.wrong
    yield from _compare_claims(connection, replay)
    publications = _read_publications(connection)
    yield from _compare_versions(publications, replay)
    for week, version in sorted(publications):
        publication = publications[week, version]
        replayed = replay.weeks[week].versions.get(version, {})
        if rows_digest(connection, publication.id) != replayed.get("rows"):
            yield message(
                "slots or holdings of {week}, version {version}, are not those published",
                week=week,
                version=version,
            )
        elif publication.superseded_at is None:
            yield from _compare_holdings(connection, publication.id, week, replay)
            yield from _compare_sums(connection, publication.id)
            yield from _compare_numbers(connection, publication.id)
        elif connection.scalar(_STILL_CURRENT, {"publication": publication.id}) is not None:
            yield message(
                "version {version} of {week} was superseded and its holdings still count",
                week=week,
                version=version,
            )


_STILL_CURRENT = (
    select(HoldingRow.id)
    .where(HoldingRow.publication == bindparam("publication"), HoldingRow.current.is_(True))
    .limit(1)
)


def _compare_sums(connection: Connection, publication: int) -> Iterator[Message]:
    granted = func.coalesce(func.sum(HoldingRow.granted), 0)
    wanted = (
        select(SlotRow.slot, SlotRow.tickets, granted.label("granted"))
        .outerjoin(HoldingRow, HoldingRow.slot_id == SlotRow.id)
        .where(SlotRow.publication == publication)
        .group_by(SlotRow.slot, SlotRow.tickets)
        .having(granted != SlotRow.tickets)
        .order_by(SlotRow.slot)
    )
    for slot, tickets, in_holdings in connection.execute(wanted):
        yield message(
            "the holdings of {slot} have {held:ticket|tickets}, the slot {tickets}",
            slot=slot,
            held=in_holdings,
            tickets=tickets,
        )


def _compare_numbers(connection: Connection, publication: int) -> Iterator[Message]:
    """Yield the slots whose tickets are not numbered once each, or whose claims have other numbers than their holding."""
    claimed: dict[int, set[int | None]] = defaultdict(set)
    for holding, ticket in connection.execute(_CLAIMED_TICKETS, {"publication": publication}):
        claimed[holding].add(ticket)
    rows = connection.execute(_NUMBERS, {"publication": publication}).all()
    if not claimed and not any(row.numbers for row in rows):
        return  # published before tickets had numbers
    numbers_of: dict[tuple[str, int], list[int]] = defaultdict(list)
    wrong = set()
    for row in rows:
        numbers = from_text(row.numbers)
        numbers_of[row.slot, row.tickets] += numbers
        if len(numbers) != row.granted or claimed[row.id] != set(numbers[: row.taken]):
            wrong.add(row.slot)
    for (slot, tickets), every in sorted(numbers_of.items()):
        if slot in wrong or sorted(every) != [*range(1, tickets + 1)]:
            yield message("the numbers of the tickets of {slot} are not those of its claims", slot=slot)


_CLAIMED_TICKETS = (
    select(ClaimRow.holding, ClaimRow.ticket)
    .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
    .where(HoldingRow.publication == bindparam("publication"), IS_LIVE, ClaimRow.ticket.is_not(None))
)
_NUMBERS = (
    select(
        HoldingRow.id, HoldingRow.granted, HoldingRow.taken, HoldingRow.numbers, SlotRow.slot, SlotRow.tickets
    )
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .where(HoldingRow.publication == bindparam("publication"))
)


def _read_publications(connection: Connection) -> dict[tuple[str, int], AnyRow]:
    row = PublicationRow
    wanted = select(
        row.id,
        row.week,
        row.version,
        row.reason,
        row.digest,
        row.most,
        row.channels,
        row.made_by,
        type_coerce(row.at, String).label("at"),
        type_coerce(row.superseded_at, String).label("superseded_at"),
    )
    return {
        (publication.week, publication.version): publication for publication in connection.execute(wanted)
    }


def _compare_versions(publications: dict[tuple[str, int], AnyRow], replay: Replay) -> Iterator[Message]:
    replayed = {
        (week, number): v for week in replay.weeks for number, v in replay.weeks[week].versions.items()
    }
    for week, number in sorted(replayed.keys() | publications.keys()):
        publication, version = publications.get((week, number)), replayed.get((week, number))
        name = {"week": week, "version": number}
        if publication is None:
            yield message("version {version} of {week} was published and is not there", **name)
        elif version is None:
            yield message("version {version} of {week} is there and was never published", **name)
        elif any(publication._mapping[key] != value for key, value in version.items() if key != "rows"):
            yield message("version {version} of {week} is not as it was published", **name)


def _compare_claims(connection: Connection, replay: Replay) -> Iterator[Message]:
    rows = {(row.partner, row.number): row for row in connection.execute(_CLAIMS)}
    for partner, number in sorted(rows.keys() | replay.claims.keys()):
        row, claim = rows.get((partner, number)), replay.claims.get((partner, number))
        name = {"partner": partner, "number": number}
        if row is None:
            yield message("claim {number} of {partner} was made and is not there", **name)
        elif claim is None:
            yield message("claim {number} of {partner} is there and was never made", **name)
        elif _replayed_form(row) != claim or not _is_well_placed(row):
            yield message("claim {number} of {partner} differs from its events", **name)


_CLAIMS = (
    select(
        ClaimRow.partner,
        ClaimRow.number,
        ClaimRow.week,
        ClaimRow.slot,
        ClaimRow.channel,
        ClaimRow.referral,
        HoldingRow.holder,
        type_coerce(ClaimRow.claimed_at, String).label("claimed_at"),
        ClaimRow.state,
        type_coerce(ClaimRow.ended_at, String).label("ended_at"),
        ClaimRow.why,
        type_coerce(ClaimRow.new_date, String).label("new_date"),
        ClaimRow.new_start,
        ClaimRow.ticket,
        type_coerce(ClaimRow.date, String).label("date"),
        ClaimRow.specialty,
        HoldingRow.channel.label("held_channel"),
        HoldingRow.current,
        SlotRow.slot.label("held_slot"),
        SlotRow.specialty.label("held_specialty"),
        type_coerce(SlotRow.date, String).label("held_date"),
    )
    .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
)


def _replayed_form(row: AnyRow) -> ReplayedClaim:
    columns = {field.name: getattr(row, field.name) for field in fields(ReplayedClaim)}
    # A date is text in one database and a date in the other.
    return ReplayedClaim(**{**columns, "new_date": None if row.new_date is None else str(row.new_date)})


def _is_well_placed(row: AnyRow) -> bool:
    # A claim that has ended stays where it was counted last.
    if row.state == ClaimState.LIVE and not row.current:
        return False
    here = (row.slot, row.channel, row.specialty, str(row.date))
    return here == (row.held_slot, row.held_channel, row.held_specialty, str(row.held_date))


def _compare_holdings(
    connection: Connection, publication: int, week: str, replay: Replay
) -> Iterator[Message]:
    events = replay.weeks[week]
    live = Counter(
        (claim.slot, claim.channel, claim.holder)
        for claim in replay.claims.values()
        if claim.week == week and claim.state == ClaimState.LIVE
    )
    missing = {key for key, tickets in (events.received + live).items() if tickets}
    for row in sorted(connection.execute(_HOLDINGS, {"publication": publication}), key=_key):
        missing.discard(_key(row))
        if not _agrees(row, events, live):
            yield _holding_message(_key(row))
    for key in sorted(missing):
        yield _holding_message(key)


_HOLDINGS = (
    select(
        SlotRow.slot,
        HoldingRow.channel,
        HoldingRow.holder,
        HoldingRow.tickets,
        HoldingRow.granted,
        HoldingRow.taken,
        HoldingRow.fallen_back,
        HoldingRow.falls_back_to,
        HoldingRow.released,
        HoldingRow.current,
        HoldingRow.added,
        type_coerce(HoldingRow.opens_at, String).label("opens_at"),
        type_coerce(HoldingRow.falls_back_at, String).label("falls_back_at"),
    )
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .where(HoldingRow.publication == bindparam("publication"))
)


def _key(row: AnyRow) -> HoldingKey:
    return row.slot, row.channel, row.holder


def _agrees(row: AnyRow, events: ReplayedWeek, live: Counter[HoldingKey]) -> bool:
    key = _key(row)
    # Times and channels of the holdings that the files have are in the digest of the version's rows.
    made = (row.opens_at, row.falls_back_at, row.falls_back_to) if row.added else None
    if made != events.made.get(key) or (row.added and row.tickets):
        return False
    granted = row.tickets + events.received[key] - events.fallen[key]
    expected = (granted, live[key], events.fallen[key], key in events.released, True)
    return expected == (row.granted, row.taken, row.fallen_back, row.released, row.current)


def _holding_message(key: HoldingKey) -> Message:
    slot, channel, holder = key
    return message(
        "the holding {holding} differs from the events",
        holding=" ".join(part for part in (slot, channel, holder) if part),
    )
