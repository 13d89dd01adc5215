"""What learning a pace and timing a week by it cost, as ratios of processor time within one run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import ROOT, Spent


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = tmp_path_factory.mktemp("pace")
    run = [sys.executable, "-m", "tests.benchmarks.pace_run", str(folder)]
    printed: dict[str, float] = json.loads(subprocess.check_output(run, cwd=ROOT))
    return printed


def test_200_000_records_take_a_few_times_a_bare_read(tell: Tell, seconds: dict[str, float]) -> None:
    ours, beside = Spent(seconds["learn"], 0, 0), Spent(seconds["bare"], 0, 0)
    assert tell("pace of 200,000 records (CPU)", ours, "reading their cells", beside) < 15


def test_learned_times_of_a_hospital_take_less_than_a_hundred_bare_reads(
    tell: Tell, seconds: dict[str, float]
) -> None:
    ours, beside = Spent(seconds["learned"], 0, 0), Spent(seconds["bare"], 0, 0)
    what = f"learned times of {seconds['sessions']:.0f} sessions (CPU)"
    assert tell(what, ours, "reading 200,000 records", beside) < 100
