"""Runs jobs on a Dask cluster that all servers share: each in a process of its own, started by a Dask worker."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Any

import structlog

from api.jobs.port import JobEndCallback
from api.jobs.worker import run_job
from api.settings import Settings
from scheduler.errors import Problem, SettingError, Where
from scheduler.processes import CallFailedError, WorkerProcess
from scheduler.words import message

_CONNECT_SECONDS = 10
_log = structlog.get_logger()


class DaskExecutor:
    """Workers of a Dask cluster: each starts a process for a job, which ends itself when the job is taken away."""

    is_shared = True

    def __init__(self, settings: Settings, on_end: JobEndCallback) -> None:
        self._settings, self._on_end = settings, on_end
        self._client: Any = None
        try:
            self._connect()
        except ImportError:
            remedy = message("Install the package distributed here and on the workers, or set it to local.")
            wrong = message("the package distributed is not installed")
            raise SettingError([Problem(Where(field="MENZHEN_EXECUTOR"), wrong, remedy, "dask")]) from None
        except (OSError, ValueError):
            wrong = message("no Dask scheduler answers there")
            remedy = message(
                "Start it first: dask scheduler. Write its address such as tcp://scheduler:8786."
            )
            where = Where(field="MENZHEN_DASK_SCHEDULER")
            raise SettingError([Problem(where, wrong, remedy, settings.dask_scheduler)]) from None

    @property
    def capacity(self) -> int:
        """Threads of all workers that are there now; 0 where the scheduler does not answer."""
        try:
            return sum(self._connect().nthreads().values())
        except (OSError, ValueError) as error:
            _log.warning("dask scheduler", error=str(error))
            return 0

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Start a job on some worker."""
        future = self._connect().submit(
            run_in_process, self._settings.url, job, attempt, limit, pure=False, retries=0
        )
        future.add_done_callback(lambda done: self._on_end(job, attempt, done.status != "finished"))

    def kill(self, job: str) -> None:
        """Do nothing: the process sees in the database that the job is no longer its own, and ends."""

    def shutdown(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def _connect(self) -> Any:
        from distributed import Client

        # A scheduler that was away for long has closed the client; the next one finds it again.
        if self._client is None or self._client.status == "closed":
            address = self._settings.dask_scheduler
            connect: Any = Client
            self._client = connect(address, set_as_default=False, timeout=_CONNECT_SECONDS)
        return self._client


def run_in_process(url: str, job: str, attempt: int, limit: float) -> None:
    """Run a job in a process of its own, which ends with this one.

    Raises WorkerDiedError where it dies, OverdueError after `limit` seconds, and what `run_job` raises.
    """
    with closing(WorkerProcess()) as worker:
        worker.start()
        try:
            worker.call(partial(run_job, url, job, attempt), seconds=limit)
        except CallFailedError as failure:
            raise failure.error from None
