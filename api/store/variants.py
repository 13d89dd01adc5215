"""Finished variants of studies in the database: they outlive every process, and every server and worker sees them."""

from __future__ import annotations

import datetime as dt
import json
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from api.store.files import read_file, store_files
from api.store.jobs import add_event, write_heartbeat
from api.store.models import FileRow, JobEventRow, JobRow, JobState
from scheduler.errors import StoreError
from scheduler.study.run.keeping import content_of, solved_of
from scheduler.study.run.solving import Solved
from scheduler.tickets.store import Store

_VERSION = 1
_TRIES = 6
_WAIT_SECONDS = 5.0
_PROGRESS = "progress"
_RESULTS = "variant-%.json"


def _result(number: int) -> str:
    return f"variant-{number}.json"


def _sessions(number: int) -> str:
    return f"variant-{number}.csv"


class StoredVariants:
    """What an attempt at a study keeps of its variants, which are named in order; `kept` are those that are there.

    What an attempt that was taken away still finds out is not written.
    """

    def __init__(self, store: Store, job: str, attempt: int, names: Sequence[str]) -> None:
        self._store, self._job, self._attempt = store, job, attempt
        self._numbers = {name: number for number, name in enumerate(names)}
        self.kept: set[str] = set()

    def remove_others(self, names: Iterable[str]) -> None:
        """Do nothing: the variants of a study that was asked for stay the same."""

    def find(self, name: str, digest: str) -> Solved | None:
        """Return what is kept of a variant; what other programs found out, by another digest, is removed."""
        number = self._numbers[name]
        content = self._store.read(lambda c: read_file(c, self._job, _VERSION, _result(number)))
        if content is None:
            return None
        found = json.loads(content)
        if found["digest"] != digest:
            self._patiently(lambda c: _remove(c, self._job, number))
            return None
        self.kept.add(name)
        return solved_of(found, found["seconds"])

    def keep(self, name: str, digest: str, solved: Solved) -> None:
        """Keep what came of a variant, with its sessions; raises StoreError where the database cannot for long."""
        number = self._numbers[name]
        seconds = 0.0 if solved.figures is None else solved.figures.seconds
        content = {"digest": digest, "seconds": round(seconds, 3), **content_of(solved)}
        files = {_result(number): json.dumps(content, ensure_ascii=False).encode()}
        if "sessions.csv" in solved.files:
            files[_sessions(number)] = solved.files["sessions.csv"]

        def step(connection: Connection) -> None:
            _remove(connection, self._job, number)
            store_files(connection, self._job, _VERSION, files)

        self._patiently(step)
        self.kept.add(name)

    def tell(self, data: Mapping[str, Any]) -> None:
        """Write down how far the study is."""
        self._patiently(lambda c: add_event(c, self._job, _PROGRESS, data, dt.datetime.now(dt.UTC)))

    def _patiently(self, step: Callable[[Connection], object]) -> None:
        """Write while the attempt goes on; what took minutes to work out is not lost to a database that is busy."""

        def mine(connection: Connection) -> None:
            if write_heartbeat(connection, self._job, self._attempt, dt.datetime.now(dt.UTC)):
                step(connection)

        for left in reversed(range(_TRIES)):
            try:
                self._store.write(mine)
            except StoreError:
                if not left:
                    raise
                time.sleep(_WAIT_SECONDS)
            else:
                return


def _remove(connection: Connection, job: str, number: int) -> None:
    names = (_result(number), _sessions(number))
    connection.execute(delete(FileRow).where(FileRow.job == job, FileRow.name.in_(names)))


def read_variants(connection: Connection, job: str, names: Sequence[str]) -> dict[str, Solved]:
    """Return what is kept of a study's variants by name, whatever program found it out."""
    wanted = select(FileRow.name, FileRow.content).where(FileRow.job == job, FileRow.name.like(_RESULTS))
    found = {name: json.loads(zlib.decompress(content)) for name, content in connection.execute(wanted)}
    told = ((name, found.get(_result(number))) for number, name in enumerate(names))
    return {name: solved_of(content, content["seconds"]) for name, content in told if content is not None}


def read_variant(connection: Connection, job: str, number: int) -> tuple[Solved | None, bytes | None]:
    """Return what is kept of the variant with this number, and the sessions of its roster."""
    content = read_file(connection, job, _VERSION, _result(number))
    sessions = read_file(connection, job, _VERSION, _sessions(number))
    found = None if content is None else json.loads(content)
    return None if found is None else solved_of(found, found["seconds"]), sessions


def count_variants(connection: Connection, job: str) -> int:
    """Return how many variants of a study are kept."""
    wanted = select(func.count()).where(FileRow.job == job, FileRow.name.like(_RESULTS))
    return int(connection.execute(wanted).scalar_one())


def read_progress(connection: Connection, jobs: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return what was last told of how far studies are, by study."""
    mine = (JobEventRow.job.in_(jobs), JobEventRow.name == _PROGRESS)
    last = select(func.max(JobEventRow.number)).where(*mine).group_by(JobEventRow.job)
    rows = connection.execute(select(JobEventRow.job, JobEventRow.data).where(JobEventRow.number.in_(last)))
    return {str(row.job): row.data for row in rows}


def requeue_ended(connection: Connection, job: str, at: dt.datetime) -> bool:
    """Queue a study that has ended once more, with all its attempts; False where it has not ended."""
    ended = update(JobRow).where(JobRow.id == job, JobRow.ended_at.is_not(None))
    values = {"state": JobState.QUEUED, "attempt": 0, "runner": "", "cancel": False, "stage": ""}
    again = connection.execute(ended.values(**values, outcome={}, reason={}, ended_at=None))
    if again.rowcount == 1:
        add_event(connection, job, "state", {"state": str(JobState.QUEUED)}, at)
    return again.rowcount == 1
