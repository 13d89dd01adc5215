"""What a partner hospital sees and does."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import ConfigDict, Field

from api.web.shape import Date, ListQuery, Parameters, Shape
from scheduler.clock import clock_text
from scheduler.tickets.queries import PartnerClaim
from scheduler.tickets.results import ClaimResult

_REFERRAL = (
    "The partner's own number of the case: 1 to 40 of A-Z, a-z, 0-9 and - / _ .; never a patient's data."
)


class IdempotencyHeader(Parameters):
    """What tells that a request is the same one sent again."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    idempotency_key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Any text of the sender's; the same one with the same body gets the same answer, once done.",
    )


class SlotQuery(ListQuery):
    """Which slots."""

    channel: Literal["partner", "primary_care"] = Field(
        default="partner", description="Tickets of which channel."
    )
    specialty: str | None = Field(default=None, max_length=120, description="Only this specialty's.")
    date: Date | None = Field(default=None, description="Only of this date.")


class SlotFields(Shape):
    """What is told of a slot beside its tickets."""

    slot: str = Field(description="The slot.")
    date: dt.date = Field(description="Its date.")
    start: str = Field(description="When it begins (HH:MM).")
    clinic: str = Field(description="The clinic.")
    specialty: str = Field(description="Its specialty.")
    doctor: str = Field(description="The doctor.")
    doctor_name: str = Field(description="The doctor as people know them.")


class PartnerSlot(SlotFields):
    """A slot of which this partner can claim tickets now."""

    own: int = Field(description="Tickets held for this partner.")
    shared: int = Field(description="Tickets held for no partner in particular.")
    until: dt.datetime | None = Field(description="When they go on to others.")
    times: list[str] = Field(
        description="What the patients of these tickets would be told (HH:MM), in the order in which they are claimed."
    )


class PartnerSlotList(Shape):
    """Slots in order of time."""

    total: int = Field(description="Slots that fit.")
    next: int | None = Field(description="`offset` of the next page; none at the end.")
    entries: list[PartnerSlot] = Field(description="The slots.")


class ClaimBody(Shape):
    """A ticket that is claimed."""

    slot: str = Field(max_length=255, description="The slot.")
    referral: str = Field(max_length=200, description=_REFERRAL)
    channel: Literal["partner", "primary_care"] = Field(
        default="partner", description="A ticket of which channel."
    )


class ReturnBody(Shape):
    """A ticket that is given back."""

    referral: str = Field(max_length=200, description=_REFERRAL)


class ClaimOut(Shape):
    """A claim."""

    number: int = Field(description="Counts this partner's own steps.")
    week: str = Field(description="The week.")
    slot: str = Field(description="The slot.")
    channel: str = Field(description="The channel.")
    referral: str = Field(description="The partner's number of the case.")
    state: str = Field(default="live", description="live, returned, or hurt by a new version of the week")
    claimed_at: dt.datetime | None = Field(default=None, description="When it was claimed.")
    why: str | None = Field(default=None, description="What hurt it: gone, moved, clinic or fewer.")
    new_date: dt.date | None = Field(default=None, description="Where its session has gone.")
    date: dt.date = Field(description="The date of its slot.")
    ticket: int | None = Field(
        default=None, description="Number of the ticket in its slot; none: its week was published without."
    )
    told: str = Field(description="The time that the patient is told (HH:MM).")
    come: str | None = Field(
        default=None, description="When the patient should come (HH:MM), where the week tells it."
    )

    @classmethod
    def of(cls, claimed: ClaimResult | PartnerClaim) -> Self:
        """Return a claim that was made now or before."""
        come = None if claimed.come is None else clock_text(claimed.come)
        return cls.of_row(claimed, told=clock_text(claimed.told), come=come)


class ClaimList(Shape):
    """Claims of this partner, in the order it made them."""

    total: int = Field(description="Claims there are.")
    next: int | None = Field(description="`offset` of the next page; none at the end.")
    entries: list[ClaimOut] = Field(description="The claims.")


class ReturnOut(Shape):
    """A ticket that was given back."""

    slot: str = Field(description="The slot.")
    referral: str = Field(description="The partner's number of the case.")
    went_to: str | None = Field(description="The channel it went on to; none: it is held again.")
