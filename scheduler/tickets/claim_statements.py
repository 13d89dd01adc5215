"""The statements of a claim, compiled once.

Their values: `by_partner`, `of_slot`, `in_channel`, `now` (a timestamp), `today` and `minute`, for the limit `on_date`
and `in_specialty`, and for what is written the columns of the claim (`c_`) and of its event (`e_`) and where its chain
ends then (`of_chain`, `to_place`, `to_hash`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Update,
    and_,
    any_,
    bindparam,
    column,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, distinct_on
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from scheduler.clock import BEIJING
from scheduler.tickets.events import ADVANCE
from scheduler.tickets.models import (
    IS_LIVE,
    ChainRow,
    ClaimRow,
    EventRow,
    HoldingRow,
    PublicationRow,
    SlotRow,
)
from scheduler.tickets.prepared import Prepared
from scheduler.tickets.timestamps import to_timestamp

_PARTNER = bindparam("by_partner", type_=String)
_NOW = bindparam("now", type_=String)


def has_free_ticket(holding: type[HoldingRow]) -> ColumnElement[bool]:
    """Return the condition that a ticket of a holding can be claimed at `now`."""
    ends = type_coerce(holding.falls_back_at, String)
    return and_(
        holding.current.is_(True),
        holding.released.is_(False),
        holding.taken < holding.granted,
        type_coerce(holding.opens_at, String) <= _NOW,
        ends.is_(None) | (ends > _NOW),
    )


def slot_is_ahead() -> ColumnElement[bool]:
    """Return the condition that a slot has not begun by `today` (a date as text) and `minute`, both in Beijing."""
    today = bindparam("today", type_=NullType)
    date = type_coerce(SlotRow.date, NullType)
    return or_(date > today, and_(date == today, SlotRow.start > bindparam("minute")))


def clock_values(at: dt.datetime) -> Mapping[str, Any]:
    """Return the values that both conditions need at a time."""
    here = at.astimezone(BEIJING)
    return {"now": to_timestamp(at), "today": here.date().isoformat(), "minute": here.hour * 60 + here.minute}


_CANDIDATE = aliased(HoldingRow)
_CURRENT_SLOT = and_(SlotRow.slot == bindparam("of_slot"), PublicationRow.superseded_at.is_(None))
# The partner's own holding sorts after the one of nobody in particular, whose holder is empty.
_BEST = (
    select(_CANDIDATE.id)
    .join(SlotRow, _CANDIDATE.slot_id == SlotRow.id)
    .join(PublicationRow, SlotRow.publication == PublicationRow.id)
    .where(
        _CURRENT_SLOT,
        slot_is_ahead(),
        _CANDIDATE.channel == bindparam("in_channel"),
        has_free_ticket(_CANDIDATE),
    )
    .where(or_(_CANDIDATE.holder == _PARTNER, _CANDIDATE.holder == ""))
    .order_by(_CANDIDATE.holder.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
# `has_free_ticket` stands here again: between the look and the update another transaction may have taken the last ticket.
_TAKE = (
    update(HoldingRow)
    .where(HoldingRow.id == _BEST, has_free_ticket(HoldingRow))
    .values(taken=HoldingRow.taken + 1)
    .returning(HoldingRow.id, HoldingRow.holder, HoldingRow.taken, HoldingRow.numbers)
)
_SLOT_COLUMNS = (
    *(SlotRow.date, SlotRow.start, SlotRow.specialty, SlotRow.times),
    *(PublicationRow.week, PublicationRow.most, PublicationRow.channels),
)
_HEADS = select(ChainRow.chain, ChainRow.place, ChainRow.hash).with_for_update()

HEAD = Prepared(_HEADS.where(ChainRow.chain == _PARTNER))
"""The head of the partner, locked."""
HEADS = Prepared(
    _HEADS.where(ChainRow.chain == any_(bindparam("partners", type_=ARRAY(String)))).order_by(ChainRow.chain)
)
"""The heads of many partners, locked in the order of their names (PostgreSQL)."""
TICKET = Prepared(_TAKE)
"""Takes a ticket, and returns its holding with what is taken of it now; nothing where there is none."""
SLOT = Prepared(
    select(*_SLOT_COLUMNS).join(PublicationRow, SlotRow.publication == PublicationRow.id).where(_CURRENT_SLOT)
)
"""Date, start, specialty, times, week, limit and partners' channels of the slot."""
TICKET_AND_SLOT = Prepared(
    _TAKE.where(SlotRow.id == HoldingRow.slot_id, PublicationRow.id == SlotRow.publication).returning(
        *_SLOT_COLUMNS
    )
)
"""Both in one round trip to the server (PostgreSQL)."""
PUT_BACK = Prepared(
    update(HoldingRow).where(HoldingRow.id == bindparam("of_holding")).values(taken=HoldingRow.taken - 1)
)
"""Undoes the taking of a ticket."""
CLAIMS_THAT_DAY = Prepared(
    select(func.count())
    .select_from(ClaimRow)
    .where(
        IS_LIVE,
        ClaimRow.partner == _PARTNER,
        type_coerce(ClaimRow.date, NullType) == bindparam("on_date", type_=NullType),
        ClaimRow.specialty == bindparam("in_specialty"),
    )
)
"""The partner's live claims of a specialty and day."""

_CLAIM_COLUMNS = (
    *("week", "slot", "holding", "partner", "number", "channel", "referral", "specialty"),
    *("date", "state", "claimed_at", "ticket"),
)
_EVENT_COLUMNS = ("chain", "place", "at", "who", "kind", "payload", "previous", "hash")
_NEW_CLAIM = insert(ClaimRow).values({name: bindparam(f"c_{name}") for name in _CLAIM_COLUMNS})
_NEW_EVENT = insert(EventRow).values({name: bindparam(f"e_{name}") for name in _EVENT_COLUMNS})
WRITE = (Prepared(_NEW_CLAIM), Prepared(_NEW_EVENT), Prepared(ADVANCE))
"""Write a claim with its event and move the head on."""


def _write_at_once() -> Update:
    names = [f"c_{name}" for name in _CLAIM_COLUMNS] + [f"e_{name}" for name in _EVENT_COLUMNS]
    type_of = {f"c_{name}": ClaimRow.__table__.c[name].type for name in _CLAIM_COLUMNS}
    type_of |= {f"e_{name}": EventRow.__table__.c[name].type for name in _EVENT_COLUMNS}
    table = func.json_to_recordset(bindparam("rows", type_=JSON)).table_valued(
        *(column(name, type_of[name]) for name in names), name="claims_to_write"
    )
    rows = select(*table.render_derived(with_types=True).c).cte("rows")
    claims = insert(ClaimRow).from_select(_CLAIM_COLUMNS, select(*(rows.c[f"c_{n}"] for n in _CLAIM_COLUMNS)))
    events = insert(EventRow).from_select(_EVENT_COLUMNS, select(*(rows.c[f"e_{n}"] for n in _EVENT_COLUMNS)))
    last = (
        select(rows.c.e_chain, rows.c.e_place, rows.c.e_hash)
        .ext(distinct_on(rows.c.e_chain))
        .order_by(rows.c.e_chain, rows.c.e_place.desc())
        .subquery("last")
    )
    return (
        update(ChainRow)
        .where(ChainRow.chain == last.c.e_chain)
        .values(place=last.c.e_place, hash=last.c.e_hash)
        .add_cte(claims.cte("new_claims"), events.cte("new_events"))
    )


WRITE_AT_ONCE = Prepared(_write_at_once())
"""The same for all of them at once, from `rows`, a JSON text of their values (PostgreSQL)."""
