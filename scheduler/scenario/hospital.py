"""The hospital: doctors and their levels, clinics, rooms, partners. Frozen, and valid on construction."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from scheduler.clock import WEEKDAYS
from scheduler.exact import Exact

UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""Signs that nobody sees, as part of a pattern: without width, turning the direction of writing, meant for machines."""

PRINTED = rf"^[^{UNSEEN}\t\n\r\u2028\u2029]*$"
"""One line of signs that people see."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PRINTED)]
"""A key that people read: 1 to 120 characters, no surrounding blanks."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=PRINTED)]
"""What people read and no key needs: up to 120 characters, none where nothing is told."""


class Frozen(BaseModel):
    """Base of every model: unchangeable, and a field nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def fields(self) -> dict[str, Any]:
        """Return the values of the model's fields, and nothing that it has worked out from them."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class Level(StrEnum):
    """A doctor's rank (医师级别), lowest first."""

    RESIDENT = "resident"
    ATTENDING = "attending"
    DEPUTY_CHIEF = "deputy_chief"
    CHIEF = "chief"
    KNOWN_EXPERT = "known_expert"

    @property
    def rank(self) -> int:
        """Place in the order of levels, 0 for the lowest."""
        return _RANKS[self]

    def at_least(self, other: Level) -> bool:
        """Return whether this level is `other` or above."""
        return self.rank >= other.rank


# Asked for every session of a week, again and again.
_RANKS = {level: rank for rank, level in enumerate(Level)}


class Kind(StrEnum):
    """What a clinic is to patients (门诊类别)."""

    ORDINARY = "ordinary"
    EXPERT = "expert"
    DISEASE = "disease"
    SPECIAL_NEED = "special_need"
    INTERNATIONAL = "international"
    MDT = "mdt"
    PHARMACY = "pharmacy"


class Channel(StrEnum):
    """Who may book a ticket."""

    PARTNER = "partner"
    PRIMARY_CARE = "primary_care"
    RETURN_VISIT = "return_visit"
    ON_SITE = "on_site"
    PUBLIC = "public"


Claimable = Literal[Channel.PARTNER, Channel.PRIMARY_CARE]
CLAIMABLE: tuple[Claimable, ...] = get_args(Claimable)
"""Channels whose tickets partners claim here; the others are booked in the hospital's own system."""


class Doctor(Frozen):
    """A doctor of one specialty.

    `clinics` are those approved for the doctor (empty: every clinic of the specialty). `min_sessions` and
    `max_sessions` bound the sessions of a week, pinned ones counted (0 to 21; no maximum: as many as the
    template gives, or 10). `minutes` is the mean consultation in minutes (1 to 120; none: the clinic's).
    `past_*` are the afternoons, Fridays and weekend sessions of earlier weeks that fairness counts.
    """

    doctor: Name
    name: Text = ""
    specialty: Name
    level: Level = Level.ATTENDING
    clinics: tuple[Name, ...] = ()
    min_sessions: int = Field(default=0, ge=0, le=21)
    max_sessions: int | None = Field(default=None, ge=0, le=21)
    minutes: int | None = Field(default=None, ge=1, le=120)
    past_afternoons: int = Field(default=0, ge=0)
    past_fridays: int = Field(default=0, ge=0)
    past_weekends: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _limits_in_order(self) -> Doctor:
        if self.max_sessions is not None and self.min_sessions > self.max_sessions:
            raise ValueError(f"min_sessions {self.min_sessions} is above max_sessions {self.max_sessions}")
        return self


class ClinicLevel(Frozen):
    """The level that a doctor has at one clinic, where it is not the doctor's own."""

    doctor: Name
    clinic: Name
    level: Level


class Clinic(Frozen):
    """A clinic (门诊): where its sessions take their rooms from, who may sit, how many tickets they carry.

    `pool` names the room pool. `min_level` is the lowest level of doctor that may serve it. `tickets` is what
    an added session carries (0 to 500; none: the policy's). `minutes` is the mean consultation in minutes.
    `returns` is the forecast of return visits a week (0 to 20,000; none: there is no forecast). `no_show` is the share
    of patients expected to stay away (0 to 1/2; none: the policy's).
    """

    clinic: Name
    specialty: Name
    campus: Text = ""
    kind: Kind = Kind.ORDINARY
    pool: Name
    min_level: Level = Level.RESIDENT
    tickets: int | None = Field(default=None, ge=0, le=500)
    minutes: int | None = Field(default=None, ge=1, le=120)
    returns: int | None = Field(default=None, ge=0, le=20_000)
    no_show: Exact | None = Field(default=None, ge=0, le=Fraction(1, 2))


class Travel(Frozen):
    """The minutes (0 to 720) that a doctor needs from one campus to another, and back where no row says otherwise."""

    from_campus: Name
    to_campus: Name
    minutes: int = Field(ge=0, le=720)


def usual_pool(campus: str, specialty: str) -> str:
    """Return what an import calls the room pool of a specialty at a campus ("" where none is told)."""
    return f"{campus}/{specialty}" if campus else specialty


def placeholder_room(pool: str, number: int) -> str:
    """Return what a room of a pool is called that the timetable does not name; numbers begin with 1."""
    return f"{pool} {number}"


def is_placeholder(room: str, pool: str) -> bool:
    """Return whether a room's name is one that an import made up, so that no door bears it."""
    number = room.removeprefix(placeholder_room(pool, 0)[:-1])
    return number != room and number.isdecimal()


class Room(Frozen):
    """A consulting room (诊室) of one pool; `closed` are the half-days, such as `fri-pm`, it cannot be used."""

    room: Name
    pool: Name
    campus: Text = ""
    closed: tuple[
        Annotated[str, StringConstraints(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)-(am|pm|eve)$")], ...
    ] = ()

    def open_at(self, cell_key: str) -> bool:
        """Return whether the room can be used at the half-day `fri-pm`."""
        return cell_key not in self.closed


Weekday = Annotated[str, StringConstraints(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")]
"""A day of the week, `mon` to `sun`."""


class Partner(Frozen):
    """A hospital of the consortium that sends patients; `specialties` empty means all of the consortium's.

    `population`, `referrals` and `contract` (at least 0, in any unit; none: it counts as 0) make its weight as the
    policy says. `minimum` is what it gets at least, in tickets a week and specialty. `days` are the weekdays on
    which it can send patients (empty: any), `channels` those it may claim tickets of (empty: all that are claimed here).
    """

    partner: Name
    name: Text = ""
    specialties: tuple[Name, ...] = ()
    population: Exact | None = Field(default=None, ge=0)
    referrals: Exact | None = Field(default=None, ge=0)
    contract: Exact | None = Field(default=None, ge=0)
    minimum: int = Field(default=0, ge=0, le=10_000)
    days: tuple[Weekday, ...] = ()
    channels: tuple[Claimable, ...] = ()

    def may_claim(self, channel: Channel) -> bool:
        """Return whether the partner may claim tickets of `channel`."""
        return channel in (self.channels or CLAIMABLE)

    def can_send_on(self, date: dt.date) -> bool:
        """Return whether the partner can send patients on `date`."""
        return not self.days or WEEKDAYS[date.weekday()] in self.days


class Credit(Frozen):
    """What earlier weeks owe a partner in a specialty, in tickets; below 0 it has had more than its part."""

    partner: Name
    specialty: Name
    credit: Exact
