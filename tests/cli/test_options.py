from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.tables.scenario.files import write_scenario
from tests.adjust.small import DOCTORS, row, scenario

FREE = tuple(d.model_copy(update={"max_sessions": 5}) for d in DOCTORS)


@pytest.fixture
def week(tmp_path: Path) -> Path:
    rows = (row("bob", "mon-am", room="1"), row("cid", "fri-pm", room="1"))
    write_scenario(scenario(*rows, doctors=FREE), tmp_path / "week")
    return tmp_path / "week"


@pytest.fixture
def roster(menzhen, week, tmp_path) -> Path:
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out"


def ranked(out: str) -> list[str]:
    lines = [line.split() for line in out.splitlines()]
    return [
        words[1] for words in lines if words and words[0].isdigit() and len(words) > 2 and words[1].islower()
    ]


def test_doctors_who_could_hold_a_further_session_are_ranked(menzhen, week, roster):
    code, out, err = menzhen("options", week, roster, "--at", "fri-pm", "--clinic", "eye")
    assert (code, err) == (0, "")
    assert sorted(ranked(out)[:3]) == ["ann", "bob", "dan"]
    assert "3 doctors could take it, 1 could not; --all shows why." in out
    assert "one_place" not in out


def test_who_could_not_is_reported_with_the_rule_where_all_are_asked_for(menzhen, week, roster):
    _, out, _ = menzhen("options", week, roster, "--at", "2026-07-24-PM", "--clinic", "eye", "--all")
    assert "one_place" in out
    assert "cid has 2 sessions on Friday 2026-07-24 afternoon; one is possible" in out


def test_for_a_session_those_are_ranked_who_could_take_it_over(menzhen, week, roster):
    code, out, _ = menzhen("options", week, roster, "--session", "2026-W30.cid.fri-pm")
    assert code == 0
    assert sorted(ranked(out)[:3]) == ["ann", "bob", "dan"]
    assert "changes" in out


def test_where_nobody_could_the_answer_is_no(menzhen, week, roster):
    settings = ("--set", "rules.rooms=hard")
    full = ("--at", "sat-am", "--clinic", "eye")
    code, out, _ = menzhen("options", week, roster, *full, *settings)
    assert code == 1
    assert "0 doctors could take it, 4 could not; --all shows why." in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "it is not clear which session is meant"),
        (("--at", "fri-pm"), "it is not clear which session is meant"),
        (("--at", "fri-pm", "--clinic", "eye", "--session", "x"), "it is not clear which session is meant"),
        (("--at", "friday", "--clinic", "eye"), "--at: this is not a half-day ('friday')"),
        (
            ("--at", "fri-pm", "--clinic", "eyes"),
            "the scenario does not know this clinic ('eyes'). Did you mean eye?",
        ),
        (("--session", "2026-W30.cid.fri-am"), "no such session takes place"),
    ],
)
def test_what_cannot_be_meant_is_reported(menzhen, week, roster, words, expected):
    code, out, err = menzhen("options", week, roster, *words)
    assert (code, out) == (2, "")
    assert expected in err
