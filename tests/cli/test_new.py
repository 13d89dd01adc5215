from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from scheduler.tables.scenario.files import read_scenario

ROOT = Path(__file__).parents[2]
TYPICAL = ROOT / "scenarios/typical"


def test_a_new_scenario_is_empty_and_can_be_planned_as_it_is(menzhen, tmp_path: Path):
    code, out, err = menzhen("new", tmp_path / "week")
    assert (code, err) == (0, "")
    assert "plan the week: menzhen plan" in out
    assert read_scenario(tmp_path / "week").doctors == ()
    for source in (tmp_path / "week", tmp_path / "week/scenario.xlsx"):
        assert menzhen("plan", source, "--out", tmp_path / "out")[0] == 0


def test_a_plan_of_an_empty_scenario_says_that_there_is_nothing_to_plan(menzhen, tmp_path: Path):
    menzhen("new", tmp_path / "week")
    code, out, _ = menzhen("plan", tmp_path / "week", "--out", tmp_path / "out")
    assert code == 0
    assert out.startswith("There is nothing to plan: the scenario has neither sessions nor demand.\n")
    assert "proved" not in out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Nothing to plan" in page
    assert "Proved optimal" not in page


def test_nothing_that_somebody_typed_in_is_replaced(menzhen, tmp_path: Path, files):
    assert menzhen("new", tmp_path / "week")[0] == 0
    before = files(tmp_path / "week")
    code, _, err = menzhen("new", tmp_path / "week")
    assert code == 2
    assert "would be lost" in err
    assert files(tmp_path) == {f"week/{name}": content for name, content in before.items()}


def test_an_empty_folder_is_as_good_as_none(menzhen, tmp_path: Path):
    (tmp_path / "week").mkdir()
    assert menzhen("new", tmp_path / "week")[0] == 0


def test_the_example_is_the_typical_week_in_the_language_of_the_call(menzhen, tmp_path: Path):
    code, out, err = menzhen("new", tmp_path / "week", "--example", "--lang", "zh")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("示例周")
    assert read_scenario(tmp_path / "week") == read_scenario(TYPICAL)
    assert "医生" in (tmp_path / "week/template.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_an_example_replaces_nothing(menzhen, tmp_path: Path):
    (tmp_path / "week").mkdir()
    (tmp_path / "week/doctors.csv").write_text("doctor\n", encoding="utf-8")
    assert menzhen("new", tmp_path / "week", "--example")[0] == 2
    assert (tmp_path / "week/doctors.csv").read_text(encoding="utf-8") == "doctor\n"


def test_the_wheel_brings_every_file_of_the_example_along():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert "scenarios.typical" in tools["packages"]["find"]["include"]
    patterns = tools["package-data"]["scenarios.typical"]
    assert all(any(path.match(pattern) for pattern in patterns) for path in TYPICAL.iterdir())


def test_the_example_is_found_by_the_installed_command_from_any_folder(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "menzhen"), "new", "week", "--example"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "week" / "scenario.yaml").exists()
