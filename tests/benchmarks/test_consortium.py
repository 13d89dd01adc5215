"""The consortium at a real hospital's size: the reserve given to forty partners beside the plan it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import ROOT, Spent
from tests.benchmarks.test_engine import run

WEEK = ROOT.parent / "shared" / "data" / "puh3_2025w43.csv"


@pytest.mark.skipif(not WEEK.exists(), reason="the published week is not here")
def test_forty_partners_get_a_real_weeks_reserve_in_a_part_of_the_plans_time(
    tell: Tell, tmp_path: Path
) -> None:
    from scheduler.tables.published.timetable import read_published, to_scenario
    from scheduler.tables.scenario.files import write_scenario

    write_scenario(to_scenario(read_published(WEEK)).scenario, tmp_path)
    done = run("partners_run", str(tmp_path), "40")
    assert done["violations"] == 0
    ours, plan = (Spent(done[key], done["megabytes"], 0) for key in ("seconds", "plan"))
    assert tell(f"{done['tickets']} reserved tickets to 40 partners", ours, "the plan, files apart", plan) < 1
