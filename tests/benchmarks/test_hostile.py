"""Hostile bodies: refused at a cost that grows with their size and no faster, and that a reader's deadline is far above."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api import create_app
from api.web import file_reader
from api.web.service import EXTENSION
from tests.api.conftest import Here, Inline, settings_in
from tests.api.hostile.bodies import DOCUMENTS
from tests.api.hostile.requests import JSON
from tests.api.hostile.tables import CSV
from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import Spent

SIZE, TIMES = 500_000, 4
GROWTH = 6
"""At most so many times as long for a body four times as large: n log n, with room for noise."""

LEAST_SECONDS = 0.2
"""Below this a ratio tells nothing."""

BODIES = {
    **{f"document: {name}": ("scenarios/validate", JSON, body) for name, body in DOCUMENTS.items()},
    **{f"csv: {name}": ("scenarios/import", "text/csv", body) for name, body in CSV.items()},
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """A service that reads everything itself, so that its own time is all the time there is."""
    monkeypatch.setattr(file_reader, "SMALL_BYTES", 10**9)
    app = create_app(settings_in(tmp_path, rate="1000000/minute"), Inline)
    return Here(app.extensions[EXTENSION], app.test_client(), app)


def _seconds(here: Here, path: str, content_type: str, body: bytes) -> float:
    started = time.process_time()
    answer = here.ask("POST", path, data=body, headers={"Content-Type": content_type})
    assert 400 <= answer.status_code < 500
    return time.process_time() - started


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_costs_what_its_size_does(tell: Tell, here: Here, name: str) -> None:
    path, content_type, make = BODIES[name]
    make_body: Callable[[int], bytes] = make
    small, large = (_seconds(here, path, content_type, make_body(size)) for size in (SIZE, TIMES * SIZE))
    if large >= LEAST_SECONDS:
        what = f"refusing 2 MB, {name}"
        assert tell(what, Spent(large, 0, 0), "0.5 MB", Spent(small, 0, 0)) < GROWTH
    here.service.close()
