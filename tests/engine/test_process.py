from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.engine import process
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Event, Options, ignore_progress
from scheduler.engine.process import run_apart
from scheduler.errors import EngineError
from tests.live_workers import live_workers

ROOT = Path(__file__).parents[2]
WEEK = RULES["ratio_day"]()


def nothing_is_left_running() -> bool:
    return live_workers() == []


def test_another_process_gives_the_same_answer_and_reports_its_events():
    events: list[Event | None] = []
    apart = run_apart(solve_week, WEEK, Options(), events.append)
    here = solve_week(WEEK, Options(), ignore_progress)
    assert (apart.status, apart.roster, apart.tiers) == (here.status, here.roster, here.tiers)
    assert Event("build") in events
    assert Event("changes", 2, 2) in events
    assert nothing_is_left_running()


def test_a_process_that_is_killed_is_reported_and_leaves_nothing():
    def kill(event: Event | None) -> None:
        for child in live_workers():
            child.kill()

    with pytest.raises(EngineError, match="the solver process ended unexpectedly") as caught:
        run_apart(solve_week, WEEK, Options(), kill)
    assert "Try again, with another --solver" in str(caught.value)
    assert nothing_is_left_running()


def test_a_process_that_fails_says_how():
    with pytest.raises(EngineError, match="the solver process failed: KeyError: 'abacus'"):
        run_apart(solve_week, WEEK, Options(solver="abacus"), ignore_progress)
    assert nothing_is_left_running()


def test_a_process_that_outlives_its_deadline_is_stopped(monkeypatch):
    monkeypatch.setattr(process, "_GRACE_SECONDS", 0.0)
    with pytest.raises(EngineError, match="did not keep its time limit and was stopped"):
        run_apart(solve_week, WEEK, Options(seconds=0.01), ignore_progress)
    assert nothing_is_left_running()


def test_a_listener_that_gives_up_ends_the_process_too():
    def give_up(event: Event | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_apart(solve_week, WEEK, Options(), give_up)
    assert nothing_is_left_running()


LONG = """
import multiprocessing, pathlib
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options
from scheduler.engine.process import run_apart
from scheduler.tables.scenario.files import read_scenario

def report(event):
    if event is not None:
        print(multiprocessing.active_children()[0].pid, event.stage, flush=True)

if __name__ == "__main__":
    week = read_scenario(pathlib.Path("scenarios/large"))
    run_apart(solve_week, week, Options(seconds=60, engine="single"), report)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes the way Linux shows them")
def test_the_process_ends_when_its_parent_is_killed(tmp_path: Path):
    script = tmp_path / "long.py"
    script.write_text(LONG, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[0])
    parent.send_signal(signal.SIGKILL)
    _, errors = parent.communicate()
    assert within_seconds(20, lambda: not running(child))
    assert errors == ""


def running(child: int) -> bool:
    try:
        stat = Path(f"/proc/{child}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def within_seconds(seconds: float, holds) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False
