"""Solves on a Dask cluster with PostgreSQL: a scheduler and a worker as processes of their own, as in docs/deploy.md."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from api.jobs.cluster import DaskExecutor, run_in_process
from api.jobs.dispatcher import JobDispatcher
from api.jobs.executors import make_executor
from api.jobs.worker import AttemptBegunError
from api.settings import read_settings
from api.store.jobs import add_job, claim_next, job_row
from api.store.models import JobKind, JobRow
from scenarios.bundled import typical
from scenarios.smallest import RULES
from scheduler.errors import SettingError
from scheduler.processes import OverdueError
from tests.api.conftest import Here
from tests.tickets.postgres import running

ROOT = Path(__file__).parents[3]
DASK_SETTINGS = {"DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _dask(log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard"]
    environment = {**os.environ, **DASK_SETTINGS, "PYTHONPATH": str(ROOT)}
    with log.open("ab") as file:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


class Cluster:
    """A scheduler on loopback, and as many workers as were begun."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, f"tcp://127.0.0.1:{_free_port()}"

    def worker(self) -> Any:
        local = ["--no-nanny", "--nthreads", "1", "--host", "127.0.0.1"]
        space = ["--local-directory", str(self.folder)]
        return _dask(self.folder / "worker.log", "worker", self.address, *local, *space)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    port = made.address.rpartition(":")[2]
    with _dask(made.folder / "scheduler.log", "scheduler", "--host", "127.0.0.1", "--port", port):
        yield made


@pytest.fixture
def shared(start: Callable[..., Here]) -> Iterator[Here]:
    """A service on a PostgreSQL server."""
    with running() as url:
        here = start(database_url=url)
        yield here
        here.service.close()


@pytest.fixture
def jobs(shared: Here, cluster: Cluster) -> Iterator[JobDispatcher]:
    """JobDispatcher that the cluster does."""
    settings = replace(shared.service.settings, executor="dask", dask_scheduler=cluster.address)
    made = JobDispatcher(shared.service.store, settings, make_executor)
    made.start()
    yield made
    made.stop()


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 90
    while not true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.1)


def _row(here: Here, job: str) -> Any:
    row = here.service.store.read(lambda c: job_row(c, job))
    assert row is not None
    return row


def test_jobs_wait_for_a_worker_outlive_its_death_and_are_cancelled_on_the_next(
    shared: Here, jobs: JobDispatcher, cluster: Cluster
) -> None:
    small = shared.plan_later(RULES["ratio_day"]())
    jobs.wake()
    time.sleep(1)
    # Without a worker there is no place: it waits where it is seen to wait.
    assert _row(shared, small).state == "queued"
    long = _long(shared)
    with cluster.worker() as worker:
        _until(lambda: _row(shared, small).state == "done")
        _until(lambda: bool(_row(shared, long).stage))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        _until(lambda: _row(shared, long).state == "queued")
    with cluster.worker():
        _until(lambda: _row(shared, long).attempt == 2 and bool(_row(shared, long).stage))
        assert shared.ask("DELETE", f"rosters/{long}").status_code == 202
        _until(lambda: _row(shared, long).state == "cancelled")
        last = shared.plan_later(RULES["ratio_day"](), seed=1)
        _until(lambda: _row(shared, last).state == "done")


def _long(here: Here) -> str:
    """Ask for a roster whose solve lasts long enough to be killed."""
    scenario, now = here.send(typical()), here.service.clock()
    request = {"solver": "cp_sat", "seconds": 60, "seed": 0, "keep": []}
    return here.service.store.write(lambda c: add_job(c, JobKind.PLAN, scenario, request, "me", now))


def test_a_task_that_the_cluster_runs_again_by_itself_does_not_run_beside_the_first(here: Here) -> None:
    job, now = _long(here), here.service.clock()
    here.service.store.write(lambda c: claim_next(c, "server", now))
    here.service.store.write(lambda c: c.execute(update(JobRow).values(stage="starting")))
    with pytest.raises(AttemptBegunError):
        run_in_process(here.service.settings.url, job, 1, 60)
    assert _row(here, job).state == "running"


def test_a_process_that_outlives_its_limit_is_killed(here: Here) -> None:
    job, now = _long(here), here.service.clock()
    here.service.store.write(lambda c: claim_next(c, "server", now))
    began = time.monotonic()
    with pytest.raises(OverdueError):
        run_in_process(here.service.settings.url, job, _row(here, job).attempt, 2)
    assert time.monotonic() - began < 30


def test_a_scheduler_that_is_not_there_is_reported_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.jobs.cluster._CONNECT_SECONDS", 1)
    settings = replace(read_settings({}), dask_scheduler=f"tcp://127.0.0.1:{_free_port()}")
    with pytest.raises(SettingError, match="no Dask scheduler answers there"):
        DaskExecutor(settings, lambda job, attempt, died: None)
