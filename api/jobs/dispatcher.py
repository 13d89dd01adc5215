"""The jobs of a server: claimed from the table, run, cancelled, and put right after a crash."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from api.jobs.port import Ended, Executor
from api.settings import Settings
from api.store.jobs import (
    claim_next,
    end_job,
    find_abandoned,
    handle_crash,
    is_stale,
    job_row,
    requeue,
    running_rows,
    write_heartbeat,
)
from api.store.models import JobState
from scheduler.errors import StoreError
from scheduler.tickets.store import Store
from scheduler.words import message

_LOOK_SECONDS = 0.5
_TIMES = 2
"""An answer may take its seconds twice: reasons are looked for after the solve, and compared ones are two solves."""

_DAY_SECONDS = 86_400
"""What a job may take whose request names no seconds for the whole of it."""

_LATER_SECONDS = 30
"""A worker elsewhere ends a process by itself so long after the server should have done so."""

_log = structlog.get_logger()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class _Mine:
    """An attempt that this server works on, and when it must have ended, in seconds of the steady clock."""

    attempt: int
    ends: float


class Jobs:
    """The dispatcher: one thread that claims, watches and ends; the table alone knows what is so."""

    def __init__(
        self, store: Store, settings: Settings, make_executor: Callable[[Settings, Ended], Executor]
    ) -> None:
        self._store, self._settings = store, settings
        self.runner = secrets.token_hex(8)
        self._mine: dict[str, _Mine] = {}
        self._lock = threading.Lock()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._executor = make_executor(settings, self._ended)
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Tell whether jobs are being looked after."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Look at the table now."""
        self._wake.set()

    def stop(self) -> None:
        """End everything; what runs goes back to the queue and does not count as an attempt."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            mine, self._mine = dict(self._mine), {}
        for job, one in mine.items():
            self._try(lambda c, job=job, one=one: requeue(c, job, one.attempt, _now()))  # type: ignore[misc]
        self._executor.shutdown()

    def _try(self, step: Callable[[Connection], object]) -> None:
        """Write what is made up for later where the database cannot just now."""
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
                # Whatever it was, the other jobs still want to be looked after.
                _log.exception("fault")
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()

    def step(self) -> None:
        """Look once: put right what was left behind, end what was cancelled, begin what waits."""
        rows = self._store.read(running_rows)
        alone, stale = self._settings.is_sqlite, self._settings.stale_seconds
        with self._lock:
            mine = dict(self._mine)
        left = find_abandoned(rows, self.runner, mine, _now(), stale, alone=alone)
        for row in left:
            _log.warning("job abandoned", job_id=row.id, attempt=row.attempt)
            self._store.write(lambda c, row=row: self._crashed(c, row.id, row.attempt))  # type: ignore[misc]
        for row in rows:
            if row in left:
                continue
            if row.cancel:
                self._cancel(row)
            elif row.id in mine and mine[row.id].ends <= time.monotonic():
                self._end_late(row)
            elif row.id in mine and not alone and is_stale(row, _now(), stale / 3):
                # It waits for a worker: that it is not forgotten only this server can tell.
                self._store.write(lambda c, row=row: write_heartbeat(c, row.id, row.attempt, _now()))  # type: ignore[misc]
        self._begin(len(rows) if self._executor.shared else len(mine))

    def _begin(self, busy: int) -> None:
        places = self._executor.places
        while busy < places and not self._stopping.is_set():
            claimed = self._store.write(lambda connection: claim_next(connection, self.runner, _now()))
            if claimed is None:
                return
            _log.info("job started", job_id=claimed.id, kind=claimed.kind, attempt=claimed.attempt)
            busy += 1
            if not self._submit(claimed):
                return

    def _submit(self, claimed: Row[Any]) -> bool:
        seconds = float(claimed.request.get("seconds", _DAY_SECONDS))
        limit = _TIMES * seconds + self._settings.grace_seconds
        with self._lock:
            self._mine[claimed.id] = _Mine(claimed.attempt, time.monotonic() + limit)
        try:
            self._executor.submit(claimed.id, claimed.attempt, limit + _LATER_SECONDS)
        except Exception as error:
            _log.warning("job not started", job_id=claimed.id, error=str(error))
            with self._lock:
                self._mine.pop(claimed.id, None)
            self._store.write(lambda c: requeue(c, claimed.id, claimed.attempt, _now()))
            return False
        return True

    def _end_late(self, row: Row[Any]) -> None:
        """End a job whose process is at work, or waits for a place, beyond its limit."""
        reason = message("It did not end in time and was stopped.")

        def step(connection: Connection) -> None:
            if row.stage:
                end_job(connection, row.id, row.attempt, JobState.FAILED, _now(), reason=reason)
            else:
                handle_crash(connection, row.id, row.attempt, _now())

        self._store.write(step)
        self._executor.kill(row.id)
        _log.warning("job ended late", job_id=row.id, attempt=row.attempt)

    def _cancel(self, row: Row[Any]) -> None:
        def step(connection: Connection) -> bool:
            reason = message("It was cancelled.")
            return end_job(connection, row.id, row.attempt, JobState.CANCELLED, _now(), reason=reason)

        # First the table, so that what is killed cannot be taken for crashed.
        self._store.write(step)
        self._executor.kill(row.id)
        _log.info("job cancelled", job_id=row.id)

    def _ended(self, job: str, attempt: int, died: bool) -> None:
        if died and not self._stopping.is_set():
            _log.warning("job's process died", job_id=job, attempt=attempt)
            self._try(lambda connection: self._crashed(connection, job, attempt))
        with self._lock:
            if job in self._mine and self._mine[job].attempt == attempt:
                del self._mine[job]
        self._wake.set()

    def _crashed(self, connection: Connection, job: str, attempt: int) -> None:
        row = job_row(connection, job)
        if row is not None and row.cancel:
            end_job(connection, job, attempt, JobState.CANCELLED, _now(), reason=message("It was cancelled."))
            return
        handle_crash(connection, job, attempt, _now())
