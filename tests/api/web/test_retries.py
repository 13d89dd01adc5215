"""Requests that are sent again under one idempotency key: done once, answered the same, whatever happens in between."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from api.server import run_upkeep
from api.store.database import SERVICE, open_store, upgrade
from api.store.keys import Role, create_key
from api.store.models import ResponseRow
from api.store.responses import find_response, store_response
from scheduler.errors import Problem, StoreError, Where
from scheduler.tickets.faults import store_error
from scheduler.tickets.publications import publish
from scheduler.tickets.store import Store
from scheduler.words import message
from tests.api.conftest import Here
from tests.at_once import MANY, at_once
from tests.tickets.week import CLAIMED, OPENS, Piece, write_week

PARTNER = "甲院"


@pytest.fixture
def here(url: str, start: Callable[..., Here], tmp_path: Path) -> Here:
    """A service on either database, with a published slot of which a partner can claim many tickets."""
    here = start(database_url=url)
    folder = write_week(tmp_path / "week", [Piece("a", [("partner", "", 100), ("public", "", 1)])])
    publish(here.service.store, folder, OPENS, "office")
    here.service.clock = lambda: CLAIMED
    here.key("partner", PARTNER)
    return here


def _send(here: Here, what: str, key: str | None, **body: str) -> TestResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    sender = Here(here.service, here.app.test_client(), here.app, here.keys)
    return sender.ask("POST", f"partner/{what}", role="partner", partner=PARTNER, json=body, headers=headers)


def _claim(here: Here, referral: str, key: str | None) -> TestResponse:
    return _send(here, "claims", key, slot="a", referral=referral)


def _claims(here: Here) -> list[Any]:
    listed = here.ask("GET", "partner/claims", role="partner", partner=PARTNER).json
    assert listed is not None
    return list(listed["entries"])


def _statuses(responses: list[TestResponse]) -> list[int]:
    return sorted(one.status_code for one in responses)


def test_one_claim_sent_by_many_at_once_is_done_once_and_answered_the_same(here: Here) -> None:
    responses = at_once(lambda _: _claim(here, "R-1", "k"))
    assert _statuses(responses) == [201] * MANY
    assert len({one.get_data() for one in responses}) == 1
    assert len(_claims(here)) == 1


def test_one_return_sent_by_many_at_once_is_done_once_and_answered_the_same(here: Here) -> None:
    _claim(here, "R-1", None)
    responses = at_once(lambda _: _send(here, "returns", "k", referral="R-1"))
    assert _statuses(responses) == [201] * MANY
    assert len({one.get_data() for one in responses}) == 1
    assert [one["state"] for one in _claims(here)] == ["returned"]


def test_of_different_requests_under_one_key_at_once_one_is_done(here: Here) -> None:
    responses = at_once(lambda number: _claim(here, f"R-{number}", "k"))
    assert _statuses(responses) == [201] + [422] * (MANY - 1)
    assert len(_claims(here)) == 1


def test_different_claims_under_their_keys_at_once_are_all_done_and_all_repeated(here: Here) -> None:
    first, second = (at_once(lambda number: _claim(here, f"R-{number}", f"k{number}")) for _ in range(2))
    assert _statuses(first) == _statuses(second) == [201] * MANY
    assert [one.get_data() for one in first] == [one.get_data() for one in second]
    assert all("Idempotency-Replayed" in one.headers for one in second)
    assert len(_claims(here)) == MANY


def test_a_partner_whose_key_was_replaced_gets_the_same_answer(here: Here) -> None:
    first = _claim(here, "R-1", "k")
    del here.keys[PARTNER]
    second = _claim(here, "R-1", "k")
    assert (second.status_code, second.get_data()) == (201, first.get_data())


def test_two_partners_may_use_the_same_key(here: Here) -> None:
    _claim(here, "R-1", "k")
    other = here.ask(
        "POST",
        "partner/claims",
        role="partner",
        partner="乙院",
        json={"slot": "a", "referral": "R-1"},
        headers={"Idempotency-Key": "k"},
    )
    assert (other.status_code, "Idempotency-Replayed" in other.headers) == (201, False)


def test_a_request_that_was_refused_may_be_sent_again_corrected(here: Here) -> None:
    assert _send(here, "claims", "k", slot="b", referral="R-1").status_code == 409
    assert _claim(here, "R-1", "k").status_code == 201


@pytest.mark.parametrize("what", ["claims", "returns"])
def test_after_a_kill_between_commit_and_answer_the_same_key_is_answered_at_once(
    here: Here, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"slot": "a", "referral": "R-1"} if what == "claims" else {"referral": "R-1"}
    if what == "returns":
        _claim(here, "R-1", None)
    here.service.store.close()  # a process that is forked has connections of its own
    child = os.fork()
    if child == 0:
        monkeypatch.setattr("api.web.retries.json_response", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        _send(here, what, "k", **body)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    again = _send(here, what, "k", **body)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert len(_claims(here)) == 1


def test_a_claim_that_was_kept_is_answered_though_its_commit_lost_the_connection(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Store.write

    def lose(store: Store, step: Any) -> Any:
        write(store, step)
        raise StoreError([Problem(Where(), message("it is full"), message("Try again."))])

    with monkeypatch.context() as during:
        during.setattr(Store, "write", lose)
        first = _claim(here, "R-1", "k")
    assert first.status_code == 201
    assert [one["referral"] for one in _claims(here)] == ["R-1"]


@pytest.mark.parametrize("is_kept", [True, False])
def test_after_a_claim_without_a_key_whose_commit_lost_the_connection_the_next_try_tells(
    here: Here, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Store.write

    def lose(store: Store, step: Any) -> Any:
        if is_kept:
            write(store, step)
        gone = OperationalError("COMMIT", None, psycopg.OperationalError("the connection is lost"))
        raise store_error(store.where, gone)

    with monkeypatch.context() as during:
        during.setattr(Store, "write", lose)
        first = _claim(here, "R-1", None)
    assert (first.status_code, "Retry-After" in first.headers) == (503, True)
    again = _claim(here, "R-1", None)
    assert again.status_code == (409 if is_kept else 201)
    assert ("has a live claim" in again.get_data(as_text=True)) is is_kept
    assert [one["referral"] for one in _claims(here)] == ["R-1"]


def test_responses_are_repeated_for_a_day_and_then_removed(here: Here) -> None:
    _claim(here, "R-1", "k1")
    here.service.clock = lambda: CLAIMED + dt.timedelta(hours=23)
    _claim(here, "R-2", "k2")
    here.service.clock = lambda: CLAIMED + dt.timedelta(hours=25)
    upkeep = threading.Thread(target=run_upkeep, args=(here.service, 0.01))
    upkeep.start()
    while _count(here) > 1:
        assert upkeep.is_alive()
        time.sleep(0.02)
    here.service.closing.set()
    upkeep.join()
    assert _claim(here, "R-2", "k2").headers["Idempotency-Replayed"] == "true"
    assert _claim(here, "R-1", "k1").status_code == 409


def _count(here: Here) -> int:
    counted = select(func.count()).select_from(ResponseRow)
    return int(here.service.store.read(lambda connection: connection.execute(counted).scalar_one()))


def test_responses_of_the_version_before_are_taken_over_by_partner(url: str) -> None:
    upgrade(url)
    store = open_store(url)

    def make_old(connection: Connection) -> None:
        connection.execute(text("DROP TABLE api_responses"))
        connection.execute(text(f"UPDATE {SERVICE.version_table} SET version_num = '0003'"))
        connection.execute(
            text(
                "CREATE TABLE api_retries (id integer PRIMARY KEY, caller varchar(40), key varchar(200), "
                "digest varchar(64), status integer, answer json, made_at varchar(27))"
            )
        )
        keys = [
            create_key(connection, name, Role.PARTNER, CLAIMED, partner=PARTNER).split("_")[1]
            for name in ("old", "new")
        ]
        rows = [(keys[0], "k1", 201), (keys[1], "k1", 201), (keys[1], "k2", 201), (keys[1], "k3", 0)]
        for number, (caller, key, status) in enumerate(rows):
            values = {"n": number, "caller": caller, "key": key, "status": status}
            connection.execute(
                text(
                    "INSERT INTO api_retries VALUES (:n, :caller, :key, 'd', :status, '{\"n\": 1}', '2026')"
                ),
                values,
            )

    store.write(make_old)
    upgrade(url)
    found = {key: store.read(lambda c, key=key: find_response(c, PARTNER, key)) for key in ("k1", "k2", "k3")}  # type: ignore[misc]
    assert found == {"k1": ("d", '{"n": 1}'), "k2": ("d", '{"n": 1}'), "k3": None}
    store.write(lambda c: store_response(c, PARTNER, "k4", "d", "{}", CLAIMED))
    store.close()
