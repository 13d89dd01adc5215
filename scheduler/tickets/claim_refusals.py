"""Why a claim was refused, and what is left instead."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, select, union

from scheduler.errors import ClaimError, Problem, Where, suggest
from scheduler.roster import Channel
from scheduler.scenario.hospital import CLAIMABLE
from scheduler.tickets.claim_statements import clock_values, has_free_ticket, slot_is_ahead
from scheduler.tickets.models import IS_LIVE, AnyRow, ClaimRow, HoldingRow, PublicationRow, SlotRow
from scheduler.tickets.results import AvailableSlot, ClaimResult
from scheduler.tickets.ticket_numbers import appointment_of, from_text
from scheduler.tickets.timestamps import begins_at, format_time
from scheduler.words import Message, message

_SHOWN = 5


# Made once: building a statement takes longer than the database does.
_CURRENT = PublicationRow.superseded_at.is_(None)
_HELD_FOR = and_(
    HoldingRow.channel == bindparam("in_channel"), HoldingRow.holder.in_([bindparam("by_partner"), ""])
)
_CLAIMABLE = and_(_HELD_FOR, has_free_ticket(HoldingRow))
_LIVE = select(ClaimRow.id).where(
    ClaimRow.partner == bindparam("by_partner"), ClaimRow.referral == bindparam("of_referral"), IS_LIVE
)
_SLOT = (
    select(
        *(SlotRow.id, SlotRow.publication, SlotRow.date, SlotRow.start, SlotRow.specialty),
        *(PublicationRow.most, PublicationRow.channels),
    )
    .join(PublicationRow, SlotRow.publication == PublicationRow.id)
    .where(SlotRow.slot == bindparam("of_slot"), _CURRENT)
)
_THAT_DAY = select(func.count()).where(
    IS_LIVE,
    ClaimRow.partner == bindparam("by_partner"),
    ClaimRow.date == bindparam("on_date"),
    ClaimRow.specialty == bindparam("in_specialty"),
)
_NAMED = union(select(HoldingRow.holder), select(ClaimRow.partner))
_LIMITED = select(PublicationRow.channels).where(PublicationRow.channels.is_not(None), _CURRENT)
_HELD = select(*HoldingRow.__table__.c).where(HoldingRow.slot_id == bindparam("of_slot"), _HELD_FOR)
_OTHERS = (
    select(SlotRow.slot, func.sum(HoldingRow.granted - HoldingRow.taken).label("free"))
    .join(HoldingRow, HoldingRow.slot_id == SlotRow.id)
    .where(
        SlotRow.publication == bindparam("of_publication"),
        SlotRow.specialty == bindparam("in_specialty"),
        _CLAIMABLE,
        slot_is_ahead(),
    )
    .group_by(SlotRow.date, SlotRow.start, SlotRow.slot)
    .order_by(SlotRow.date, SlotRow.start, SlotRow.slot)
    .limit(_SHOWN)
)
_AVAILABLE = (
    select(
        PublicationRow.channels,
        SlotRow.date,
        SlotRow.start,
        SlotRow.slot,
        SlotRow.clinic,
        SlotRow.specialty,
        SlotRow.doctor,
        HoldingRow.holder,
        (HoldingRow.granted - HoldingRow.taken).label("free"),
        HoldingRow.falls_back_at,
        HoldingRow.taken,
        HoldingRow.numbers,
        SlotRow.times,
    )
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .join(PublicationRow, SlotRow.publication == PublicationRow.id)
    .where(_CLAIMABLE, slot_is_ahead())
)


@dataclass(frozen=True)
class ClaimRequest:
    """A ticket of a slot that a partner wants, and when it requested it; `also` writes in the claim's transaction."""

    partner: str
    slot: str
    referral: str
    at: dt.datetime
    channel: Channel
    also: Callable[[Connection, ClaimResult], None] | None = None


def not_claimable(channel: Channel) -> tuple[Problem, ...]:
    """Return what is wrong with a channel to claim from, if anything."""
    if channel in CLAIMABLE:
        return ()
    wrong = message("tickets of this channel are not claimed here")
    remedy = message("Use one of: {known}.", known=list(CLAIMABLE))
    return (Problem(Where(field="channel"), wrong, remedy, channel),)


def referral_in_use() -> Problem:
    """Return the refusal of a referral number of which its partner has a live claim."""
    wrong = message("this partner has a live claim with this referral number already")
    remedy = message("Give that one back first, or use the number of the other case.")
    return Problem(Where(field="referral"), wrong, remedy)


def refuse(connection: Connection, request: ClaimRequest) -> None:
    """Raise ClaimError with the reason and what is left instead; return where nothing speaks against the claim."""
    if connection.scalar(_LIVE, {"by_partner": request.partner, "of_referral": request.referral}):
        raise ClaimError([referral_in_use()])
    slot = _find_slot(connection, request.slot)
    if slot is None:
        wrong = message("no such slot is published")
        remedy = message("Look at the list of slots for one that is.")
        raise ClaimError([Problem(Where(field="slot"), wrong, remedy, request.slot)])
    _refuse_channel(slot.channels, request)
    reason = _already_begun(request, slot) or _limit_reached(connection, request, slot)
    reason = reason or _nothing_free(connection, request, slot)
    if reason is not None:
        remedy = _alternatives(connection, request, slot)
        raise ClaimError([Problem(Where(field="slot"), reason, remedy, request.slot)])


def may_claim(channels: str | None, partner: str, channel: Channel) -> bool:
    """Return whether a partner may claim tickets of a channel; `channels` are those of the version (none: all may)."""
    return channels is None or channel in json.loads(channels).get(partner, CLAIMABLE)


def _refuse_channel(channels: str | None, request: ClaimRequest) -> None:
    if may_claim(channels, request.partner, request.channel):
        return
    known = [channel for channel in CLAIMABLE if may_claim(channels, request.partner, channel)]
    wrong = message("{partner} may not claim tickets of this channel", partner=request.partner)
    remedy = message("Use one of: {known}.", known=known)
    raise ClaimError([Problem(Where(field="channel"), wrong, remedy, request.channel)])


def unknown_partner(connection: Connection, partner: str) -> Problem | None:
    """Return what is wrong with a partner whom no published week and no claim names; None where none are named."""
    limited = (partner for row in connection.execute(_LIMITED) for partner in json.loads(row.channels))
    known = sorted({*connection.scalars(_NAMED), *limited} - {""})
    if not known or partner in known:
        return None
    return Problem(
        Where(field="partner"), message("there is no such partner"), suggest(partner, known), partner
    )


def _find_slot(connection: Connection, slot: str) -> AnyRow | None:
    return connection.execute(_SLOT, {"of_slot": slot}).first()


def _already_begun(request: ClaimRequest, slot: AnyRow) -> Message | None:
    begins = begins_at(slot.date, slot.start)
    return None if request.at < begins else message("the slot began at {time}", time=format_time(begins))


def _limit_reached(connection: Connection, request: ClaimRequest, slot: AnyRow) -> Message | None:
    if slot.most is None:
        return None
    day = {"by_partner": request.partner, "on_date": slot.date, "in_specialty": slot.specialty}
    if connection.execute(_THAT_DAY, day).scalar_one() < slot.most:
        return None
    return message(
        "{partner} has its {most:ticket|tickets} of {specialty} on {date} already",
        partner=request.partner,
        most=slot.most,
        specialty=slot.specialty,
        date=slot.date.isoformat(),
    )


def _nothing_free(connection: Connection, request: ClaimRequest, slot: AnyRow) -> Message | None:
    rows = connection.execute(_HELD, {**_holder_values(request), "of_slot": slot.id}).all()
    if not rows:
        unknown = unknown_partner(connection, request.partner)
        if unknown is not None:
            raise ClaimError([unknown])
        return message("it holds no tickets for {partner}", partner=request.partner)
    if any(_is_open(row, request.at) and row.taken < row.granted for row in rows):
        return None
    return _why_closed(rows, request.at)


def _is_open(row: AnyRow, at: dt.datetime) -> bool:
    ends = row.falls_back_at
    return not row.released and row.opens_at <= at and (ends is None or at < ends)


def _why_closed(rows: Sequence[AnyRow], at: dt.datetime) -> Message:
    if any(_is_open(row, at) for row in rows):
        return message("all its tickets for this partner are claimed")
    later = [row.opens_at for row in rows if at < row.opens_at]
    if later:
        return message("claims open at {time}", time=format_time(min(later)))
    ended = max(row.falls_back_at for row in rows)
    return message("unclaimed tickets fell back at {time}", time=format_time(ended))


def _alternatives(connection: Connection, request: ClaimRequest, slot: AnyRow) -> Message:
    specialty = {"of_publication": slot.publication, "in_specialty": slot.specialty}
    values = {**_holder_values(request), **specialty, **clock_values(request.at)}
    slots = connection.execute(_OTHERS, values).all()
    if not slots:
        return message("Nothing is left in {specialty} for this partner now.", specialty=slot.specialty)
    return message(
        "The next that are left in {specialty}: {slots}.",
        specialty=slot.specialty,
        slots=[message("{slot} ({free})", slot=row.slot, free=row.free) for row in slots],
    )


def _holder_values(request: ClaimRequest) -> dict[str, str]:
    return {"in_channel": str(request.channel), "by_partner": request.partner}


def find_available_slots(
    connection: Connection,
    partner: str,
    at: dt.datetime,
    channel: Channel = Channel.PARTNER,
) -> tuple[AvailableSlot, ...]:
    """Return every slot with tickets that a partner could claim then, in order of time."""
    values = {"by_partner": partner, "in_channel": str(channel), **clock_values(at)}
    slots: dict[str, AvailableSlot] = {}
    for row in connection.execute(_AVAILABLE, values):
        if may_claim(row.channels, partner, channel):
            slots[row.slot] = _add_holding(slots.get(row.slot), row)
    return tuple(sorted(slots.values(), key=lambda slot: (slot.date, slot.start, slot.slot)))


def _add_holding(before: AvailableSlot | None, row: AnyRow) -> AvailableSlot:
    """Return the slot with the tickets of one more of its holdings."""
    own, shared = (row.free, 0) if row.holder else (0, row.free)
    until, times = row.falls_back_at, _free_times(row)
    if before is not None:
        # Its own tickets are claimed first.
        times = (*times, *before.times) if row.holder else (*before.times, *times)
        own, shared = own + before.own, shared + before.shared
        until = max((t for t in (until, before.until) if t is not None), default=None)
    slot = (row.date, row.start, row.slot, row.clinic, row.specialty, row.doctor)
    return AvailableSlot(*slot, own, shared, until, times)


def _free_times(row: AnyRow) -> tuple[int, ...]:
    free = from_text(row.numbers)[row.taken :] or (None,) * row.free
    return tuple(appointment_of(number, row.start, row.times).told for number in free)
