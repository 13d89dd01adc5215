from pathlib import Path

import pytest

from scheduler.roster import Plan, template_roster
from scheduler.tables.roster.write import write_plan
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import monday


@pytest.fixture
def roster(tmp_path: Path) -> tuple[Path, Path]:
    """The folders of a week and of its template as a roster without slots."""
    week = monday(rules={"slot_length": "off", "tickets_add_up": "off", "reserve_expert": "off"})
    write_scenario(week, tmp_path / "monday")
    write_plan(Plan(template_roster(week)), week, tmp_path / "roster")
    for name in ("slots", "channels", "appointments"):
        (tmp_path / "roster" / f"{name}.csv").unlink()
    return tmp_path / "monday", tmp_path / "roster"


def lines(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()]


def test_a_move_that_breaks_a_hard_rule_ends_with_1(menzhen, roster):
    code, out, err = menzhen("check", *roster, "--move", "2026-W30.bob.mon-pm@tue-pm")
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "2026-W30.bob.mon-pm: Tuesday 2026-07-21 afternoon, room e2"
    assert ["ratio_day", "0", "1", "+1"] in lines(out)
    assert ["changes", "0", "3", "+3"] in lines(out)
    assert "1 violation of hard rules would be new." in out


def test_a_session_to_move_is_named_by_its_doctor_too(menzhen, roster):
    _, out, _ = menzhen("check", *roster, "--move", "bob@mon-pm@tue-pm")
    assert out.splitlines()[0] == "2026-W30.bob.mon-pm: Tuesday 2026-07-21 afternoon, room e2"


def test_moves_are_reported_together(menzhen, roster):
    moves = [word for half in ("am", "pm") for word in ("--move", f"2026-W30.bob.mon-{half}@tue-{half}")]
    code, out, _ = menzhen("check", *roster, *moves)
    assert code == 0
    assert ["changes", "0", "6", "+6"] in lines(out)
    assert "ratio_day" not in out
    assert "No hard rule would be broken further." in out


def test_what_vanishes_is_reported_too(menzhen, roster):
    code, out, _ = menzhen(
        "check", *roster, "--set", "policy.ratio.limit=0.5", "--move", "2026-W30.bob.mon-am@tue-pm"
    )
    assert code == 0
    assert ["ratio_day", "1", "0", "-1"] in lines(out)
    assert [line[:3] for line in lines(out) if line[:2] == ["vanishes", "ratio_day"]] == [
        ["vanishes", "ratio_day", "1"]
    ]


def test_a_move_to_where_it_is_changes_nothing(menzhen, roster):
    code, out, _ = menzhen("check", *roster, "--move", "2026-W30.bob.mon-pm@mon-pm")
    assert code == 0
    assert "No rule gains or loses a unit." in out


@pytest.mark.parametrize(
    ("move", "remedy"),
    [
        (
            "2026-W30.bob.mon-pn@tue-pm",
            "there is no such session ('2026-W30.bob.mon-pn'). Did you mean 2026-W30.bob.mon-pm?",
        ),
        ("2026-W30.bob.mon-pm@tue", "--move: this is not a half-day ('tue')."),
        ("2026-W30.bob.mon-pm", "--move: this is not a move ('2026-W30.bob.mon-pm'). Write SESSION@fri-pm"),
    ],
)
def test_what_cannot_be_moved_is_named(menzhen, roster, move, remedy):
    code, out, err = menzhen("check", *roster, "--move", move)
    assert (code, out) == (2, "")
    assert remedy in err


def test_all_moves_that_cannot_be_read_are_named_at_once(menzhen, roster):
    code, _, err = menzhen("check", *roster, "--move", "bob", "--move", "2026-W30.bob.mon-pm@tue")
    assert code == 2
    assert err.count("--move: this is not a") == 2
