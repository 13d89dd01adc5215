"""One Dask cluster for all tests; property tests draw the same examples everywhere and may be slow on a busy machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

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
