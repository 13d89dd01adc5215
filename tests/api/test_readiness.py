"""Whether the service can work: told at once, whatever of it hangs, is silent or cannot be started."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from api.jobs.dispatcher import JobDispatcher
from api.jobs.executors import LocalExecutor
from scenarios.smallest import RULES
from tests.api.conftest import Here, Inline, settings_in
from tests.tickets.silent_proxy import proxy_before


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.operation._MOST_SILENT_SECONDS", 1.0)


def _ready(here: Here) -> tuple[int, Any]:
    response = here.client.get("/readyz")
    return response.status_code, response.json


def _until(is_true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.05)


def _detail(here: Here) -> str:
    """Return why the service is not ready, once it says so."""
    _until(lambda: _ready(here)[0] == 503)
    return str(_ready(here)[1]["detail"])


def test_a_service_that_can_work_says_what_waits_and_how_much_it_can_do(here: Here) -> None:
    here.service.dispatcher.start()
    _until(lambda: _ready(here) == (200, {"status": "ok", "waiting": 0, "workers": 1, "lost": 1}))


def test_a_service_whose_jobs_are_not_dispatched_says_so(here: Here) -> None:
    assert "not being dispatched" in _detail(here)


def test_a_thread_that_hangs_is_told(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    here.service.dispatcher.start()
    _until(lambda: _ready(here)[0] == 200)
    go_on = threading.Event()
    monkeypatch.setattr(Inline, "capacity", property(lambda _: go_on.wait(30) and 1))
    try:
        assert "hangs" in _detail(here)
    finally:
        go_on.set()
    _until(lambda: _ready(here)[0] == 200)


def test_a_silent_database_is_told_and_its_return_too(
    postgresql_url: str, start: Callable[..., Here]
) -> None:
    with proxy_before(postgresql_url) as proxy:
        here = start(database_url=proxy.url)
        here.service.dispatcher.start()
        _until(lambda: _ready(here)[0] == 200)
        proxy.fall_silent()
        assert "silent" in _detail(here)
        proxy.break_off()
        _until(lambda: _ready(here)[0] == 200)
        here.service.close()


@pytest.fixture
def make_room(here: Here, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The service has workers of its own, on a system that has no room for them; return what makes room."""

    def refuse(_: object) -> None:
        raise OSError(errno.EMFILE, "no room")

    monkeypatch.setattr("scheduler.processes._START_AGAIN_SECONDS", 0.05)
    with monkeypatch.context() as during:
        during.setattr(BaseProcess, "start", refuse)
        here.service.dispatcher = JobDispatcher(
            here.service.store, settings_in(tmp_path, workers="1"), LocalExecutor
        )
        here.service.dispatcher.start()
        yield during.undo


def test_workers_that_cannot_be_started_are_told_and_their_jobs_wait_until_they_can(
    here: Here, make_room: Callable[[], None]
) -> None:
    assert "no process" in _detail(here)
    roster = here.plan_later(RULES["ratio_day"]())

    def state() -> tuple[str, int]:
        body = here.ask("GET", f"rosters/{roster}").json
        assert body is not None
        return body["state"], body["attempt"]

    time.sleep(0.2)
    assert state() == ("queued", 0)
    make_room()
    _until(lambda: state() == ("done", 1))
    assert _ready(here)[0] == 200
