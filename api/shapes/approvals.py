"""The steps of a roster on its way to publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from api.shapes.free_text import FreeText
from api.web.shape import Shape, Whole


class StepBody(Shape):
    """Why a step is taken."""

    reason: FreeText = Field(
        default="", max_length=500, description="Why; a week that is public already needs one."
    )


class AcceptingBody(StepBody):
    """Why a step is taken, and why it may be taken although hard rules are broken."""

    accept_violations: FreeText = Field(
        default="",
        max_length=500,
        description="Why a version with broken hard rules may pass; goes on record.",
    )


class PublishBody(AcceptingBody):
    """Why a version is made public, and how much of it one partner may claim."""

    most: Whole | None = Field(
        default=None, ge=1, le=100_000, description="Most live claims of a partner a specialty and day."
    )


class StepOut(Shape):
    """A step that was taken."""

    version: int = Field(description="The version.")
    step: str = Field(description="proposed, approved, rejected or published")
    reason: str = Field(description="Why.")
    made_at: dt.datetime = Field(description="When.")
    made_by: str = Field(description="The key that took it.")
    outcome: dict[str, Any] = Field(
        default_factory=dict,
        description="Of a publication: the week's version, slots, tickets, claims kept, hurt and retimed. "
        "`accepted` has the broken hard rules that were accepted, with their units, and why.",
    )


class StepList(Shape):
    """All steps of a roster, the oldest first."""

    entries: list[StepOut] = Field(description="The steps.")
