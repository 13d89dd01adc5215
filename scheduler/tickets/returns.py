"""Returns: a partner gives a ticket back, which is held again, or goes on where its fall-back has come.

The partner's chain is locked first, then the slot's holdings. The claim is read between the two, so a version that is
published meanwhile may have moved it: the update names where it was, and where it changes no row the step is repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, select, update

from scheduler.errors import ClaimError, Problem, Where
from scheduler.roster import Channel
from scheduler.tickets.events import EventKind, append, lock_head
from scheduler.tickets.holding_rows import list_added_holdings, lock_holdings, write_holdings
from scheduler.tickets.models import IS_LIVE, AnyRow, ClaimRow, ClaimState, HoldingRow, SlotRow
from scheduler.tickets.personal_data import name_problems, referral_problems
from scheduler.tickets.results import ReturnResult
from scheduler.tickets.store import Store
from scheduler.tickets.timestamps import begins_at, format_time, to_timestamp
from scheduler.words import message

_TRIES = 5


def return_claim(
    store: Store,
    partner: str,
    referral: str,
    at: dt.datetime,
    *,
    also: Callable[[Connection, ReturnResult], None] | None = None,
) -> ReturnResult:
    """Return the ticket that the partner claimed for `referral`.

    After the fall-back of its holding the ticket goes on at once, as the unclaimed ones did. `also` writes in the same
    transaction. Raises ClaimError where the partner has no live claim of that number or its slot has begun, and
    StoreError.
    """
    to_timestamp(at)  # refuses a time without a zone
    problems = [*name_problems(partner, "partner"), *referral_problems(referral)]
    if problems:
        raise ClaimError(problems)

    def step(connection: Connection) -> ReturnResult | None:
        returned = _return_claim(connection, partner, referral, at)
        if returned is not None and also is not None:
            also(connection, returned)
        return returned

    for _ in range(_TRIES):
        done = store.write(step)
        if done is not None:
            return done
    wrong = message("new versions of the week keep coming in between")
    raise ClaimError([Problem(Where(field="referral"), wrong, message("Try again."))])


def _return_claim(
    connection: Connection, partner: str, referral: str, at: dt.datetime
) -> ReturnResult | None:
    head = lock_head(connection, partner)
    claim = _find_live_claim(connection, partner, referral)
    if begins_at(claim.date, claim.start) <= at:
        raise ClaimError([_begun_problem(claim)])
    slots = lock_holdings(connection, HoldingRow.slot_id == claim.slot_id)
    # A version that came in between has counted the claim elsewhere, or hurt it.
    ended = (
        update(ClaimRow)
        .where(ClaimRow.id == claim.id, IS_LIVE, ClaimRow.holding == claim.holding)
        .values(state=ClaimState.RETURNED, ended_at=at)
    )
    if claim.slot_id not in slots or connection.execute(ended).rowcount != 1:
        return None
    place = Channel(claim.channel), claim.holder
    went_to = slots[claim.slot_id].return_ticket(*place, claim.ticket, at)
    write_holdings(connection, {claim.slot_id: claim.publication}, slots)
    added = list_added_holdings(claim.week, claim.slot, slots[claim.slot_id])
    payload = {
        "week": claim.week,
        "slot": claim.slot,
        "claim": claim.number,
        "went_to": went_to,
        "made": added,
        **({} if claim.ticket is None else {"ticket": claim.ticket}),
    }
    append(connection, head, at, partner, [(EventKind.RETURNED, payload)])
    return ReturnResult(partner, claim.slot, referral, went_to)


def _find_live_claim(connection: Connection, partner: str, referral: str) -> AnyRow:
    wanted = (
        select(
            ClaimRow.id,
            ClaimRow.week,
            ClaimRow.slot,
            ClaimRow.number,
            ClaimRow.holding,
            ClaimRow.ticket,
            SlotRow.date,
            SlotRow.start,
            HoldingRow.slot_id,
            HoldingRow.publication,
            HoldingRow.channel,
            HoldingRow.holder,
        )
        .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .where(ClaimRow.partner == partner, ClaimRow.referral == referral)
    )
    claim = connection.execute(wanted.where(IS_LIVE)).one_or_none()
    if claim is None:
        raise _no_live_claim_error(connection, partner, referral)
    return claim


def _begun_problem(claim: AnyRow) -> Problem:
    time = format_time(begins_at(claim.date, claim.start))
    wrong = message("the slot of this ticket began at {time}", time=time)
    return Problem(Where(field="referral"), wrong, message("Give tickets back before their slot begins."))


def _no_live_claim_error(connection: Connection, partner: str, referral: str) -> ClaimError:
    past = select(ClaimRow.state).where(ClaimRow.partner == partner, ClaimRow.referral == referral)
    state = connection.execute(past.order_by(ClaimRow.number.desc()).limit(1)).scalar_one_or_none()
    wrong = {
        ClaimState.RETURNED: message("the ticket of this referral number was given back before"),
        ClaimState.HURT: message("a new version of the week took the ticket of this referral number away"),
        None: message("this partner has no claim with this referral number"),
    }[None if state is None else ClaimState(state)]
    remedy = message("Look at the list of the partner's claims for one that is live.")
    return ClaimError([Problem(Where(field="referral"), wrong, remedy)])
