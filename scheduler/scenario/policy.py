"""Every number a rule uses: its unit, range, default and source paragraph. Exact: integers and fractions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from pydantic import Field

from scheduler.exact import Exact, exact, exact_text
from scheduler.scenario.hospital import Channel, Frozen, Kind, Level, Name
from scheduler.words import Message, marked, message


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

PRESET_NAMES: Mapping[str, Message] = {
    Preset.BEIJING_2019_SPECIALTY: message("specialty consortium (2019 plan)"),
    Preset.BEIJING_GENERAL: message("general consortium"),
    Preset.RETURN_VISITS_90: message("return visits, 90 %"),
}
"""What people call each preset; a rule of the hospital's own is called by its name."""


class Rounding(StrEnum):
    """How a share that is no whole number of tickets is rounded; `nearest` takes a half up."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


class ChannelPolicy(Frozen):
    """Tickets of some clinics and levels that one channel holds.

    Exactly one of `share`, `number`, `return_share` and `service_level` tells how many. A share is taken of the tickets
    of each specialty a week; a return share of each clinic's forecast of return visits a week; the number is held of every
    session (in a session of two specialties: of each), or all its tickets where it has fewer. A service level is the share
    of the return visits, whose number varies from week to week, that find a ticket.
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
    service_level: Exact | None = Field(
        default=None,
        ge=0,
        le=Fraction(999, 1000),
        description=marked("share of a clinic's return visits that find a ticket, on average over the weeks"),
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


# Everything a policy is made of can be had from here.
__all__ = [
    "AppointmentRule",
    "ChangesPolicy",
    "ChannelPolicy",
    "DailySessionsPolicy",
    "Exact",
    "ExpertPolicy",
    "LeavePolicy",
    "PartnerPolicy",
    "Policy",
    "Preset",
    "RatioPolicy",
    "ReleasePolicy",
    "ReservePolicy",
    "RestPolicy",
    "Rounding",
    "SlotPolicy",
    "TicketPolicy",
    "ToldTime",
    "exact",
    "exact_text",
]


class RatioPolicy(Frozen):
    """Morning to afternoon (100-day plan of 22 July 2019, task 6; breadth: 2019 plan, section (三))."""

    limit: Exact = Field(
        default=Fraction(6, 5),
        ge=Fraction(1, 2),
        le=10,
        description=marked("most morning sessions per afternoon session"),
    )
    target: Exact = Field(
        default=Fraction(11, 10), ge=Fraction(1, 2), le=10, description=marked("ratio to strive for")
    )
    specialties_share: Exact = Field(
        default=Fraction(4, 5),
        ge=0,
        le=1,
        description=marked("share of specialties that must keep the limit over the week"),
    )
    evening: Literal["leave_out", "as_afternoon"] = Field(
        default="leave_out", description=marked("whether evening sessions count as afternoons")
    )


class ExpertPolicy(Frozen):
    """Who counts as an expert (副高 and above, 2019 plan)."""

    from_level: Level = Field(
        default=Level.DEPUTY_CHIEF, description=marked("lowest level that counts as expert")
    )


class ChangesPolicy(Frozen):
    """Points that a change against the template costs, and the most changes allowed."""

    same_date: int = Field(
        default=2, ge=0, le=1000, description=marked("points for a move to the other half of its date")
    )
    other_date: int = Field(default=3, ge=0, le=1000, description=marked("points for a move to another date"))
    drop: int = Field(default=4, ge=0, le=1000, description=marked("points for a session dropped"))
    add: int = Field(default=4, ge=0, le=1000, description=marked("points for a session added"))
    cover: int = Field(
        default=1, ge=0, le=1000, description=marked("points for a session that another doctor takes over")
    )
    booked: int = Field(
        default=1,
        ge=0,
        le=1000,
        description=marked("further points for each 10 booked tickets begun of a session moved or dropped"),
    )
    budget: int | None = Field(
        default=None, ge=0, description=marked("most sessions moved, dropped or added; none: no limit")
    )


class AppointmentRule(StrEnum):
    """How a session's tickets are spread over its slots."""

    EVEN = "even"
    FRONT_LOADED = "front_loaded"
    LEARNED = "learned"


class ToldTime(StrEnum):
    """Which time of a ticket its patient is told: its minute, the ten-minute step it lies in, or its slot's start."""

    MINUTE = "minute"
    TEN = "ten"
    SLOT = "slot"


class SlotPolicy(Frozen):
    """Timed booking (2019 plan, section (一); 100-day plan, task 5: 30 minutes)."""

    length: int = Field(
        default=30, ge=5, le=600, description=marked("minutes of a slot as the hospital would cut it")
    )
    limit: int = Field(default=30, ge=5, le=600, description=marked("most minutes a slot may have"))
    rule: AppointmentRule = Field(
        default=AppointmentRule.EVEN,
        description=marked(
            "even, front_loaded (Bailey and Welch 1952) or learned (from the table pace; in place of dome)"
        ),
    )
    idle_weight: Exact = Field(
        default=Fraction(3, 2),
        ge=0,
        le=1000,
        description=marked("what a minute of the doctor's idle time costs, in minutes of one patient's wait"),
    )
    overtime_weight: Exact = Field(
        default=Fraction(15, 2),
        ge=0,
        le=1000,
        description=marked("what a minute after closing time costs, in minutes of one patient's wait"),
    )
    minutes: int | None = Field(
        default=None,
        ge=1,
        le=120,
        description=marked(
            "mean consultation in minutes where pace, doctor and clinic tell none; none: nothing is assumed"
        ),
    )
    no_show: Exact = Field(
        default=Fraction(0),
        ge=0,
        le=Fraction(1, 2),
        description=marked("share of patients expected to stay away: a session gets so many more tickets"),
    )
    told: ToldTime = Field(
        default=ToldTime.MINUTE,
        description=marked(
            "time that a ticket's patient is told: minute, ten (ten-minute steps, rounded down) or slot (its slot's start)"
        ),
    )
    come_early: int = Field(
        default=15,
        ge=0,
        le=240,
        description=marked("minutes before the told time at which patients are asked to come"),
    )
    fhir: Literal["slot", "ticket"] = Field(
        default="slot",
        description=marked(
            "what a Slot in FHIR is: a slot with the number of its free tickets, or a single ticket"
        ),
    )


class ReservePolicy(Frozen):
    """The preset `beijing-2019-specialty`: tickets held for partners (2019 plan, section (一))."""

    share: Exact = Field(
        default=Fraction(3, 10),
        ge=0,
        le=1,
        description=marked("share of a specialty's expert tickets a week, rounded up"),
    )
    specialties: Literal["all"] | tuple[Name, ...] = Field(
        default="all", description=marked("specialties of the consortium, or all")
    )
    leave_out: tuple[Kind, ...] = Field(
        default=(Kind.SPECIAL_NEED, Kind.INTERNATIONAL),
        description=marked("kinds of clinic whose tickets are not in the base"),
    )
    opens_days: int = Field(
        default=14, ge=0, le=120, description=marked("days before the session when partners may claim")
    )
    opens_minute: int = Field(
        default=480, ge=0, le=1439, description=marked("minute of that day when partners may claim")
    )
    falls_back_hours: int = Field(
        default=24,
        ge=0,
        le=720,
        description=marked("hours before the session when unclaimed tickets become public"),
    )


class PartnerPolicy(Frozen):
    """How a specialty's reserve is shared out among partners: what their weights are made of, and the rounding."""

    by_population: Exact = Field(
        default=Fraction(1),
        ge=0,
        le=1000,
        description=marked("how much a partner's part of the population counts in its weight"),
    )
    by_referrals: Exact = Field(
        default=Fraction(0),
        ge=0,
        le=1000,
        description=marked("how much a partner's part of the referrals counts in its weight"),
    )
    by_contract: Exact = Field(
        default=Fraction(0),
        ge=0,
        le=1000,
        description=marked("how much a partner's part of the contract counts in its weight"),
    )
    method: Literal["sainte_lague", "hamilton"] = Field(
        default="sainte_lague", description=marked("how whole tickets come of parts of tickets")
    )


class ReleasePolicy(Frozen):
    """Release of public tickets (放号)."""

    opens_days: int = Field(
        default=7, ge=0, le=120, description=marked("days before the session when the public may book")
    )
    opens_minute: int = Field(
        default=480, ge=0, le=1439, description=marked("minute of that day when the public may book")
    )


class TicketPolicy(Frozen):
    """Tickets a session carries where nothing else tells."""

    default: int = Field(default=20, ge=0, le=500, description=marked("tickets of a session that tells none"))


class LeavePolicy(Frozen):
    """Sessions of the template at half-days when their doctor is away."""

    sessions: Literal["stop", "cover"] = Field(
        default="stop",
        description=marked("what becomes of the sessions of doctors on leave: stop, or cover by a colleague"),
    )


class RestPolicy(Frozen):
    """Rest between two days.

    EU Directive 2003/88/EC, art. 3, asks for 11 hours. The default is above the 12 and a half from an evening until 19:30
    to a morning at 8:00, and below what lies between an afternoon and the next morning.
    """

    hours: Exact = Field(
        default=Fraction(13),
        ge=0,
        le=24,
        description=marked("fewest hours between a day's last session and the next day's first"),
    )


class DailySessionsPolicy(Frozen):
    """A doctor's day and week (Labour Law of China, art. 36: 8 hours a day, and art. 38: a day of rest a week)."""

    most: int = Field(default=2, ge=1, le=21, description=marked("most sessions of a doctor in a day"))
    most_days: int = Field(
        default=6, ge=1, le=7, description=marked("most days of the week on which a doctor has sessions")
    )


class Policy(Frozen):
    """All numbers that rules use; every one has a default."""

    ratio: RatioPolicy = RatioPolicy()
    experts: ExpertPolicy = ExpertPolicy()
    changes: ChangesPolicy = ChangesPolicy()
    slots: SlotPolicy = SlotPolicy()
    reserve: ReservePolicy = ReservePolicy()
    partners: PartnerPolicy = PartnerPolicy()
    release: ReleasePolicy = ReleasePolicy()
    tickets: TicketPolicy = TicketPolicy()
    leave: LeavePolicy = LeavePolicy()
    rest: RestPolicy = RestPolicy()
    daily_sessions: DailySessionsPolicy = DailySessionsPolicy()
    presets: tuple[Preset, ...] = Field(
        default=(Preset.BEIJING_2019_SPECIALTY,),
        description=marked("rules on who may book that a commission gives, by name"),
    )
    channels: tuple[ChannelPolicy, ...] = Field(
        default=(),
        description=marked("the hospital's own rules on who may book, in the order they are laid out"),
    )
