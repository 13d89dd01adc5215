"""What a worker does: one job from its claim to its end, with signs of life; knows nothing of the web."""

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

from api.jobs.kinds import Ended, solve
from api.store.database import open_store
from api.store.files import store_files
from api.store.jobs import add_event, begin_attempt, end_job, job_row, write_heartbeat
from api.store.models import JobState, VersionRow
from api.store.scenarios import Scenarios
from scheduler.engine.options import Event
from scheduler.errors import MenzhenError, StoreError
from scheduler.tickets.store import Store
from scheduler.words import Message, message

_LOOK_SECONDS = 0.25
_BEAT_EVERY = 4
"""Looks between two signs of life where nothing changes."""


class Twice(Exception):
    """A process works, or worked, on this attempt of the job already: a cluster runs lost tasks again by itself."""


class Abandoned(Exception):
    """The job is no longer this worker's: it was cancelled, or given to another."""


def run_job(url: str, job: str, attempt: int) -> None:
    """Do a job in a process of its own, which ends at once when the job is taken away or the server is gone."""
    store, scenarios = _opened(url)
    work(store, scenarios, job, attempt, lambda: os._exit(70))


@cache
def _opened(url: str) -> tuple[Store, Scenarios]:
    # A worker does one job after another, often of the same scenario.
    store = open_store(url)
    return store, Scenarios(store)


def run_job_elsewhere(url: str, job: str, attempt: int) -> None:
    """Do a job in a process that ends with whoever holds the other end of its input.

    Raises Twice where a process did, or does, work on this attempt.
    """
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    run_job(url, job, attempt)


def _end_with_the_input() -> None:
    # The bare descriptor: a reader that is asleep in Python's own file would be in the way of a usual end.
    while os.read(0, 1):
        pass
    os._exit(1)


def work(store: Store, scenarios: Scenarios, job: str, attempt: int, abandon: Callable[[], None]) -> None:
    """Do a job and write down how it ended; `abandon` is called where it is taken away meanwhile.

    Raises Twice where it was begun before in this attempt, and StoreError; then the job is left as it is.
    """
    row = store.read(lambda connection: job_row(connection, job))
    if row is None or row.attempt != attempt or row.state != JobState.RUNNING:
        return
    if not store.write(lambda connection: begin_attempt(connection, job, attempt)):
        raise Twice(job)
    with _Beating(store, job, attempt, abandon) as beating:
        try:
            ended = solve(store, scenarios, row, beating.hear)
        except Abandoned:
            return
        except StoreError:
            raise
        except MenzhenError as error:
            ended = Ended(JobState.FAILED, reason=message("{problems}", problems=_told(error)))
        except MemoryError:
            ended = Ended(JobState.FAILED, reason=message("There was not enough memory for it."))
        except Exception as error:
            ended = Ended(
                JobState.FAILED, reason=message("A fault of the program: {kind}.", kind=type(error).__name__)
            )
            beating.last()
            _report(store, row, ended, attempt)
            raise
        beating.last()
        _report(store, row, ended, attempt)


def _told(error: MenzhenError) -> list[Message]:
    return [message("{wrong}. {remedy}", wrong=one.wrong, remedy=one.remedy) for one in error.problems]


def _report(store: Store, row: Row[Any], ended: Ended, attempt: int) -> None:
    def step(connection: Connection) -> None:
        now = dt.datetime.now(dt.UTC)
        mine = end_job(
            connection, row.id, attempt, ended.state, now, outcome=ended.outcome, reason=ended.reason
        )
        if mine and ended.files:
            store_files(connection, row.id, 1, ended.files)
            version = {"job": row.id, "version": 1, "edits": [], "pins": [], "reason": ""}
            connection.execute(
                insert(VersionRow).values({**version, "made_at": now, "made_by": row.created_by})
            )

    # What took minutes to work out is not thrown away for a database that is busy, or full, just now.
    for left in reversed(range(_TRIES)):
        try:
            store.write(step)
        except StoreError:
            if not left:
                raise
            time.sleep(_WAIT_SECONDS)
        else:
            return


_TRIES = 6
_WAIT_SECONDS = 5.0


@dataclass
class _Beating(AbstractContextManager["_Beating"]):
    """Tells the database that the work goes on and how far it is, beside it."""

    store: Store
    job: str
    attempt: int
    abandon: Callable[[], None]
    _latest: Event | None = None
    _gone: bool = False
    _last: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    def hear(self, event: Event | None) -> None:
        """Take in what the engine tells; raises Abandoned where the job was taken away."""
        if event is not None:
            self._latest = event
        if self._gone:
            raise Abandoned

    def last(self) -> None:
        """Beat on while the end is written down: from now on a job that does not run is no surprise."""
        self._last = True

    def __enter__(self) -> _Beating:
        self._thread = threading.Thread(target=self._run, name=f"beat-{self.job}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        told, looks = None, 0
        while not self._stop.wait(_LOOK_SECONDS):
            looks, latest = looks + 1, self._latest
            if latest == told and looks % _BEAT_EVERY:
                continue
            if not self._kept(latest if latest != told else None):
                if not self._last:
                    self._gone = True
                    self.abandon()
                return
            told = latest

    def _kept(self, event: Event | None) -> bool:
        def step(connection: Connection) -> bool:
            now = dt.datetime.now(dt.UTC)
            data: Mapping[str, Any] = {}
            if event is not None:
                data = {"stage": event.stage, "best": event.best, "bound": event.bound}
            mine = write_heartbeat(connection, self.job, self.attempt, now, **data)
            if mine and data:
                add_event(connection, self.job, "progress", data, now)
            return mine

        try:
            return self.store.write(step)
        except MenzhenError:
            return True  # a database that is busy says nothing about the job; the next look tells
