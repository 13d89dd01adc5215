"""A study of 100 variants beside so many plans, each alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import MENZHEN, ROOT, Spent, spent

WEEK = ROOT.parent / "shared" / "data" / "puh3_2025w43.csv"
MOST, MEMORY, FIRST = 0.6, 1500, 2


@pytest.mark.skipif(not WEEK.exists(), reason="the published weeks are not here")
def test_a_hundred_variants_of_a_real_week(tell: Tell, tmp_path: Path) -> None:
    assert spent(MENZHEN, "import", str(WEEK), "--out", str(tmp_path / "week")).code == 0
    command = [sys.executable, "-m", "tests.benchmarks.study_run", str(tmp_path / "week"), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    engine = sum(told["engine"]) / len(told["engine"])
    what = f"100 variants of the real week, the first solving after {told['first']:.1f} s"
    ratio = tell(
        what, Spent(told["wall"], told["megabytes"], 0), "100 engine times", Spent(100 * engine, 0, 0)
    )
    assert (ratio <= MOST, told["megabytes"] < MEMORY, told["first"] <= FIRST) == (True, True, True)
