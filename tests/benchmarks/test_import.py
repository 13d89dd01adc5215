"""What an import of a large timetable costs, as ratios of processor time within one run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import ROOT, Spent


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = tmp_path_factory.mktemp("import")
    run = [sys.executable, "-m", "tests.benchmarks.import_run", str(folder)]
    printed: dict[str, float] = json.loads(subprocess.check_output(run, cwd=ROOT))
    return printed


def test_fifty_thousand_rows_take_a_few_times_a_bare_read(tell: Tell, seconds: dict[str, float]) -> None:
    ours, beside = Spent(seconds["large"], 0, 0), Spent(seconds["bare"], 0, 0)
    assert tell("import of 50,000 rows (CPU)", ours, "reading their cells", beside) < 5


def test_a_thousand_unknown_names_are_next_to_nothing(tell: Tell, seconds: dict[str, float]) -> None:
    ours, beside = Spent(seconds["names"], 0, 0), Spent(seconds["large"], 0, 0)
    assert tell("1,000 unknown names (CPU)", ours, "import of 50,000 rows", beside) < 0.02


def test_a_grid_is_about_as_quick_as_a_list(tell: Tell, seconds: dict[str, float]) -> None:
    ours, beside = Spent(seconds["grid"], 0, 0), Spent(seconds["flat"], 0, 0)
    assert tell("import of 2,500 sessions as a grid (CPU)", ours, "as a list", beside) < 1.5
