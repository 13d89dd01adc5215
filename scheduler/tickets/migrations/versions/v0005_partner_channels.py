"""Publications know which channels partners may claim, where not all of them may claim all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the channels: in versions published before, every partner may claim all."""
    op.add_column("publications", sa.Column("channels", sa.Text, nullable=True))
