"""Why a claim was refused, and what is left instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from scheduler.errors import ClaimError, Problem, Where
from scheduler.roster import Channel
from scheduler.tickets.models import IS_LIVE, ClaimRow, Found, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.moments import begins_at, shown
from scheduler.tickets.results import Left
from scheduler.words import Message, message

CLAIMABLE = (Channel.PARTNER, Channel.PRIMARY_CARE)
"""Channels whose tickets partners claim here; the others are booked in the hospital's own system."""

_SHOWN = 5


@dataclass(frozen=True)
class Asked:
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


def refuse(connection: Connection, asked: Asked) -> None:
    """Raise ClaimError where a claim cannot be, with the reason and what is left; return where it can."""
    if connection.scalar(select(ClaimRow.id).where(ClaimRow.referral == asked.referral, IS_LIVE)):
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


def _slot(connection: Connection, slot: str) -> Found | None:
    wanted = (
        select(SlotRow.id, SlotRow.date, SlotRow.start, SlotRow.specialty, PublicationRow.most)
        .join(PublicationRow, SlotRow.publication == PublicationRow.id)
        .where(SlotRow.slot == slot, PublicationRow.superseded_at.is_(None))
    )
    return connection.execute(wanted).first()


def _begun(asked: Asked, slot: Found) -> Message | None:
    begins = begins_at(slot.date, slot.start)
    return None if asked.at < begins else message("the slot began at {time}", time=shown(begins))


def _reached(connection: Connection, asked: Asked, slot: Found) -> Message | None:
    if slot.most is None:
        return None
    live = select(func.count()).where(
        IS_LIVE,
        ClaimRow.partner == asked.partner,
        ClaimRow.date == slot.date,
        ClaimRow.specialty == slot.specialty,
    )
    if connection.execute(live).scalar_one() < slot.most:
        return None
    return message(
        "{partner} has its {most} tickets of {specialty} on {date} already",
        partner=asked.partner,
        most=slot.most,
        specialty=slot.specialty,
        date=slot.date.isoformat(),
    )


def _nothing_free(connection: Connection, asked: Asked, slot: Found) -> Message | None:
    wanted = select(HoldingRow).where(
        HoldingRow.slot_id == slot.id,
        HoldingRow.channel == asked.channel,
        HoldingRow.holder.in_([asked.partner, ""]),
    )
    rows = connection.execute(wanted.with_only_columns(*HoldingRow.__table__.c)).all()
    if not rows:
        return message("it holds no tickets for {partner}", partner=asked.partner)
    if any(_open(row, asked.at) and row.taken < row.granted for row in rows):
        return None
    return _why_closed(rows, asked.at)


def _open(row: Found, at: dt.datetime) -> bool:
    ends = row.falls_back_at
    return not row.released and row.opens_at <= at and (ends is None or at < ends)


def _why_closed(rows: Sequence[Found], at: dt.datetime) -> Message:
    if any(_open(row, at) for row in rows):
        return message("all its tickets for this partner are claimed")
    later = [row.opens_at for row in rows if at < row.opens_at]
    if later:
        return message("claims open at {time}", time=shown(min(later)))
    ended = max(row.falls_back_at for row in rows)
    return message("unclaimed tickets fell back at {time}", time=shown(ended))


def _others(connection: Connection, asked: Asked, slot: Found) -> Message:
    left = tickets_left(connection, asked.partner, asked.at, asked.channel, specialty=slot.specialty)
    if not left:
        return message("Nothing is left in {specialty} for this partner now.", specialty=slot.specialty)
    shown = [f"{one.slot} ({one.own + one.shared})" for one in left[:_SHOWN]]
    tickets = sum(one.own + one.shared for one in left)
    return message(
        "Left in {specialty} are {tickets}, first of all in {slots}.",
        specialty=slot.specialty,
        tickets=tickets,
        slots=shown,
    )


def tickets_left(
    connection: Connection,
    partner: str,
    at: dt.datetime,
    channel: Channel = Channel.PARTNER,
    *,
    specialty: str | None = None,
) -> tuple[Left, ...]:
    """Return every slot (of one specialty, if named) with tickets that a partner could claim then, in order of time."""
    slot, holding = SlotRow, HoldingRow
    wanted = (
        select(
            slot.date,
            slot.start,
            slot.slot,
            slot.clinic,
            slot.specialty,
            slot.doctor,
            holding.holder,
            (holding.granted - holding.taken).label("free"),
            holding.falls_back_at,
        )
        .join(slot, holding.slot_id == slot.id)
        .where(
            holding.current.is_(True),
            holding.released.is_(False),
            holding.channel == channel,
            holding.holder.in_([partner, ""]),
            holding.taken < holding.granted,
            holding.opens_at <= at,
            holding.falls_back_at.is_(None) | (holding.falls_back_at > at),
        )
    )
    if specialty is not None:
        versions = select(PublicationRow.id).where(PublicationRow.superseded_at.is_(None))
        wanted = wanted.where(slot.publication.in_(versions), slot.specialty == specialty)
    found: dict[str, Left] = {}
    for row in connection.execute(wanted):
        if begins_at(row.date, row.start) <= at:
            continue
        found[row.slot] = _added(found.get(row.slot), row)
    return tuple(sorted(found.values(), key=lambda left: (left.date, left.start, left.slot)))


def _added(before: Left | None, row: Found) -> Left:
    own, shared = (row.free, 0) if row.holder else (0, row.free)
    until = row.falls_back_at
    if before is not None:
        own, shared = own + before.own, shared + before.shared
        until = max((t for t in (until, before.until) if t is not None), default=None)
    told = (row.date, row.start, row.slot, row.clinic, row.specialty, row.doctor)
    return Left(*told, own, shared, until)
