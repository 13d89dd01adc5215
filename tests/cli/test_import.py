from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.tables.scenario.files import read_scenario

LINES = (
    "date,half,clinic,doctor,level,capacity",
    "2025-10-20,AM,眼科门诊,甲,主任医师,20",
    "2025-10-20,AM,眼科门诊,乙,主治医师,20",
    "2025-10-20,PM,眼科门诊,丙,主治医师,20",
)


@pytest.fixture
def timetable(tmp_path: Path) -> Path:
    path = tmp_path / "published.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


def test_a_timetable_becomes_a_scenario_for_the_week_after(menzhen, timetable, tmp_path):
    code, out, err = menzhen("import", timetable, "--out", tmp_path / "week")
    assert (code, err) == (0, "")
    scenario = read_scenario(tmp_path / "week")
    assert (str(scenario.week), len(scenario.template), len(scenario.doctors)) == ("2025-W44", 3, 3)
    assert "plan the week: menzhen plan" in out


def test_the_table_of_findings_tells_what_was_found_and_assumed(menzhen, timetable, tmp_path):
    _, out, _ = menzhen("import", timetable, "--out", tmp_path / "week")
    lines = [line.split() for line in out.splitlines()]
    assert ["found", "doctors", "3"] in [line[:3] for line in lines]
    assert any(line[:1] == ["assumed"] for line in lines)


def test_a_timetable_is_imported_again_into_its_folder(menzhen, timetable, tmp_path):
    """With every table that an import may write: a level at one clinic alone, rows left out."""
    timetable.write_text(
        "\n".join((*LINES, "2025-10-21,AM,骨科门诊,甲,副主任医师,20", "2025-10-21,随时,骨科门诊,甲,,")),
        encoding="utf-8",
    )
    for _ in range(2):
        code, _, err = menzhen("import", timetable, "--out", tmp_path / "week")
        assert (code, err) == (0, "")
    assert {"levels.csv", "left_out.csv"} <= {path.name for path in (tmp_path / "week").iterdir()}


def test_the_week_to_plan_can_be_named(menzhen, timetable, tmp_path):
    assert menzhen("import", timetable, "--out", tmp_path / "week", "--week", "2026-W30")[0] == 0
    assert str(read_scenario(tmp_path / "week").week) == "2026-W30"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_three_encodings_are_read(menzhen, tmp_path, encoding):
    path = tmp_path / "published.csv"
    path.write_text("\n".join(LINES), encoding=encoding)
    assert menzhen("import", path, "--out", tmp_path / "week")[0] == 0
    assert [doctor.doctor for doctor in read_scenario(tmp_path / "week").doctors] == sorted("甲乙丙")


def test_stopped_sessions_are_kept_or_dropped(menzhen, tmp_path):
    path = tmp_path / "published.csv"
    lines = [f"{LINES[0]},status", *(f"{line},正常" for line in LINES[1:3]), f"{LINES[3]},停诊"]
    path.write_text("\n".join(lines), encoding="utf-8")
    for options, sessions in (((), 3), (("--stopped", "keep"), 3), (("--stopped", "drop"), 2)):
        assert menzhen("import", path, "--out", tmp_path / "week", *options)[0] == 0
        assert len(read_scenario(tmp_path / "week").template) == sessions


def test_an_import_speaks_chinese(menzhen, timetable, tmp_path):
    _, out, _ = menzhen("import", timetable, "--out", tmp_path / "week", "--lang", "zh")
    assert "menzhen plan" in out
    assert "plan the week" not in out


def test_what_was_imported_can_be_planned_and_checked(menzhen, timetable, tmp_path):
    assert menzhen("import", timetable, "--out", tmp_path / "week")[0] == 0
    code, out, _ = menzhen("plan", tmp_path / "week", "--out", tmp_path / "out")
    assert code == 0
    assert "1 session moves" in out
    assert menzhen("check", tmp_path / "week", tmp_path / "out")[0] == 0


def test_an_import_in_chinese_has_chinese_tables_and_a_workbook_that_read_back_the_same(menzhen, tmp_path):
    path = tmp_path / "published.csv"
    path.write_text("日期,午别,门诊,医生,职称\n2026-11-23,上午,骨科,甲一,主任医师\n", encoding="utf-8")
    for language in ("en", "zh"):
        assert menzhen("import", path, "--out", tmp_path / language, "--lang", language)[0] == 0
    assert "医生,星期" in (tmp_path / "zh" / "template.csv").read_text(encoding="utf-8-sig")
    scenarios = [
        read_scenario(tmp_path / name) for name in ("en", "zh", "zh/scenario.xlsx", "en/scenario.xlsx")
    ]
    assert len({scenario.digest for scenario in scenarios}) == 1
    assert (tmp_path / "zh" / "import.html").exists()


def test_names_in_the_table_are_folded_after_a_comma_and_never_cut(menzhen, tmp_path):
    path = tmp_path / "published.csv"
    rows = [f"2026-11-23,上午,骨科,DOCTOR-{n:04d}" for n in range(9)]
    path.write_text("\n".join(["日期,午别,门诊,医生", *rows]) + "\n", encoding="utf-8")
    code, out, _ = menzhen("import", path, "--out", tmp_path / "week", "--lang", "zh")
    assert code == 0
    assert [name for n in range(5) if (name := f"DOCTOR-{n:04d}") not in out] == []
