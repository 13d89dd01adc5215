"""What a partner hospital sees and does: its own slots and claims. Whose they are follows from the key alone."""

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
from scheduler.clock import Week, clock_text
from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.scenario.week import Scenario
from scheduler.tickets.claims import claim
from scheduler.tickets.models import ClaimState
from scheduler.tickets.queries import find_claims, list_available_slots
from scheduler.tickets.results import AvailableSlot
from scheduler.tickets.returns import return_claim

routes = Routes("partners", "partners")

_MOST_BYTES = 64_000


@routes.add("get", "/partner/slots", Role.PARTNER, {200: PartnerSlotList})
def list_partner_slots(query: SlotQuery) -> PartnerSlotList:
    """List the slots of which this partner can claim tickets now."""
    available = list_available_slots(service().store, caller().partner, now(), channel=Channel(query.channel))
    slots = [
        slot
        for slot in available
        if query.specialty in (None, slot.specialty) and query.date in (None, slot.date)
    ]
    following = query.offset + query.limit
    scenarios = service().published.scenarios()
    entries = [_partner_slot(slot, scenarios) for slot in slots[query.offset : following]]
    return PartnerSlotList(
        total=len(slots), next=following if following < len(slots) else None, entries=entries
    )


def _partner_slot(slot: AvailableSlot, scenarios: Mapping[str, Scenario]) -> PartnerSlot:
    week = scenarios.get(str(Week.of(slot.date)))
    name = slot.doctor if week is None else week.doctor_name(slot.doctor)
    return PartnerSlot.of_row(slot, start=clock_text(slot.start), doctor_name=name)


@routes.add("get", "/partner/claims", Role.PARTNER, {200: ClaimList})
def list_claims() -> ClaimList:
    """List all claims of this partner."""
    return ClaimList(entries=_claims())


def _claims() -> list[ClaimOut]:
    return [ClaimOut.of_row(claim) for claim in find_claims(service().store, caller().partner)]


@routes.add("post", "/partner/claims", Role.PARTNER, {201: ClaimOut}, refusals=(409,), most_bytes=_MOST_BYTES)
def claim_ticket(header: IdempotencyHeader, body: ClaimBody) -> Response:
    """Claim a ticket of a slot: one held for this partner, else one held for no partner in particular."""

    def do() -> tuple[int, Mapping[str, Any]]:
        partner, channel = caller().partner, Channel(body.channel)
        try:
            claimed = claim(service().store, partner, body.slot, body.referral, now(), channel=channel)
        except ClaimError:
            earlier = _claimed_before(body) if header.idempotency_key is not None else None
            if earlier is None:
                raise
            return 201, earlier.model_dump(mode="json", exclude_none=True)
        return 201, ClaimOut.of_row(claimed).model_dump(mode="json", exclude_none=True)

    return once(header.idempotency_key, do)


def _claimed_before(body: ClaimBody) -> ClaimOut | None:
    """Return this partner's own live claim of just this ticket: a server died between the claim and its answer."""
    live = [one for one in _claims() if one.state == ClaimState.LIVE]
    return next((one for one in live if (one.slot, one.referral) == (body.slot, body.referral)), None)


@routes.add(
    "post", "/partner/returns", Role.PARTNER, {201: ReturnOut}, refusals=(409,), most_bytes=_MOST_BYTES
)
def return_ticket(header: IdempotencyHeader, body: ReturnBody) -> Response:
    """Give back the ticket that was claimed for a case."""

    def do() -> tuple[int, Mapping[str, Any]]:
        returned = return_claim(service().store, caller().partner, body.referral, now())
        return 201, ReturnOut.of_row(returned).model_dump(mode="json")

    return once(header.idempotency_key, do)
