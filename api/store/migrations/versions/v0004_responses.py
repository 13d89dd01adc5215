"""Responses to repeated requests, by partner: a partner whose key was replaced gets them too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, take over what is in the one before, and drop that."""
    op.create_table(
        "api_responses",
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("partner", "key", name="pk_api_responses"),
    )
    op.create_index("ix_api_responses_made_at", "api_responses", ["made_at"])
    # Two keys of one partner may have sent the same: the first of them counts.
    op.execute(
        "INSERT INTO api_responses (partner, key, digest, body, made_at) "
        "SELECT api_keys.partner, api_retries.key, api_retries.digest, CAST(api_retries.answer AS TEXT), "
        "api_retries.made_at FROM api_retries JOIN api_keys ON api_keys.id = api_retries.caller "
        "WHERE api_retries.status = 201 ORDER BY api_retries.id ON CONFLICT DO NOTHING"
    )
    op.drop_table("api_retries")
