from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scheduler.scenario.rows import DemandRow
from scheduler.tables.scenario.files import read_scenario, write_scenario
from tests.exams.test_demand import week as scan_week

HEADINGS = "exam,slots,sessions,requests,waiting,target_days,by,no_show,urgent_share\n"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A scenario with an examination that is one of its clinics."""
    write_scenario(scan_week(), tmp_path / "week")
    return tmp_path / "week"


def asking(folder: Path, *rows: str) -> Path:
    (folder / "exams.csv").write_text(HEADINGS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return folder


def test_extra_sessions_are_told_with_what_averages_alone_would_say_and_what_holds_it(menzhen, scans):
    code, out, err = menzhen("exams", asking(scans, "MRI,20,5,97,398,14,2026-09-13,,"))
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "MRI: 10 extra sessions until 2026-09-13, 2 in the planned week, bring the lead time to 14 days"
        " with a chance of 82 %.",
        "Averages alone would say 9: with these the chance is 58 %, since requests vary.",
        "Afterwards 5 sessions a week hold it: with a chance of at least 82 % in the year after, of 99 % in the long run.",
    ]
    assert "MRI: its 7 sessions of the planned week cannot be planned here" in out
    assert "Requests of a week are Poisson" in out


def test_capacity_under_demand_is_told_in_these_words(menzhen, scans):
    code, out, _ = menzhen("exams", asking(scans, "MRI,20,5,110,398,14,2026-09-13,,"))
    assert code == 0
    assert out.startswith(
        "MRI: no number of extra sessions until 2026-09-13 holds it: 1 more session a week is needed for good."
    )


def test_a_target_that_is_met_is_told(menzhen, scans):
    code, out, _ = menzhen("exams", asking(scans, "MRI,20,5,97,10,14,2026-09-13,,"))
    assert code == 0
    assert out.startswith("MRI: the target of 14 days is met; no extra session is needed.")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("MRI,1,5,900,10,1,2026-09-13,,", "MRI: even 500 sessions a week do not keep the target of 1 day."),
        (
            "MRI,1,5,4,9000,1,2026-08-02,,",
            "MRI: no number of extra sessions, up to 500 sessions a week, brings it",
        ),
    ],
)
def test_where_no_number_is_enough_the_answer_is_no(menzhen, scans, row, told):
    code, out, _ = menzhen("exams", asking(scans, row))
    assert code == 1
    assert out.startswith(told)


def test_tables_and_the_demand_are_written_the_same_each_time_and_the_scenario_is_left_alone(
    menzhen, scans, tmp_path, files
):
    before, out = files(scans), tmp_path / "exams"
    code, said, _ = menzhen("exams", scans, "--out", out)
    assert code == 0
    assert f"menzhen plan {scans} --out" in said
    first = files(out)
    assert set(first) == {"exam_sessions.csv", "exam_weeks.csv", "demand.csv", "exams.json"}
    assert menzhen("exams", scans, "--out", out)[0] == 0
    assert (files(out), files(scans)) == (first, before)
    (scans / "demand.csv").write_bytes((out / "demand.csv").read_bytes())
    assert read_scenario(scans).demand == (DemandRow(clinic="scan", sessions=3),)


def test_the_json_has_what_the_tables_have_and_what_it_rests_on(menzhen, scans, tmp_path):
    out = tmp_path / "exams"
    assert menzhen("exams", scans, "--out", out)[0] == 0
    content = json.loads((out / "exams.json").read_text(encoding="utf-8"))
    assert len(content["assumptions"]) == 3
    assert content["demand"] == [{"clinic": "scan", "exam": "scan", "sessions": 3, "doubts": []}]
    with (out / "exam_weeks.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["course"] for row in rows].count("needed") == len(rows) / 2 == 13
    assert [row["ends"] for row in rows[:2]] == ["2026-07-19", "2026-07-26"]
    assert float(rows[0]["waiting"]) == content["weeks"][0]["waiting"] == 120
    assert content["exams"][0]["extra"] == 2


def test_chinese_speaks_chinese(menzhen, scans):
    code, out, _ = menzhen("exams", scans, "--lang", "zh")
    assert code == 0
    assert out.startswith("scan：2026-09-13 前共加开 2 个单元")
    assert "session" not in out


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("MRI,20,5,97,398,14,2026-07-20,,", "no whole week, or more than three years, lie between"),
        ("MRI,0,5,97,398,14,2026-09-13,,", "exams.csv, row 2, column slots"),
        ("MRI,20,5,0,398,14,2026-09-13,,", "exams.csv, row 2, column requests: must be above 0"),
        ("MRI,20,5,97,398,14,soon,,", "Write a date such as 2026-07-22."),
        ("MRI,20,5,97,398,14,2026-09-13,2,", "exams.csv, row 2, column no_show"),
        ("MRI,20,5,97,398,14,2026-09-13,,1.5", "exams.csv, row 2, column urgent_share"),
        ("MRI,20,5,97,-1,14,2026-09-13,,", "exams.csv, row 2, column waiting"),
    ],
)
def test_bad_input_is_one_readable_block(menzhen, scans, row, told):
    code, out, err = menzhen("exams", asking(scans, row))
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_scenario_without_examinations_tells_the_table(menzhen, week):
    code, _, err = menzhen("exams", week)
    assert code == 2
    assert "Write the table exams: a row for each examination that patients wait for." in err


def test_a_number_is_quoted_as_it_was_written(menzhen, scans):
    heading = "exam,slots,sessions,requests,waiting,target_days,by,no_show"
    (scans / "exams.csv").write_text(f"{heading}\nMRI,20,5,97,398,14,2026-08-30,1.25\n", "utf-8")
    err = menzhen("exams", scans)[2]
    assert "'1.25'" in err
    assert "5/4" not in err
