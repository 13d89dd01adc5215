"""The first version of the ledger: every table, and triggers that keep the events as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = [
    f"CREATE TRIGGER events_no_{change} BEFORE {change} ON events "
    "BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
    for change in ("update", "delete")
]
_POSTGRESQL = [
    "CREATE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed or removed'; END $$",
    "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION events_stay()",
    "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events EXECUTE FUNCTION events_stay()",
]


def upgrade() -> None:
    """Make the tables and triggers."""
    _chains()
    _events()
    _publications()
    _slots()
    _holdings()
    _claims()
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _chains() -> None:
    op.create_table(
        "chains",
        sa.Column("chain", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_chains")),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
        sa.UniqueConstraint("chain", "place", name=op.f("uq_events_chain_place")),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("week", "version", name=op.f("uq_publications_week_version")),
    )
    op.create_index(
        "uq_publications_current",
        "publications",
        ["week"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=255), nullable=False),
        sa.Column("session", sa.String(length=255), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=120), nullable=False),
        sa.Column("specialty", sa.String(length=120), nullable=False),
        sa.Column("doctor", sa.String(length=120), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["publication"], ["publications.id"], name=op.f("fk_slots_publication")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("publication", "slot", name=op.f("uq_slots_publication_slot")),
    )
    op.create_index("ix_slots_publication_specialty", "slots", ["publication", "specialty"], unique=False)
    op.create_index(op.f("ix_slots_slot"), "slots", ["slot"], unique=False)


def _holdings() -> None:
    op.create_table(
        "holdings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("fallen_back", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.String(27), nullable=False),
        sa.Column("falls_back_at", sa.String(27), nullable=True),
        sa.Column("falls_back_to", sa.String(length=16), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.CheckConstraint("0 <= taken AND taken <= granted", name=op.f("ck_holdings_not_oversold")),
        sa.ForeignKeyConstraint(["publication"], ["publications.id"], name=op.f("fk_holdings_publication")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_holdings_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdings")),
        sa.UniqueConstraint("slot_id", "channel", "holder", name=op.f("uq_holdings_slot_id_channel_holder")),
    )
    op.create_index(
        "ix_holdings_due",
        "holdings",
        ["falls_back_at"],
        unique=False,
        sqlite_where=sa.text("released = 0 AND current = 1"),
        postgresql_where=sa.text("NOT released AND current"),
    )
    op.create_index(op.f("ix_holdings_publication"), "holdings", ["publication"], unique=False)


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("slot", sa.String(length=255), nullable=False),
        sa.Column("holding", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("referral", sa.String(length=40), nullable=False),
        sa.Column("specialty", sa.String(length=120), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("claimed_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("new_start", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('live', 'returned', 'hurt')", name=op.f("ck_claims_state")),
        sa.ForeignKeyConstraint(["holding"], ["holdings.id"], name=op.f("fk_claims_holding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("partner", "number", name=op.f("uq_claims_partner_number")),
    )
    _claim_indexes()


def _claim_indexes() -> None:
    op.create_index(
        "ix_claims_live_of_a_day",
        "claims",
        ["partner", "date", "specialty"],
        unique=False,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_index("ix_claims_week_state", "claims", ["week", "state"], unique=False)
    op.create_index(
        "uq_claims_live_referral",
        "claims",
        ["referral"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
