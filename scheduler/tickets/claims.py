"""Claims: all that come at once are written in one transaction of few statements, in which nothing is sold twice.

The order of locks is the same for everybody: the chains' heads by partner, then the holdings by slot. A crash before the
commit leaves nothing behind; one after it leaves claims whose partners had no answer, who find them in their list.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from scheduler.clock import BEIJING
from scheduler.errors import ClaimError, Problem, StoreError, Where
from scheduler.roster import Channel
from scheduler.tickets.claim_refusals import ClaimRequest, may_claim, not_claimable, referral_in_use, refuse
from scheduler.tickets.claim_statements import (
    CLAIMS_THAT_DAY,
    HEAD,
    HEADS,
    PUT_BACK,
    SLOT,
    TICKET,
    TICKET_AND_SLOT,
    WRITE,
    WRITE_AT_ONCE,
    clock_values,
)
from scheduler.tickets.events import EventKind, begin_chain, event_after
from scheduler.tickets.hash_chain import Head
from scheduler.tickets.models import ClaimState
from scheduler.tickets.personal_data import letter_problems, name_problems, referral_problems
from scheduler.tickets.results import ClaimResult
from scheduler.tickets.store import Store
from scheduler.tickets.ticket_numbers import Appointment, appointment_of, from_text
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
    also: Callable[[Connection, ClaimResult], None] | None = None,
) -> ClaimResult:
    """Claim one ticket of a slot for a partner: its own, and when these are used up one held for nobody in particular.

    `referral` is the partner's opaque number of the case. `channel` may be partner or primary_care; others are booked
    elsewhere. `also` writes in the same transaction; a row that it finds taken refuses the claim. Raises ClaimError with
    the reason and what is left instead, and StoreError.
    """
    to_timestamp(at)  # refuses a time without a zone
    problems = [
        *name_problems(partner, "partner"),
        *referral_problems(referral, at.astimezone(BEIJING).date()),
        *letter_problems(slot, "slot"),
        *not_claimable(channel),
    ]
    if problems:
        raise ClaimError(problems)
    request = ClaimRequest(partner, slot, referral, at, channel, also)
    for _ in range(_TRIES):
        claimed = store.commit_in_group(request, lambda requests: claim_in_group(store, requests))
        if claimed is not None:
            return claimed
        # The reason is looked up outside of the transaction that writes, which others wait for. Where there is none
        # after all, a ticket came back, or a new version was published, in between: try again.
        store.read(lambda connection: refuse(connection, request))
    raise ClaimError([_contention_problem(slot)])


def _contention_problem(slot: str) -> Problem:
    wrong = message("too many claims arrive at the same moment")
    return Problem(Where(field="slot"), wrong, message("Try again."), slot)


def claim_in_group(
    store: Store, requests: Sequence[ClaimRequest]
) -> Sequence[ClaimResult | Exception | None]:
    """Claim a ticket for each request, all in one transaction; raises StoreError where the database cannot.

    Returns for each its claim, None where there was no ticket, the partner may not claim it or has reached the limit, or
    the error that refuses it. Requests for one slot are served in their order.
    """
    try:
        return store.write(lambda connection: _ClaimGroup(connection, requests).claim())
    except _TakenError:
        # The index has undone the whole transaction, so each request gets one of its own.
        return [_claim_alone(store, request) for request in requests]


def _claim_alone(store: Store, request: ClaimRequest) -> ClaimResult | Exception | None:
    try:
        return store.write(lambda connection: _ClaimGroup(connection, [request]).claim())[0]
    except _TakenError:
        return ClaimError([referral_in_use()])
    except StoreError as error:
        return error


class _TakenError(Exception):
    """A partner's referral number has a live claim already, or another request wrote what `also` writes."""


class _ClaimGroup:
    """Requests in one transaction: where each partner's chain ends by now, and what is to be written."""

    def __init__(self, connection: Connection, requests: Sequence[ClaimRequest]) -> None:
        self._connection = connection
        self._requests = requests
        self._heads = _lock_heads(connection, sorted({request.partner for request in requests}))
        self._claims_by_day: Counter[tuple[Any, ...]] = Counter()
        # By holding the place of its next ticket. Its row is locked since the first one was taken, so these follow one
        # another; those that are put back leave no gap.
        self._next: dict[int, int] = {}
        self._to_write: list[dict[str, Any]] = []

    def claim(self) -> list[ClaimResult | None]:
        # Always in the order of the slots, so that no two wait for each other; of one slot, first come, first served.
        order = sorted(range(len(self._requests)), key=lambda number: self._requests[number].slot)
        seats = _take_tickets(self._connection, [_claim_values(self._requests[number]) for number in order])
        for seat in filter(None, seats):
            self._next.setdefault(seat.holding, seat.taken - 1)
        results = {n: self._claim(self._requests[n], seat) for n, seat in zip(order, seats, strict=True)}
        try:
            if self._to_write:
                self._write()
            for number, result in results.items():
                if result is not None and (also := self._requests[number].also) is not None:
                    also(self._connection, result)
        except IntegrityError as error:
            # A partner's referral number has one live claim: the unique index refuses the second.
            raise _TakenError from error
        return [results[number] for number in range(len(self._requests))]

    def _claim(self, request: ClaimRequest, seat: _Seat | None) -> ClaimResult | None:
        if seat is None:
            return None
        allowed = may_claim(seat.channels, request.partner, request.channel)
        if not allowed or self._reached_limit(request, seat):
            PUT_BACK.run_each(self._connection, [{"of_holding": seat.holding}])
            return None
        shared = seat.holder == ""
        appointment = self._next_appointment(seat)
        payload = {
            "week": seat.week,
            "slot": request.slot,
            "channel": str(request.channel),
            "shared": shared,
            "referral": request.referral,
            **appointment.in_event,
        }
        event = event_after(
            self._heads[request.partner], request.at, request.partner, EventKind.CLAIMED, payload
        )
        self._heads[request.partner] = Head(request.partner, event["place"], event["hash"])
        columns = _claim_columns(request, seat, event["place"]) | {"ticket": appointment.ticket}
        self._to_write.append(_write_values({**event, "at": to_timestamp(request.at)}, columns))
        claim = (request.partner, event["place"], seat.week, request.slot)
        date = dt.date.fromisoformat(str(seat.date))
        return ClaimResult(
            *claim, request.channel, request.referral, shared, date, *vars(appointment).values()
        )

    def _next_appointment(self, seat: _Seat) -> Appointment:
        place = self._next[seat.holding]
        self._next[seat.holding] += 1
        numbers = from_text(seat.numbers)
        return appointment_of(numbers[place] if numbers else None, seat.start, seat.times)

    def _reached_limit(self, request: ClaimRequest, seat: _Seat) -> bool:
        # The head is locked by now: no other claim of this partner comes in between.
        if seat.most is None:
            return False
        day_values = {"by_partner": request.partner, "on_date": seat.date, "in_specialty": seat.specialty}
        ((written,),) = CLAIMS_THAT_DAY.rows(self._connection, day_values)
        day = (request.partner, seat.date, seat.specialty)
        if written + self._claims_by_day[day] >= seat.most:
            return True
        self._claims_by_day[day] += 1
        return False

    def _write(self) -> None:
        if self._connection.dialect.name == "postgresql":
            WRITE_AT_ONCE.run_each(self._connection, [{"rows": json.dumps(self._to_write, default=str)}])
            return
        for statement in WRITE:
            statement.run_each(self._connection, self._to_write)


def _lock_heads(connection: Connection, partners: Sequence[str]) -> dict[str, Head]:
    """Return where the partners' chains end, locked until the transaction ends, and begun where there are none."""
    heads = _lock_existing_heads(connection, partners)
    missing = [partner for partner in partners if partner not in heads]
    for partner in missing:
        begin_chain(connection, partner)
    return heads | _lock_existing_heads(connection, missing) if missing else heads


def _lock_existing_heads(connection: Connection, partners: Sequence[str]) -> dict[str, Head]:
    if connection.dialect.name == "postgresql":
        rows = HEADS.rows(connection, {"partners": list(partners)})
    else:
        # One by one in the order of their names, as the other database does in one statement.
        rows_of_each = HEAD.rows_of_each(connection, [{"by_partner": name} for name in partners])
        rows = [row for rows in rows_of_each for row in rows]
    return {row[0]: Head(*row) for row in rows}


def _claim_values(request: ClaimRequest) -> Mapping[str, Any]:
    return {
        "by_partner": request.partner,
        "of_slot": request.slot,
        "in_channel": str(request.channel),
        **clock_values(request.at),
    }


class _Seat(NamedTuple):
    """A ticket that was taken: where it is counted, and what is known of its slot, as the driver gives it."""

    holding: int
    holder: str
    taken: int
    numbers: str
    date: Any
    start: int
    specialty: str
    times: str
    week: str
    most: int | None
    channels: str | None


def _take_tickets(connection: Connection, value_sets: Sequence[Mapping[str, Any]]) -> list[_Seat | None]:
    """Take a ticket for each of `value_sets`, in order; None where there is none."""
    if connection.dialect.name == "postgresql":
        rows_of_each = TICKET_AND_SLOT.rows_of_each(connection, value_sets)
    else:
        tickets = TICKET.rows_of_each(connection, value_sets)
        slots = SLOT.rows_of_each(connection, value_sets)
        # Where no ticket was taken its list is empty, and the slot's row has no partner in the zip.
        rows_of_each = [
            [(*ticket, *slot) for ticket, slot in zip(*both, strict=False)]
            for both in zip(tickets, slots, strict=True)
        ]
    return [_Seat(*rows[0]) if rows else None for rows in rows_of_each]


def _claim_columns(request: ClaimRequest, seat: _Seat, number: int) -> dict[str, Any]:
    return {
        "week": seat.week,
        "slot": request.slot,
        "holding": seat.holding,
        "partner": request.partner,
        "number": number,
        "channel": str(request.channel),
        "referral": request.referral,
        "specialty": seat.specialty,
        "date": seat.date,
        "state": str(ClaimState.LIVE),
        "claimed_at": to_timestamp(request.at),
    }


def _write_values(event: Mapping[str, Any], claimed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{f"c_{name}": value for name, value in claimed.items()},
        **{f"e_{name}": value for name, value in event.items()},
        **{"of_chain": event["chain"], "to_place": event["place"], "to_hash": event["hash"]},
    }
