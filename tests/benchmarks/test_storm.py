"""Two servers in a storm: nothing that was acknowledged is lost, sold twice or answered otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measure import ROOT
from tests.tickets.postgres import MISSING, programs

SECONDS = 75
CLAIMS, EACH = 50, 2
"""At least so many acknowledged claims, and of each fault so many."""


def test_a_storm_loses_nothing_and_sells_nothing_twice(tmp_path: Path) -> None:
    if programs() is None:
        pytest.fail(MISSING, pytrace=False)
    command = [sys.executable, "-m", "tests.benchmarks.storm_run", str(tmp_path / "storm"), str(SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    zero = ("lost", "double", "unacknowledged", "oversold", "wrong")
    assert {name: told[name] for name in zero} == dict.fromkeys(zero, 0), told
    assert told["verified"], told
    assert told["acknowledged"] >= CLAIMS, told
    assert min(told["faults"].values()) >= EACH, told
