"""A worker's work: one job from its claim to its end, with heartbeats; knows nothing of the web."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, insert

from api.jobs.kinds import JobResult, solve_job
from api.memory import Memory
from api.store.database import open_store
from api.store.files import store_files
from api.store.jobs import add_event, begin_attempt, end_job, job_row, write_heartbeat
from api.store.models import JobState, VersionRow
from api.store.scenarios import Scenarios
from scheduler.engine.options import Event
from scheduler.errors import MOST_LINES, MenzhenError, StoreError, group_problems
from scheduler.tickets.store import Store
from scheduler.words import Message, message

_CHECK_SECONDS = 0.25
_HEARTBEAT_EVERY = 4
"""Checks between two heartbeats where nothing changes."""

_WRITE_TRIES = 6
_WRITE_WAIT_SECONDS = 5.0
_EXIT_CODE = 70
"""The operating system's code for an internal error: the process has lost its job."""


class AttemptBegunError(Exception):
    """A process works, or worked, on this attempt already: a cluster runs lost tasks again by itself."""


class AttemptLostError(Exception):
    """The attempt is no longer this worker's: the job was cancelled, or given to another."""


def run_job(url: str, job: str, attempt: int) -> None:
    """Run a job in a worker process, which ends at once when the job is taken away.

    Raises AttemptBegunError where a process did, or does, work on this attempt.
    """
    store, scenarios = _open_once(url)
    work(store, scenarios, job, attempt, lambda: os._exit(_EXIT_CODE))


@cache
def _open_once(url: str) -> tuple[Store, Scenarios]:
    # A worker does one job after another, often of the same scenario.
    store = open_store(url)
    return store, Scenarios(store, Memory())


def work(store: Store, scenarios: Scenarios, job: str, attempt: int, on_loss: Callable[[], None]) -> None:
    """Run a job and write its end; `on_loss` is called where it is taken away meanwhile.

    Raises AttemptBegunError where this attempt was begun before, and StoreError; then the job is left as it is.
    """
    row = store.read(lambda connection: job_row(connection, job))
    if row is None or row.attempt != attempt or row.state != JobState.RUNNING:
        return
    if not store.write(lambda connection: begin_attempt(connection, job, attempt)):
        raise AttemptBegunError(job)
    with _Heartbeat(store, job, attempt, on_loss) as heartbeat:
        fault: Exception | None = None
        try:
            result = solve_job(store, scenarios, row, heartbeat.on_progress)
        except AttemptLostError:
            return
        except StoreError:
            raise
        except MenzhenError as error:
            causes = [group.cause() for group in group_problems(error.problems)[:MOST_LINES]]
            result = _failure(message("{problems}", problems=causes))
        except MemoryError:
            result = _failure(message("There was not enough memory."))
        except Exception as error:
            result, fault = (
                _failure(message("A fault of the program: {kind}.", kind=type(error).__name__)),
                error,
            )
        heartbeat.expect_end()
        _write_result(store, row, result, attempt)
        if fault is not None:
            raise fault  # so that it is logged


def _failure(reason: Message) -> JobResult:
    return JobResult(JobState.FAILED, reason=reason)


def _write_result(store: Store, row: Row[Any], result: JobResult, attempt: int) -> None:
    def write(connection: Connection) -> None:
        now = dt.datetime.now(dt.UTC)
        # Its state and its files in one transaction, and only while the attempt is still this worker's.
        is_ours = end_job(
            connection, row.id, attempt, result.state, now, outcome=result.outcome, reason=result.reason
        )
        if is_ours and result.files:
            store_files(connection, row.id, 1, result.files)
            version = {"job": row.id, "version": 1, "edits": [], "pins": [], "reason": ""}
            connection.execute(
                insert(VersionRow).values({**version, "made_at": now, "made_by": row.created_by})
            )

    # A result that took minutes is not thrown away for a database that is busy, or full, just now.
    for tries_left in reversed(range(_WRITE_TRIES)):
        try:
            store.write(write)
        except StoreError:
            if not tries_left:
                raise
            time.sleep(_WRITE_WAIT_SECONDS)
        else:
            return


@dataclass
class _Heartbeat(AbstractContextManager["_Heartbeat"]):
    """Writes progress and signs of life to the database from a thread of its own, while the solver works."""

    store: Store
    job: str
    attempt: int
    on_loss: Callable[[], None]
    _latest: Event | None = None
    _is_lost: bool = False
    _is_ending: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    def on_progress(self, event: Event | None) -> None:
        """Take an event of the engine; raises AttemptLostError where the job was taken away."""
        if event is not None:
            self._latest = event
        if self._is_lost:
            raise AttemptLostError

    def expect_end(self) -> None:
        """Go on while the end is written: from now on a job that is no longer running is not a loss."""
        self._is_ending = True

    def __enter__(self) -> _Heartbeat:
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{self.job}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        written, checks = None, 0
        while not self._stop.wait(_CHECK_SECONDS):
            checks, latest = checks + 1, self._latest
            if latest == written and checks % _HEARTBEAT_EVERY:
                continue
            if not self._write(latest if latest != written else None):
                if not self._is_ending:
                    # The solver may be deep in native code: the flag alone would come too late.
                    self._is_lost = True
                    self.on_loss()
                return
            written = latest

    def _write(self, event: Event | None) -> bool:
        """Return whether the attempt is still this worker's."""

        def write(connection: Connection) -> bool:
            now = dt.datetime.now(dt.UTC)
            data: Mapping[str, Any] = {}
            if event is not None:
                data = {"stage": event.stage, "best": event.best, "bound": event.bound}
            is_ours = write_heartbeat(connection, self.job, self.attempt, now, **data)
            if is_ours and data:
                add_event(connection, self.job, "progress", data, now)
            return is_ours

        try:
            return self.store.write(write)
        except MenzhenError:
            return True  # a database that is busy says nothing about the job; the next heartbeat does
