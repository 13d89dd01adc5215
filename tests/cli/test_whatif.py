"""`menzhen whatif` as it is called."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler.study.run.variant_folder import VariantFolder
from scheduler.study.run.variant_solver import VariantTask
from scheduler.study.run.workers import LocalWorkers
from tests.study.small_study import small_study

MENZHEN = [sys.executable, "-c", "from scheduler.cli.main import run; run()"]
HEAR = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
STUDY = """
name: small
base: week
seconds: 20
patches:
  loose: {title: Any ratio, set: {policy.ratio.limit: 9, policy.ratio.target: 9}}
  tight: {title: Nothing may move, set: {policy.changes.budget: 0}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    small_study(tmp_path / "week")
    (tmp_path / "study.yaml").write_text(STUDY, "utf-8")
    return tmp_path / "study.yaml"


def _names(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_a_study_prints_its_table_and_why_a_variant_cannot_be(menzhen, study, tmp_path):
    code, out, err = menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1)
    assert (code, err) == (0, "")
    assert "Any ratio" in out
    assert "Nothing may move: " in out
    assert "open whatif.html first" in out
    assert _names(tmp_path / "out") == {"table.csv", "table.xlsx", "whatif.html", "timings.csv", "variants"}


def test_a_finished_study_is_not_begun_anew_without_a_word(menzhen, study, tmp_path):
    assert menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1)[0] == 0
    before = (tmp_path / "out/table.csv").read_bytes()
    code, _, err = menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1)
    assert code == 2
    assert "3 finished variants of a study are there already" in err
    assert "--resume" in err
    assert menzhen("whatif", study, "--out", tmp_path / "out", "--resume", "--workers", 1)[0] == 0
    assert (tmp_path / "out/table.csv").read_bytes() == before


def test_other_files_are_not_overwritten(menzhen, study, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    code, _, err = menzhen("whatif", study, "--out", tmp_path / "out")
    assert code == 2
    assert "mine.txt" in err
    assert _names(tmp_path / "out") == {"mine.txt"}


def test_other_folders_among_the_variants_are_not_overwritten(menzhen, study, tmp_path):
    (tmp_path / "out/variants/base").mkdir(parents=True)
    (tmp_path / "out/variants/base/mine.txt").write_text("mine")
    for more in ((), ("--resume",)):
        code, _, err = menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1, *more)
        assert (code, "base" in err) == (2, True)
    assert (tmp_path / "out/variants/base/mine.txt").read_text() == "mine"


def test_what_is_wrong_with_the_patches_is_reported_before_anything_is_solved(menzhen, study, tmp_path):
    study.write_text(
        STUDY.replace("policy.ratio.limit", "policy.ratio.limti").replace("policy.changes", "policy.chances"),
        "utf-8",
    )
    code, _, err = menzhen("whatif", study, "--out", tmp_path / "out")
    assert code == 2
    assert "policy.ratio.limit" in err
    assert "policy.changes" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--how", "repairs"), "repair"),
        (("--cluster", "nonsense"), "no cluster answers there"),
        (("--workers", "0"), "--workers"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_calls_that_cannot_be_are_reported(menzhen, study, tmp_path, words, expected):
    code, _, err = menzhen("whatif", study, "--out", tmp_path / "out", *words)
    assert code == 2
    assert expected in err
    assert not (tmp_path / "out").exists()


def test_a_study_that_is_interrupted_keeps_what_is_done_and_is_resumed(study, tmp_path):
    many = "\nsweeps:\n  - {name: s, over: {policy.ratio.limit: {from: 1.2, to: 5, step: 0.04}}}\n"
    study.write_text(STUDY + many, "utf-8")
    words = ["whatif", str(study), "--out", str(tmp_path / "out"), "--workers", "1"]
    environment = {**os.environ, "MENZHEN_LANG": "en"}
    # Where the tests run in the background of a shell, their children would not hear of an interrupt.
    running = subprocess.Popen(
        [sys.executable, "-c", f"{HEAR}; {MENZHEN[-1]}", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while len(list((tmp_path / "out").glob("variants/*/variant.json"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, b"")
    assert "Continue with --resume" in out.decode()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("variants/*/variant.json")}
    assert 3 <= len(kept) < 98
    assert (tmp_path / "out/table.csv").read_text("utf-8-sig").count("\n") == len(kept) + 1
    study.write_text(STUDY, "utf-8")
    done = subprocess.run(
        [*MENZHEN, *words, "--resume"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    left = {path.parent.name for path in (tmp_path / "out").glob("variants/*/variant.json")}
    assert left == {"base", "loose", "tight"}
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items() if path.exists())


def test_a_folder_that_another_study_is_writing_to_is_left_alone(menzhen, study, tmp_path):
    with VariantFolder(tmp_path / "out").lock():
        code, _, err = menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1)
    assert code == 2
    assert "another study is being written here" in err
    assert _names(tmp_path / "out") == set()


def test_no_variant_is_waited_for_longer_than_the_study_gives_it(menzhen, study, tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(LocalWorkers, "limit_calls", lambda _, seconds: given.append(seconds))
    assert menzhen("whatif", study, "--out", tmp_path / "out", "--workers", 1)[0] == 0
    assert given == [VariantTask(seconds=20).limit_seconds]
