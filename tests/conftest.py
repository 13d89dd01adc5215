"""One Dask cluster and one database server for all tests; property tests draw the same examples everywhere and may be
slow on a busy machine.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from tests.tickets.postgres import MISSING, programs, running

settings.register_profile("home", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("ci", settings.get_profile("home"), max_examples=240)
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture(scope="session")
def _dask_cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.fixture
def dask_cluster(_dask_cluster: Any) -> Any:
    """A Dask cluster of two workers with a thread each; a worker that dies is started anew, as `dask worker` does."""
    scale_dask(_dask_cluster, 2)
    return _dask_cluster


def scale_dask(cluster: Any, workers: int) -> None:
    """Start or end workers, and wait for it."""
    cluster.scale(workers)
    ends = time.monotonic() + 60
    while len(cluster.scheduler_info["workers"]) != workers:
        assert time.monotonic() < ends, "the cluster has another number of workers"
        time.sleep(0.05)


_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of the server, started once; without its programs every test that asks for it fails and says why."""
    if programs() is None:
        pytest.fail(MISSING, pytrace=False)
    with running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return what makes the URL of an empty database; in PostgreSQL the one before is emptied for it."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'{next(_NUMBERS)}.db'}"
    server: str = request.getfixturevalue("server")
    return lambda: _emptied(server)


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """The URL of one empty database."""
    return new_url()


@pytest.fixture
def postgresql_url(server: str) -> str:
    """The URL of the server's one database, emptied."""
    return _emptied(server)


def _emptied(server: str) -> str:
    """Empty the server's one database: a new one each time would be as large as an empty PostgreSQL is."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server
