"""The tables of the service, in the ledger's database; times are UTC text, documents JSON or compressed files.

Names of tables and columns are in databases out there, and those of `api_audit` in its hashes: they stay.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.tickets.table_base import TableBase, new_metadata

_ID = String(40)
_NAME = String(120)


class JobState(StrEnum):
    """Where a job stands; the last five are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    INFEASIBLE = "infeasible"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


ACTIVE = (JobState.QUEUED, JobState.RUNNING)
"""The states of a job that has not ended."""


class JobKind(StrEnum):
    """What a job computes: a roster (the first two), an answer about one, or a study of many."""

    PLAN = "plan"
    REPAIR = "repair"
    WHY = "why"
    PRICE = "price"
    STUDY = "study"
    FLOW = "flow"


ROSTERS = (JobKind.PLAN, JobKind.REPAIR)
"""The kinds of jobs whose result is a roster."""


class ServiceTable(TableBase):
    """Base of every table of the service."""

    __abstract__ = True
    metadata = new_metadata()


class KeyRow(ServiceTable):
    """A key: `secret` is the SHA-256 of what its owner holds. `partner` is whose it is, for keys of partners."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(_NAME, index=True)
    role: Mapped[str] = mapped_column(String(16))
    partner: Mapped[str] = mapped_column(_NAME)
    secret: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]


class ScenarioRow(ServiceTable):
    """A scenario: `document` is its JSON, compressed; `digest` is of its content."""

    __tablename__ = "api_scenarios"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(_ID, unique=True)
    name: Mapped[str] = mapped_column(Text)
    week: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(String(16))
    findings: Mapped[list[Any]]
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(_NAME)

    __table_args__ = ({"sqlite_autoincrement": True},)


class JobRow(ServiceTable):
    """A job and its result: this table is the truth, whatever processes come and go.

    `request` is the body of its request, `outcome` how the solve ended, `reason` why there is no result. `attempt` counts
    the starts; `runner` names the server that started it, `beat_at` is the last heartbeat. `version` counts the
    edits of a roster, from 1.
    """

    __tablename__ = "api_jobs"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(_ID, unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    scenario: Mapped[str] = mapped_column(ForeignKey("api_scenarios.id"), index=True)
    base: Mapped[str | None] = mapped_column(ForeignKey("api_jobs.id"), index=True)
    request: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int]
    runner: Mapped[str] = mapped_column(_ID)
    beat_at: Mapped[dt.datetime | None]
    cancel: Mapped[bool]
    stage: Mapped[str] = mapped_column(String(40))
    best: Mapped[int | None]
    bound: Mapped[int | None]
    outcome: Mapped[dict[str, Any]]
    reason: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(_NAME)
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]

    __table_args__ = (Index("ix_api_jobs_state_number", "state", "number"), {"sqlite_autoincrement": True})


class JobEventRow(ServiceTable):
    """Something that happened to a job; `number` is what a reader of events goes on from."""

    __tablename__ = "api_events"

    number: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(ForeignKey("api_jobs.id"))
    name: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime]

    __table_args__ = (Index("ix_api_events_job_number", "job", "number"), {"sqlite_autoincrement": True})


class FileRow(ServiceTable):
    """A file of a roster as its `version` made it, compressed; an edit writes only those that it changes."""

    __tablename__ = "api_files"

    job: Mapped[str] = mapped_column(ForeignKey("api_jobs.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class VersionRow(ServiceTable):
    """A version of a roster: the edits that made it, and the sessions that are pinned in it."""

    __tablename__ = "api_versions"

    job: Mapped[str] = mapped_column(ForeignKey("api_jobs.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    edits: Mapped[list[Any]]
    pins: Mapped[list[Any]]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(_NAME)
    reason: Mapped[str] = mapped_column(Text)


class ApprovalRow(ServiceTable):
    """A step towards the publication of a version: proposed, approved, rejected or published, by whom and why."""

    __tablename__ = "api_approvals"

    number: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(ForeignKey("api_jobs.id"), index=True)
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(_NAME)
    outcome: Mapped[dict[str, Any]]

    __table_args__ = ({"sqlite_autoincrement": True},)


class ResponseRow(ServiceTable):
    """A response that is repeated where the same partner sends the same `Idempotency-Key` again.

    `key` is the hash of that, `digest` the hash of the request, `body` the response as it was sent.
    """

    __tablename__ = "api_responses"

    partner: Mapped[str] = mapped_column(_NAME, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime] = mapped_column(index=True)


class CalendarRow(ServiceTable):
    """An address at which programs read a doctor's calendar; `secret` is the hash of its secret part."""

    __tablename__ = "api_calendars"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    doctor: Mapped[str] = mapped_column(_NAME, index=True)
    language: Mapped[str] = mapped_column(String(2))
    secret: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(_NAME)
    revoked_at: Mapped[dt.datetime | None]


class WebhookRow(ServiceTable):
    """An address that is told of changes: the last one it was `told`, failed `tries` in a row, its last answer.

    `secret` is what deliveries are signed with; so it is kept as it is.
    """

    __tablename__ = "api_webhooks"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(64))
    told: Mapped[int]
    tries: Mapped[int]
    next_try_at: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(_NAME)


class AuditRow(ServiceTable):
    """Something that was done through the service, with `told` for details; each holds the hash of the one before."""

    __tablename__ = "api_audit"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    who: Mapped[str] = mapped_column(_NAME)
    what: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(_NAME)
    told: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
