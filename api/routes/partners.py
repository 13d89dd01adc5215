"""What a partner hospital sees and does: its own slots and claims. Whose they are follows from the key alone."""

from __future__ import annotations

from collections.abc import Mapping

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
from api.web.shape import ListQuery
from scheduler.clock import Week, clock_text
from scheduler.roster import Channel
from scheduler.scenario.week import Scenario
from scheduler.tickets.claims import claim
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
    scenarios = service().published.scenarios()
    shown, following = query.page(slots)
    entries = [_partner_slot(slot, scenarios) for slot in shown]
    return PartnerSlotList(total=len(slots), next=following, entries=entries)


def _partner_slot(slot: AvailableSlot, scenarios: Mapping[str, Scenario]) -> PartnerSlot:
    week = scenarios.get(str(Week.of(slot.date)))
    name = slot.doctor if week is None else week.doctor_name(slot.doctor)
    times = [clock_text(time) for time in slot.times]
    return PartnerSlot.of_row(slot, start=clock_text(slot.start), doctor_name=name, times=times)


@routes.add("get", "/partner/claims", Role.PARTNER, {200: ClaimList})
def list_claims(query: ListQuery) -> ClaimList:
    """List the claims of this partner."""
    claims = find_claims(service().store, caller().partner)
    shown, following = query.page(claims)
    return ClaimList(total=len(claims), next=following, entries=[ClaimOut.of(claim) for claim in shown])


@routes.add("post", "/partner/claims", Role.PARTNER, {201: ClaimOut}, refusals=(409,), most_bytes=_MOST_BYTES)
def claim_ticket(header: IdempotencyHeader, body: ClaimBody) -> Response:
    """Claim a ticket of a slot: one held for this partner, else one held for no partner in particular."""

    partner, channel = caller().partner, Channel(body.channel)
    return once(
        header.idempotency_key,
        lambda also: claim(
            service().store, partner, body.slot, body.referral, now(), channel=channel, also=also
        ),
        lambda claimed: ClaimOut.of(claimed).model_dump_json(exclude_none=True),
    )


@routes.add(
    "post", "/partner/returns", Role.PARTNER, {201: ReturnOut}, refusals=(409,), most_bytes=_MOST_BYTES
)
def return_ticket(header: IdempotencyHeader, body: ReturnBody) -> Response:
    """Give back the ticket that was claimed for a case."""

    partner = caller().partner
    return once(
        header.idempotency_key,
        lambda also: return_claim(service().store, partner, body.referral, now(), also=also),
        lambda returned: ReturnOut.of_row(returned).model_dump_json(),
    )
