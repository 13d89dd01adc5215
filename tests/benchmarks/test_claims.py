"""Claims of a real week by many clients at once, and writers killed over and over, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import MENZHEN, ROOT, Spent, spent
from tests.tickets.postgres import MISSING, programs, running
from tests.tickets.week import Piece, write_week

WEEK = ROOT.parent / "shared" / "data" / "puh3_2025w43.csv"
HALF = 2
KEYED_SHARE = 0.6
"""Claims with idempotency keys a second, at least, of those without."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database that waits for the disk at every commit, as a real one does."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'claims.db'}"
        return
    if programs() is None:
        pytest.fail(MISSING, pytrace=False)
    with running(durable=True) as server:
        yield server


def _run(module: str, *arguments: object) -> Any:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(not WEEK.exists(), reason="the published weeks are not here")
def test_many_clients_claim_a_real_week(url: str, tell: Tell, tmp_path: Path) -> None:
    assert spent(MENZHEN, "import", str(WEEK), "--out", str(tmp_path / "week")).code == 0
    assert spent(MENZHEN, "plan", str(tmp_path / "week"), "--out", str(tmp_path / "out")).code == 0
    told = _run("tests.benchmarks.claims_run", url, tmp_path / "out")
    assert (told["oversold"], told["lost"], told["double"], told["verified"]) == (0, 0, 0, True)
    assert told["claimed"] == told["tickets"]
    ours, bare = (Spent(1000 / told[f"{what} a second"], 0, 0) for what in ("claims", "bare"))
    what = f"1,000 claims by 32 clients, {url.partition(':')[0]}, p99 {told['p99']:.0f} ms"
    assert tell(what, ours, "1,000 bare commits", bare) <= HALF


def test_two_hundred_killed_writers_lose_nothing(url: str, tmp_path: Path) -> None:
    plenty = [Piece(f"a{n}", [("partner", "", 3000), ("public", "", 1)]) for n in range(6)]
    told = _run("tests.tickets.claims_to_kill", url, write_week(tmp_path / "week", plenty), 200)
    assert told["acknowledged"] >= 200
    assert (told["lost"], told["unsound"]) == (0, 0)


def test_claims_with_idempotency_keys_keep_up_with_those_without(
    url: str, tell: Tell, tmp_path: Path
) -> None:
    told = _run("tests.benchmarks.keyed_claims_run", url, tmp_path)
    for answers, (unkeyed, keyed) in told.items():
        what = f"1,000 keyed claims over HTTP, {url.partition(':')[0]}, {answers} answers kept"
        ratio = tell(what, Spent(1000 / keyed, 0, 0), "1,000 without keys", Spent(1000 / unkeyed, 0, 0))
        assert ratio <= 1 / KEYED_SHARE
