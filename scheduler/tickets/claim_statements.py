"""The statements of a claim, made ready once.

Their values: `by_partner`, `of_slot`, `in_channel`, `now` (a stamp), `today` and `minute`, for the limit `on_date` and
`in_specialty`, and for what is kept the columns of the claim (`c_`) and of its event (`e_`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from scheduler.clock import BEIJING
from scheduler.tickets.audit import ADVANCE
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

_PARTNER = bindparam("by_partner", type_=String)
_NOW = bindparam("now", type_=String)


def _free(holding: type[HoldingRow]) -> ColumnElement[bool]:
    ends = type_coerce(holding.falls_back_at, String)
    return and_(
        holding.current.is_(True),
        holding.released.is_(False),
        holding.taken < holding.granted,
        type_coerce(holding.opens_at, String) <= _NOW,
        ends.is_(None) | (ends > _NOW),
    )


def to_come() -> ColumnElement[bool]:
    """Return that a slot has not begun, by `today` (a date as text) and `minute`, both in Beijing."""
    today = bindparam("today", type_=NullType)
    date = type_coerce(SlotRow.date, NullType)
    return or_(date > today, and_(date == today, SlotRow.start > bindparam("minute")))


def clock_values(at: dt.datetime) -> Mapping[str, Any]:
    """Return the values that `to_come` asks for."""
    here = at.astimezone(BEIJING)
    return {"today": here.date().isoformat(), "minute": here.hour * 60 + here.minute}


_ANY = aliased(HoldingRow)
_OF_NOW = and_(SlotRow.slot == bindparam("of_slot"), PublicationRow.superseded_at.is_(None))
# The partner's own sorts after the empty name of nobody in particular.
_BEST = (
    select(_ANY.id)
    .join(SlotRow, _ANY.slot_id == SlotRow.id)
    .join(PublicationRow, SlotRow.publication == PublicationRow.id)
    .where(_OF_NOW, to_come(), _ANY.channel == bindparam("in_channel"), _free(_ANY))
    .where(or_(_ANY.holder == _PARTNER, _ANY.holder == ""))
    .order_by(_ANY.holder.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_TAKEN = (
    update(HoldingRow)
    .where(HoldingRow.id == _BEST, _free(HoldingRow))
    .values(taken=HoldingRow.taken + 1)
    .returning(HoldingRow.id, HoldingRow.holder)
)
_OF_SLOT = (SlotRow.date, SlotRow.specialty, PublicationRow.week, PublicationRow.most)
_LOCKED = select(ChainRow.place, ChainRow.hash).where(ChainRow.chain == _PARTNER).with_for_update()
_LOCKED_FIRST = _LOCKED.cte("head")

HEAD = Prepared(_LOCKED)
"""The head of the partner, locked."""
TICKET = Prepared(_TAKEN)
"""Takes a ticket, and returns its holding and holder; nothing where there is none."""
SLOT = Prepared(
    select(*_OF_SLOT).join(PublicationRow, SlotRow.publication == PublicationRow.id).where(_OF_NOW)
)
"""Date, specialty, week and limit of the slot."""
# One way to the server and back. The ticket is joined to the head, so that the head is locked before it.
HEAD_AND_TICKET = Prepared(
    _TAKEN.where(
        SlotRow.id == HoldingRow.slot_id,
        PublicationRow.id == SlotRow.publication,
        _LOCKED_FIRST.c.place >= 0,
    ).returning(*_LOCKED_FIRST.c, *_OF_SLOT)
)
"""Both, with the slot, in one way to the server and back; nothing where there is no head or no ticket."""
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
    *("date", "state", "claimed_at"),
)
_EVENT_COLUMNS = ("chain", "place", "at", "who", "kind", "payload", "previous", "hash")
_NEW_CLAIM = insert(ClaimRow).values({name: bindparam(f"c_{name}") for name in _CLAIM_COLUMNS})
_NEW_EVENT = insert(EventRow).values({name: bindparam(f"e_{name}") for name in _EVENT_COLUMNS})
KEPT = (Prepared(_NEW_CLAIM), Prepared(_NEW_EVENT), Prepared(ADVANCE))
"""Keep a claim with its event and move the head on."""
# One way to the server and back instead of three.
KEPT_AT_ONCE = (Prepared(ADVANCE.add_cte(_NEW_CLAIM.cte("new_claim"), _NEW_EVENT.cte("new_event"))),)
"""The same in one way to the server and back instead of three."""
