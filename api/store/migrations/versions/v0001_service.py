"""The first version of the service's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _audit()
    _keys()
    _retries()
    _scenarios()
    _jobs()
    _approvals()
    _events()
    _files()
    _versions()


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "audit",
        "versions",
        "files",
        "events",
        "approvals",
        "jobs",
        "scenarios",
        "retries",
        "keys",
    ):
        op.drop_table(f"api_{table}")


def _keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=True),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.Column("used_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )
    op.create_index("ix_api_keys_name", "api_keys", ["name"])


def _retries() -> None:
    op.create_table(
        "api_retries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_retries"),
        sa.UniqueConstraint("caller", "key", name="uq_api_retries_caller_key"),
    )


def _scenarios() -> None:
    op.create_table(
        "api_scenarios",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_api_scenarios"),
        sa.UniqueConstraint("digest", name="uq_api_scenarios_digest"),
        sa.UniqueConstraint("id", name="uq_api_scenarios_id"),
        sqlite_autoincrement=True,
    )


def _jobs() -> None:
    op.create_table(
        "api_jobs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("scenario", sa.String(length=40), nullable=False),
        sa.Column("base", sa.String(length=40), nullable=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("runner", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.String(27), nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("bound", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["base"], ["api_jobs.id"], name="fk_api_jobs_base"),
        sa.ForeignKeyConstraint(["scenario"], ["api_scenarios.id"], name="fk_api_jobs_scenario"),
        sa.PrimaryKeyConstraint("number", name="pk_api_jobs"),
        sa.UniqueConstraint("id", name="uq_api_jobs_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_jobs_base", "api_jobs", ["base"])
    op.create_index("ix_api_jobs_scenario", "api_jobs", ["scenario"])
    op.create_index("ix_api_jobs_state_number", "api_jobs", ["state", "number"])


def _approvals() -> None:
    op.create_table(
        "api_approvals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["api_jobs.id"], name="fk_api_approvals_job"),
        sa.PrimaryKeyConstraint("number", name="pk_api_approvals"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_approvals_job", "api_approvals", ["job"])


def _events() -> None:
    op.create_table(
        "api_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["api_jobs.id"], name="fk_api_events_job"),
        sa.PrimaryKeyConstraint("number", name="pk_api_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_events_job_number", "api_events", ["job", "number"])


def _files() -> None:
    op.create_table(
        "api_files",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["api_jobs.id"], name="fk_api_files_job"),
        sa.PrimaryKeyConstraint("job", "version", "name", name="pk_api_files"),
    )


def _versions() -> None:
    op.create_table(
        "api_versions",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("pins", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["api_jobs.id"], name="fk_api_versions_job"),
        sa.PrimaryKeyConstraint("job", "version", name="pk_api_versions"),
    )


def _audit() -> None:
    op.create_table(
        "api_audit",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_api_audit"),
    )
