"""Addresses at which programs read doctors' calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "api_calendars",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("doctor", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_calendars"),
    )
    op.create_index("ix_api_calendars_doctor", "api_calendars", ["doctor"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("api_calendars")
