"""The jobs of a server: claimed from the table, run, cancelled, and put right after a crash."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from api.executors import Ended, Executor
from api.settings import Settings
from api.store.jobs import abandoned, claim_next, crashed, end_job, give_back, job_row, running_rows
from api.store.models import State
from scheduler.errors import StoreError
from scheduler.tickets.store import Store
from scheduler.words import message

_LOOK_SECONDS = 0.5
_log = structlog.get_logger()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Jobs:
    """The dispatcher: one thread that claims, watches and ends; the table alone knows what is so."""

    def __init__(
        self, store: Store, settings: Settings, make_executor: Callable[[Settings, Ended], Executor]
    ) -> None:
        self._store, self._settings = store, settings
        self.runner = secrets.token_hex(8)
        self._mine: dict[str, int] = {}
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
        for job, attempt in mine.items():
            self._store.write(lambda c, job=job, attempt=attempt: give_back(c, job, attempt, _now()))  # type: ignore[misc]
        self._executor.shutdown()

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
        alone = self._settings.is_sqlite
        left = abandoned(rows, self.runner, _now(), self._settings.stale_seconds, alone=alone)
        for row in left:
            _log.warning("job abandoned", job_id=row.id, attempt=row.attempt)
            self._store.write(lambda c, row=row: crashed(c, row.id, row.attempt, _now()))  # type: ignore[misc]
        for row in rows:
            if row.cancel and row not in left:
                self._cancel(row)
        while len(self._mine) < self._executor.places and not self._stopping.is_set():
            claimed = self._store.write(self._claim)
            if claimed is None:
                return
            _log.info("job started", job_id=claimed.id, kind=claimed.kind, attempt=claimed.attempt)
            with self._lock:
                self._mine[claimed.id] = claimed.attempt
            self._executor.submit(claimed.id, claimed.attempt)

    def _claim(self, connection: Connection) -> Row[Any] | None:
        return claim_next(connection, self.runner, _now())

    def _cancel(self, row: Row[Any]) -> None:
        def step(connection: Connection) -> bool:
            reason = message("It was cancelled.")
            return end_job(connection, row.id, row.attempt, State.CANCELLED, _now(), reason=reason)

        # First the table, so that what is killed cannot be taken for crashed.
        self._store.write(step)
        self._executor.kill(row.id)
        _log.info("job cancelled", job_id=row.id)

    def _ended(self, job: str, attempt: int, died: bool) -> None:
        with self._lock:
            if self._mine.get(job) == attempt:
                del self._mine[job]
        if died and not self._stopping.is_set():
            self._store.write(lambda connection: self._crashed(connection, job, attempt))
        self._wake.set()

    def _crashed(self, connection: Connection, job: str, attempt: int) -> None:
        row = job_row(connection, job)
        if row is not None and row.cancel:
            end_job(connection, job, attempt, State.CANCELLED, _now(), reason=message("It was cancelled."))
            return
        crashed(connection, job, attempt, _now())
