"""Processes of this machine as the workers of a study; what a pool does with them is in tests/test_processes.py."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from scheduler.processes import OverdueError, WorkerDiedError
from scheduler.study.run.workers import LocalWorkers


@pytest.fixture
def workers() -> Iterator[LocalWorkers]:
    opened = LocalWorkers(2, seconds=30)
    yield opened
    opened.close()


def _add(shared: int, other: int) -> int:
    return shared + other


def _identity(shared: list[int]) -> tuple[int, int]:
    return os.getpid(), id(shared)


def test_a_shared_value_reaches_every_call_also_that_of_a_process_that_is_started_later(
    workers: LocalWorkers,
) -> None:
    handle = workers.share(40)
    dying = workers.submit(os._exit, 1)
    futures = [workers.submit(_add, handle, other) for other in range(5)]
    with pytest.raises(WorkerDiedError):
        dying.result(60)
    assert [future.result(60) for future in futures] == [40, 41, 42, 43, 44]


def test_a_shared_value_is_unpickled_once_in_each_process() -> None:
    workers = LocalWorkers(1)
    try:
        handle = workers.share([1, 2])
        assert len({workers.submit(_identity, handle).result(60) for _ in range(3)}) == 1
    finally:
        workers.close()


def test_a_limit_that_is_set_later_holds_for_the_calls_from_then_on() -> None:
    workers = LocalWorkers(1)
    try:
        workers.limit_calls(0.5)
        with pytest.raises(OverdueError):
            workers.submit(time.sleep, 1000).result(60)
    finally:
        workers.close()
