from __future__ import annotations

import html
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios.smallest import INFEASIBLE
from scheduler.tables.grids.yaml_in import parse_yaml
from scheduler.tables.scenario.files import write_scenario

ROOT = Path(__file__).parents[2]
FILES = {
    "appointments.csv",
    "channels.csv",
    "report.html",
    "report.json",
    "roster.xlsx",
    "sessions.csv",
    "slots.csv",
}
MENZHEN = [sys.executable, "-c", "from scheduler.cli.main import run; run()"]


def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def tiers(folder: Path) -> dict[str, int]:
    return {tier["key"]: tier["value"] for tier in report(folder)["tiers"]}


def test_a_plan_tells_its_answer_and_writes_every_file(menzhen, week, tmp_path):
    code, out, err = menzhen("plan", week, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert out.startswith(
        "1 session moves; every working day keeps 1.2; proved that less change would not do."
    )
    assert "changes" in out
    assert {path.name for path in (tmp_path / "out").iterdir()} >= FILES
    assert report(tmp_path / "out")["status"] == "optimal"
    assert tiers(tmp_path / "out")["changes"] == 2


def test_a_scenario_in_a_folder_that_is_not_there_yet_is_written_below_it(menzhen, week, tmp_path):
    assert menzhen("plan", week, "--out", tmp_path / "a/b/c")[0] == 0
    assert (tmp_path / "a/b/c/sessions.csv").exists()


def test_settings_change_the_scenario(menzhen, week, tmp_path):
    out = tmp_path / "out"
    assert menzhen("plan", week, "--out", out, "--set", "rules.ratio_day=off")[0] == 0
    assert tiers(out)["changes"] == 0
    options = ("--set", "policy.ratio.limit=1.9", "--set", "policy.changes.same_date=7")
    assert menzhen("plan", week, "--out", out, *options)[0] == 0
    assert tiers(out)["changes"] == 3  # a move to another date is now the cheaper one


@pytest.mark.usefixtures("engine_apart")
def test_a_plan_is_the_same_with_the_engine_in_a_process_of_its_own(menzhen, week, tmp_path):
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    assert tiers(tmp_path / "out")["changes"] == 2


@pytest.mark.parametrize("solver", ["highs", "scip", "cp_sat"])
def test_any_solver_plans(menzhen, week, tmp_path, solver):
    assert menzhen("plan", week, "--out", tmp_path / "out", "--solver", solver)[0] == 0
    assert tiers(tmp_path / "out")["changes"] == 2


def test_the_same_call_writes_the_same_bytes_but_for_the_seconds(menzhen, week, tmp_path, files):
    for name in ("one", "two"):
        assert menzhen("plan", week, "--out", tmp_path / name, "--seed", 3)[0] == 0
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    spent = [json.loads(each.pop("report.json")).pop("seconds") for each in (one, two)]
    assert spent[0].keys() == spent[1].keys()
    csv = {name for name in one if name.endswith(".csv")}
    assert csv
    assert {name: one[name] for name in csv} == {name: two[name] for name in csv}


def test_a_second_plan_takes_the_place_of_the_first(menzhen, week, tmp_path, files):
    out = tmp_path / "out"
    assert menzhen("plan", week, "--out", out)[0] == 0
    first = files(out)["sessions.csv"]
    assert menzhen("plan", week, "--out", out, "--set", "rules.ratio_day=off")[0] == 0
    assert files(out)["sessions.csv"] != first
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_infeasible_week_is_reported_with_reasons_and_exit_1(menzhen, tmp_path):
    write_scenario(INFEASIBLE["no_afternoon_doctors"](), tmp_path / "week")
    code, out, err = menzhen("plan", tmp_path / "week", "--out", tmp_path / "out")
    assert (code, err) == (1, "")
    assert "No roster keeps all the rules that must hold" in out
    assert "2 morning sessions, 1 afternoon one;" in out
    assert report(tmp_path / "out")["status"] == "infeasible"
    assert not (tmp_path / "out/sessions.csv").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_remedies_are_printed_as_patches_that_the_report_has_too(menzhen, tmp_path, language):
    write_scenario(INFEASIBLE["too_few_rooms"](), tmp_path / "week")
    _, out, _ = menzhen("plan", tmp_path / "week", "--out", tmp_path / "out", "--lang", language)
    lines = out[out.index("patches:\n") :].split("\n")
    pasted = "\n".join(lines[:1] + [line for line in lines[1:] if line.startswith(" ")])
    (tmp_path / "study.yaml").write_text(f"base: week\n{pasted}\n", encoding="utf-8")
    assert pasted in html.unescape((tmp_path / "out/report.html").read_text(encoding="utf-8"))
    study = tmp_path / "study.yaml"
    code, table, _ = menzhen("whatif", study, "--out", tmp_path / "study", "--workers", "1")
    assert code == 0
    proposals = report(tmp_path / "out")["proposals"]
    patches = parse_yaml("study", pasted).data["patches"]
    assert list(patches.values()) == [proposal["patch"] for proposal in proposals]
    assert {proposal["status"] for proposal in proposals} == {"optimal"}
    for name in patches:
        assert name in table
        variant = json.loads((tmp_path / "study/variants" / name / "variant.json").read_text("utf-8"))
        assert variant["figures"]["status"] == "optimal"


def test_a_plan_speaks_chinese(menzhen, week, tmp_path):
    _, out, _ = menzhen("plan", week, "--out", tmp_path / "out", "--lang", "zh")
    assert "session moves" not in out
    assert 'lang="zh' in (tmp_path / "out/report.html").read_text(encoding="utf-8")


def test_nothing_of_the_progress_is_seen_where_nobody_watches(menzhen, week, tmp_path):
    _, out, err = menzhen("plan", week, "--out", tmp_path / "out")
    assert err == ""
    assert "building the model" not in out


# the older roster


@pytest.fixture
def older(menzhen, week, tmp_path, files):
    """An out folder with an older roster, and its bytes."""
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out", files(tmp_path / "out")


def test_a_run_that_fails_leaves_the_older_roster_as_it_was(menzhen, week, older, files, tmp_path):
    out, before = older
    for options in (("--set", "policy.ratio.limit=99"), ("--seconds", "0"), ("--solver", "abacus")):
        assert menzhen("plan", week, "--out", out, *options)[0] == 2
    (week / "template.csv").write_text("doctor,day\nD001,mon\n", encoding="utf-8")
    assert menzhen("plan", week, "--out", out)[0] == 2
    assert files(out) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.usefixtures("engine_apart")
def test_a_solver_that_breaks_down_is_reported_and_leaves_the_older_roster(
    menzhen, week, older, files, monkeypatch, tmp_path
):
    out, before = older
    monkeypatch.setattr("scheduler.engine.process._GRACE_SECONDS", 0.0)
    code, _, err = menzhen("plan", week, "--out", out, "--seconds", "0.01")
    assert code == 2
    assert err.startswith("The solver stopped without an answer; nothing was written:")
    assert files(out) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_files_of_somebody_else_are_never_replaced(menzhen, week, older, files):
    out, before = older
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    code, _, err = menzhen("plan", week, "--out", out)
    assert code == 2
    assert "notes.txt" in err
    assert files(out) == {**before, "notes.txt": b"mine"}


def test_a_run_killed_in_the_middle_harms_nothing_and_is_swept_up_by_the_next(
    menzhen, week, older, files, tmp_path
):
    out, before = older
    killed = subprocess.Popen(
        [*MENZHEN, "plan", str(ROOT / "scenarios/typical"), "--out", str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert within_seconds(60, lambda: leftovers(tmp_path) != [])
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert files(out) == before
    assert leftovers(tmp_path) != []
    # A child of the killed run holds the folder's lock too, from its fork until another program runs in it.
    assert within_seconds(20, lambda: menzhen("plan", week, "--out", out)[0] == 0 and not leftovers(tmp_path))
    assert files(out)["sessions.csv"] == before["sessions.csv"]


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".out.menzhen-")]


def within_seconds(seconds: float, holds) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False
