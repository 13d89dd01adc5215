"""The service beside a bare route, beside its own engine, under load, and as its store grows."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import Spent
from tests.benchmarks.test_engine import WEEKS, real, run

WEEK = WEEKS["2025w43"]
SHARE = 0.6
BEYOND = 1.5
SPREAD = 5
FLAT = 2


def _spent(seconds: float) -> Spent:
    return Spent(seconds, 0, 0)


@real
def test_a_week_is_there_soon_after_its_solve_and_served_nearly_as_fast_as_memory(
    tell: Tell, tmp_path: Path
) -> None:
    done = run("service_run", "week", str(WEEK), str(tmp_path / "data"))
    tell("2025w43 by HTTP, submitted to first byte", _spent(done["first"]), "engine", _spent(done["engine"]))
    what = f"1,000 times {done['rows']:,} slots as json, {done['bytes'] // 1_000_000} MB"
    ours, plain = (_spent(1000 / done[name]) for name in ("ours", "bare"))
    assert tell(what, ours, "a bare Flask route, same bytes", plain) <= 1 / SHARE
    assert done["first"] - done["engine"] <= BEYOND


@real
def test_small_requests_are_answered_while_two_solves_run(tell: Tell, tmp_path: Path) -> None:
    done = run("service_run", "small", str(WEEK), str(tmp_path / "data"))
    assert done["solving"] == 2
    busy, idle = ({name: _spent(1000 * told) for name, told in done[at].items()} for at in ("busy", "idle"))
    tell("1,000 small requests by 16 clients beside two solves", busy["median"], "no solve", idle["median"])
    ratio = tell("the same, p99", busy["p99"], "its median", busy["median"])
    assert ratio < SPREAD


def test_small_requests_are_answered_while_hostile_files_are_refused(tell: Tell, tmp_path: Path) -> None:
    done = run("service_run", "hostile", str(tmp_path / "data"))
    assert done["refused"] > 0
    median, p99 = (_spent(1000 * done[name]) for name in ("median", "p99"))
    what = f"1,000 small requests beside 32 hostile uploads ({done['refused']} refused), p99"
    assert tell(what, p99, "its median", median) < SPREAD


def test_two_thousand_rosters_are_as_quick_as_twenty(tell: Tell, tmp_path: Path) -> None:
    few, lots = (run("service_run", "many", str(n), str(tmp_path / str(n))) for n in (20, 2000))
    for what in ("list", "fetch"):
        ours, before = _spent(1000 * lots[what]), _spent(1000 * few[what])
        assert tell(f"1,000 times {what}, 2,000 rosters", ours, "20 rosters", before) < FLAT
