"""Disks that are full, databases that are busy, clocks that are set back: told as such over HTTP, nothing lost by it."""

from __future__ import annotations

import datetime as dt
import errno
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.store.audit import walk_record
from api.store.jobs import end_job
from scenarios.smallest import RULES
from scheduler.errors import Problem, StoreError, Where
from scheduler.scenario.hospital import Partner
from scheduler.tickets.store import Store
from scheduler.tickets.store import open_store as open_ledger
from scheduler.tickets.verify import verify
from scheduler.words import message
from tests.api.conftest import BEFORE, Here, Planned


def _publish(planned: Planned) -> None:
    planned.here.service.clock = lambda: BEFORE
    for step in ("proposal", "approval", "publication"):
        done = planned.ask("POST", f"/{step}", role="admin", json={}, headers={"If-Match": '"v1"'})
        assert done.status_code == 201, done.get_data(as_text=True)


@pytest.fixture
def public(planned: Planned) -> Planned:
    """The roster published, at a time at which partners can claim."""
    _publish(planned)
    return planned


def _claim(public: Planned, slot: str, referral: str) -> TestResponse:
    return public.here.ask(
        "POST",
        "partner/claims",
        role="partner",
        partner="甲院",
        json={"slot": slot, "referral": referral},
        headers={"Idempotency-Key": referral},
    )


def _slots(public: Planned) -> list[str]:
    found = public.here.ask("GET", "partner/slots", role="partner", partner="甲院").json
    assert found is not None
    return [one["slot"] for one in found["entries"]]


def _claimed(public: Planned) -> list[str]:
    found = public.here.ask("GET", "partner/claims", role="partner", partner="甲院").json
    assert found is not None
    return [one["referral"] for one in found["entries"]]


def _refused(answer: TestResponse, status: int, kind: str) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["type"] == f"urn:menzhen:problem:{kind}"
    assert int(answer.headers["Retry-After"]) > 0


def _whole(here: Here) -> bool:
    return verify(here.service.store).whole and here.service.store.read(walk_record).broken is None


@contextmanager
def _full(here: Here) -> Iterator[None]:
    """Allow the database no page more than it has."""
    with here.service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    yield
    with here.service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


def test_a_full_disk_refuses_writes_serves_reads_and_loses_no_claim_it_confirmed(public: Planned) -> None:
    slots = _slots(public)
    asked = [(slot, f"R-{number}-{seat}") for number, slot in enumerate(slots) for seat in range(5)]
    kept, refused = list[str](), ""
    with _full(public.here):
        for slot, referral in asked:
            answer = _claim(public, slot, referral)
            if answer.status_code == 507:
                refused = referral
                break
            kept += [referral] if answer.status_code == 201 else []
        _refused(answer, 507, "disk-full")
        _refused(_sent(public.here), 507, "disk-full")
        assert public.ask("GET", "/slots").status_code == 200
        assert public.ask("GET", "/report?format=xlsx").status_code == 200
        assert _claimed(public) == kept
    assert _whole(public.here)
    assert _claim(public, {number: slot for slot, number in asked}[refused], refused).status_code == 201
    assert _sent(public.here).status_code == 201
    assert _claimed(public) == [*kept, refused]


def _sent(here: Here) -> TestResponse:
    # Random letters, so that the document cannot be kept in a page that is free already.
    letters = "".join(chr(0x4E00 + pow(n, 3, 19_997)) for n in range(19_000))
    partners = [Partner(partner=str(n), name=letters[n : n + 100]) for n in range(0, 19_000, 100)]
    week = RULES["rooms"]().changed(partners=tuple(partners))
    return here.ask("POST", "scenarios", json=week.model_dump(mode="json"))


@contextmanager
def _held(folder: Path) -> Iterator[sqlite3.Connection]:
    """Write to the database as another program does."""
    with closing(
        sqlite3.connect(folder / "menzhen.db", isolation_level=None, check_same_thread=False)
    ) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield holder


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services that wait a second for others, and not ten."""
    monkeypatch.setattr("scheduler.tickets.store.open_store", partial(open_ledger, patience=1))


def test_a_database_locked_for_long_refuses_writes_serves_reads_and_takes_them_later(
    hasty: None, public: Planned, tmp_path: Path
) -> None:
    slot, _ = _slots(public)[0], public.here.key("planner")
    with _held(tmp_path) as holder:
        for answer in (_claim(public, slot, "R-1"), _sent(public.here)):
            _refused(answer, 503, "unavailable")
        began = time.monotonic()
        assert public.ask("GET", "/slots").status_code == 200
        assert time.monotonic() - began < 1
        holder.execute("ROLLBACK")
    assert _claim(public, slot, "R-1").status_code == 201
    assert _sent(public.here).status_code == 201
    assert _claimed(public) == ["R-1"]
    assert _whole(public.here)


def test_what_was_kept_is_answered_though_the_database_cannot_read_right_afterwards(
    public: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, seen = public.here, {"headers": {"If-Match": '"v1"'}}
    scenario, waiting = here.send(RULES["ratio_day"]()), here.plan_later(RULES["ratio_day"]())
    study = {"patches": {"x": {"stop": ["D001"]}}, "seconds": 5}
    calendar = public.here.ask("POST", "calendars", json={"doctor": "D001"}).json
    assert calendar is not None
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "scenarios", {"json": RULES["rooms"]().model_dump(mode="json")}),
        ("POST", "rosters", {"json": {"scenario": scenario, "seconds": 20}}),
        ("POST", "studies", {"json": {"scenario": scenario, "study": study}}),
        ("DELETE", f"rosters/{waiting}", {}),
        ("POST", f"rosters/{public.roster}/edits", {"json": {"edits": []}, **seen}),
        ("POST", "calendars", {"json": {"doctor": "D001"}}),
        ("DELETE", f"calendars/{calendar['id']}", {}),
    ]
    for method, path, more in requests:
        with monkeypatch.context() as during:
            _fail_reads_after_a_write(during)
            answer = here.ask(method, path, **more)
        assert answer.status_code in (200, 201, 202), (path, answer.get_data(as_text=True))


def _fail_reads_after_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    write, read, written = Store.write, Store.read, threading.Event()

    def writing(store: Store, step: Any) -> Any:
        result = write(store, step)
        written.set()
        return result

    def reading(store: Store, step: Any) -> Any:
        if written.is_set():
            raise StoreError([Problem(Where(), message("the disk is full"), message("Make room."))])
        return read(store, step)

    monkeypatch.setattr(Store, "write", writing)
    monkeypatch.setattr(Store, "read", reading)


def test_a_database_that_is_free_again_soon_is_waited_for(planned: Planned, tmp_path: Path) -> None:
    planned.here.key("planner")
    with _held(tmp_path) as holder:
        free = threading.Timer(0.5, holder.execute, ("ROLLBACK",))
        free.start()
        assert _sent(planned.here).status_code == 201
        free.join()


def test_a_clock_set_back_stops_nothing_and_breaks_no_chain(public: Planned) -> None:
    first, second, *_ = _slots(public)
    assert _claim(public, first, "R-1").status_code == 201
    public.here.service.clock = lambda: BEFORE - dt.timedelta(hours=1)
    assert _claim(public, second, "R-2").status_code == 201
    given = public.here.ask(
        "POST", "partner/returns", role="partner", partner="甲院", json={"referral": "R-1"}
    )
    assert given.status_code == 201
    edits = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]}
    assert public.ask("POST", "/edits", json=edits, headers={"If-Match": '"v1"'}).status_code == 201
    for step in ("proposal", "approval", "publication"):
        body = {"reason": "a wish", "accept_violations": "a wish"}
        done = public.ask("POST", f"/{step}", role="admin", json=body, headers={"If-Match": '"v2"'})
        assert done.status_code == 201, done.get_data(as_text=True)
    assert _whole(public.here)
    assert _claimed(public) == ["R-1", "R-2"]
    calendar = public.ask("GET", "/calendars/D002").get_data(as_text=True)
    assert "SEQUENCE:1" in calendar


def test_a_clock_set_back_does_not_make_a_rate_last_longer(
    start: Callable[..., Here], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = start(rate="2/minute")
    assert [here.ask("GET", "rosters").status_code for _ in range(3)] == [200, 200, 429]
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now - 3600)
    assert here.ask("GET", "rosters").status_code == 200


def test_what_was_worked_out_waits_for_a_database_that_cannot_keep_it_just_now(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = iter([True, True, False])

    def ended(*told: Any, **more: Any) -> bool:
        if next(fails):
            wrong = message("the disk is full")
            raise StoreError([Problem(Where(), wrong, message("Make room."))])
        return end_job(*told, **more)

    monkeypatch.setattr("api.jobs.worker.end_job", ended)
    monkeypatch.setattr("api.jobs.worker._WRITE_WAIT_SECONDS", 0.0)
    roster = here.plan(RULES["ratio_day"]())
    told = here.ask("GET", f"rosters/{roster}").json
    assert told is not None
    assert (told["state"], told["attempt"]) == ("done", 1)


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EIO, 500)])
def test_a_full_disk_outside_of_the_database_is_told_without_where(
    here: Here, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    def full(*_: object) -> None:
        raise OSError(number, "no", "secret.csv")

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = here.ask("POST", "scenarios/import", data=b"a,b\n1,2\n", content_type="text/csv")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert "secret" not in answer.get_data(as_text=True)
