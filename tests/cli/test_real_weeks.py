"""Real weeks, where they are at hand: imported, planned with a proof, and clean."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / ".." / "shared/data"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real weeks are not part of the repository")

# Found independently, each with a proof.
LEAST = {
    ("puh3_2025w43", "1.2"): 48,
    ("puh3_2025w43", "1.1"): 77,
    ("puh3_2025w46", "1.2"): 48,
    ("puh3_2025w46", "1.1"): 76,
}


@pytest.fixture(scope="module", params=["puh3_2025w43", "puh3_2025w46"])
def imported(request, tmp_path_factory) -> tuple[str, Path]:
    """A real week and the folder of its scenario."""
    from scheduler.tables.published.timetable import read_published, to_scenario
    from scheduler.tables.scenario.files import write_scenario

    folder = tmp_path_factory.mktemp(request.param)
    write_scenario(to_scenario(read_published(REAL / f"{request.param}.csv")).scenario, folder)
    return request.param, folder


@pytest.mark.parametrize("limit", ["1.2", "1.1"])
def test_a_real_week_is_planned_with_a_proof_and_clean(menzhen, imported, tmp_path, limit):
    name, week = imported
    out, setting = tmp_path / "out", f"policy.ratio.limit={limit}"
    code, printed, err = menzhen("plan", week, "--out", out, "--set", setting)
    assert (code, err) == (0, "")
    assert "proved that less change would not do" in printed
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["status"] == "optimal"
    changes = next(tier for tier in report["tiers"] if tier["key"] == "changes")
    assert (changes["value"], changes["gap"]) == (LEAST[name, limit], 0)
    for day in report["ratio"].values():
        assert day["am"] <= Fraction(limit) * day["pm"]
        assert day["meets_limit"]
    assert report["reserve"] != []
    assert all(10 * row["reserved"] >= 3 * row["base"] for row in report["reserve"])
    code, printed, _ = menzhen("check", week, out, "--set", setting)
    assert (code, "Every hard rule holds." in printed) == (0, True)


def test_the_command_imports_what_the_tables_do(menzhen, imported, tmp_path, files):
    name, week = imported
    code, printed, err = menzhen("import", REAL / f"{name}.csv", "--out", tmp_path / "week")
    assert (code, err) == (0, "")
    beside = {"import.html", "scenario.xlsx"}
    written = files(tmp_path / "week")
    assert beside < set(written)
    assert {path: data for path, data in written.items() if path not in beside} == files(week)
    assert "mornings to afternoons" in printed
