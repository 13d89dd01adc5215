"""Solves on a Dask cluster with PostgreSQL: its workers are killed and started anew."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from tests.conftest import scale_dask
from tests.tickets.postgres import running

# Dask's warnings are not ours.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def shared(start: Callable[..., Here]) -> Iterator[Here]:
    """A service on a PostgreSQL server."""
    with running() as url:
        here = start(database_url=url)
        yield here
        here.service.close()


@pytest.fixture
def jobs(shared: Here, dask_cluster: Any) -> Iterator[JobDispatcher]:
    """Jobs that the cluster runs."""
    address = dask_cluster.scheduler_address
    settings = replace(shared.service.settings, executor="dask", dask_scheduler=address)
    dispatcher = JobDispatcher(shared.service.store, settings, make_executor)
    dispatcher.start()
    yield dispatcher
    dispatcher.stop()


def _until(is_true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 300  # a bound for machines under load, not a measure
    while not is_true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.1)


def _row(here: Here, job: str) -> Any:
    row = here.service.store.read(lambda c: job_row(c, job))
    assert row is not None
    return row


def test_jobs_wait_for_a_worker_outlive_its_death_and_are_cancelled_on_the_next(
    shared: Here, dask_cluster: Any, jobs: JobDispatcher
) -> None:
    scale_dask(dask_cluster, 0)
    small = shared.plan_later(RULES["ratio_day"]())
    jobs.wake()
    time.sleep(1)
    # Without a worker there is no capacity: it waits where it is seen to wait.
    assert _row(shared, small).state == "queued"
    long = _long(shared)
    scale_dask(dask_cluster, 1)
    _until(lambda: _row(shared, small).state == "done")
    _until(lambda: bool(_row(shared, long).stage))
    (worker,) = dask_cluster.workers.values()
    os.kill(worker.pid, signal.SIGKILL)
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
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    settings = replace(read_settings({}), dask_scheduler=address)
    with pytest.raises(SettingError, match="no Dask scheduler answers there"):
        DaskExecutor(settings, lambda job, attempt, died: None)
