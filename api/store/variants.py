"""Finished variants of studies in the database: they outlive every process, and every server and worker sees them."""

from __future__ import annotations

import datetime as dt
import json
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select

from api.store.files import read_file, store_files
from api.store.jobs import add_event, change_state, write_heartbeat
from api.store.models import FileRow, JobEventRow, JobRow, JobState
from scheduler.errors import StoreError
from scheduler.study.run.variant_folder import result_from_json, result_to_json
from scheduler.study.run.variant_solver import VariantResult
from scheduler.tickets.store import Store

_VERSION = 1
_TRIES = 6
_WAIT_SECONDS = 5.0
_PROGRESS = "progress"
_RESULTS = "variant-%.json"


def _result_name(number: int) -> str:
    return f"variant-{number}.json"


def _sessions_name(number: int) -> str:
    return f"variant-{number}.csv"


class StoredVariants:
    """The results of an attempt at a study by variant; `names` are all of its variants, `stored` those with a result.

    Nothing is written once the attempt has been taken away: another process may be working on the study.
    """

    def __init__(self, store: Store, job: str, attempt: int, names: Sequence[str]) -> None:
        self._store, self._job, self._attempt = store, job, attempt
        self._numbers = {name: number for number, name in enumerate(names)}
        self.stored: set[str] = set()

    def remove_others(self, names: Iterable[str]) -> None:
        """Do nothing: the variants of a requested study stay the same."""

    def find(self, name: str, digest: str) -> VariantResult | None:
        """Return the stored result of a variant; one with another digest, of another program, is removed."""
        number = self._numbers[name]
        file = self._store.read(lambda c: read_file(c, self._job, _VERSION, _result_name(number)))
        if file is None:
            return None
        content = json.loads(file)
        if content["digest"] != digest:
            self._write_with_retries(lambda c: _remove_files(c, self._job, number))
            return None
        self.stored.add(name)
        return result_from_json(content, content["seconds"])

    def save(self, name: str, digest: str, result: VariantResult) -> None:
        """Store the result of a variant, with its sessions; raises StoreError where the database fails for long."""
        number = self._numbers[name]
        seconds = 0.0 if result.figures is None else result.figures.seconds
        content = {"digest": digest, "seconds": round(seconds, 3), **result_to_json(result)}
        files = {_result_name(number): json.dumps(content, ensure_ascii=False).encode()}
        if "sessions.csv" in result.files:
            files[_sessions_name(number)] = result.files["sessions.csv"]

        def step(connection: Connection) -> None:
            _remove_files(connection, self._job, number)
            store_files(connection, self._job, _VERSION, files)

        self._write_with_retries(step)
        self.stored.add(name)

    def add_progress(self, data: Mapping[str, Any]) -> None:
        """Add an event with the progress of the study."""
        self._write_with_retries(lambda c: add_event(c, self._job, _PROGRESS, data, dt.datetime.now(dt.UTC)))

    def _write_with_retries(self, step: Callable[[Connection], object]) -> None:
        """Write while the attempt goes on; a result that took minutes is not lost to a database that is busy."""

        def write(connection: Connection) -> None:
            # The heartbeat locks the job's row: nobody can take the attempt away before this is committed.
            if write_heartbeat(connection, self._job, self._attempt, dt.datetime.now(dt.UTC)):
                step(connection)

        for tries_left in reversed(range(_TRIES)):
            try:
                self._store.write(write)
            except StoreError:
                if not tries_left:
                    raise
                time.sleep(_WAIT_SECONDS)
            else:
                return


def _remove_files(connection: Connection, job: str, number: int) -> None:
    names = (_result_name(number), _sessions_name(number))
    connection.execute(delete(FileRow).where(FileRow.job == job, FileRow.name.in_(names)))


def read_variants(connection: Connection, job: str, names: Sequence[str]) -> dict[str, VariantResult]:
    """Return the stored results of a study's variants by name, whatever program wrote them."""
    wanted = select(FileRow.name, FileRow.content).where(FileRow.job == job, FileRow.name.like(_RESULTS))
    files = {name: json.loads(zlib.decompress(content)) for name, content in connection.execute(wanted)}
    contents = ((name, files.get(_result_name(number))) for number, name in enumerate(names))
    return {
        name: result_from_json(content, content["seconds"])
        for name, content in contents
        if content is not None
    }


def read_variant(connection: Connection, job: str, number: int) -> tuple[VariantResult | None, bytes | None]:
    """Return the stored result of the variant with this number, and the sessions.csv of its roster."""
    file = read_file(connection, job, _VERSION, _result_name(number))
    sessions = read_file(connection, job, _VERSION, _sessions_name(number))
    content = None if file is None else json.loads(file)
    return None if content is None else result_from_json(content, content["seconds"]), sessions


def count_variants(connection: Connection, job: str) -> int:
    """Return how many variants of a study have a stored result."""
    wanted = select(func.count()).where(FileRow.job == job, FileRow.name.like(_RESULTS))
    return int(connection.execute(wanted).scalar_one())


def read_progress(connection: Connection, jobs: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return the last progress of studies that have any, by study."""
    is_progress = (JobEventRow.job.in_(jobs), JobEventRow.name == _PROGRESS)
    last = select(func.max(JobEventRow.number)).where(*is_progress).group_by(JobEventRow.job)
    rows = connection.execute(select(JobEventRow.job, JobEventRow.data).where(JobEventRow.number.in_(last)))
    return {str(row.job): row.data for row in rows}


def requeue_ended(connection: Connection, job: str, at: dt.datetime) -> bool:
    """Queue a study that has ended once more, with all its attempts; False where it has not ended."""
    reset: dict[str, Any] = {"attempt": 0, "runner": "", "cancel": False, "stage": ""}
    reset |= {"outcome": {}, "reason": {}, "ended_at": None}
    has_ended = (JobRow.id == job, JobRow.ended_at.is_not(None))
    return change_state(connection, job, JobState.QUEUED, at, *has_ended, **reset)
