"""Processes of this machine with the face of concurrent.futures."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from scheduler.errors import EngineError
from scheduler.study.run.places import LocalPlaces, WorkerDiedError


@pytest.fixture
def places() -> Iterator[LocalPlaces]:
    opened = LocalPlaces(2, patience=30)
    yield opened
    opened.close()


def _added(held: int, more: int) -> int:
    return held + more


def _die(code: int) -> None:
    os.kill(os.getpid(), code)


def test_what_is_shared_reaches_every_task_by_its_handle(places: LocalPlaces) -> None:
    handle = places.share(40)
    futures = [places.executor.submit(_added, handle, more) for more in range(5)]
    assert [future.result(60) for future in futures] == [40, 41, 42, 43, 44]


def test_a_task_that_raises_raises_here(places: LocalPlaces) -> None:
    with pytest.raises(TypeError):
        places.executor.submit(_added, 1, "x").result(60)


def test_a_worker_that_dies_takes_no_other_task_with_it_and_is_replaced(places: LocalPlaces) -> None:
    handle = places.share(40)
    dying = places.executor.submit(_die, signal.SIGKILL)
    futures = [places.executor.submit(_added, handle, more) for more in range(5)]
    with pytest.raises(WorkerDiedError):
        dying.result(60)
    assert [future.result(60) for future in futures] == [40, 41, 42, 43, 44]


def test_a_worker_that_died_before_anything_was_shared_is_replaced(places: LocalPlaces) -> None:
    first = places.executor._all[0]  # type: ignore[attr-defined]
    (process,) = first._processes.values()
    process.kill()
    process.join()
    while not first._broken:
        time.sleep(0.01)
    handle = places.share(40)
    futures = [places.executor.submit(_added, handle, more) for more in range(5)]
    died = [isinstance(future.exception(60), WorkerDiedError) for future in futures]
    assert died.count(True) == 1
    assert places.executor.submit(_added, handle, 2).result(60) == 42


def test_a_task_that_outlives_its_time_is_ended_and_the_next_one_is_done() -> None:
    places = LocalPlaces(1, patience=8)
    try:
        endless = places.executor.submit(time.sleep, 1000)
        after = places.executor.submit(_added, 1, 2)
        with pytest.raises(EngineError, match="time limit"):
            endless.result(60)
        assert after.result(60) == 3
    finally:
        places.close()


def test_closing_ends_what_is_at_work() -> None:
    places = LocalPlaces(1, patience=1000)
    places.executor.submit(_added, 1, 2).result(60)
    endless = places.executor.submit(time.sleep, 1000)
    waiting = places.executor.submit(_added, 1, 2)
    while not endless.running():
        time.sleep(0.01)
    places.close()
    assert isinstance(endless.exception(10), WorkerDiedError)
    assert waiting.cancelled()
