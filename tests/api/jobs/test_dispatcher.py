"""Jobs through crashes, stops and cancels: none lost, none done twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import select, update

from api.jobs.cluster import run_in_process
from api.jobs.dispatcher import JobDispatcher
from api.jobs.executors import LocalExecutor
from api.jobs.worker import work
from api.store.jobs import (
    add_job,
    claim_next,
    end_job,
    find_abandoned,
    handle_crash,
    job_row,
    requeue,
    write_heartbeat,
)
from api.store.models import JobKind, JobRow, JobState
from scenarios.smallest import RULES
from scheduler.errors import StoreError
from tests.api.conftest import Here, settings_in
from tests.live_workers import live_workers

NOW = dt.datetime(2026, 7, 15, 1, tzinfo=dt.UTC)


@pytest.fixture
def job(here: Here) -> str:
    """A job that waits."""
    scenario = here.send(RULES["ratio_day"]())
    answer = here.ask("POST", "rosters", json={"scenario": scenario, "seconds": 20})
    assert answer.json is not None
    return str(answer.json["id"])


def _state(here: Here, job: str) -> tuple[str, int]:
    row = here.service.store.read(lambda c: job_row(c, job))
    assert row is not None
    return row.state, row.attempt


def _row(here: Here, job: str) -> Any:
    row = here.service.store.read(lambda c: job_row(c, job))
    assert row is not None
    return row


def test_a_job_whose_process_dies_is_tried_once_more_and_then_fails_with_a_reason(
    here: Here, job: str
) -> None:
    store = here.service.store
    for attempt, state in ((1, "queued"), (2, "failed")):
        store.write(lambda c: claim_next(c, "server", NOW))
        store.write(lambda c, attempt=attempt: handle_crash(c, job, attempt, NOW))  # type: ignore[misc]
        assert _state(here, job) == (state, attempt)
    body = here.ask("GET", f"rosters/{job}").json
    assert body is not None
    assert body["reasons"] == ["The process that worked on it died twice."]


def test_a_stop_in_good_order_is_no_attempt(here: Here, job: str) -> None:
    store = here.service.store
    store.write(lambda c: claim_next(c, "server", NOW))
    store.write(lambda c: requeue(c, job, 1, NOW))
    assert _state(here, job) == ("queued", 0)


def test_whoever_lost_a_job_can_neither_beat_nor_end_it(here: Here, job: str) -> None:
    store = here.service.store
    store.write(lambda c: claim_next(c, "first", NOW))
    store.write(lambda c: handle_crash(c, job, 1, NOW))
    store.write(lambda c: claim_next(c, "second", NOW))
    assert not store.write(lambda c: write_heartbeat(c, job, 1, NOW))
    assert not store.write(lambda c: end_job(c, job, 1, JobState.DONE, NOW))
    assert store.write(lambda c: end_job(c, job, 2, JobState.DONE, NOW))


def test_many_claimers_get_each_job_once(here: Here, job: str) -> None:
    store = here.service.store
    row = store.read(lambda c: job_row(c, job))
    assert row is not None
    for _ in range(19):
        store.write(lambda c: add_job(c, JobKind.PLAN, row.scenario, row.request, "me", NOW))
    got: list[str] = []

    def take() -> None:
        while (claimed := store.write(lambda c: claim_next(c, "server", NOW))) is not None:
            got.append(claimed.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 20


def test_a_server_that_is_alone_takes_back_what_another_left(here: Here, job: str) -> None:
    here.service.store.write(lambda c: claim_next(c, "killed before", here.service.clock()))
    here.solve()
    assert _state(here, job) == ("done", 2)


@pytest.mark.parametrize(("age", "left"), [(1, False), (20, True), (-600, True)])
def test_among_several_servers_only_a_job_without_a_recent_sign_of_life_is_left(
    here: Here, job: str, age: int, left: bool
) -> None:
    store = here.service.store
    store.write(lambda c: claim_next(c, "other", NOW - dt.timedelta(seconds=age)))
    rows = store.read(lambda c: list(c.execute(select(JobRow.__table__))))
    assert bool(find_abandoned(rows, "mine", (), NOW, 15, alone=False)) == left


def test_work_that_was_taken_away_meanwhile_writes_nothing(here: Here, job: str) -> None:
    store = here.service.store
    store.write(lambda c: claim_next(c, "server", NOW))
    store.write(lambda c: c.execute(update(JobRow).values(attempt=2)))
    work(store, here.service.scenarios, job, 1, lambda: None)
    assert _state(here, job) == ("running", 2)


def test_a_fault_in_a_solve_fails_the_job_with_a_reason(
    here: Here, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_module("scheduler.plan"), "make_plan", broken)
    here.solve()
    body = here.ask("GET", f"rosters/{job}").json
    assert body is not None
    assert (body["state"], body["reasons"]) == ("failed", ["A fault of the program: ZeroDivisionError."])


@pytest.fixture
def live(here: Here, tmp_path: Any) -> Iterator[JobDispatcher]:
    """JobDispatcher that run in processes of their own."""
    jobs = JobDispatcher(here.service.store, settings_in(tmp_path, workers="1"), LocalExecutor)
    jobs.start()
    yield jobs
    jobs.stop()


def _until(is_true: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.05)


def _workers() -> list[int]:
    return [child.pid for child in live_workers() if child.pid is not None]


def _hold(here: Here, job: str) -> None:
    """Make a solve last: the large week, which takes many seconds to build."""
    from scenarios.bundled import typical

    large = here.send(typical())
    here.service.store.write(
        lambda c: c.execute(update(JobRow).where(JobRow.id == job).values(scenario=large))
    )


def test_a_worker_that_is_killed_is_replaced_and_its_job_done_again(
    here: Here, job: str, live: JobDispatcher
) -> None:
    _hold(here, job)
    live.wake()
    _until(lambda: _state(here, job)[0] == "running")
    for pid in _workers():
        os.kill(pid, signal.SIGKILL)
    _until(lambda: _state(here, job)[0] in ("done", "failed", "timed_out"))
    assert _state(here, job) == ("done", 2)


def test_a_running_job_is_cancelled_for_certain(here: Here, job: str, live: JobDispatcher) -> None:
    _hold(here, job)
    live.wake()
    _until(lambda: _state(here, job)[0] == "running")
    before = set(_workers())
    assert here.ask("DELETE", f"rosters/{job}").status_code == 202
    live.wake()
    _until(lambda: _state(here, job)[0] == "cancelled")
    _until(lambda: not before & set(_workers()))
    second = here.plan_later(RULES["ratio_day"]())
    live.wake()
    _until(lambda: _state(here, second)[0] == "done")


def test_a_job_that_hangs_outside_of_its_solve_is_ended_with_a_reason_and_the_next_one_done(
    here: Here, job: str, tmp_path: Any
) -> None:
    _hold(here, job)
    jobs = JobDispatcher(here.service.store, settings_in(tmp_path, workers="1"), LocalExecutor)
    jobs.start()
    try:
        _until(lambda: _row(here, job).stage != "")
        # A process that is stopped neither solves nor writes nor beats: the worst of hanging.
        (stopped,) = _workers()
        os.kill(stopped, signal.SIGSTOP)
        jobs._running[job] = replace(jobs._running[job], deadline=time.monotonic())
        _until(lambda: _state(here, job)[0] == "failed")
        body = here.ask("GET", f"rosters/{job}").json
        assert body is not None
        assert body["reasons"] == ["It did not end in time and was stopped."]
        _until(lambda: stopped not in _workers())
        second = here.plan_later(RULES["ratio_day"]())
        jobs.wake()
        _until(lambda: _state(here, second)[0] == "done")
    finally:
        jobs.stop()


def test_a_job_that_no_worker_took_in_time_is_tried_again(here: Here, job: str, tmp_path: Any) -> None:
    jobs = JobDispatcher(here.service.store, replace(settings_in(tmp_path), grace_seconds=-40), _IdleExecutor)
    jobs.step()
    assert _state(here, job) == ("running", 1)
    jobs.step()
    assert _state(here, job) == ("queued", 1)
    jobs.step()
    assert _state(here, job) == ("running", 2)
    jobs.step()
    assert _state(here, job) == ("failed", 2)


def test_a_job_whose_end_could_not_be_written_is_found_again(
    here: Here, job: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = JobDispatcher(here.service.store, settings_in(tmp_path), _IdleExecutor)
    jobs.step()

    def busy(*_: Any) -> None:
        raise StoreError([])

    with monkeypatch.context() as patch:
        patch.setattr("api.jobs.dispatcher.handle_crash", busy)
        jobs._on_end(job, 1, True)
    assert _state(here, job) == ("running", 1)
    jobs.step()
    assert _state(here, job) == ("running", 2)


def test_a_job_that_cannot_be_handed_over_goes_back_to_the_queue(here: Here, job: str, tmp_path: Any) -> None:
    jobs = JobDispatcher(here.service.store, settings_in(tmp_path), _BrokenExecutor)
    jobs.step()
    assert _state(here, job) == ("queued", 0)


def test_a_job_that_waits_for_a_worker_elsewhere_is_not_forgotten(
    here: Here, job: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.settings.Settings.is_sqlite", False)
    store, settings = here.service.store, settings_in(tmp_path)
    first, second = (
        JobDispatcher(store, settings, _IdleExecutor),
        JobDispatcher(store, settings, _IdleExecutor),
    )
    first.step()
    store.write(lambda c: c.execute(update(JobRow).values(beat_at=NOW)))
    first.step()
    second.step()
    assert (_row(here, job).runner, _row(here, job).attempt) == (first.runner, 1)
    store.write(lambda c: c.execute(update(JobRow).values(beat_at=NOW)))
    second.step()
    assert (_row(here, job).runner, _row(here, job).attempt) == (second.runner, 2)


class _IdleExecutor:
    """Takes jobs and never runs them."""

    capacity, is_shared = 1, False

    def __init__(self, _: object, on_end: Callable[[str, int, bool], None]) -> None:
        self._on_end, self._attempts = on_end, dict[str, int]()

    def submit(self, job: str, attempt: int, limit: float) -> None:
        self._attempts[job] = attempt

    def kill(self, job: str) -> None:
        self._on_end(job, self._attempts[job], True)

    def shutdown(self) -> None:
        pass


class _BrokenExecutor(_IdleExecutor):
    def submit(self, job: str, attempt: int, limit: float) -> None:
        raise OSError("the cluster is gone")


def test_a_worker_elsewhere_does_a_job_in_a_process_of_its_own(here: Here, job: str) -> None:
    here.service.store.write(lambda c: claim_next(c, here.service.dispatcher.runner, here.service.clock()))
    run_in_process(here.service.settings.url, job, 1, 60)
    assert _state(here, job) == ("done", 1)
