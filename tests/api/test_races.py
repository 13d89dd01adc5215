"""Many at the same moment, on two servers where the database allows it: what holds for one after the other holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.store.approvals import PREVIOUS_STEPS, Step
from api.store.audit import walk_record
from api.store.files import store_files
from api.store.keys import MAX_LIVE_KEYS, Role, create_key
from scenarios.smallest import RULES
from scheduler.errors import SettingError
from tests.api.conftest import Here
from tests.at_once import MANY, at_once

_QUEUE = 3


class Servers:
    """Servers of one database, asked in turn by an admin."""

    def __init__(self, servers: list[Here]) -> None:
        self._servers, self.first = servers, servers[0]
        self._admin = self.first.key("admin")

    def __getitem__(self, number: int) -> Here:
        return self._servers[number % len(self._servers)]

    def ask(self, number: int, method: str, path: str, **more: Any) -> TestResponse:
        here = self[number]
        return Here(here.service, here.app.test_client(), here.app, self.first.keys).ask(
            method, path, role="admin", **more
        )


@pytest.fixture
def servers(url: str, start: Callable[..., Here]) -> Servers:
    count = 1 if url.startswith("sqlite") else 2
    return Servers([start(database_url=url, queue=str(_QUEUE)) for _ in range(count)])


def test_steps_taken_at_once_follow_each_other_as_steps_may(servers: Servers) -> None:
    roster = servers.first.plan(RULES["ratio_day"]())
    seen = {"If-Match": '"v1"'}
    assert servers.ask(0, "POST", f"rosters/{roster}/proposal", json={}, headers=seen).status_code == 201
    ways = ("approval", "approval", "rejection", "proposal")
    # Number by number each way comes to each server.
    responses = at_once(
        lambda n: servers.ask(n, "POST", f"rosters/{roster}/{ways[n // 2 % 4]}", json={}, headers=dict(seen))
    )
    assert {one.status_code for one in responses} <= {201, 409}
    listed = servers.ask(0, "GET", f"rosters/{roster}/approvals").json
    assert listed is not None
    steps = [Step(entry["step"]) for entry in listed["entries"]]
    assert len(steps) == 1 + sum(one.status_code == 201 for one in responses)
    assert all(last in PREVIOUS_STEPS[step] for last, step in zip([None, *steps], steps, strict=False))
    assert servers.first.service.store.read(walk_record).broken is None


def test_no_more_solves_wait_than_may(servers: Servers) -> None:
    scenario = servers.first.send(RULES["ratio_day"]())
    responses = at_once(
        lambda n: (
            servers.ask(
                n, "POST", "rosters", json={"scenario": scenario, "seconds": 20, "seed": n}
            ).status_code
        )
    )
    assert sorted(responses) == [202] * _QUEUE + [429] * (MANY - _QUEUE)


def test_no_more_keys_of_a_name_live_than_may(servers: Servers) -> None:
    def make(number: int) -> bool:
        service = servers[number].service
        try:
            service.store.write(lambda c: create_key(c, "office", Role.VIEWER, service.clock()))
        except SettingError:
            return False
        return True

    assert sum(at_once(make)) == MAX_LIVE_KEYS


def test_one_scenario_sent_by_many_is_kept_once(servers: Servers) -> None:
    body = RULES["ratio_day"]().model_dump(mode="json")
    responses = at_once(lambda n: servers.ask(n, "POST", "scenarios", json=body))
    assert sorted(one.status_code for one in responses) == [200] * (MANY - 1) + [201]
    assert len({one.json["id"] for one in responses if one.json}) == 1


def test_a_file_that_many_make_at_once_is_kept_once(servers: Servers) -> None:
    roster = servers.first.plan_later(RULES["ratio_day"]())
    files = {"report.html": b"<html>"}
    at_once(lambda n: servers[n].service.store.write(lambda c: store_files(c, roster, 1, files)))
