"""The tickets of a published week as the ledger has them: who holds how many, and how many of these are claimed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from scheduler.clock import BEIJING
from scheduler.errors import Problem, SettingError, Where
from scheduler.roster import Channel, Holding, Plan
from scheduler.tickets.holding_rows import read_holdings
from scheduler.tickets.models import ClaimRow, EventRow, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.slot_holdings import SlotHolding, SlotHoldings
from scheduler.tickets.timestamps import format_time, to_timestamp
from scheduler.words import message


@dataclass(frozen=True)
class HeldTickets:
    """The holdings of a week's published version, sorted; each has the tickets that are there now, and those claimed.

    `digest` is that of the version's files, `most` the limit of live claims it was published with. `changed_at` is when
    a ticket of a slot was last claimed, given back or fell back, where any was.
    """

    version: int
    digest: str
    most: int | None
    holdings: tuple[Holding, ...]
    changed_at: Mapping[str, dt.datetime]

    def in_plan(self, plan: Plan) -> Plan:
        """Return the plan with these holdings in place of its own, which were those of the publication."""
        return replace(plan, holdings=self.holdings)


def read_held_tickets(connection: Connection, week: str, at: dt.datetime) -> HeldTickets | None:
    """Return the tickets of the week as they are at `at`, from now on; None where the week is not published.

    Tickets whose hour has come by then have fallen back, whether that is on record yet or not.
    """
    row = PublicationRow
    current = (row.week == week) & row.superseded_at.is_(None)
    publication = connection.execute(select(row.id, row.version, row.digest, row.most).where(current)).first()
    if publication is None:
        return None
    of_slot = read_holdings(connection, HoldingRow.publication == publication.id)
    known = select(SlotRow.id, SlotRow.slot).where(SlotRow.publication == publication.id)
    names = {slot.id: slot.slot for slot in connection.execute(known)}
    times = _times_of_claims(connection, week)
    holdings: list[Holding] = []
    for slot, held in of_slot.items():
        held.release(at)
        times[names[slot]] += _times_of_falls(held)
        holdings += _holdings(names[slot], held)
    ordered = sorted(holdings, key=lambda h: (h.slot, h.channel, h.holder))
    changed_at = {slot: max(times[slot]) for slot in sorted(times) if times[slot]}
    return HeldTickets(publication.version, publication.digest, publication.most, tuple(ordered), changed_at)


def _times_of_claims(connection: Connection, week: str) -> defaultdict[str, list[dt.datetime]]:
    times: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    wanted = select(ClaimRow.slot, ClaimRow.claimed_at, ClaimRow.ended_at).where(ClaimRow.week == week)
    for slot, *both in connection.execute(wanted):
        times[slot] += [at for at in both if at is not None]
    return times


def _times_of_falls(held: SlotHoldings) -> list[dt.datetime]:
    return [one.falls_back_at for one in held.stored if one.falls_back_at is not None and one.fallen_back]


def _holdings(slot: str, held: SlotHoldings) -> Iterator[Holding]:
    yield from (_holding(slot, one) for one in (*held.stored, *held.added) if one.granted)


def _holding(slot: str, held: SlotHolding) -> Holding:
    ends = held.falls_back_at
    return Holding(
        slot,
        Channel(held.channel),
        held.holder,
        held.granted,
        held.opens_at.astimezone(BEIJING),
        None if ends is None else ends.astimezone(BEIJING),
        None if ends is None else Channel(held.falls_back_to),
        held.taken,
        held.numbers,
    )


def refuse_past(connection: Connection, at: dt.datetime, field: str) -> None:
    """Raise SettingError where the ledger has gone on since `at`, or cannot store it: it knows what is, not what was."""
    try:
        to_timestamp(at)
    except SettingError as error:
        raise SettingError([replace(one, where=Where(field=field)) for one in error.problems]) from None
    last = connection.scalar(select(func.max(EventRow.at)))
    if last is not None and at < last:
        wrong = message("the ledger has gone on since that time")
        remedy = message("Give a time from {last} on, or leave it out.", last=format_time(last))
        raise SettingError([Problem(Where(field=field), wrong, remedy, format_time(at))])
