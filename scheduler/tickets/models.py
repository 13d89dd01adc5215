"""The tables of the ledger. Times are UTC text, and every rule that a database can enforce is in them.

Names of tables and columns are in databases out there, and some are in the hashes of events: they stay.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.tickets.table_base import TableBase, new_metadata

_NAME = String(120)
_KEY = String(255)


AnyRow = Row[*tuple[Any, ...]]
"""A row of a query."""

HoldingKey = tuple[str, str, str]
"""A holding's slot, channel and holder."""


class ClaimState(StrEnum):
    """The state of a claim: it stands, the partner returned it, or a new version took its place away."""

    LIVE = "live"
    RETURNED = "returned"
    HURT = "hurt"


class LedgerTable(TableBase):
    """Base of every table of the ledger."""

    __abstract__ = True
    metadata = new_metadata()


class PublicationRow(LedgerTable):
    """A version of a week; the one that is not superseded counts.

    `digest` is of the contents of the files. `most` is how many live claims a partner may have a specialty and
    day (none: no limit). `channels` are those that partners may claim, JSON lists by partner, where any may not claim all.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(_NAME)
    at: Mapped[dt.datetime]
    digest: Mapped[str] = mapped_column(String(64))
    most: Mapped[int | None]
    channels: Mapped[str | None] = mapped_column(Text)
    superseded_at: Mapped[dt.datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("week", "version"),
        Index(
            "uq_publications_current",
            "week",
            unique=True,
            sqlite_where=superseded_at.is_(None),
            postgresql_where=superseded_at.is_(None),
        ),
    )


class SlotRow(LedgerTable):
    """A slot of a version: `start` in minutes after midnight, `tickets` in all its channels.

    `times` are what the patients of its tickets are told, by number: of each the time and when to come, in minutes
    after midnight. Empty: everybody is told the start.
    """

    __tablename__ = "slots"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication: Mapped[int] = mapped_column(ForeignKey("publications.id"))
    slot: Mapped[str] = mapped_column(_KEY, index=True)
    session: Mapped[str] = mapped_column(_KEY)
    date: Mapped[dt.date]
    start: Mapped[int]
    clinic: Mapped[str] = mapped_column(_NAME)
    specialty: Mapped[str] = mapped_column(_NAME)
    doctor: Mapped[str] = mapped_column(_NAME)
    tickets: Mapped[int]
    times: Mapped[str] = mapped_column(Text, server_default="")

    __table_args__ = (
        UniqueConstraint("publication", "slot"),
        Index("ix_slots_in_order", "publication", "specialty", "date", "start", "slot"),
    )


class HoldingRow(LedgerTable):
    """Tickets of a slot in one channel, held for one holder (empty: nobody in particular).

    `tickets` were published, `granted` are there now, `taken` are claimed of them, `fallen_back` have gone on from
    here to another channel. `added`: made by a fall-back, not by the files. `current`: of the version that counts.
    `numbers` are those of the tickets in their slot, the claimed ones first; empty where they were published before
    tickets had numbers.
    """

    __tablename__ = "holdings"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    channel: Mapped[str] = mapped_column(String(16))
    holder: Mapped[str] = mapped_column(_NAME)
    tickets: Mapped[int]
    granted: Mapped[int]
    taken: Mapped[int]
    fallen_back: Mapped[int]
    opens_at: Mapped[dt.datetime]
    falls_back_at: Mapped[dt.datetime | None]
    falls_back_to: Mapped[str] = mapped_column(String(16))
    released: Mapped[bool]
    added: Mapped[bool]
    current: Mapped[bool]
    numbers: Mapped[str] = mapped_column(Text, server_default="")

    __table_args__ = (
        UniqueConstraint("slot_id", "channel", "holder"),
        CheckConstraint("0 <= taken AND taken <= granted", name="not_oversold"),
        Index(
            "ix_holdings_due",
            "falls_back_at",
            sqlite_where=text("released = 0 AND current = 1"),
            postgresql_where=text("NOT released AND current"),
        ),
    )


class ClaimRow(LedgerTable):
    """A ticket that a partner claimed: its number is its event's place in the partner's chain.

    `holding` is where the ticket is counted, in the version that counts, and `ticket` its number in its slot (none:
    claimed before tickets had numbers). `why` is what hurt it, and `new_date` with `new_start` (minutes) when its
    session is now.
    """

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    slot: Mapped[str] = mapped_column(_KEY)
    holding: Mapped[int] = mapped_column(ForeignKey("holdings.id"))
    partner: Mapped[str] = mapped_column(_NAME)
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    referral: Mapped[str] = mapped_column(String(40))
    specialty: Mapped[str] = mapped_column(_NAME)
    date: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(8))
    claimed_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    why: Mapped[str | None] = mapped_column(String(16))
    new_date: Mapped[dt.date | None]
    new_start: Mapped[int | None] = mapped_column(Integer)
    ticket: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("partner", "number"),
        CheckConstraint("state IN ('live', 'returned', 'hurt')", name="state"),
        Index("ix_claims_week_state", "week", "state"),
        Index(
            "uq_claims_live_referral",
            "partner",
            "referral",
            unique=True,
            sqlite_where=(state == "live"),
            postgresql_where=(state == "live"),
        ),
        Index(
            "uq_claims_live_ticket",
            "slot",
            "ticket",
            unique=True,
            sqlite_where=(state == "live"),
            postgresql_where=(state == "live"),
        ),
        Index(
            "ix_claims_live_of_a_day",
            "partner",
            "date",
            "specialty",
            sqlite_where=(state == "live"),
            postgresql_where=(state == "live"),
        ),
    )


class ChainRow(LedgerTable):
    """The head of a chain of events: a partner's, or the office's, whose name is empty."""

    __tablename__ = "chains"

    chain: Mapped[str] = mapped_column(_NAME, primary_key=True)
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class EventRow(LedgerTable):
    """Something that happened; triggers refuse to change or remove it.

    `place` counts from 1 in its chain; `payload` is canonical JSON; `hash` covers everything else but `number`,
    which is the order of writing.
    """

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(_NAME)
    place: Mapped[int]
    at: Mapped[dt.datetime]
    who: Mapped[str] = mapped_column(_NAME)
    kind: Mapped[str] = mapped_column(String(16))
    payload: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("chain", "place"),)


IS_LIVE = ClaimRow.state == literal_column("'live'")
"""Condition that a claim is live, a literal in the statement: only so do the databases use the indexes of live claims."""
