"""Claims of a superseded version carried into the new one: who stays, who is hurt, and where the session has gone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from scheduler.roster import Channel
from scheduler.tickets.models import IS_LIVE, AnyRow, ClaimRow, ClaimState, HoldingRow, SlotRow
from scheduler.tickets.results import DoctorChange, HurtClaim, HurtReason
from scheduler.tickets.seats import Due, LiveClaim, seat
from scheduler.tickets.timestamps import begins_at
from scheduler.tickets.week_files import HoldingLine, SlotLine, WeekFiles

Key = tuple[str, str, str]
"""A holding's slot, channel and holder."""


class Moved(NamedTuple):
    """A claim that is counted in another holding of its slot than before."""

    partner: str
    number: int
    channel: str
    holder: str


class FallBack(NamedTuple):
    """Tickets, none or more, of a holding whose hour had come before the version was published, and where they are."""

    slot: str
    channel: str
    holder: str
    tickets: int
    to: str


@dataclass(frozen=True)
class ClaimTransfer:
    """A version's holdings with the claims of the one before in them.

    `lines` add up to each slot's tickets, as before anything of `falls` fell back; `taken` counts the claims by holding.
    `seats` and `hurt` are by claim id.
    """

    lines: tuple[HoldingLine, ...]
    taken: Mapping[Key, int]
    seats: Mapping[int, Key]
    hurt: Mapping[int, HurtClaim]
    moved: tuple[Moved, ...] = ()
    other_doctor: tuple[DoctorChange, ...] = ()
    falls: tuple[FallBack, ...] = ()


def transfer_nothing(files: WeekFiles) -> ClaimTransfer:
    """Return the holdings of a week that was not published before."""
    return ClaimTransfer(files.holdings, {}, {}, {})


def transfer_claims(connection: Connection, old: int, files: WeekFiles, at: dt.datetime) -> ClaimTransfer:
    """Return the new version's holdings with every live claim of publication `old`, superseded by now, in them or hurt.

    What would have fallen back by `at` in the new version has.
    """
    claims = connection.execute(_LIVE, {"old": old, "in_week": str(files.week)}).all()
    return _Transfer(files, at).carry(claims)


_LIVE = (
    select(
        ClaimRow.id,
        ClaimRow.partner,
        ClaimRow.number,
        ClaimRow.referral,
        ClaimRow.slot,
        HoldingRow.channel,
        HoldingRow.holder,
        HoldingRow.opens_at,
        HoldingRow.falls_back_at,
        HoldingRow.falls_back_to,
        SlotRow.session,
        SlotRow.date,
        SlotRow.start,
        SlotRow.clinic,
        SlotRow.doctor,
    )
    .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .where(ClaimRow.week == bindparam("in_week"), IS_LIVE, HoldingRow.publication == bindparam("old"))
    .order_by(ClaimRow.id)
)


class _Transfer:
    def __init__(self, files: WeekFiles, at: dt.datetime) -> None:
        self.at = at
        self.falls: list[FallBack] = []
        self.slot_of = {line.slot: line for line in files.slots}
        self.begin_of: dict[str, SlotLine] = {}
        for line in sorted(files.slots, key=lambda line: (line.date, line.start), reverse=True):
            self.begin_of[line.session] = line
        self.lines_of: dict[str, list[HoldingLine]] = defaultdict(list)
        for holding in files.holdings:
            self.lines_of[holding.slot].append(holding)
        self.hurt: dict[int, HurtClaim] = {}
        self.moved: list[Moved] = []
        self.seats: dict[int, Key] = {}
        self.taken: dict[Key, int] = {}

    def carry(self, claims: Iterable[AnyRow]) -> ClaimTransfer:
        staying: dict[str, list[AnyRow]] = defaultdict(list)
        other: list[DoctorChange] = []
        for claim in claims:
            why = self._why_not(claim)
            if why is not None:
                self.hurt[claim.id] = self._hurt(claim, why)
                continue
            staying[claim.slot].append(claim)
        for slot in sorted(self.slot_of):
            self._seat(slot, staying[slot])
            other += self._with_other_doctor(slot, staying[slot])
        lines = [line for slot in sorted(self.lines_of) for line in self.lines_of[slot]]
        moved, falls = tuple(sorted(self.moved)), tuple(self.falls)
        return ClaimTransfer(
            tuple(lines), self.taken, self.seats, self.hurt, moved, tuple(sorted(other)), falls
        )

    def _why_not(self, claim: AnyRow) -> HurtReason | None:
        now = self.slot_of.get(claim.slot)
        if now is None:
            return HurtReason.GONE
        if (now.date, now.start) != (claim.date, claim.start):
            return HurtReason.MOVED
        return HurtReason.CLINIC if now.clinic != claim.clinic else None

    def _hurt(self, claim: AnyRow, why: HurtReason) -> HurtClaim:
        now = self.slot_of.get(claim.slot) or self.begin_of.get(claim.session)
        told = (claim.partner, claim.number, claim.slot, claim.referral, why)
        return (
            HurtClaim(*told)
            if now is None or why is HurtReason.FEWER
            else HurtClaim(*told, now.date, now.start)
        )

    def _seat(self, slot: str, claims: list[AnyRow]) -> None:
        now = self.slot_of[slot]
        due = Due(slot, begins_at(now.date, now.start), self.at)
        seated = seat(self.lines_of[slot], [_standing(claim) for claim in claims], due)
        by_id = {claim.id: claim for claim in claims}
        for id_ in seated.hurt:
            self.hurt[id_] = self._hurt(by_id[id_], HurtReason.FEWER)
        for id_, (channel, holder) in seated.seats.items():
            claim = by_id[id_]
            self.seats[id_] = (slot, channel, holder)
            if holder != claim.holder:
                self.moved.append(Moved(claim.partner, claim.number, channel, holder))
        for (channel, holder), (to, tickets) in sorted(seated.falls.items()):
            self.falls.append(FallBack(slot, channel, holder, tickets, to))
        lines = [*self.lines_of[slot], *seated.added.values()]
        lines = [replace(line, tickets=seated.tickets[line.channel, line.holder]) for line in lines]
        self.lines_of[slot] = sorted(lines, key=lambda line: line.key)
        self.taken |= {(slot, *key): taken for key, taken in seated.taken.items()}

    def _with_other_doctor(self, slot: str, claims: list[AnyRow]) -> Iterable[DoctorChange]:
        doctor = self.slot_of[slot].doctor
        for claim in claims:
            if claim.id in self.seats and claim.doctor != doctor:
                told = (claim.partner, claim.number, slot, claim.referral)
                yield DoctorChange(*told, claim.doctor, doctor)


def _standing(claim: AnyRow) -> LiveClaim:
    before = HoldingLine(
        claim.slot,
        Channel(claim.channel),
        claim.holder,
        0,
        claim.opens_at,
        claim.falls_back_at,
        Channel(claim.falls_back_to),
    )
    return LiveClaim(claim.id, claim.partner, Channel(claim.channel), before)


_SEAT = update(ClaimRow).where(ClaimRow.id == bindparam("claim"))
_SEATED = _SEAT.values(holding=bindparam("to_holding"), specialty=bindparam("of_specialty"))
_HURT = _SEAT.values(
    state=ClaimState.HURT,
    ended_at=bindparam("at"),
    why=bindparam("because"),
    new_date=bindparam("to_date"),
    new_start=bindparam("to_start"),
)


def write_claims(
    connection: Connection,
    at: dt.datetime,
    files: WeekFiles,
    carried: ClaimTransfer,
    id_of: Mapping[Key, int],
) -> None:
    """Write where each claim is counted now, and which are hurt; `id_of` are the ids of the new holdings."""
    specialty_of = {line.slot: line.specialty for line in files.slots}
    seated = [
        {"claim": claim, "to_holding": id_of[key], "of_specialty": specialty_of[key[0]]}
        for claim, key in sorted(carried.seats.items())
    ]
    hurt = [
        {"claim": id_, "at": at, "because": h.why, "to_date": h.new_date, "to_start": h.new_start}
        for id_, h in sorted(carried.hurt.items())
    ]
    if seated:
        connection.execute(_SEATED, seated)
    if hurt:
        connection.execute(_HURT, hurt)
