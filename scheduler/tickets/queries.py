"""Queries on the ledger: what a partner can claim, what it has claimed, and how the tickets were used."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import Connection, select

from scheduler.errors import CallError, ClaimError
from scheduler.roster import Channel
from scheduler.scenario.hospital import CLAIMABLE
from scheduler.tickets.claim_refusals import find_available_slots, unknown_partner
from scheduler.tickets.events import EventKind
from scheduler.tickets.models import (
    AnyRow,
    ClaimRow,
    ClaimState,
    EventRow,
    HoldingRow,
    PublicationRow,
    SlotRow,
)
from scheduler.tickets.personal_data import letter_problems
from scheduler.tickets.results import Acceptance, AvailableSlot, HurtReason
from scheduler.tickets.store import Store
from scheduler.tickets.ticket_numbers import appointment_of
from scheduler.tickets.timestamps import to_timestamp

UseKey = Literal["channel", "partner", "specialty", "doctor", "slot"]


@dataclass(frozen=True, order=True)
class TicketUse:
    """How tickets held for partners were used, in one week.

    `given` were published, `claimed` were ever claimed, of which `returned` came back and `hurt` lost their place;
    `fallen_back` have gone on to another channel. `partner` is empty for tickets held for nobody in particular: they
    are given and fall back there, and whoever claims one has the claim.
    """

    week: str
    channel: str = ""
    partner: str = ""
    specialty: str = ""
    doctor: str = ""
    slot: str = ""
    given: int = 0
    claimed: int = 0
    returned: int = 0
    fallen_back: int = 0
    hurt: int = 0


_COUNTS = ("given", "claimed", "returned", "fallen_back", "hurt")


@dataclass(frozen=True, order=True)
class PartnerClaim:
    """A claim as the partner sees it; `told`, `come` and `new_start` in minutes after midnight.

    `ticket` is the ticket's number in its slot (none: it has none), `told` the time that its patient is told, `come`
    when to come (none: not known).
    """

    partner: str
    number: int
    week: str
    slot: str
    channel: Channel
    referral: str
    state: ClaimState
    claimed_at: dt.datetime
    ended_at: dt.datetime | None
    why: HurtReason | None
    new_date: dt.date | None
    new_start: int | None
    date: dt.date
    ticket: int | None
    told: int
    come: int | None


def list_available_slots(
    store: Store, partner: str, at: dt.datetime, *, channel: Channel = Channel.PARTNER
) -> tuple[AvailableSlot, ...]:
    """Return every slot with tickets that the partner could claim at that time, in order of time."""
    to_timestamp(at)  # refuses a time without a zone
    _refuse_letters(partner, "partner")
    return store.read(lambda connection: find_available_slots(connection, partner, at, channel))


def require_partner(store: Store, partner: str) -> None:
    """Raise CallError for a partner whom no published week and no claim names."""
    problem = store.read(lambda connection: unknown_partner(connection, partner))
    if problem is not None:
        raise CallError([problem])


def _refuse_letters(text: str, field: str) -> None:
    problems = letter_problems(text, field)
    if problems:
        raise ClaimError(problems)


def find_claims(store: Store, partner: str) -> tuple[PartnerClaim, ...]:
    """Return all claims that the partner ever made, in the order it made them."""
    _refuse_letters(partner, "partner")
    names = [field.name for field in fields(PartnerClaim) if field.name not in ("told", "come")]
    # The slot is that of the version in which the claim was counted last.
    wanted = (
        select(*(getattr(ClaimRow, name) for name in names), SlotRow.start, SlotRow.times)
        .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .where(ClaimRow.partner == partner)
    )
    rows = store.read(lambda connection: connection.execute(wanted).all())
    return tuple(sorted(_partner_claim(row._asdict()) for row in rows))


def _partner_claim(columns: dict[str, Any]) -> PartnerClaim:
    why = None if columns["why"] is None else HurtReason(columns["why"])
    appointment = appointment_of(columns["ticket"], columns.pop("start"), columns.pop("times"))
    return PartnerClaim(
        **{
            **columns,
            "channel": Channel(columns["channel"]),
            "state": ClaimState(columns["state"]),
            "why": why,
            **vars(appointment),
        }
    )


def report_use(
    store: Store, *, week: str | None = None, before: dt.date | None = None
) -> tuple[TicketUse, ...]:
    """Return the use of every week, or of one, by channel, partner and slot, sorted; `total_use` adds them up.

    With `before` only sessions before that date count: of later ones nobody knows yet what is used.
    """
    _refuse_letters(week or "", "week")
    return store.read(lambda connection: _report(connection, week, before))


def total_use(uses: Iterable[TicketUse], *by: UseKey) -> tuple[TicketUse, ...]:
    """Return uses added up by week and the keys named, such as "partner" and "specialty"; the others are empty."""
    sums_of: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTS, 0))
    for use in uses:
        sums = sums_of[(use.week, *(getattr(use, key) for key in by))]
        for count in _COUNTS:
            sums[count] += getattr(use, count)
    keys = ("week", *by)
    return tuple(TicketUse(**dict(zip(keys, at, strict=True)), **sums_of[at]) for at in sorted(sums_of))  # type: ignore[arg-type]


def _report(connection: Connection, week: str | None, before: dt.date | None) -> tuple[TicketUse, ...]:
    chosen = []
    if week is not None:
        chosen.append(PublicationRow.week == week)
    if before is not None:
        chosen.append(SlotRow.date < before)
    uses = [*_published_tickets(connection, chosen), *_claimed_tickets(connection, chosen)]
    every = total_use(uses, "channel", "partner", "specialty", "doctor", "slot")
    return tuple(use for use in every if _is_used(use))


def _is_used(use: TicketUse) -> bool:
    return any(getattr(use, count) for count in _COUNTS)


def _published_tickets(connection: Connection, chosen: Sequence[Any]) -> Iterable[TicketUse]:
    slot, holding, publication = SlotRow, HoldingRow, PublicationRow
    wanted = (
        select(
            publication.week,
            holding.channel,
            holding.holder.label("partner"),
            slot.specialty,
            slot.doctor,
            slot.slot,
            holding.tickets.label("given"),
            holding.fallen_back,
        )
        .join(slot, holding.slot_id == slot.id)
        .join(publication, holding.publication == publication.id)
        .where(holding.current.is_(True), holding.channel.in_(CLAIMABLE), *chosen)
    )
    return [TicketUse(**row._asdict()) for row in connection.execute(wanted)]


def _claimed_tickets(connection: Connection, chosen: Sequence[Any]) -> Iterable[TicketUse]:
    # The slot is that of the version in which the claim was counted last: the slot of a hurt claim may be gone now.
    wanted = (
        select(
            ClaimRow.week,
            ClaimRow.channel,
            ClaimRow.partner,
            ClaimRow.specialty,
            SlotRow.doctor,
            SlotRow.slot,
            ClaimRow.state,
        )
        .join(HoldingRow, ClaimRow.holding == HoldingRow.id)
        .join(SlotRow, HoldingRow.slot_id == SlotRow.id)
        .join(PublicationRow, HoldingRow.publication == PublicationRow.id)
        .where(*chosen)
    )
    return [_claim_use(row) for row in connection.execute(wanted)]


def _claim_use(row: AnyRow) -> TicketUse:
    columns = row._asdict()
    state = columns.pop("state")
    return TicketUse(
        **columns, claimed=1, returned=state == ClaimState.RETURNED, hurt=state == ClaimState.HURT
    )


def list_acceptances(store: Store, *, week: str | None = None) -> list[tuple[str, int, Acceptance]]:
    """Return the versions that were published although hard rules were broken: week, version, and why."""
    wanted = select(EventRow.payload).where(EventRow.kind == EventKind.PUBLISHED).order_by(EventRow.number)
    payloads = store.read(lambda connection: [json.loads(text) for text in connection.scalars(wanted)])
    return [
        (payload["week"], payload["version"], Acceptance(**payload["accepted"]))
        for payload in payloads
        if "accepted" in payload and week in (None, payload["week"])
    ]
