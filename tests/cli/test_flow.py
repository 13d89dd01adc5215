from __future__ import annotations

import pytest

from scheduler.tables.roster.write import write_plan
from scheduler.tables.scenario.files import write_scenario
from tests.flow.small_week import check_in, pace, plan_of, week

WEEK = week(pace=(pace("9", early_mean=15, early_sd=20),), services=(check_in(),))


@pytest.fixture
def folders(tmp_path):
    write_scenario(WEEK, tmp_path / "week")
    (tmp_path / "roster").mkdir()
    write_plan(plan_of(WEEK), WEEK, tmp_path / "roster")
    return tmp_path / "week", tmp_path / "roster", tmp_path / "flow"


def test_patient_flow_is_printed_with_what_it_rests_on(menzhen, folders):
    scenario, roster, out = folders
    code, text, err = menzhen("flow", scenario, roster, "--out", out, "--replications", 5)
    assert (code, err) == (0, "")
    assert text.startswith("Patients wait ")
    assert "5 replications, random numbers of seed 0." in text
    assert (
        "4 sessions have consultations, no-shows, walk-ins and late starts as the table pace tells." in text
    )
    assert f"Results are in {out}: open flow.html." in text
    assert (out / "flow.html").exists()


def test_two_rosters_are_put_side_by_side(menzhen, folders):
    scenario, roster, out = folders
    words = ("flow", scenario, roster, "--against", roster, "--out", out, "--replications", 3)
    code, text, _ = menzhen(*words)
    assert code == 0
    assert text.count("no difference shown") == 5
    assert "The peak is not shown to differ from that of the other roster." in text


def test_what_patients_are_told_can_be_set(menzhen, folders):
    scenario, roster, out = folders
    _, text, _ = menzhen(
        "flow", scenario, roster, "--out", out, "--replications", 1, "--set", "policy.slots.told=slot"
    )
    assert "by policy.slots.told: slot." in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--replications", 0), "--replications: there cannot be so many replications ('0')"),
        (("--seed", -1), "--seed: this is not a seed ('-1')"),
        (("--against", "nowhere"), "sessions.csv: there is no such file"),
    ],
)
def test_a_wrong_call_is_told_in_one_block(menzhen, folders, words, expected):
    scenario, roster, out = folders
    code, _, err = menzhen("flow", scenario, roster, "--out", out, *words)
    assert code == 2
    assert expected in err
    assert not out.exists()
