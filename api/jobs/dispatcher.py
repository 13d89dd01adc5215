"""Dispatches a server's jobs: claims them from the table, hands them to workers, cancels them, recovers from crashes."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from api.jobs.port import Executor, JobEndCallback
from api.settings import Settings
from api.store.jobs import (
    claim_next,
    end_job,
    find_abandoned,
    handle_crash,
    is_stale,
    job_row,
    queue_length,
    requeue,
    running_rows,
    write_heartbeat,
)
from api.store.models import JobState
from scheduler.errors import StoreError
from scheduler.tickets.store import Store
from scheduler.words import message

_POLL_SECONDS = 0.5
_LIMIT_FACTOR = 2
"""A job may take its seconds twice: reasons are looked for after the solve, and a comparison is two solves."""

_REMOTE_MARGIN_SECONDS = 30
"""A worker of a cluster ends a process by itself so much later than the server would."""

_log = structlog.get_logger()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class RunningAttempt:
    """An attempt that this server runs, and when it must have ended, by the monotonic clock."""

    attempt: int
    deadline: float


@dataclass(frozen=True)
class DispatcherStatus:
    """How many jobs wait and how many can run at once, as it was so many seconds ago."""

    waiting: int
    capacity: int
    silent_seconds: float


class JobDispatcher:
    """One thread that claims jobs, watches them and ends them.

    The table alone is the truth: what is in memory only says which of its running jobs are this server's, and what is
    lost with the process is found again from the table.
    """

    def __init__(
        self, store: Store, settings: Settings, make_executor: Callable[[Settings, JobEndCallback], Executor]
    ) -> None:
        self._store, self._settings = store, settings
        self.runner = secrets.token_hex(8)
        self._running: dict[str, RunningAttempt] = {}
        self._lock = threading.Lock()  # callbacks of the executor come from threads of its own
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._status, self._looked_at = DispatcherStatus(0, 0, 0.0), time.monotonic()
        self._executor = make_executor(settings, self._on_end)
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def status(self) -> DispatcherStatus | None:
        """What the thread saw when it last went through a whole step; None where it does not run."""
        silent_seconds = time.monotonic() - self._looked_at
        return replace(self._status, silent_seconds=silent_seconds) if self._thread.is_alive() else None

    def wake(self) -> None:
        """Have the thread look at the table now."""
        self._wake.set()

    def stop(self) -> None:
        """End everything; running jobs go back to the queue and do not count as attempts."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            running, self._running = dict(self._running), {}
        # First the table: a process that dies in the shutdown must not look like a crash.
        for job, attempt in running.items():
            self._write_or_log(partial(requeue, job=job, attempt=attempt.attempt, at=_now()))
        self._executor.shutdown()

    def _write_or_log(self, step: Callable[[Connection], object]) -> None:
        """Write what a later step of some server puts right where the database fails just now."""
        try:
            self._store.write(step)
        except StoreError as error:
            _log.warning("database", error=str(error))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step()
            except StoreError as error:
                _log.warning("database", error=str(error))
            except Exception:
                # A fault over one job must not stop the others.
                _log.exception("fault")
            self._wake.wait(_POLL_SECONDS)
            self._wake.clear()

    def step(self) -> None:
        """Look at the table once: recover abandoned jobs, end cancelled and overdue ones, start waiting ones."""
        rows, waiting = self._store.read(lambda c: (running_rows(c), queue_length(c)))
        is_only_server, stale = self._settings.is_sqlite, self._settings.stale_seconds
        with self._lock:
            running = dict(self._running)
        abandoned = find_abandoned(rows, self.runner, running, _now(), stale, alone=is_only_server)
        for row in abandoned:
            _log.warning("job abandoned", job_id=row.id, attempt=row.attempt)
            self._store.write(partial(_recover, job=row.id, attempt=row.attempt))
        for row in rows:
            if row in abandoned:
                continue
            if row.cancel:
                self._cancel(row)
            elif row.id in running and running[row.id].deadline <= time.monotonic():
                self._end_overdue(row)
            elif row.id in running and not is_only_server and is_stale(row, _now(), stale / 3):
                # It waits for a worker of the cluster, so nobody else writes its heartbeat: without one another
                # server would take it for abandoned.
                self._store.write(partial(write_heartbeat, job=row.id, attempt=row.attempt, at=_now()))
        capacity = self._executor.capacity
        self._start_waiting(len(rows) if self._executor.is_shared else len(running), capacity)
        self._status, self._looked_at = (
            replace(self._status, waiting=waiting, capacity=capacity),
            time.monotonic(),
        )

    def _start_waiting(self, busy: int, capacity: int) -> None:
        """Claim jobs while there is capacity."""
        while busy < capacity and not self._stopping.is_set():
            row = self._store.write(partial(claim_next, runner=self.runner, at=_now()))
            if row is None:
                return
            _log.info("job started", job_id=row.id, kind=row.kind, attempt=row.attempt)
            busy += 1
            if not self._submit(row):
                return

    def _submit(self, row: Row[Any]) -> bool:
        """Hand a claimed job to the executor; False where it could not take it, and it is queued again."""
        seconds = float(row.request["seconds"])
        limit = _LIMIT_FACTOR * seconds + self._settings.grace_seconds
        # Before it is submitted: it may end at once, and a step that does not find it here would recover it.
        with self._lock:
            self._running[row.id] = RunningAttempt(row.attempt, time.monotonic() + limit)
        try:
            self._executor.submit(row.id, row.attempt, limit + _REMOTE_MARGIN_SECONDS)
        except Exception as error:
            _log.warning("job not started", job_id=row.id, error=str(error))
            with self._lock:
                self._running.pop(row.id, None)
            self._store.write(partial(requeue, job=row.id, attempt=row.attempt, at=_now()))
            return False
        return True

    def _end_overdue(self, row: Row[Any]) -> None:
        """End a job that is at work, or waits for a worker, beyond its limit."""
        reason = message("It did not end in time and was stopped.")

        def write_end(connection: Connection) -> None:
            if row.stage:
                end_job(connection, row.id, row.attempt, JobState.FAILED, _now(), reason=reason)
            else:
                handle_crash(connection, row.id, row.attempt, _now())

        self._store.write(write_end)
        self._executor.kill(row.id)
        _log.warning("job ended late", job_id=row.id, attempt=row.attempt)

    def _cancel(self, row: Row[Any]) -> None:
        # First the table, so that the killed process cannot look like a crash.
        self._store.write(partial(_write_cancelled, job=row.id, attempt=row.attempt))
        self._executor.kill(row.id)
        _log.info("job cancelled", job_id=row.id)

    def _on_end(self, job: str, attempt: int, died: bool) -> None:
        """Take from the executor that nothing works on an attempt any more."""
        if died and not self._stopping.is_set():
            _log.warning("job's process died", job_id=job, attempt=attempt)
            self._write_or_log(partial(_recover, job=job, attempt=attempt))
        with self._lock:
            if job in self._running and self._running[job].attempt == attempt:
                del self._running[job]
        self._wake.set()


def _recover(connection: Connection, job: str, attempt: int) -> None:
    """Put right a running job that nothing works on."""
    row = job_row(connection, job)
    if row is not None and row.cancel:
        _write_cancelled(connection, job, attempt)
    else:
        handle_crash(connection, job, attempt, _now())


def _write_cancelled(connection: Connection, job: str, attempt: int) -> None:
    end_job(connection, job, attempt, JobState.CANCELLED, _now(), reason=message("It was cancelled."))
