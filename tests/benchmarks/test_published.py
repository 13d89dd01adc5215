"""What others read of a published week, after one publication and after ten: calendars, FHIR search, the feed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api import create_app
from api.web.service import EXTENSION
from scenarios.bundled import BUNDLED
from scheduler.tickets.changes_feed import last_change
from tests.api.conftest import BEFORE, Here, Inline, settings_in
from tests.api.test_calendars import publish
from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import Spent

FLAT = 2
ASKED = 200
PUBLICATIONS = 10


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """A service with the typical week planned, and no limit of requests."""
    app = create_app(settings_in(tmp_path, rate="1000000/minute"), Inline)
    here = Here(app.extensions[EXTENSION], app.test_client(), app)
    here.service.clock = lambda: BEFORE
    return here


def _seconds(ask: Callable[[], int]) -> float:
    assert ask() == 200  # what is made once is made
    started = time.process_time()
    for _ in range(ASKED):
        assert ask() == 200
    return time.process_time() - started


def test_calendars_and_searches_are_as_quick_after_ten_publications(tell: Tell, here: Here) -> None:
    roster = here.plan(BUNDLED["typical"]())
    publish(here, roster)
    sessions = here.ask("GET", f"rosters/{roster}/sessions?doctor=D001").get_json()["rows"]
    made = here.ask("POST", "calendars", json={"doctor": "D001"}).get_json()
    address = made["address"].partition("localhost")[2]
    reads = {
        "a calendar": lambda: here.client.get(address).status_code,
        "free slots of a doctor": lambda: (
            here.ask("GET", "fhir/Slot?status=free&schedule.actor=D001&_count=50").status_code
        ),
        # From near its end: what a reader has not seen yet is of the same size.
        "the feed": lambda: (
            here.ask("GET", f"changes?after={here.service.store.read(last_change) - 1}").status_code
        ),
    }
    once = {name: _seconds(read) for name, read in reads.items()}
    for version in range(1, PUBLICATIONS):
        blocks = [{"clinic": sessions[0]["clinic"], "tickets": 10 + version}]
        edit = {
            "edits": [{"op": "move", "session": sessions[0]["session"], "blocks": blocks}],
            "reason": "so",
        }
        done = here.ask("POST", f"rosters/{roster}/edits", json=edit, headers={"If-Match": f'"v{version}"'})
        assert done.status_code == 201, done.get_data(as_text=True)
        publish(here, roster, version + 1)
    for name, read in reads.items():
        after = Spent(_seconds(read), 0, 0)
        ratio = tell(f"{ASKED} times {name}, ten publications", after, "one", Spent(once[name], 0, 0))
        assert ratio < FLAT, name
    here.service.close()
