"""A service on a database of its own, asked by the test client; its solves run in the test itself."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from api.jobs.port import JobEndCallback
from api.jobs.worker import work
from api.memory import Memory
from api.settings import Settings, read_settings
from api.store.keys import Role, create_key
from api.store.scenarios import Scenarios
from api.web.service import EXTENSION, Service
from scenarios.smallest import RULES
from scheduler.scenario.week import Scenario
from scheduler.tickets.store import open_store

BEFORE = dt.datetime(2026, 7, 15, 1, tzinfo=dt.UTC)
"""A time at which tickets of the smallest weeks can be claimed: Wednesday before 2026-W30."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


class Inline:
    """Solves in the caller's own thread."""

    capacity, is_shared = 1, False

    def __init__(self, settings: Settings, on_end: JobEndCallback) -> None:
        self._url, self._on_end = settings.url, on_end

    def submit(self, job: str, attempt: int, limit: float) -> None:
        store = open_store(self._url)
        work(store, Scenarios(store, Memory()), job, attempt, lambda: None)
        store.close()
        self._on_end(job, attempt, False)

    def kill(self, job: str) -> None:
        pass

    def shutdown(self) -> None:
        pass


@dataclass
class Here:
    """A service, and whoever asks it: planner unless another role is named."""

    service: Service
    client: FlaskClient
    app: Any
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, role: str, partner: str = "") -> str:
        name = partner or role
        if name not in self.keys:
            now = self.service.clock()
            self.keys[name] = self.service.store.write(
                lambda c: create_key(c, name, Role(role), now, partner=partner)
            )
        return self.keys[name]

    def ask(
        self, method: str, path: str, *, role: str = "planner", partner: str = "", **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key(role, partner)}", **more.pop("headers", {})}
        address = path if path.startswith("/") else f"/api/v1/{path}"
        return self.client.open(address, method=method, headers=headers, **more)

    def send(self, scenario: Scenario) -> str:
        """Send a scenario and return its identity."""
        answer = self.ask("POST", "scenarios", json=scenario.model_dump(mode="json"))
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return str(answer.json["id"]) if answer.json else ""

    def solve(self) -> None:
        """Run everything that waits."""
        self.service.dispatcher.step()

    def plan(self, scenario: Scenario, **how: Any) -> str:
        """Plan a scenario and return the roster's identity."""
        roster = self.plan_later(scenario, **how)
        self.solve()
        return roster

    def plan_later(self, scenario: Scenario, **how: Any) -> str:
        """Ask for a roster and return its identity; it waits."""
        answer = self.ask("POST", "rosters", json={"scenario": self.send(scenario), "seconds": 20, **how})
        assert answer.status_code == 202, answer.get_data(as_text=True)
        return str(answer.json["id"]) if answer.json else ""


def settings_in(folder: Path, **more: str) -> Settings:
    return read_settings(
        {"MENZHEN_DATA": str(folder), **{f"MENZHEN_{k.upper()}": v for k, v in more.items()}}
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Here]]:
    """Start a service; settings by name."""
    started: list[Here] = []

    def begin(**more: str) -> Here:
        app = create_app(settings_in(tmp_path, **more), Inline)
        here = Here(app.extensions[EXTENSION], app.test_client(), app)
        started.append(here)
        return here

    yield begin
    for here in started:
        here.service.close()


@pytest.fixture
def here(start: Callable[..., Here]) -> Here:
    """A service without anything in it."""
    return start()


@pytest.fixture(scope="session")
def _planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("planned")
    app = create_app(settings_in(folder), Inline)
    here = Here(app.extensions[EXTENSION], app.test_client(), app)
    roster = here.plan(RULES["ratio_day"]())
    here.service.close()
    return folder, roster


@dataclass
class Planned:
    """A service with one roster that is done: that of the week in which one of two mornings must move."""

    here: Here
    roster: str

    def ask(self, method: str, path: str = "", **more: Any) -> TestResponse:
        return self.here.ask(method, f"rosters/{self.roster}{path}", **more)


@pytest.fixture
def planned(_planned: tuple[Path, str], tmp_path: Path, start: Callable[..., Here]) -> Planned:
    shutil.copytree(_planned[0], tmp_path, dirs_exist_ok=True)
    return Planned(start(), _planned[1])
