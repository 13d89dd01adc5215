"""Whatever is wrong with what we are given: one readable message with its place, exit 2, and nothing written."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.tables.scenario.files import write_scenario

TEMPLATE = "doctor,day,half,clinic,tickets\n"
GOOD = "D001,mon,AM,眼科门诊,20\n"
HEADINGS = "date,half,clinic,doctor,capacity\n"
ROW = "2025-10-20,AM,眼科门诊,甲,20\n"


@pytest.fixture
def refused(menzhen, tmp_path, files):
    """Call a command that must be refused; return what it says, one line a problem, first the headline."""

    def call(*words: object) -> list[str]:
        before = files(tmp_path)
        code, out, err = menzhen(*words)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        assert "fault of Menzhen" not in err
        assert files(tmp_path) == before
        headline, *problems = err.splitlines()
        assert headline.endswith(":")
        assert all(line.startswith("  - ") for line in problems)
        return [line.removeprefix("  - ") for line in problems]

    return call


def plan(refused, week: Path, *options: str) -> list[str]:
    return refused("plan", week, "--out", week.parent / "out", *options)


def imported(refused, folder: Path, text: str | bytes, name: str = "published.csv") -> list[str]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return refused("import", path, "--out", folder / "week")


# values in a scenario's tables


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("D001,mon,noon,眼科门诊,20\n", "half", "noon"),
        ("D001,mon,AM,眼科门诊,-3\n", "tickets", "-3"),
        ("D001,mon,AM,眼科门诊,999\n", "tickets", "999"),
        ("D001,mon,AM,眼科门诊,many\n", "tickets", "many"),
        ("D001,moonday,AM,眼科门诊,20\n", "day", "moonday"),
        (",mon,AM,眼科门诊,20\n", "doctor", None),
        ("D009,mon,AM,眼科门诊,20\n", "doctor", "D009"),
        ("D001,mon,AM,眼科,20\n", "clinic", "眼科"),
    ],
)
def test_a_value_that_is_wrong_is_reported_with_file_row_column_and_remedy(refused, week, row, column, value):
    (week / "template.csv").write_text(TEMPLATE + GOOD.replace("D001", "D002") + row, encoding="utf-8")
    (problem,) = plan(refused, week)
    assert problem.startswith(f"template.csv, row 3, column {column}: ")
    assert value is None or f"({value!r})" in problem
    assert problem.endswith((".", "?"))


def test_a_missing_column_is_reported(refused, week):
    (week / "template.csv").write_text("doctor,day,clinic,tickets\nD001,mon,眼科门诊,20\n", encoding="utf-8")
    (problem,) = plan(refused, week)
    assert problem.startswith("template.csv")
    assert "half" in problem


def test_a_column_nobody_knows_is_reported_with_the_nearest(refused, week):
    (week / "template.csv").write_text(
        TEMPLATE.replace("tickets", "tickets,pined") + GOOD.replace("20", "20,1")
    )
    (problem,) = plan(refused, week)
    assert "'pined'" in problem
    assert "pinned" in problem


def test_one_session_twice_is_reported_with_both_rows(refused, week):
    (week / "template.csv").write_text(TEMPLATE + GOOD + GOOD, encoding="utf-8")
    (problem,) = plan(refused, week)
    assert problem.startswith("template.csv, row 3")
    assert "row 2" in problem


def test_a_doctor_in_two_places_is_reported(refused, week):
    (week / "clinics.csv").write_text(
        "clinic,specialty,campus,pool\n眼科门诊,眼科,本部,眼科\n东区门诊,眼科,东区,东区\n", encoding="utf-8"
    )
    (week / "template.csv").write_text(TEMPLATE + GOOD + "D001,mon,AM,东区门诊,20\n", encoding="utf-8")
    (problem,) = plan(refused, week)
    assert problem.startswith("template.csv, row 3")
    assert "the doctor is at 本部 in the same half-day (row 2)" in problem


def test_a_wrong_date_is_reported(refused, week):
    (week / "availability.csv").write_text("doctor,day\nD001,2026-02-30\n", encoding="utf-8")
    (week / "calendar.csv").write_text("date,kind\n2026-13-01,closed\n", encoding="utf-8")
    problems = plan(refused, week)
    assert [line.partition(": ")[0] for line in problems] == [
        "availability.csv, row 2, column day",
        "calendar.csv, row 2, column date",
    ]


def test_a_least_above_the_most_is_reported(refused, week):
    (week / "doctors.csv").write_text(
        "doctor,specialty,min_sessions,max_sessions\nD001,眼科,3,2\nD002,眼科,,\nD003,眼科,,\n",
        encoding="utf-8",
    )
    (problem,) = plan(refused, week)
    assert problem.startswith("doctors.csv, row 2, column min_sessions: ")
    assert "3" in problem
    assert "2" in problem


def test_all_problems_of_all_tables_are_reported_at_once(refused, week):
    (week / "template.csv").write_text(
        TEMPLATE + GOOD.replace("AM", "noon") + GOOD.replace("20", "-3"), encoding="utf-8"
    )
    (week / "demand.csv").write_text("clinic,sessions\n眼科门诊,many\n", encoding="utf-8")
    (week / "scenario.yaml").write_text("week: 2026-W30\npolicy: {ratio: {limit: 99}}\n", encoding="utf-8")
    places = [line.partition(": ")[0] for line in plan(refused, week)]
    assert len(places) == 4
    assert {place.partition(",")[0] for place in places} == {"template.csv", "demand.csv", "scenario.yaml"}


# scenario.yaml and --set


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weak: 2026-W30\n", "Did you mean week?"),
        ("week: 2026-W30\npolicy: {ratio: {limits: 1.1}}\n", "Did you mean"),
        ("week: 2026-W30\nrules: {ratio_days: off}\n", "ratio_day"),
        ("week: 2026-W99\n", "'2026-W99'"),
        ("week: 2026-W30\npolicy: {ratio: {limit: 99}}\n", "policy.ratio.limit"),
        ("week: [2026\n", "scenario.yaml"),
        ("", "scenario.yaml"),
        ("week: 2026-W30\nhalves: {AM: 08:00-07:00}\n", "halves.AM"),
    ],
)
def test_a_scenario_that_cannot_be_understood_is_reported(refused, week, text, expected):
    (week / "scenario.yaml").write_text(text, encoding="utf-8")
    problems = plan(refused, week)
    assert all("scenario.yaml" in line for line in problems)
    assert any(expected in line for line in problems)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("policy.ratio.limt=1.1", "Did you mean policy.ratio.limit?"),
        ("rules.ratio_dy=off", "Did you mean rules.ratio_day?"),
        ("policy.ratio.limit=0.1", "policy.ratio.limit: "),
        ("policy.ratio.limit=a lot", "('a lot')"),
        ("policy.ratio.limit", "Write key=value"),
        ("rules.ratio_day=maybe", "('maybe')"),
        ("halves.AM=08:00-15:00", "overlap"),
    ],
)
def test_a_setting_that_is_wrong_is_reported(refused, week, word, expected):
    (problem,) = plan(refused, week, "--set", word)
    assert expected in problem


def test_all_wrong_settings_are_reported_at_once(refused, week):
    assert len(plan(refused, week, "--set", "a=1", "--set", "b=2", "--set", "policy.slots.length=1")) == 3


@pytest.mark.parametrize(
    "option",
    [
        ("--seconds", "0"),
        ("--seconds", "-1"),
        ("--seconds", "nan"),
        ("--seconds", "soon"),
        ("--seed", "-1"),
        ("--seed", "4294967296"),
        ("--solver", "abacus"),
        ("--engine", "steam"),
        ("--lang", "la"),
    ],
)
def test_an_option_out_of_its_range_is_reported(refused, week, option):
    (problem,) = plan(refused, week, *option)
    assert option[0] in problem


def test_a_wrong_week_or_word_is_reported_on_import(refused, tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(HEADINGS + ROW, encoding="utf-8")
    (problem,) = refused("import", path, "--out", tmp_path / "week", "--week", "2026-W60")
    assert "2026-W60" in problem
    (problem,) = refused("import", path, "--out", tmp_path / "week", "--stopped", "maybe")
    assert "Use one of: keep, drop." in problem


# files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (HEADINGS, "row"),
        ("date,clinic,doctor\n2025-10-20,眼科门诊,甲\n", "half"),
        (HEADINGS + ROW.replace("AM", "noon"), "'noon'"),
        (HEADINGS + ROW.replace("2025-10-20", "2025-02-30"), "2025-02-30"),
        (b"\xff\xfe\x00\x81\x8d" * 40, "published.csv"),
        (b"PK\x03\x04 and then nothing of a workbook", "published.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
    ids=[
        "empty",
        "blank",
        "no rows",
        "a column missing",
        "an unknown half",
        "no such date",
        "not text",
        "a broken workbook",
        "an encrypted workbook",
    ],
)
def test_a_timetable_that_cannot_be_read_is_reported(refused, tmp_path, text, expected):
    problems = imported(refused, tmp_path, text)
    assert any(expected in line for line in problems)
    assert all("published.csv" in line for line in problems)


def test_a_file_that_is_not_there_is_reported(refused, tmp_path):
    (problem,) = refused("import", tmp_path / "gone.csv", "--out", tmp_path / "week")
    assert problem == "gone.csv: there is no such file. Check the name and the folder."


def test_a_folder_that_is_no_timetable_is_reported(refused, tmp_path):
    (problem,) = refused("import", tmp_path, "--out", tmp_path / "week")
    assert "a folder and not a file" in problem


@pytest.mark.parametrize("command", ["plan", "check"])
def test_a_scenario_that_is_not_there_is_reported(refused, tmp_path, command):
    words = ("plan", tmp_path / "gone", "--out", tmp_path / "out")
    problems = refused(*words) if command == "plan" else refused("check", tmp_path / "gone", tmp_path)
    assert all("gone" in line for line in problems)


# where nothing can be written


def test_a_folder_that_cannot_be_written_is_reported(refused, week):
    (week.parent / "file").write_text("a file", encoding="utf-8")
    for out in (week.parent / "file", week.parent / "file/out"):
        (problem,) = refused("plan", week, "--out", out)
        assert str(out) in problem


def test_a_folder_that_holds_something_else_is_reported_file_by_file(refused, week):
    problems = refused("plan", week, "--out", week)
    assert len(problems) == len(list(week.iterdir()))
    assert all("would be lost" in line for line in problems)


def test_the_folder_somebody_works_in_is_not_replaced(refused, week, monkeypatch):
    monkeypatch.chdir(week)
    (problem,) = refused("plan", week, "--out", ".")
    assert "the folder you work in" in problem


def test_a_disk_that_is_full_is_reported(refused, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_scenario(RULES["cover"](), tmp_path / "week")
    monkeypatch.setattr("scheduler.tables.roster.write.write_csv", full)
    (problem,) = refused("plan", tmp_path / "week", "--out", tmp_path / "out")
    assert problem.endswith("the disk is full. Make room, or name a folder on another disk.")


# what is our fault


def test_a_fault_of_ours_is_one_block_too(menzhen, week, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("scheduler.tables.scenario.files.read_source", broken)
    code, out, err = menzhen("plan", week, "--out", week.parent / "out")
    assert (code, out) == (2, "")
    assert err.startswith("This is a fault of Menzhen, not yours: ZeroDivisionError('division by zero')")
    assert "Traceback" not in err
    monkeypatch.setenv("MENZHEN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        menzhen("plan", week, "--out", week.parent / "out")


def test_an_interrupt_is_reported_and_writes_nothing(menzhen, week, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("scheduler.plan"), "make_plan", interrupted)
    code, _, err = menzhen("plan", week, "--out", week.parent / "out")
    assert (code, err) == (130, "Stopped. Nothing was written.\n")
    assert [path.name for path in week.parent.iterdir()] == ["week"]
