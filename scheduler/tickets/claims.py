"""Partners claim tickets: those who ask at once in one transaction of few steps, in which nothing can be sold twice."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from scheduler.errors import ClaimError, Problem, StoreError, Where
from scheduler.roster import Channel
from scheduler.tickets.claim_refusals import ClaimRequest, not_claimable, referral_in_use, refuse
from scheduler.tickets.claim_statements import (
    CLAIMS_THAT_DAY,
    GIVEN_BACK,
    HEAD,
    HEADS,
    KEPT,
    KEPT_AT_ONCE,
    SLOT,
    TICKET,
    TICKET_AND_SLOT,
    clock_values,
)
from scheduler.tickets.events import EventKind, begin_chain, event_after
from scheduler.tickets.hash_chain import Head
from scheduler.tickets.models import ClaimState
from scheduler.tickets.personal_data import letter_problems, name_problems, referral_problems
from scheduler.tickets.results import ClaimResult
from scheduler.tickets.store import Store
from scheduler.tickets.timestamps import to_timestamp
from scheduler.words import message

_TRIES = 5


def claim(
    store: Store,
    partner: str,
    slot: str,
    referral: str,
    at: dt.datetime,
    *,
    channel: Channel = Channel.PARTNER,
) -> ClaimResult:
    """Claim one ticket of a slot for a partner: its own, and when these are used up one held for nobody in particular.

    `referral` is the partner's opaque number of the case. `channel` may be partner or primary_care; others are booked
    elsewhere. Raises ClaimError, which tells why not and what is left, and StoreError.
    """
    to_timestamp(at)  # refuses a time without a zone
    problems = [
        *name_problems(partner, "partner"),
        *referral_problems(referral),
        *letter_problems(slot, "slot"),
        *not_claimable(channel),
    ]
    if problems:
        raise ClaimError(problems)
    asked = ClaimRequest(partner, slot, referral, at, channel)
    for _ in range(_TRIES):
        claimed = store.together(asked, lambda wishes: claim_in_group(store, wishes))
        if claimed is not None:
            return claimed
        # Asked outside of the transaction that writes, which others wait for. Where nothing speaks against the claim
        # after all, a ticket came back, or a new version was published, in between.
        store.read(lambda connection: refuse(connection, asked))
    raise ClaimError([_contended(slot)])


def _contended(slot: str) -> Problem:
    wrong = message("others keep being quicker")
    return Problem(Where(field="slot"), wrong, message("Try again."), slot)


def claim_in_group(store: Store, wishes: Sequence[ClaimRequest]) -> Sequence[ClaimResult | Exception | None]:
    """Claim a ticket for each wish, all in one transaction; raises StoreError where the database cannot.

    Returns for each its claim, None where it could take no ticket or the partner has enough, or the error that refuses
    it. Wishes of one slot are served in their order.
    """
    try:
        return store.write(lambda connection: _Together(connection, wishes).claim())
    except _ReferralInUseError:
        # One of them spoils it for all, so each goes alone.
        return [_alone(store, wish) for wish in wishes]


def _alone(store: Store, wish: ClaimRequest) -> ClaimResult | Exception | None:
    try:
        return store.write(lambda connection: _Together(connection, [wish]).claim())[0]
    except _ReferralInUseError:
        return ClaimError([referral_in_use()])
    except StoreError as error:
        return error


class _ReferralInUseError(Exception):
    """A referral number has a live claim, or two wishes have the same."""


class _Together:
    """Wishes on their way: where each partner's chain stands by now, and what is to be kept."""

    def __init__(self, connection: Connection, wishes: Sequence[ClaimRequest]) -> None:
        self._connection = connection
        self._wishes = wishes
        self._heads = _heads(connection, sorted({wish.partner for wish in wishes}))
        self._that_day: Counter[tuple[Any, ...]] = Counter()
        self._kept: list[dict[str, Any]] = []

    def claim(self) -> list[ClaimResult | None]:
        # Always in the order of the slots, so that no two wait for each other; of one slot, first come, first served.
        order = sorted(range(len(self._wishes)), key=lambda number: self._wishes[number].slot)
        seats = _taken(self._connection, [_values(self._wishes[number]) for number in order])
        told = {n: self._claim(self._wishes[n], seat) for n, seat in zip(order, seats, strict=True)}
        if self._kept:
            self._keep()
        return [told[number] for number in range(len(self._wishes))]

    def _claim(self, wish: ClaimRequest, seat: _Seat | None) -> ClaimResult | None:
        if seat is None:
            return None
        if self._has_enough(wish, seat):
            GIVEN_BACK.run_each(self._connection, [{"of_holding": seat.holding}])
            return None
        shared = seat.holder == ""
        payload = {
            "week": seat.week,
            "slot": wish.slot,
            "channel": str(wish.channel),
            "shared": shared,
            "referral": wish.referral,
        }
        event = event_after(self._heads[wish.partner], wish.at, wish.partner, EventKind.CLAIMED, payload)
        self._heads[wish.partner] = Head(wish.partner, event["place"], event["hash"])
        self._kept.append(_row({**event, "at": to_timestamp(wish.at)}, _columns(wish, seat, event["place"])))
        told = (wish.partner, event["place"], seat.week, wish.slot)
        return ClaimResult(*told, wish.channel, wish.referral, shared)

    def _has_enough(self, wish: ClaimRequest, seat: _Seat) -> bool:
        # The head is locked by now: no other claim of this partner comes in between.
        if seat.most is None:
            return False
        asked = {"by_partner": wish.partner, "on_date": seat.date, "in_specialty": seat.specialty}
        ((kept,),) = CLAIMS_THAT_DAY.rows(self._connection, asked)
        day = (wish.partner, seat.date, seat.specialty)
        if kept + self._that_day[day] >= seat.most:
            return True
        self._that_day[day] += 1
        return False

    def _keep(self) -> None:
        try:
            if self._connection.dialect.name == "postgresql":
                KEPT_AT_ONCE.run_each(self._connection, [{"rows": json.dumps(self._kept, default=str)}])
                return
            for statement in KEPT:
                statement.run_each(self._connection, self._kept)
        except IntegrityError as error:
            # One number has one live claim: the index lets the first one in.
            raise _ReferralInUseError from error


def _heads(connection: Connection, partners: Sequence[str]) -> dict[str, Head]:
    """Return where the partners' chains stand, locked until the transaction ends, and begun where there are none."""
    found = _locked(connection, partners)
    missing = [partner for partner in partners if partner not in found]
    for partner in missing:
        begin_chain(connection, partner)
    return found | _locked(connection, missing) if missing else found


def _locked(connection: Connection, partners: Sequence[str]) -> dict[str, Head]:
    if connection.dialect.name == "postgresql":
        rows = HEADS.rows(connection, {"partners": list(partners)})
    else:
        found = HEAD.rows_of_each(connection, [{"by_partner": name} for name in partners])
        rows = [row for rows in found for row in rows]
    return {row[0]: Head(*row) for row in rows}


def _values(wish: ClaimRequest) -> Mapping[str, Any]:
    return {
        "by_partner": wish.partner,
        "of_slot": wish.slot,
        "in_channel": str(wish.channel),
        "now": to_timestamp(wish.at),
        **clock_values(wish.at),
    }


class _Seat(NamedTuple):
    """A ticket that was taken: where it is counted, and what is known of its slot, as the driver gives it."""

    holding: int
    holder: str
    date: Any
    specialty: str
    week: str
    most: int | None


def _taken(connection: Connection, many: Sequence[Mapping[str, Any]]) -> list[_Seat | None]:
    """Take a ticket for each of the values, in order; None where there is none."""
    if connection.dialect.name == "postgresql":
        found = TICKET_AND_SLOT.rows_of_each(connection, many)
    else:
        found = TICKET.rows_of_each(connection, many)
        slots = SLOT.rows_of_each(connection, many)
        found = [
            [(*row, *of) for row, of in zip(*both, strict=False)] for both in zip(found, slots, strict=True)
        ]
    return [_Seat(*rows[0]) if rows else None for rows in found]


def _columns(asked: ClaimRequest, seat: _Seat, number: int) -> dict[str, Any]:
    return {
        "week": seat.week,
        "slot": asked.slot,
        "holding": seat.holding,
        "partner": asked.partner,
        "number": number,
        "channel": str(asked.channel),
        "referral": asked.referral,
        "specialty": seat.specialty,
        "date": seat.date,
        "state": str(ClaimState.LIVE),
        "claimed_at": to_timestamp(asked.at),
    }


def _row(event: Mapping[str, Any], claimed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{f"c_{name}": value for name, value in claimed.items()},
        **{f"e_{name}": value for name, value in event.items()},
        **{"of_chain": event["chain"], "to_place": event["place"], "to_hash": event["hash"]},
    }
