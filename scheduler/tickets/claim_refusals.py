"""Why a claim was refused, and what is left instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, select

from scheduler.errors import ClaimError, Problem, Where
from scheduler.roster import Channel
from scheduler.tickets.claim_statements import clock_values, to_come
from scheduler.tickets.models import IS_LIVE, AnyRow, ClaimRow, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.results import AvailableSlot
from scheduler.tickets.timestamps import begins_at, format_time
from scheduler.words import Message, message

CLAIMABLE = (Channel.PARTNER, Channel.PRIMARY_CARE)
"""Channels whose tickets partners claim here; the others are booked in the hospital's own system."""

_SHOWN = 5


# Made once: to put a statement together takes longer than the database does.
_OF_NOW = PublicationRow.superseded_at.is_(None)
_HELD_FOR = and_(
    HoldingRow.channel == bindparam("in_channel"), HoldingRow.holder.in_([bindparam("by_partner"), ""])
)
_CLAIMABLE = and_(
    _HELD_FOR,
    HoldingRow.current.is_(True),
    HoldingRow.released.is_(False),
    HoldingRow.taken < HoldingRow.granted,
    HoldingRow.opens_at <= bindparam("at"),
    HoldingRow.falls_back_at.is_(None) | (HoldingRow.falls_back_at > bindparam("at")),
)
_LIVE = select(ClaimRow.id).where(ClaimRow.referral == bindparam("of_referral"), IS_LIVE)
_SLOT = (
    select(
        *(SlotRow.id, SlotRow.publication, SlotRow.date, SlotRow.start, SlotRow.specialty),
        PublicationRow.most,
    )
    .join(PublicationRow, SlotRow.publication == PublicationRow.id)
    .where(SlotRow.slot == bindparam("of_slot"), _OF_NOW)
)
_THAT_DAY = select(func.count()).where(
    IS_LIVE,
    ClaimRow.partner == bindparam("by_partner"),
    ClaimRow.date == bindparam("on_date"),
    ClaimRow.specialty == bindparam("in_specialty"),
)
_HELD = select(*HoldingRow.__table__.c).where(HoldingRow.slot_id == bindparam("of_slot"), _HELD_FOR)
_OTHERS = (
    select(SlotRow.slot, func.sum(HoldingRow.granted - HoldingRow.taken).label("free"))
    .join(HoldingRow, HoldingRow.slot_id == SlotRow.id)
    .where(
        SlotRow.publication == bindparam("of_publication"),
        SlotRow.specialty == bindparam("in_specialty"),
        _CLAIMABLE,
        to_come(),
    )
    .group_by(SlotRow.date, SlotRow.start, SlotRow.slot)
    .order_by(SlotRow.date, SlotRow.start, SlotRow.slot)
    .limit(_SHOWN)
)
_LEFT = (
    select(
        SlotRow.date,
        SlotRow.start,
        SlotRow.slot,
        SlotRow.clinic,
        SlotRow.specialty,
        SlotRow.doctor,
        HoldingRow.holder,
        (HoldingRow.granted - HoldingRow.taken).label("free"),
        HoldingRow.falls_back_at,
    )
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .where(_CLAIMABLE)
)


@dataclass(frozen=True)
class ClaimRequest:
    """What a partner asks for."""

    partner: str
    slot: str
    referral: str
    at: dt.datetime
    channel: Channel


def not_claimable(channel: Channel) -> tuple[Problem, ...]:
    """Return what is wrong with a channel to claim from."""
    if channel in CLAIMABLE:
        return ()
    wrong = message("tickets of this channel are not claimed here")
    remedy = message("Use one of: {known}.", known=list(CLAIMABLE))
    return (Problem(Where(field="channel"), wrong, remedy, channel),)


def referral_in_use() -> Problem:
    """Return the refusal of a referral number that has a live claim."""
    wrong = message("this referral number has a live claim already")
    remedy = message("Give that one back first, or use the number of the other case.")
    return Problem(Where(field="referral"), wrong, remedy)


def refuse(connection: Connection, asked: ClaimRequest) -> None:
    """Raise ClaimError where a claim cannot be, with the reason and what is left; return where it can."""
    if connection.scalar(_LIVE, {"of_referral": asked.referral}):
        raise ClaimError([referral_in_use()])
    slot = _slot(connection, asked.slot)
    if slot is None:
        wrong = message("no such slot is published")
        remedy = message("Look at the list of slots for one that is.")
        raise ClaimError([Problem(Where(field="slot"), wrong, remedy, asked.slot)])
    wrong_here = _begun(asked, slot) or _reached(connection, asked, slot)
    wrong_here = wrong_here or _nothing_free(connection, asked, slot)
    if wrong_here is not None:
        others = _others(connection, asked, slot)
        raise ClaimError([Problem(Where(field="slot"), wrong_here, others, asked.slot)])


def _slot(connection: Connection, slot: str) -> AnyRow | None:
    return connection.execute(_SLOT, {"of_slot": slot}).first()


def _begun(asked: ClaimRequest, slot: AnyRow) -> Message | None:
    begins = begins_at(slot.date, slot.start)
    return None if asked.at < begins else message("the slot began at {time}", time=format_time(begins))


def _reached(connection: Connection, asked: ClaimRequest, slot: AnyRow) -> Message | None:
    if slot.most is None:
        return None
    day = {"by_partner": asked.partner, "on_date": slot.date, "in_specialty": slot.specialty}
    if connection.execute(_THAT_DAY, day).scalar_one() < slot.most:
        return None
    return message(
        "{partner} has its {most} tickets of {specialty} on {date} already",
        partner=asked.partner,
        most=slot.most,
        specialty=slot.specialty,
        date=slot.date.isoformat(),
    )


def _nothing_free(connection: Connection, asked: ClaimRequest, slot: AnyRow) -> Message | None:
    rows = connection.execute(_HELD, {**_whose(asked), "of_slot": slot.id}).all()
    if not rows:
        return message("it holds no tickets for {partner}", partner=asked.partner)
    if any(_open(row, asked.at) and row.taken < row.granted for row in rows):
        return None
    return _why_closed(rows, asked.at)


def _open(row: AnyRow, at: dt.datetime) -> bool:
    ends = row.falls_back_at
    return not row.released and row.opens_at <= at and (ends is None or at < ends)


def _why_closed(rows: Sequence[AnyRow], at: dt.datetime) -> Message:
    if any(_open(row, at) for row in rows):
        return message("all its tickets for this partner are claimed")
    later = [row.opens_at for row in rows if at < row.opens_at]
    if later:
        return message("claims open at {time}", time=format_time(min(later)))
    ended = max(row.falls_back_at for row in rows)
    return message("unclaimed tickets fell back at {time}", time=format_time(ended))


def _others(connection: Connection, asked: ClaimRequest, slot: AnyRow) -> Message:
    where = {"of_publication": slot.publication, "in_specialty": slot.specialty}
    there = {**_whose(asked), **where, "at": asked.at, **clock_values(asked.at)}
    left = connection.execute(_OTHERS, there).all()
    if not left:
        return message("Nothing is left in {specialty} for this partner now.", specialty=slot.specialty)
    return message(
        "The next that are left in {specialty}: {slots}.",
        specialty=slot.specialty,
        slots=[f"{one.slot} ({one.free})" for one in left],
    )


def _whose(asked: ClaimRequest) -> dict[str, str]:
    return {"in_channel": str(asked.channel), "by_partner": asked.partner}


def find_available_slots(
    connection: Connection,
    partner: str,
    at: dt.datetime,
    channel: Channel = Channel.PARTNER,
) -> tuple[AvailableSlot, ...]:
    """Return every slot with tickets that a partner could claim then, in order of time."""
    there = {"by_partner": partner, "in_channel": str(channel), "at": at}
    found: dict[str, AvailableSlot] = {}
    for row in connection.execute(_LEFT, there):
        if begins_at(row.date, row.start) <= at:
            continue
        found[row.slot] = _added(found.get(row.slot), row)
    return tuple(sorted(found.values(), key=lambda left: (left.date, left.start, left.slot)))


def _added(before: AvailableSlot | None, row: AnyRow) -> AvailableSlot:
    own, shared = (row.free, 0) if row.holder else (0, row.free)
    until = row.falls_back_at
    if before is not None:
        own, shared = own + before.own, shared + before.shared
        until = max((t for t in (until, before.until) if t is not None), default=None)
    told = (row.date, row.start, row.slot, row.clinic, row.specialty, row.doctor)
    return AvailableSlot(*told, own, shared, until)
