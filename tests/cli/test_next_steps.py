from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from scheduler.cli.next_steps import RosterCalls, plan_step, say_next_steps
from scheduler.tables.scenario.files import write_scenario
from scheduler.words import Words
from tests.adjust.small import row, scenario


def steps(out: str) -> list[list[str]]:
    """Return the calls that an answer tells at its end."""
    lines = out.splitlines()
    told = lines[lines.index("Next:") + 1 :] if "Next:" in lines else []
    return [shlex.split(line.partition(": ")[2])[1:] for line in told]


@pytest.fixture
def roster(menzhen, week, tmp_path) -> Path:
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out"


def test_each_step_that_a_plan_tells_can_be_taken_as_it_stands(menzhen, week, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    setting = ("--set", "policy.ratio.limit=1.9")
    code, out, _ = menzhen("plan", week, "--out", tmp_path / "out", *setting)
    assert code == 0
    calls = steps(out)
    assert [call[0] for call in calls] == ["check", "edit", "publish"]
    assert [call for call in calls if "policy.ratio.limit=1.9" in call] == calls[:2]
    for call in calls:
        assert menzhen(*call)[0] == 0


def test_a_plan_prints_its_first_ten_changes_with_doctor_and_both_half_days(menzhen, week, tmp_path):
    _, out, _ = menzhen("plan", week, "--out", tmp_path / "out")
    assert "was at" in out
    assert " ".join(next(line for line in out.splitlines() if "moved on its date" in line).split()) == (
        "林一帆 眼科门诊 Mon 20 Jul AM Mon 20 Jul PM moved on its date"
    )


def test_a_good_roster_is_published_next_and_a_broken_one_corrected(menzhen, week, roster, tmp_path):
    assert [call[0] for call in steps(menzhen("check", week, roster)[1])] == ["publish"]
    assert menzhen("plan", week, "--out", tmp_path / "unbalanced", "--set", "rules.ratio_day=off")[0] == 0
    code, out, _ = menzhen("check", week, tmp_path / "unbalanced")
    assert code == 1
    assert [call[0] for call in steps(out)] == ["edit"]


def test_sessions_changed_by_hand_are_kept_next(menzhen, week, roster):
    table = roster / "sessions.csv"
    table.write_bytes(table.read_bytes().replace(b",PM,", b",AM,"))
    code, out, _ = menzhen("check", week, roster)
    assert code == 1
    (call,) = steps(out)
    assert call[:5] == ["edit", str(week), str(roster), "--from", str(table)]
    assert call[5:7] == ["--out", f"{roster}-edited"]
    menzhen(*call)
    assert (Path(f"{roster}-edited") / "slots.csv").exists()


def test_a_call_is_in_the_language_of_the_answer(capsys, monkeypatch):
    monkeypatch.setenv("MENZHEN_LANG", "en")
    say_next_steps([plan_step(Path("周"))], Words("zh"))
    assert capsys.readouterr().out.splitlines()[1].endswith("menzhen plan 周 --out 周-排班 --lang zh")


def test_a_path_is_quoted_only_where_a_shell_would_not_take_it(capsys, monkeypatch):
    monkeypatch.setenv("MENZHEN_LANG", "en")
    say_next_steps([RosterCalls(Path("my week"), Path("out")).check()], Words("en"))
    assert "menzhen check 'my week' out" in capsys.readouterr().out


def test_a_folder_without_a_name_has_its_neighbour_too(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert str(plan_step(Path()).arguments[-1]) == f"{tmp_path}-roster"


def test_a_repair_is_published_with_a_reason_since_it_supersedes(menzhen, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_scenario(
        scenario(row("bob", "mon-am", room="1"), row("ann", "tue-am", room="1")), tmp_path / "week"
    )
    assert menzhen("plan", "week", "--out", "out")[0] == 0
    assert menzhen("publish", "out")[0] == 0
    stop = ("--stop", "bob@mon-am", "--as-of", "2026-07-20")
    code, out, _ = menzhen("repair", "week", "out", *stop, "--out", "repaired")
    assert code == 0
    for call in steps(out):
        assert menzhen(*call)[0] == 0
