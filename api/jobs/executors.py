"""Runs jobs in processes of this machine, or has another executor do so."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from importlib import import_module

import structlog

from api.jobs.port import Executor, JobEndCallback
from api.jobs.worker import run_job
from api.settings import Settings
from scheduler.processes import ProcessPool, WorkerDiedError

_log = structlog.get_logger()


class LocalExecutor:
    """Worker processes of this machine, which have the solver loaded before the first job comes."""

    is_shared = False

    def __init__(self, settings: Settings, on_end: JobEndCallback) -> None:
        self._url, self._on_end = settings.url, on_end
        self._pool = ProcessPool(settings.workers, _load_solver, eager=settings.workers)
        self._futures: dict[str, Future[None]] = {}

    @property
    def capacity(self) -> int:
        """Processes that are there; one that the system has no room for is tried again by itself."""
        return self._pool.ready

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Start a job in the first process that is free; the dispatcher kills it at the limit."""
        future = self._pool.submit(run_job, self._url, job, attempt)
        # Before the callback, which may come at once.
        self._futures[job] = future
        future.add_done_callback(partial(self._end_attempt, job, attempt))

    def kill(self, job: str) -> None:
        """Kill the process that works on a job."""
        future = self._futures.get(job)
        if future is not None:
            self._pool.kill(future)

    def shutdown(self) -> None:
        """Kill all processes."""
        self._pool.close()

    def _end_attempt(self, job: str, attempt: int, future: Future[None]) -> None:
        # The next attempt may have been submitted already, and must still be found by `kill`.
        if self._futures.get(job) is future:
            del self._futures[job]
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, WorkerDiedError):
            _log.error("fault", job_id=job, attempt=attempt, exc_info=error)
        self._on_end(job, attempt, error is not None)


def _load_solver() -> None:
    """Import what takes a second: better now than with the first job."""
    import_module("scheduler.plan")


def make_executor(settings: Settings, on_end: JobEndCallback) -> Executor:
    """Return the executor that the settings name; raises SettingError where it is not available."""
    if settings.executor == "local":
        return LocalExecutor(settings, on_end)
    from api.jobs.cluster import DaskExecutor

    return DaskExecutor(settings, on_end)
