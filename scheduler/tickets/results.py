"""Results of the ledger: publications, claims, returns and releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.roster import Channel


class HurtReason(StrEnum):
    """Why a claim was hurt: its slot is gone, at another time, of another clinic, or has fewer tickets than claims."""

    GONE = "gone"
    MOVED = "moved"
    CLINIC = "clinic"
    FEWER = "fewer"


@dataclass(frozen=True, order=True)
class HurtClaim:
    """A claim that a new version took the place of, and where its session is now (`start` in minutes), if anywhere."""

    partner: str
    number: int
    slot: str
    referral: str
    why: HurtReason
    new_date: dt.date | None = None
    new_start: int | None = None


@dataclass(frozen=True, order=True)
class DoctorChange:
    """A claim that stands, though another doctor holds the slot now."""

    partner: str
    number: int
    slot: str
    referral: str
    was_doctor: str
    doctor: str


@dataclass(frozen=True, order=True)
class TimeChange:
    """A claim that stands, of which the ticket's number or its time is another now; times in minutes after midnight."""

    partner: str
    number: int
    slot: str
    referral: str
    ticket: int
    was_told: int
    told: int


@dataclass(frozen=True)
class Acceptance:
    """Why a week is published although hard rules are broken, and the units of each; none: it was not checked."""

    reason: str
    rules: Mapping[str, int]


@dataclass(frozen=True)
class Publication:
    """The result of `publish`. `new` is false where these very files were published already: then nothing was written.

    `most` is the limit that holds now: how many live claims a partner may have a specialty and day (none: no limit).
    """

    week: str
    version: int
    new: bool
    slots: int
    tickets: int
    kept: int = 0
    hurt: tuple[HurtClaim, ...] = ()
    other_doctor: tuple[DoctorChange, ...] = ()
    retimed: tuple[TimeChange, ...] = ()
    most: int | None = None


@dataclass(frozen=True)
class ClaimResult:
    """A claim: `number` counts the partner's own steps. `shared`: the ticket was held for no partner in particular.

    `ticket` is the ticket's number in its slot (none: it has none), `told` the time that its patient is told, `come`
    when to come (none: not known), both in minutes after midnight.
    """

    partner: str
    number: int
    week: str
    slot: str
    channel: Channel
    referral: str
    shared: bool
    date: dt.date
    ticket: int | None
    told: int
    come: int | None


@dataclass(frozen=True)
class ReturnResult:
    """A returned ticket, and the channel it went on to because its fall-back had come (None: it is held again)."""

    partner: str
    slot: str
    referral: str
    went_to: Channel | None


@dataclass(frozen=True)
class ReleaseResult:
    """The result of `release`: how many holdings came due, and the tickets that each channel got."""

    holdings: int
    tickets: tuple[tuple[Channel, int], ...] = ()


@dataclass(frozen=True, order=True)
class AvailableSlot:
    """What a partner can claim in a slot now: of its own, and of those held for nobody in particular.

    `times` are what the patients of these tickets would be told, in the order in which they are claimed, in minutes
    after midnight; without numbers all are told the start.
    """

    date: dt.date
    start: int
    slot: str
    clinic: str
    specialty: str
    doctor: str
    own: int
    shared: int
    until: dt.datetime | None
    times: tuple[int, ...] = ()
