"""A partner claims a ticket: one transaction of few steps, in which nothing can be sold twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from scheduler.errors import ClaimError, Problem, Where
from scheduler.roster import Channel
from scheduler.tickets.audit import Head, Kind, begin_chain, following
from scheduler.tickets.claim_statements import (
    CLAIMS_THAT_DAY,
    HEAD,
    HEAD_AND_TICKET,
    KEPT,
    KEPT_AT_ONCE,
    SLOT,
    TICKET,
    clock_values,
)
from scheduler.tickets.models import State
from scheduler.tickets.moments import stamp
from scheduler.tickets.refusals import letter_problems, name_problems, referral_problems
from scheduler.tickets.results import Claimed
from scheduler.tickets.store import Store
from scheduler.tickets.told import Asked, not_claimable, referral_in_use, refuse
from scheduler.words import message

_TRIES = 5


_Found = Mapping[Any, Any]
"""Columns of rows by name."""


def claim(
    store: Store,
    partner: str,
    slot: str,
    referral: str,
    at: dt.datetime,
    *,
    channel: Channel = Channel.PARTNER,
) -> Claimed:
    """Claim one ticket of a slot for a partner: its own, and when these are used up one held for nobody in particular.

    `referral` is the partner's opaque number of the case. `channel` may be partner or primary_care; others are booked
    elsewhere. Raises ClaimError, which tells why not and what is left, and StoreError.
    """
    stamp(at)  # refuses a time without a zone
    problems = [
        *name_problems(partner, "partner"),
        *referral_problems(referral),
        *letter_problems(slot, "slot"),
        *not_claimable(channel),
    ]
    if problems:
        raise ClaimError(problems)
    asked = Asked(partner, slot, referral, at, channel)
    for _ in range(_TRIES):
        try:
            return store.write(lambda connection: _Claiming(connection, asked).claim())
        except _NothingTakenError:
            # Asked outside of the transaction that writes, which others wait for. Where nothing speaks against the claim
            # after all, a ticket came back, or a new version was published, in between.
            store.read(lambda connection: refuse(connection, asked))
    raise ClaimError([_contended(slot)])


def _contended(slot: str) -> Problem:
    wrong = message("others keep being quicker")
    return Problem(Where(field="slot"), wrong, message("Try again."), slot)


class _NothingTakenError(Exception):
    """No ticket could be taken; why is told afterwards."""


@dataclass(frozen=True)
class _Claiming:
    connection: Connection
    asked: Asked

    def claim(self) -> Claimed:
        asked = self.asked
        values = {
            "by_partner": asked.partner,
            "of_slot": asked.slot,
            "in_channel": str(asked.channel),
            "now": stamp(asked.at),
            **clock_values(asked.at),
        }
        seat = self._take(values)
        if seat is None or self._has_enough(seat, values):
            raise _NothingTakenError
        head = Head(asked.partner, seat["place"], seat["hash"])
        shared = seat["holder"] == ""
        payload = {
            "week": seat["week"],
            "slot": asked.slot,
            "channel": str(asked.channel),
            "shared": shared,
            "referral": asked.referral,
        }
        event = following(head, asked.at, asked.partner, Kind.CLAIMED, payload)
        _keep(self.connection, {**event, "at": stamp(asked.at)}, _columns(asked, seat, event["place"]))
        told = (asked.partner, event["place"], seat["week"], asked.slot)
        return Claimed(*told, asked.channel, asked.referral, shared)

    def _take(self, values: Mapping[str, Any]) -> _Found | None:
        """Lock the partner's head and take a ticket; return both, with the slot; None where there is none."""
        if self.connection.dialect.name == "postgresql":
            found = HEAD_AND_TICKET.run(self.connection, values).mappings().one_or_none()
            if found is not None or self._head(values) is not None:
                return found
            begin_chain(self.connection, self.asked.partner)
            return HEAD_AND_TICKET.run(self.connection, values).mappings().one_or_none()
        head = self._head(values)
        if head is None:
            begin_chain(self.connection, self.asked.partner)
            head = self._head(values)
        taken = TICKET.run(self.connection, values).mappings().one_or_none()
        slot = SLOT.run(self.connection, values).mappings().one_or_none()
        if head is None or taken is None or slot is None:
            return None
        return {**head, **taken, **slot}

    def _head(self, values: Mapping[str, Any]) -> _Found | None:
        return HEAD.run(self.connection, values).mappings().one_or_none()

    def _has_enough(self, seat: _Found, values: Mapping[str, Any]) -> bool:
        # The head is locked by now: no other claim of this partner comes in between.
        if seat["most"] is None:
            return False
        day = {**values, "on_date": seat["date"], "in_specialty": seat["specialty"]}
        return bool(CLAIMS_THAT_DAY.run(self.connection, day).scalar_one() >= seat["most"])


def _columns(asked: Asked, seat: _Found, number: int) -> dict[str, Any]:
    return {
        "week": seat["week"],
        "slot": asked.slot,
        "holding": seat["id"],
        "partner": asked.partner,
        "number": number,
        "channel": str(asked.channel),
        "referral": asked.referral,
        "specialty": seat["specialty"],
        "date": seat["date"],
        "state": str(State.LIVE),
        "claimed_at": stamp(asked.at),
    }


def _keep(connection: Connection, event: dict[str, Any], claimed: dict[str, Any]) -> None:
    values = {
        **{f"c_{name}": value for name, value in claimed.items()},
        **{f"e_{name}": value for name, value in event.items()},
        **{"of_chain": event["chain"], "to_place": event["place"], "to_hash": event["hash"]},
    }
    try:
        for statement in KEPT_AT_ONCE if connection.dialect.name == "postgresql" else KEPT:
            statement.run(connection, values)
    except IntegrityError as error:
        # One number has one live claim: the index lets the first one in.
        raise ClaimError([referral_in_use()]) from error
