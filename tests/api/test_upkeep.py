"""What the server does by the clock: tickets fall back at their hour, whatever fails on the way."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from sqlalchemy import select

from api.server import run_upkeep
from scheduler.errors import StoreError
from scheduler.tickets.models import HoldingRow
from scheduler.tickets.verify import verify
from tests.api.conftest import BEFORE, Here, Planned


@pytest.fixture
def public(planned: Planned) -> Planned:
    """A roster that is published, at a time at which partners can claim."""
    planned.here.service.clock = lambda: BEFORE
    for step in ("proposal", "approval", "publication"):
        done = planned.ask("POST", f"/{step}", role="admin", json={}, headers={"If-Match": '"v1"'})
        assert done.status_code == 201, done.get_data(as_text=True)
    return planned


def _last_fall(here: Here) -> dt.datetime:
    times = here.service.store.read(lambda c: list(c.execute(select(HoldingRow.falls_back_at)).scalars()))
    return max(time for time in times if time is not None)


def _held(here: Here) -> Counter[str]:
    """Return the tickets that can be had, by channel."""
    rows = here.service.store.read(lambda c: list(c.execute(select(HoldingRow.channel, HoldingRow.granted))))
    return sum((Counter({channel: granted}) for channel, granted in rows), Counter[str]())


def _round(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server's thread go until a round is done, and close."""
    done = threading.Event()
    monkeypatch.setattr("api.server._write_uses", lambda _: done.set())
    thread = threading.Thread(target=run_upkeep, args=(here.service, 0.01))
    thread.start()
    assert done.wait(10)
    here.service.closing.set()
    thread.join(10)
    assert not thread.is_alive()
    here.service.closing.clear()


def test_unclaimed_tickets_fall_back_at_their_hour_and_not_before(
    public: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, before = public.here, _held(public.here)
    _round(here, monkeypatch)
    assert _held(here) == before
    ends = _last_fall(here)
    here.service.clock = lambda: ends
    _round(here, monkeypatch)
    after = _held(here)
    assert after["partner"] == 0 < before["partner"]
    assert after.total() == before.total()
    assert verify(here.service.store).whole


def test_a_round_that_fails_is_made_up_for_by_the_next(
    public: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.tickets.releases import release

    here, faults = public.here, [StoreError([]), ZeroDivisionError()]
    ends = _last_fall(here)
    here.service.clock = lambda: ends

    def sometimes(*arguments: object) -> object:
        if faults:
            raise faults.pop()
        done = release(*arguments)  # type: ignore[arg-type]
        here.service.closing.set()
        return done

    monkeypatch.setattr("api.server.release", sometimes)
    run_upkeep(here.service, 0.01)
    assert faults == []
    assert _held(here)["partner"] == 0
