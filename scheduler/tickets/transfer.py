"""The transfer of claims from a superseded version to the new one: who stays, who is hurt, where the session has gone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from scheduler.appointment_times import number_tickets
from scheduler.roster import Channel
from scheduler.tickets.models import IS_LIVE, AnyRow, ClaimRow, ClaimState, HoldingKey, HoldingRow, SlotRow
from scheduler.tickets.results import DoctorChange, HurtClaim, HurtReason, TimeChange
from scheduler.tickets.seats import LiveClaim, Place, SeatPlan, SlotTimes, seat_claims
from scheduler.tickets.ticket_numbers import NumberedClaim, appointment_of, number_slot
from scheduler.tickets.timestamps import begins_at
from scheduler.tickets.week_files import HoldingLine, SlotLine, WeekFiles


class ClaimMove(NamedTuple):
    """A claim that is counted in another holding of its slot than before."""

    partner: str
    number: int
    channel: str
    holder: str


class SlotFallBack(NamedTuple):
    """Tickets, none or more, that fell back from a holding of a slot before the version was published, and to where."""

    slot: str
    channel: str
    holder: str
    tickets: int
    to: str


@dataclass(frozen=True)
class ClaimTransfer:
    """The holdings of a new version with the claims of the one before in them.

    `lines` add up to each slot's tickets, without the `falls`; `taken` counts the claims by holding, and `numbers` are
    those of the tickets that it has after the falls. `seats` and `hurt` are by claim id, and so are `tickets`, the
    numbers of the claims that stay.
    """

    lines: tuple[HoldingLine, ...]
    taken: Mapping[HoldingKey, int]
    seats: Mapping[int, HoldingKey]
    hurt: Mapping[int, HurtClaim]
    moved: tuple[ClaimMove, ...] = ()
    other_doctor: tuple[DoctorChange, ...] = ()
    falls: tuple[SlotFallBack, ...] = ()
    numbers: Mapping[HoldingKey, tuple[int, ...]] = field(default_factory=dict)
    tickets: Mapping[int, int] = field(default_factory=dict)
    retimed: tuple[TimeChange, ...] = ()


def transfer_nothing(files: WeekFiles) -> ClaimTransfer:
    """Return the holdings of a week that was not published before."""
    held: dict[str, dict[Place, int]] = defaultdict(dict)
    for line in files.holdings:
        held[line.slot][line.channel, line.holder] = line.tickets
    numbers: dict[HoldingKey, tuple[int, ...]] = {
        (slot, *place): tuple(found)
        for slot, tickets in held.items()
        for place, found in number_tickets(tickets).items()
    }
    return ClaimTransfer(files.holdings, {}, {}, {}, numbers=numbers)


def transfer_claims(connection: Connection, old: int, files: WeekFiles, at: dt.datetime) -> ClaimTransfer:
    """Return the new version's holdings with every live claim of publication `old` in them or hurt.

    What is due by `at` in the new version has fallen back. `old` is superseded and its holdings are locked already, so
    no claim comes or goes meanwhile.
    """
    claims = connection.execute(_LIVE_CLAIMS, {"old": old, "in_week": str(files.week)}).all()
    return _Transfer(files, at).run(claims)


_LIVE_CLAIMS = (
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
        SlotRow.times,
        SlotRow.clinic,
        SlotRow.doctor,
        ClaimRow.ticket,
    )
    .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
    .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    .where(ClaimRow.week == bindparam("in_week"), IS_LIVE, HoldingRow.publication == bindparam("old"))
    .order_by(ClaimRow.id)
)


class _Transfer:
    """The holdings of the new version while the claims of the old one are put into them, slot by slot."""

    def __init__(self, files: WeekFiles, at: dt.datetime) -> None:
        self.at = at
        self.falls: list[SlotFallBack] = []
        self.slot_of = {line.slot: line for line in files.slots}
        self.first_slot_of: dict[str, SlotLine] = {}
        for line in sorted(files.slots, key=lambda line: (line.date, line.start), reverse=True):
            self.first_slot_of[line.session] = line
        self.lines_of: dict[str, list[HoldingLine]] = defaultdict(list)
        for holding in files.holdings:
            self.lines_of[holding.slot].append(holding)
        self.hurt: dict[int, HurtClaim] = {}
        self.moved: list[ClaimMove] = []
        self.seats: dict[int, HoldingKey] = {}
        self.taken: dict[HoldingKey, int] = {}
        self.numbers: dict[HoldingKey, tuple[int, ...]] = {}
        self.tickets: dict[int, int] = {}
        self.retimed: list[TimeChange] = []

    def run(self, claims: Iterable[AnyRow]) -> ClaimTransfer:
        staying: dict[str, list[AnyRow]] = defaultdict(list)
        other: list[DoctorChange] = []
        for claim in claims:
            why = self._reason_to_hurt(claim)
            if why is not None:
                self.hurt[claim.id] = self._hurt(claim, why)
                continue
            staying[claim.slot].append(claim)
        for slot in sorted(self.slot_of):
            self._seat(slot, staying[slot])
            other += self._doctor_changes(slot, staying[slot])
        lines = [line for slot in sorted(self.lines_of) for line in self.lines_of[slot]]
        moved, falls = tuple(sorted(self.moved)), tuple(self.falls)
        counted = (tuple(lines), self.taken, self.seats, self.hurt, moved, tuple(sorted(other)), falls)
        return ClaimTransfer(*counted, self.numbers, self.tickets, tuple(sorted(self.retimed)))

    def _reason_to_hurt(self, claim: AnyRow) -> HurtReason | None:
        new = self.slot_of.get(claim.slot)
        if new is None:
            return HurtReason.GONE
        if (new.date, new.start) != (claim.date, claim.start):
            return HurtReason.MOVED
        return HurtReason.CLINIC if new.clinic != claim.clinic else None

    def _hurt(self, claim: AnyRow, why: HurtReason) -> HurtClaim:
        new = self.slot_of.get(claim.slot) or self.first_slot_of.get(claim.session)
        claim_fields = (claim.partner, claim.number, claim.slot, claim.referral, why)
        # A slot that has only become too small has not gone anywhere.
        if new is None or why is HurtReason.FEWER:
            return HurtClaim(*claim_fields)
        return HurtClaim(*claim_fields, new.date, new.start)

    def _seat(self, slot: str, claims: list[AnyRow]) -> None:
        new = self.slot_of[slot]
        times = SlotTimes(slot, begins_at(new.date, new.start), self.at)
        plan = seat_claims(self.lines_of[slot], [_live_claim(claim) for claim in claims], times)
        by_id = {claim.id: claim for claim in claims}
        for id_ in plan.hurt:
            self.hurt[id_] = self._hurt(by_id[id_], HurtReason.FEWER)
        for id_, (channel, holder) in plan.seats.items():
            claim = by_id[id_]
            self.seats[id_] = (slot, channel, holder)
            if holder != claim.holder:
                self.moved.append(ClaimMove(claim.partner, claim.number, channel, holder))
        for (channel, holder), (to, tickets) in sorted(plan.falls.items()):
            self.falls.append(SlotFallBack(slot, channel, holder, tickets, to))
        lines = [*self.lines_of[slot], *plan.added.values()]
        lines = [replace(line, tickets=plan.tickets[line.channel, line.holder]) for line in lines]
        self.lines_of[slot] = sorted(lines, key=lambda line: line.key)
        self.taken |= {(slot, *key): taken for key, taken in plan.taken.items()}
        self._number(new, plan, [claim for claim in claims if claim.id in plan.seats])

    def _number(self, new: SlotLine, plan: SeatPlan, claims: list[AnyRow]) -> None:
        """Number the tickets of a slot and of the claims that stay in it, and note whose number or time is another."""
        was = {claim.id: appointment_of(claim.ticket, claim.start, claim.times) for claim in claims}
        numbered = [NumberedClaim(one.id, plan.seats[one.id], one.ticket, was[one.id].told) for one in claims]
        told = [time for time, _ in new.times] or [new.start] * new.tickets
        numbers, tickets = number_slot(plan.tickets, plan.granted, numbered, told)
        self.numbers |= {(new.slot, *place): found for place, found in numbers.items()}
        self.tickets |= tickets
        for claim in claims:
            ticket, before = tickets[claim.id], was[claim.id]
            if (ticket, told[ticket - 1]) != (before.ticket, before.told):
                claim_fields = (claim.partner, claim.number, new.slot, claim.referral)
                self.retimed.append(TimeChange(*claim_fields, ticket, before.told, told[ticket - 1]))

    def _doctor_changes(self, slot: str, claims: list[AnyRow]) -> Iterable[DoctorChange]:
        doctor = self.slot_of[slot].doctor
        for claim in claims:
            if claim.id in self.seats and claim.doctor != doctor:
                claim_fields = (claim.partner, claim.number, slot, claim.referral)
                yield DoctorChange(*claim_fields, claim.doctor, doctor)


def _live_claim(claim: AnyRow) -> LiveClaim:
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


_CLAIM = update(ClaimRow).where(ClaimRow.id == bindparam("claim"))
_SET_HOLDING = _CLAIM.values(
    holding=bindparam("to_holding"), specialty=bindparam("of_specialty"), ticket=None
)
_SET_TICKET = _CLAIM.values(ticket=bindparam("to_ticket"))
_SET_HURT = _CLAIM.values(
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
    transfer: ClaimTransfer,
    id_of: Mapping[HoldingKey, int],
) -> None:
    """Write where each claim is counted now, and which are hurt; `id_of` are the ids of the new holdings."""
    specialty_of = {line.slot: line.specialty for line in files.slots}
    seated = [
        {"claim": claim, "to_holding": id_of[key], "of_specialty": specialty_of[key[0]]}
        for claim, key in sorted(transfer.seats.items())
    ]
    hurt = [
        {"claim": id_, "at": at, "because": h.why, "to_date": h.new_date, "to_start": h.new_start}
        for id_, h in sorted(transfer.hurt.items())
    ]
    tickets = [{"claim": claim, "to_ticket": number} for claim, number in sorted(transfer.tickets.items())]
    if seated:
        connection.execute(_SET_HOLDING, seated)
        # After all have given theirs up: of two claims of a slot, one may get the number that the other one had.
        connection.execute(_SET_TICKET, tickets)
    if hurt:
        connection.execute(_SET_HURT, hurt)
