from __future__ import annotations

import json

import pytest

from scenarios.smallest import INFEASIBLE
from scheduler.tables.scenario.files import write_scenario

BUDGET = (
    "--set",
    "policy.changes.budget=2",
    "--set",
    "rules.fairness=off",
    "--set",
    "rules.ratio_target=off",
)


def lines(path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def without_seconds(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files as they are the same in every run."""
    kept = dict(files)
    for name, data in files.items():
        if name.endswith("report.json"):
            kept[name] = json.dumps(json.loads(data) | {"seconds": 0}).encode()
    return kept


def test_weeks_stand_in_folders_of_their_own_with_the_carry_over_beside_them(menzhen, week, tmp_path):
    out = tmp_path / "out"
    code, printed, err = menzhen("plan", week, "--weeks", 2, "--out", out, *BUDGET)
    assert (code, err) == (0, "")
    assert sorted(p.name for p in out.iterdir()) == [
        "2026-W30",
        "2026-W31",
        "budget.csv",
        "carryover.csv",
    ]
    assert (out / "2026-W31/report.html").exists()
    assert lines(out / "budget.csv") == [
        "week,budget,spent,carried",
        "2026-W30,2,1,1",
        "2026-W31,3,1,2",
    ]
    rows = [line.split() for line in printed.splitlines() if line.strip().startswith("2026-W")]
    assert [(row[0], row[3], row[-1]) for row in rows] == [
        ("2026-W30", "1", "1"),
        ("2026-W31", "1", "2"),
    ]


def test_the_same_weeks_are_the_same_bytes(menzhen, week, tmp_path, files):
    out = tmp_path / "out"
    assert menzhen("plan", week, "--weeks", 1, "--out", out)[0] == 0
    first = without_seconds(files(out))
    assert menzhen("plan", week, "--weeks", 1, "--out", out)[0] == 0
    assert without_seconds(files(out)) == first


def test_weeks_one_by_one_from_the_carry_over_are_those_planned_at_once(menzhen, week, tmp_path, files):
    menzhen("plan", week, "--weeks", 2, "--out", tmp_path / "at once")
    (tmp_path / "empty.csv").write_text("doctor,specialty,weeks,afternoons,fridays,weekends\n")
    menzhen("plan", week, "--carryover", tmp_path / "empty.csv", "--out", tmp_path / "one")
    carryover = tmp_path / "one/carryover.csv"
    code, out, _ = menzhen(
        "plan", week, "--set", "week=2026-W31", "--carryover", carryover, "--out", tmp_path / "two"
    )
    assert code == 0
    assert "every working day keeps 1.2" in out
    assert (tmp_path / "one/sessions.csv").exists()
    for name in ("carryover.csv", "budget.csv"):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "at once" / name).read_bytes()


def test_a_week_is_not_counted_twice(menzhen, week, tmp_path):
    menzhen("plan", week, "--weeks", 1, "--out", tmp_path / "out")
    code, _, err = menzhen(
        "plan", week, "--carryover", tmp_path / "out/carryover.csv", "--out", tmp_path / "again"
    )
    assert code == 2
    assert "the carry-over counts this week already" in err
    assert not (tmp_path / "again").exists()


def test_the_names_that_the_carry_over_had_before_are_refused_with_the_new_ones(menzhen, week, tmp_path):
    old = tmp_path / "ledger.csv"
    old.write_text("doctor,specialty,weeks,afternoons,fridays,weekends\n")
    code, _, err = menzhen("plan", week, "--ledger", old, "--out", tmp_path / "out")
    assert (code, "this option is called --carryover now" in err) == (2, True)
    code, _, err = menzhen("plan", week, "--carryover", old, "--out", tmp_path / "out")
    assert (code, "this file is called carryover.csv now" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_week_that_cannot_be_is_reported_among_the_others(menzhen, tmp_path):
    write_scenario(INFEASIBLE["too_few_rooms"](), tmp_path / "week")
    code, out, _ = menzhen("plan", tmp_path / "week", "--weeks", 1, "--out", tmp_path / "out")
    assert code == 1
    assert "No roster possible" in out
    assert "no roster keeps all the rules that must hold" in out.lower()
    (folder,) = (p for p in (tmp_path / "out").iterdir() if p.is_dir())
    assert (folder / "report.html").exists()
    assert not (folder / "sessions.csv").exists()


@pytest.mark.parametrize("count", [0, -1, 54])
def test_a_number_of_weeks_out_of_range_is_reported(menzhen, week, tmp_path, count):
    code, _, err = menzhen("plan", week, "--weeks", count, "--out", tmp_path / "out")
    assert code == 2
    assert "--weeks: the number of weeks is out of range" in err


def test_weeks_of_before_are_replaced_and_strange_folders_are_not(menzhen, week, tmp_path):
    out = tmp_path / "out"
    assert menzhen("plan", week, "--weeks", 2, "--out", out)[0] == 0
    assert menzhen("plan", week, "--weeks", 1, "--set", "week=2026-W40", "--out", out)[0] == 0
    assert sorted(p.name for p in out.iterdir() if p.is_dir()) == ["2026-W40"]
    (out / "2026-W40/notes.txt").write_text("mine")
    code, _, err = menzhen("plan", week, "--weeks", 1, "--out", out)
    assert code == 2
    assert "2026-W40" in err
    assert (out / "2026-W40/notes.txt").read_text() == "mine"


def test_costs_stand_in_the_report_where_they_are_asked_for(menzhen, week, tmp_path):
    assert menzhen("plan", week, "--costs", "--out", tmp_path / "out")[0] == 0
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert report["price"]["tiers"]["changes"]["value"] == 2
    without = {rule["key"]: rule["without"] for rule in report["rules"]}
    assert without["rooms"]["status"] == "optimal"
    assert without["slot_length"] is None
    assert "costs" in report["seconds"]
