from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from scheduler.forms.notices.write import NOTICE_FILES
from scheduler.tables.scenario.files import write_scenario
from tests.adjust.small import DOCTORS, row, scenario

ROWS = (row("bob", "mon-am", room="1"), row("ann", "tue-am", room="1"))


@pytest.fixture
def week(tmp_path: Path) -> Path:
    write_scenario(scenario(*ROWS), tmp_path / "week")
    return tmp_path / "week"


@pytest.fixture
def roster(menzhen, week, tmp_path) -> Path:
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out"


def sessions(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "sessions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["session"]: line for line in csv.DictReader(file)}


STOP = ("--stop", "bob@mon-am", "--as-of", "2026-07-20")


def test_a_repair_tells_what_changes_and_writes_the_whole_roster(menzhen, week, roster, tmp_path, files):
    code, out, err = menzhen("repair", week, roster, *STOP, "--out", tmp_path / "repaired")
    assert (code, err) == (0, "")
    assert "takes over bob's session on Monday 2026-07-20 morning, room 1." in out
    assert set(files(tmp_path / "repaired")) == set(files(roster)) | NOTICE_FILES
    changed = sessions(tmp_path / "repaired")["2026-W30.bob.mon-am"]
    assert (changed["change"], changed["was_doctor"], changed["was_half"]) == ("covered", "bob", "AM")
    assert menzhen("check", week, tmp_path / "repaired")[0] == 0


def test_a_published_folder_may_be_repaired_in_its_place(menzhen, week, roster):
    before = sessions(roster)
    assert menzhen("repair", week, roster, *STOP, "--out", roster)[0] == 0
    after = sessions(roster)
    assert after["2026-W30.ann.tue-am"] == before["2026-W30.ann.tue-am"]
    assert after["2026-W30.bob.mon-am"]["change"] == "covered"


def test_the_reports_tell_of_the_repair(menzhen, week, roster, tmp_path):
    menzhen("repair", week, roster, *STOP, "--out", tmp_path / "repaired")
    page = (tmp_path / "repaired" / "report.html").read_text(encoding="utf-8")
    assert "What changes in the published week" in page
    assert "changes count against the published week" in (tmp_path / "repaired" / "report.json").read_text(
        encoding="utf-8"
    )


def test_what_stood_before_is_never_called_the_template(menzhen, week, roster, tmp_path):
    _, out, _ = menzhen("repair", week, roster, *STOP, "--out", tmp_path / "repaired")
    page = (tmp_path / "repaired" / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "template" not in out
    assert "template" not in shown.lower()


def test_without_a_repair_nothing_is_written_and_the_reason_is_reported(menzhen, week, roster, files):
    before = files(roster)
    code, out, _ = menzhen("repair", week, roster, *STOP, "--budget", "0", "--out", roster)
    assert code == 1
    assert "No repair keeps all the rules that must hold; nothing was written." in out
    assert "at most 0 may be" in out
    assert files(roster) == before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--stop", "bob@noon"),
            "--stop: this is not a stop ('bob@noon'). Write DOCTOR@fri-pm, DOCTOR@2026-07-24",
        ),
        (
            ("--stop", "bop@mon-am"),
            "--stop: there is no such doctor ('bop'). Did you mean bob?",
        ),
        (("--stop", "bob@fri-am"), "the doctor has no session then ('bob@2026-07-24-AM')"),
        (("--cover-level", "any"), "--cover-level: there is no such choice ('any')"),
        (("--budget", "-1"), "--budget: the number is out of range ('-1'). Give 0 or more."),
        (("--as-of", "monday"), "--as-of: this is not a date ('monday'). Write a date such as 2026-07-22."),
        (("--as-of", "2026-07-21", "--stop", "bob@mon-am"), "this half-day is past"),
    ],
)
def test_what_cannot_be_meant_is_reported(menzhen, week, roster, files, words, expected):
    before = files(roster)
    since = () if "--as-of" in words else ("--as-of", "2026-07-20")
    code, out, err = menzhen("repair", week, roster, *words, *since, "--out", roster)
    assert (code, out) == (2, "")
    assert expected in err
    assert files(roster) == before


def test_booked_tickets_are_read_from_the_template(menzhen, tmp_path):
    cheap = ("--set", "policy.changes.cover=4", "--set", "policy.changes.same_date=2")
    for booked, change in ((0, "moved"), (40, "covered")):
        place = tmp_path / str(booked)
        week = scenario(row("bob", "mon-am", room="1", booked=booked), doctors=DOCTORS[1:3])
        write_scenario(week, place / "week")
        assert menzhen("plan", place / "week", "--out", place / "out")[0] == 0
        menzhen("repair", place / "week", place / "out", *STOP, *cheap, "--out", place / "new")
        assert sessions(place / "new")["2026-W30.bob.mon-am"]["change"] == change


def test_a_leave_list_says_who_is_away_why_and_who_may_cover(menzhen, week, roster, tmp_path):
    leave = tmp_path / "leave.csv"
    text = "停诊一览表,,,,\n医生,日期,时段,原因,替诊\nbob,7月20日,上午,年假,cid\nann,周二,,会议,否\ncid,本周,下午,,\n"
    leave.write_bytes(text.encode("gb18030"))
    call = ("repair", week, roster, "--leave", leave, "--as-of", "2026-07-20", "--out", tmp_path / "repaired")
    code, out, err = menzhen(*call)
    assert (code, err) == (0, "leave.csv, row 5: cid has no session in that time.\n")
    assert "cid takes over bob's session on Monday 2026-07-20 morning, room 1." in out
    assert "ann's session on Tuesday 2026-07-21 morning is dropped, 20 tickets." in out
    assert "at most 20 lose their session, 0 get another time, 20 another doctor." in out
    assert "Notices to print and to send" in out
    assert "Enter the leave in the table availability too" in out
    page = (tmp_path / "repaired" / "notices.html").read_text(encoding="utf-8")
    assert "年假" in page
    texts = (tmp_path / "repaired" / "notices.txt").read_text(encoding="utf-8")
    assert texts.startswith("Mon 20 Jul AM, eye: Dr cid (deputy chief) sees patients in place of Dr bob")
    menzhen(*call, "--lang", "zh")
    assert "停诊 1 次、替诊 1 次" in (tmp_path / "repaired" / "notices.html").read_text(encoding="utf-8")


def test_a_list_of_other_weeks_does_not_fill_the_screen(menzhen, week, roster, tmp_path):
    leave = tmp_path / "leave.csv"
    leave.write_text("doctor,from\n" + "bob,2026-09-01\n" * 70, encoding="utf-8")
    call = ("repair", week, roster, "--leave", leave, "--as-of", "2026-07-20", "--out", tmp_path / "repaired")
    _, _, err = menzhen(*call)
    assert len(err.splitlines()) == 51
    assert err.endswith("and 20 more\n")


def test_a_leave_list_with_unknown_doctors_changes_nothing(menzhen, week, roster, tmp_path, files):
    leave, before = tmp_path / "leave.csv", files(roster)
    leave.write_text("doctor,from\nbop,mon\nanm,tue\n", encoding="utf-8")
    code, _, err = menzhen("repair", week, roster, "--leave", leave, "--as-of", "2026-07-20", "--out", roster)
    assert code == 2
    assert "row 2, column doctor: there is no such doctor ('bop'). Did you mean bob?" in err
    assert "row 3, column doctor: there is no such doctor ('anm'). Did you mean ann?" in err
    assert files(roster) == before


def test_an_edit_of_a_repaired_roster_leaves_no_notices_of_before(menzhen, week, roster, tmp_path, files):
    menzhen("repair", week, roster, *STOP, "--out", roster)
    assert set(files(roster)) >= NOTICE_FILES
    assert menzhen("edit", week, roster, "--move", "ann@tue-am@tue-pm", "--out", roster)[0] == 0
    assert not set(files(roster)) & NOTICE_FILES
