"""What is wrong thousands of times: a few lines on the terminal, every problem in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

HEADINGS = "date,half,clinic,doctor,capacity\n"


@pytest.fixture
def timetable(tmp_path: Path) -> Path:
    """A timetable whose 300 dates are all written in another way."""
    path = tmp_path / "published.csv"
    rows = (f"soon {number},AM,眼科门诊,甲,20\n" for number in range(300))
    path.write_text(HEADINGS + "".join(rows), encoding="utf-8")
    return path


def test_the_whole_list_stands_beside_the_results(menzhen, timetable, tmp_path, files):
    code, out, err = menzhen("import", timetable, "--out", f"{tmp_path / 'week'}/")
    assert (code, out) == (2, "")
    _, cause, last = err.splitlines()
    assert "column date" in cause
    assert "300 times; the first: row 2 ('soon 0'), row 3 ('soon 1'), row 4 ('soon 2')" in cause
    file = tmp_path / "week.problems.txt"
    assert last == f"All 300 problems, one a line: {file}"
    headline, *lines = file.read_text(encoding="utf-8").splitlines()
    assert (headline, len(lines)) == ("This cannot be used as it is:", 300)
    assert lines[299].startswith("published.csv, row 301, column date: ")
    assert set(files(tmp_path)) == {"published.csv", "week.problems.txt"}


def test_the_list_is_in_the_language_of_the_call(menzhen, timetable, tmp_path):
    _, _, err = menzhen("import", timetable, "--out", tmp_path / "week", "--lang", "zh")
    file = tmp_path / "week.problems.txt"
    assert err.splitlines()[-1] == f"全部 300 个问题（每行一个）：{file}"
    assert "第 301 行" in file.read_text(encoding="utf-8")


def test_the_same_mistake_gives_the_same_list(menzhen, timetable, tmp_path):
    lists = []
    for _ in range(2):
        menzhen("import", timetable, "--out", tmp_path / "week")
        lists.append((tmp_path / "week.problems.txt").read_bytes())
    assert lists[0] == lists[1]


def test_a_folder_that_is_not_there_is_not_made_for_a_list(menzhen, timetable, tmp_path, files):
    _, _, err = menzhen("import", timetable, "--out", tmp_path / "new" / "week")
    assert err.splitlines()[-1] == (
        "300 problems in all. To have every one written to a file, set MENZHEN_PROBLEMS=FILE before the command."
    )
    assert set(files(tmp_path)) == {"published.csv"}


@pytest.fixture
def broken_week(week: Path) -> Path:
    rows = "".join(f"D{number},mon,AM,眼科门诊,20\n" for number in range(40))
    (week / "template.csv").write_text("doctor,day,half,clinic,tickets\n" + rows, encoding="utf-8")
    return week


def test_a_command_without_results_says_how_to_get_the_list(menzhen, broken_week, tmp_path, monkeypatch):
    code, _, err = menzhen("check", broken_week, tmp_path, "--lang", "zh")
    assert code == 2
    assert len(err.splitlines()) <= 20
    assert err.splitlines()[-1].endswith(
        "如需全部写入文件，请先设置环境变量 MENZHEN_PROBLEMS=文件名，再运行命令。"
    )
    monkeypatch.setenv("MENZHEN_PROBLEMS", str(tmp_path / "list.txt"))
    _, _, err = menzhen("check", broken_week, tmp_path)
    lines = (tmp_path / "list.txt").read_text(encoding="utf-8").splitlines()
    assert err.splitlines()[-1] == f"All {len(lines) - 1} problems, one a line: {tmp_path / 'list.txt'}"
    assert len(lines) > 40


def test_a_few_problems_make_no_file(menzhen, tmp_path, files):
    path = tmp_path / "published.csv"
    path.write_text(f"{HEADINGS}soon,AM,眼科门诊,甲,20\n", encoding="utf-8")
    _, _, err = menzhen("import", path, "--out", tmp_path / "week")
    assert len(err.splitlines()) == 2
    assert set(files(tmp_path)) == {"published.csv"}
