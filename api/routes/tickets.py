"""The office's view of the tickets of a published week: held for whom, claimed, as the ledger has them."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from api.routes.roster_tables import time_as_of, view_of
from api.routes.rosters import solved_roster
from api.shapes.partners import SlotFields
from api.shapes.rosters import AsOfQuery, RosterPath
from api.store.keys import Role
from api.web.declare import Routes
from api.web.errors import refuse
from api.web.service import service
from api.web.shape import Date, ListQuery, Shape
from scheduler.clock import clock_text
from scheduler.roster import Holding, Slot
from scheduler.scenario.week import Scenario
from scheduler.words import message

routes = Routes("tickets", "partners")


class TicketQuery(AsOfQuery, ListQuery):
    """Which tickets."""

    doctor: str | None = Field(default=None, max_length=120, description="Only this doctor's.")
    specialty: str | None = Field(default=None, max_length=120, description="Only this specialty's.")
    date: Date | None = Field(default=None, description="Only of this date.")
    holder: str | None = Field(default=None, max_length=120, description="Only those held for this partner.")
    claimed: bool = Field(default=False, description="Only where some are claimed.")
    limit: int = Field(default=1_000, ge=1, le=20_000, description="Most entries to return.")


class TicketsOut(SlotFields):
    """Tickets of a slot in one channel."""

    channel: str = Field(description="The channel.")
    holder: str = Field(description="The partner they are held for; empty: nobody in particular.")
    tickets: int = Field(description="Tickets that are there now.")
    claimed: int = Field(description="How many of them are claimed.")
    falls_back_at: dt.datetime | None = Field(description="When those that are not claimed go on to others.")

    @classmethod
    def of(cls, scenario: Scenario, slot: Slot, holding: Holding) -> TicketsOut:
        """Return the tickets of a slot in a channel."""
        return cls(
            slot=slot.slot,
            date=slot.date,
            start=clock_text(slot.window.start),
            clinic=slot.clinic,
            specialty=scenario.clinic_of[slot.clinic].specialty,
            doctor=slot.doctor,
            doctor_name=scenario.doctor_name(slot.doctor),
            channel=str(holding.channel),
            holder=holding.holder,
            tickets=holding.tickets,
            claimed=holding.claimed,
            falls_back_at=holding.falls_back_at,
        )


class TicketList(Shape):
    """A page of tickets, in order of slots, and what all that fit add up to."""

    total: int = Field(description="Entries that fit.")
    tickets: int = Field(description="Their tickets.")
    claimed: int = Field(description="How many of these are claimed.")
    next: int | None = Field(description="`offset` of the next page; none at the end.")
    entries: list[TicketsOut] = Field(description="The tickets.")


@routes.add("get", "/rosters/<roster>/tickets", Role.VIEWER, {200: TicketList}, refusals=(404, 409))
def list_tickets(path: RosterPath, query: TicketQuery) -> TicketList:
    """List the tickets of the roster that is published for its week: by slot and channel, and how many are claimed."""
    row = solved_roster(path.roster)
    view = view_of(row)
    held = service().published.held(row.id, row.version, time_as_of(query.as_of))
    if held is None or view.plan is None:
        refuse("conflict", message("This version is not the one that is published for its week."))
    slots = {slot.slot: slot for slot in view.plan.slots}
    entries = [
        TicketsOut.of(view.scenario, slots[one.slot], one) for one in held.holdings if one.slot in slots
    ]
    fitting = [one for one in entries if _fits(one, query)]
    shown, following = query.page(fitting)
    return TicketList(
        total=len(fitting),
        tickets=sum(one.tickets for one in fitting),
        claimed=sum(one.claimed for one in fitting),
        next=following,
        entries=list(shown),
    )


def _fits(one: TicketsOut, query: TicketQuery) -> bool:
    wanted = ("doctor", "specialty", "date", "holder")
    if query.claimed and not one.claimed:
        return False
    return all(getattr(query, name) in (None, getattr(one, name)) for name in wanted)
