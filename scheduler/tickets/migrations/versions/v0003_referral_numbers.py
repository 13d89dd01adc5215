"""Referral numbers are unique by partner: two partners may each have a case of the same number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEX = "uq_claims_live_referral"


def upgrade() -> None:
    """Put the partner into the index that lets a referral number have one live claim."""
    live = sa.text("state = 'live'")
    op.drop_index(_INDEX, table_name="claims")
    op.create_index(
        _INDEX, "claims", ["partner", "referral"], unique=True, sqlite_where=live, postgresql_where=live
    )
