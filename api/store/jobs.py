"""Jobs in the database: queued, claimed, running, ended.

Several servers and workers write here. No job is locked: every step is one UPDATE whose condition names the state, and
mostly the attempt, that it goes on from. Whoever comes second changes no row and learns it from the count. A process that
dies leaves its job running without a heartbeat; whichever server sees that first queues it again.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from api.store.models import ACTIVE, JobEventRow, JobKind, JobRow, JobState
from scheduler.words import Message, message

MAX_ATTEMPTS = 2
"""Starts of a job whose process dies; after the last of them the job fails."""

_JOBS = JobRow.__table__
_MARKS = {JobKind.PLAN: "ro", JobKind.REPAIR: "ro", JobKind.STUDY: "st"}


def add_job(
    connection: Connection,
    kind: JobKind,
    scenario: str,
    request: Mapping[str, Any],
    by: str,
    at: dt.datetime,
    *,
    base: str | None = None,
) -> str:
    """Queue a job and return its identity."""
    job = f"{_MARKS.get(kind, 'an')}-{secrets.token_hex(8)}"
    row = {
        "id": job,
        "kind": str(kind),
        "scenario": scenario,
        "base": base,
        "request": dict(request),
        "state": str(JobState.QUEUED),
        "attempt": 0,
        "runner": "",
        "cancel": False,
        "stage": "",
        "outcome": {},
        "reason": {},
        "version": 1,
        "created_at": at,
        "created_by": by,
    }
    connection.execute(insert(JobRow).values(row))
    add_event(connection, job, "state", {"state": str(JobState.QUEUED)}, at)
    return job


def job_row(connection: Connection, job: str, kinds: Sequence[JobKind] = tuple(JobKind)) -> Row[Any] | None:
    """Return a job of one of these kinds, or None."""
    return connection.execute(select(_JOBS).where(JobRow.id == job, JobRow.kind.in_(kinds))).one_or_none()


def job_rows(
    connection: Connection,
    kinds: Sequence[JobKind],
    limit: int,
    before: int | None,
    scenario: str | None = None,
    state: str | None = None,
) -> list[Row[Any]]:
    """Return jobs of these kinds, the newest first, older than the number `before`."""
    wanted = select(_JOBS).where(JobRow.kind.in_(kinds)).order_by(JobRow.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(JobRow.number < before)
    if scenario is not None:
        wanted = wanted.where(JobRow.scenario == scenario)
    if state is not None:
        wanted = wanted.where(JobRow.state == state)
    return list(connection.execute(wanted))


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many jobs are in each state."""
    counted = select(JobRow.state, func.count()).group_by(JobRow.state)
    counts = {str(state): int(count) for state, count in connection.execute(counted)}
    return {str(state): counts.get(str(state), 0) for state in JobState}


def queue_length(connection: Connection) -> int:
    """Return how many jobs wait."""
    waiting = select(func.count()).select_from(JobRow).where(JobRow.state == JobState.QUEUED)
    return int(connection.execute(waiting).scalar_one())


def claim_next(connection: Connection, runner: str, at: dt.datetime) -> Row[Any] | None:
    """Start the job that waits longest, for this server; None where none waits, or another server was quicker."""
    first = select(JobRow.id).where(JobRow.state == JobState.QUEUED).order_by(JobRow.number).limit(1)
    job = connection.execute(first).scalar()
    if job is None:
        return None
    started = {"attempt": JobRow.attempt + 1, "runner": runner, "beat_at": at, "started_at": at}
    cleared = {"stage": "", "best": None, "bound": None}
    if not change_state(connection, job, JobState.RUNNING, at, *_is_queued(job), **started, **cleared):
        return None
    return job_row(connection, job)


def change_state(
    connection: Connection,
    job: str,
    state: JobState,
    at: dt.datetime,
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Change a job's state where all `conditions` still hold, with its event; False where they do not."""
    change = update(JobRow).where(*conditions).values(state=str(state), **values)
    if connection.execute(change).rowcount != 1:
        return False
    add_event(connection, job, "state", {"state": str(state)}, at)
    return True


def _is_queued(job: str) -> tuple[ColumnElement[bool], ...]:
    return JobRow.id == job, JobRow.state == JobState.QUEUED


def _is_running_attempt(job: str, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return JobRow.id == job, JobRow.state == JobState.RUNNING, JobRow.attempt == attempt


def begin_attempt(connection: Connection, job: str, attempt: int) -> bool:
    """Mark that a process works on an attempt; False where another has done so, or the job has been taken away.

    A worker that is slow to start may find its attempt begun by a second one: the empty stage lets one of them in.
    """
    attempt_row = update(JobRow).where(*_is_running_attempt(job, attempt), JobRow.stage == "")
    return connection.execute(attempt_row.values(stage=_STARTING)).rowcount == 1


_STARTING = "starting"


def write_heartbeat(connection: Connection, job: str, attempt: int, at: dt.datetime, **values: Any) -> bool:
    """Write a heartbeat, and progress in `values`; False where the job is cancelled or no longer this process's."""
    attempt_row = update(JobRow).where(*_is_running_attempt(job, attempt), JobRow.cancel.is_(False))
    return connection.execute(attempt_row.values(beat_at=at, **values)).rowcount == 1


def end_job(
    connection: Connection,
    job: str,
    attempt: int,
    state: JobState,
    at: dt.datetime,
    *,
    outcome: Mapping[str, Any] | None = None,
    reason: Message | None = None,
) -> bool:
    """End a running job; False where it is no longer this process's, and then nothing was written."""
    return change_state(
        connection,
        job,
        state,
        at,
        *_is_running_attempt(job, attempt),
        ended_at=at,
        outcome=dict(outcome or {}),
        **({} if reason is None else {"reason": reason.to_json()}),
    )


def request_cancel(connection: Connection, job: str, at: dt.datetime) -> bool:
    """Cancel a job that waits, and mark one that runs; False where it has ended."""
    if change_state(connection, job, JobState.CANCELLED, at, *_is_queued(job), ended_at=at):
        return True
    running = update(JobRow).where(JobRow.id == job, JobRow.state == JobState.RUNNING)
    return connection.execute(running.values(cancel=True)).rowcount == 1


def requeue(connection: Connection, job: str, attempt: int, at: dt.datetime) -> None:
    """Queue a running job again as if it had not been started: its server is being stopped in good order."""
    reset = {"attempt": JobRow.attempt - 1, "runner": "", "stage": ""}
    change_state(connection, job, JobState.QUEUED, at, *_is_running_attempt(job, attempt), **reset)


def handle_crash(connection: Connection, job: str, attempt: int, at: dt.datetime) -> None:
    """Queue a running job whose process died once more, or fail it after the last attempt."""
    if attempt >= MAX_ATTEMPTS:
        end_job(connection, job, attempt, JobState.FAILED, at, reason=_DIED)
        return
    is_running = _is_running_attempt(job, attempt)
    change_state(connection, job, JobState.QUEUED, at, *is_running, runner="", stage="")


_DIED = message("The process that worked on it died twice.")


def running_rows(connection: Connection) -> list[Row[Any]]:
    """Return the jobs that run, on whatever server."""
    return list(
        connection.execute(select(_JOBS).where(JobRow.state == JobState.RUNNING).order_by(JobRow.number))
    )


def find_abandoned(
    rows: Iterable[Row[Any]],
    runner: str,
    mine: Collection[str],
    now: dt.datetime,
    stale: int,
    *,
    alone: bool,
) -> list[Row[Any]]:
    """Return the running jobs that nobody works on: those of other servers without a heartbeat for `stale` seconds.

    The server `runner` works on its jobs in `mine`; others of its own are left from before it was restarted. A server
    that is `alone` with its database knows that there is no other, so it need not wait for heartbeats to grow old.
    """
    return [
        row
        for row in rows
        if (row.id not in mine if row.runner == runner else alone or is_stale(row, now, stale))
    ]


def is_stale(row: Row[Any], now: dt.datetime, seconds: float) -> bool:
    """Return whether a job has had no heartbeat for so many seconds.

    One from the future is of a clock that was set back, and counts by its distance too.
    """
    return row.beat_at is None or abs((now - row.beat_at).total_seconds()) > seconds


def add_event(connection: Connection, job: str, name: str, data: Mapping[str, Any], at: dt.datetime) -> None:
    """Add an event of a job, for those who follow it."""
    connection.execute(insert(JobEventRow).values(job=job, name=name, data=dict(data), at=at))


def events_after(connection: Connection, job: str, after: int, limit: int) -> list[Row[Any]]:
    """Return the events of a job after number `after`, in order."""
    wanted = select(JobEventRow.__table__).where(JobEventRow.job == job, JobEventRow.number > after)
    return list(connection.execute(wanted.order_by(JobEventRow.number).limit(limit)))


def is_active(row: Row[Any]) -> bool:
    """Return whether a job has not ended."""
    return JobState(row.state) in ACTIVE
