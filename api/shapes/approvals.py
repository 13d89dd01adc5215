"""The way of a roster to the public."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from api.web.shape import Shape, Whole


class StepBody(Shape):
    """Why a step is taken."""

    reason: str = Field(
        default="", max_length=500, description="Why; a week that is public already needs one."
    )


class PublishBody(StepBody):
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
        description="Of a publication: the week's version, slots, tickets, claims kept, claims hurt.",
    )


class StepList(Shape):
    """All steps of a roster, the oldest first."""

    entries: list[StepOut] = Field(description="The steps.")
