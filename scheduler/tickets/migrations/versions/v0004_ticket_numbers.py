"""Numbers of tickets: which of its slot's tickets a claim has, and the time that its patient is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was published before has no numbers, and its patients were told the slot."""
    op.add_column("slots", sa.Column("times", sa.Text(), nullable=False, server_default=""))
    op.add_column("holdings", sa.Column("numbers", sa.Text(), nullable=False, server_default=""))
    op.add_column("claims", sa.Column("ticket", sa.Integer(), nullable=True))
    live = sa.text("state = 'live'")
    op.create_index(
        "uq_claims_live_ticket",
        "claims",
        ["slot", "ticket"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
