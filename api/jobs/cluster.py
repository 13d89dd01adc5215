"""Solves on a Dask cluster that all servers share: each in a process of its own, beside the worker that was asked."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import structlog

from api.jobs.port import Ended
from api.settings import Settings
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import message

_CONNECT_SECONDS = 10
_ADDRESS = "MENZHEN_DATABASE_URL"
_CODE = (
    "import os, sys; from api.jobs.worker import run_job_elsewhere; "
    f"run_job_elsewhere(os.environ['{_ADDRESS}'], sys.argv[1], int(sys.argv[2]))"
)
_log = structlog.get_logger()


class Dask:
    """Workers of a Dask cluster: each starts a process for a job, which ends itself when the job is taken away."""

    shared = True

    def __init__(self, settings: Settings, ended: Ended) -> None:
        self._settings, self._ended = settings, ended
        self._client: Any = None
        try:
            self._connected()
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
    def places(self) -> int:
        """Threads of all workers that are there now; 0 where the scheduler does not answer."""
        try:
            return sum(self._connected().nthreads().values())
        except (OSError, ValueError) as error:
            _log.warning("dask scheduler", error=str(error))
            return 0

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Begin a job on some worker."""
        future = self._connected().submit(
            run_in_process, self._settings.url, job, attempt, limit, pure=False, retries=0
        )
        future.add_done_callback(lambda done: self._ended(job, attempt, done.status != "finished"))

    def kill(self, job: str) -> None:
        """Do nothing: the process sees in the database that the job is no longer its own, and ends."""

    def shutdown(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def _connected(self) -> Any:
        from distributed import Client

        # A scheduler that was away for long has closed the client; the next one finds it again.
        if self._client is None or self._client.status == "closed":
            address = self._settings.dask_scheduler
            connect: Any = Client
            self._client = connect(address, set_as_default=False, timeout=_CONNECT_SECONDS)
        return self._client


def run_in_process(url: str, job: str, attempt: int, limit: float) -> None:
    """Run a job in a process of its own; raises CalledProcessError where that dies or outlives `limit` seconds."""
    # The address may hold a password, and a command line can be read by everybody on the machine.
    environment = {**os.environ, _ADDRESS: url}
    words = [sys.executable, "-c", _CODE, job, str(attempt)]
    # It reads its input to the end, which comes when this process ends, however that happens.
    with subprocess.Popen(words, env=environment, stdin=subprocess.PIPE) as process:
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    if code:
        raise subprocess.CalledProcessError(code, words)
