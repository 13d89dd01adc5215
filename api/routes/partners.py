"""What a partner hospital sees and does: its own slots and claims. Whose they are is told by the key, by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.shapes.partners import (
    ClaimBody,
    ClaimList,
    ClaimOut,
    IdempotencyHeader,
    PartnerSlot,
    PartnerSlotList,
    ReturnBody,
    ReturnOut,
    SlotQuery,
)
from api.store.keys import Role
from api.web.declare import Routes
from api.web.retries import once
from api.web.service import caller, now, service
from scheduler.clock import clock_text
from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.tickets.claims import claim
from scheduler.tickets.models import ClaimState
from scheduler.tickets.queries import find_claims, list_available_slots
from scheduler.tickets.returns import return_claim

routes = Routes("partners", "partners")


@routes.add("get", "/partner/slots", Role.PARTNER, {200: PartnerSlotList})
def list_partner_slots(query: SlotQuery) -> dict[str, Any]:
    """List the slots of which this partner can claim tickets now."""
    found = [
        one
        for one in list_available_slots(
            service().store, caller().partner, now(), channel=Channel(query.channel)
        )
        if query.specialty in (None, one.specialty) and query.date in (None, one.date)
    ]
    names = ("slot", "date", "clinic", "specialty", "doctor", "own", "shared", "until")
    entries = [
        PartnerSlot(**{name: getattr(one, name) for name in names}, start=clock_text(one.start))
        for one in found[query.offset : query.offset + query.limit]
    ]
    following = query.offset + query.limit
    page = PartnerSlotList(
        total=len(found), next=following if following < len(found) else None, entries=entries
    )
    return page.model_dump(mode="json")


@routes.add("get", "/partner/claims", Role.PARTNER, {200: ClaimList})
def list_claims() -> dict[str, Any]:
    """List all claims of this partner."""
    return ClaimList(entries=_claims()).model_dump(mode="json")


def _claims() -> list[ClaimOut]:
    names = ("number", "week", "slot", "channel", "referral", "state", "claimed_at", "why", "new_date")
    found = find_claims(service().store, caller().partner)
    return [ClaimOut(**{name: getattr(one, name) for name in names}) for one in found]


@routes.add("post", "/partner/claims", Role.PARTNER, {201: ClaimOut}, refusals=(409,))
def claim_ticket(header: IdempotencyHeader, body: ClaimBody) -> Response:
    """Claim a ticket of a slot: one held for this partner, else one held for no partner in particular."""

    def do() -> tuple[int, Mapping[str, Any]]:
        partner, channel = caller().partner, Channel(body.channel)
        try:
            done = claim(service().store, partner, body.slot, body.referral, now(), channel=channel)
        except ClaimError:
            mine = _claimed_before(body) if header.idempotency_key is not None else None
            if mine is None:
                raise
            return 201, mine.model_dump(mode="json", exclude_none=True)
        names = ("number", "week", "slot", "channel", "referral")
        told = ClaimOut(**{name: getattr(done, name) for name in names})
        return 201, told.model_dump(mode="json", exclude_none=True)

    return once(header.idempotency_key, do)


def _claimed_before(body: ClaimBody) -> ClaimOut | None:
    """Return this partner's own live claim of just this ticket: a server died between the claim and its answer."""
    found = [one for one in _claims() if one.state == ClaimState.LIVE]
    return next((one for one in found if (one.slot, one.referral) == (body.slot, body.referral)), None)


@routes.add("post", "/partner/returns", Role.PARTNER, {201: ReturnOut}, refusals=(409,))
def return_ticket(header: IdempotencyHeader, body: ReturnBody) -> Response:
    """Give back the ticket that was claimed for a case."""

    def do() -> tuple[int, Mapping[str, Any]]:
        done = return_claim(service().store, caller().partner, body.referral, now())
        told = ReturnOut(slot=done.slot, referral=done.referral, went_to=done.went_to)
        return 201, told.model_dump(mode="json")

    return once(header.idempotency_key, do)
