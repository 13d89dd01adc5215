"""A rule on who may book tickets: which ones, how many, from when, and where unclaimed ones go; no logic."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from pydantic import Field

from scheduler.exact import Exact
from scheduler.hospital import Channel, Frozen, Kind, Level, Name
from scheduler.words import marked


class Preset(StrEnum):
    """Channel rules that a commission gives, by name."""

    BEIJING_2019_SPECIALTY = "beijing-2019-specialty"
    BEIJING_GENERAL = "beijing-general"
    RETURN_VISITS_90 = "return-visits-90"


SOURCES: Mapping[Preset, str] = {
    Preset.BEIJING_2019_SPECIALTY: "2019 plan, section (一): the core hospital of a specialty consortium keeps 30 % of"
    " that specialty's expert tickets for partners",
    Preset.BEIJING_GENERAL: "general-consortium rule after the 2019 plan: at least 30 % of tickets to primary care, at"
    " least 2 weeks before normal release, at least 50 % of them expert",
    Preset.RETURN_VISITS_90: "2019 plan, section (一): at least 90 % of return visits in dentistry and antenatal checks"
    " are booked (复诊预约率)",
}
"""The paragraph that each preset comes from."""


class Rounding(StrEnum):
    """How a share that is no whole number of tickets is rounded; `nearest` takes a half up."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


class ChannelPolicy(Frozen):
    """Tickets of some clinics and levels that one channel holds.

    Exactly one of `share`, `number` and `return_share` tells how many. A share is taken of the tickets of each
    specialty a week; a return share of each clinic's forecast of return visits a week; the number is held of every
    session (in a session of two specialties: of each), or all its tickets where it has fewer.
    """

    name: Name = Field(description=marked("name of the rule"))
    channel: Channel = Field(
        description=marked("who may book: partner, primary_care, return_visit or on_site")
    )
    specialties: Literal["all"] | tuple[Name, ...] = Field(
        default="all", description=marked("specialties whose tickets are in the base, or all")
    )
    clinics: tuple[Name, ...] = Field(
        default=(), description=marked("clinics whose tickets are in the base; none named: all")
    )
    kinds: tuple[Kind, ...] = Field(
        default=(), description=marked("kinds of clinic whose tickets are in the base; none named: all")
    )
    leave_out: tuple[Kind, ...] = Field(
        default=(), description=marked("kinds of clinic whose tickets are not in the base")
    )
    from_level: Level = Field(
        default=Level.RESIDENT, description=marked("lowest level of doctor whose tickets are in the base")
    )
    share: Exact | None = Field(
        default=None, ge=0, le=1, description=marked("share of a specialty's tickets a week")
    )
    number: int | None = Field(default=None, ge=0, le=500, description=marked("tickets of each session"))
    return_share: Exact | None = Field(
        default=None, ge=0, le=1, description=marked("share of a clinic's forecast of return visits a week")
    )
    experts_share: Exact = Field(
        default=Fraction(0),
        ge=0,
        le=1,
        description=marked("share of what is needed that must be expert tickets, rounded up"),
    )
    rounding: Rounding = Field(
        default=Rounding.UP, description=marked("how what is needed is rounded: up, down or nearest")
    )
    opens_days: int = Field(
        default=14, ge=0, le=180, description=marked("days before the session when the channel may claim")
    )
    opens_minute: int = Field(
        default=480, ge=0, le=1439, description=marked("minute of that day when the channel may claim")
    )
    falls_back_hours: int | None = Field(
        default=24,
        ge=0,
        le=720,
        description=marked("hours before the session when unclaimed tickets fall back; none: never"),
    )
    falls_back_to: Channel = Field(
        default=Channel.PUBLIC, description=marked("channel that unclaimed tickets fall back to")
    )
    counts: tuple[Channel, ...] = Field(
        default=(), description=marked("other channels whose tickets in the base count towards this rule too")
    )
