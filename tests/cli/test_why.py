from pathlib import Path

import pytest

from scheduler.roster import Plan, template_roster
from scheduler.tables.roster.write import write_plan
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import monday


@pytest.fixture
def week_and_roster(tmp_path: Path) -> tuple[Path, Path]:
    """The folders of a week and of its template as a roster."""
    week = monday()
    write_scenario(week, tmp_path / "monday")
    write_plan(Plan(template_roster(week)), week, tmp_path / "roster")
    return tmp_path / "monday", tmp_path / "roster"


def test_a_half_day_is_priced_by_tier(menzhen, week_and_roster):
    code, out, err = menzhen("why", *week_and_roster, "--doctor", "ann", "--at", "tue-pm")
    assert (code, err) == (0, "")
    assert out.startswith(
        "With ann on Tuesday 2026-07-21 afternoon the week is worse: first in changes, from 0 to 3"
    )
    (changes,) = [line.split()[-4:] for line in out.splitlines() if line.startswith(" changes")]
    assert changes == ["0", "3", "+3", "3"]
    assert "Rules against it: changes" in out


def test_what_is_so_already_is_reported_without_a_table(menzhen, week_and_roster):
    code, out, _ = menzhen("why", *week_and_roster, "--doctor", "ann", "--at", "2026-07-20-PM")
    assert code == 0
    assert out == "ann has a session on Monday 2026-07-20 afternoon in this roster already.\n"


def test_the_converse_is_asked_with_not(menzhen, week_and_roster):
    code, out, _ = menzhen("why", *week_and_roster, "--doctor", "ann", "--at", "mon-am", "--not")
    assert code == 0
    assert out.startswith("Without ann on Monday 2026-07-20 morning the week is worse")


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (
            ("--doctor", "anna", "--at", "tue-pm"),
            "doctor: there is no such doctor ('anna'). Did you mean ann?",
        ),
        (
            ("--doctor", "ann", "--at", "tue-pn"),
            "--at: this is not a half-day ('tue-pn'). Did you mean tue-pm?",
        ),
        (("--doctor", "ann", "--at", "2026-07-27-AM"), "Name a half-day of the week 2026-W30."),
        (
            ("--doctor", "ann", "--at", "tue-pm", "--clinic", "eyes"),
            "clinic: there is no such clinic ('eyes'). Did you mean eye?",
        ),
        (("--doctor", "ann"), "--at: this is missing."),
        (("--doctor", "ann", "--at", "tue-pm", "--solver", "gurobi"), "--solver"),
    ],
)
def test_what_is_unknown_is_named(menzhen, week_and_roster, words, remedy):
    code, out, err = menzhen("why", *week_and_roster, *words)
    assert (code, out) == (2, "")
    assert remedy in err
