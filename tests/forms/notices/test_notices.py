"""What departments, the hall and patients are told of a repaired week."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from scheduler.adjust.stops import CoverWish
from scheduler.forms.notices.changes import Notice, NoticeKind, notices_of, patients_hurt
from scheduler.forms.notices.form import notice_form
from scheduler.forms.notices.texts import patient_text
from scheduler.forms.notices.write import NOTICE_FILES, write_notices
from scheduler.report.voice import Voice
from scheduler.scenario.hospital import Clinic, Doctor, Room
from scheduler.scenario.policy import Policy
from scheduler.scenario.week import Scenario
from tests.adjust.small import repaired, row, scenario, stop

DOCTORS = (
    Doctor(doctor="1", name="王芳", specialty="眼科", level="chief"),
    Doctor(doctor="2", name="李雷", specialty="眼科", level="chief"),
    Doctor(doctor="3", name="赵敏", specialty="耳科", level="chief"),
    Doctor(doctor="4", name="钱多", specialty="鼻/科", level="chief"),
)
CLINICS = tuple(
    Clinic(clinic=f"{name}门诊", specialty=name, pool="p", campus="东院" if name == "耳科" else "本部")
    for name in ("眼科", "耳科", "鼻/科")
)


def week(*, room: str = "", booked: int = 0) -> Scenario:
    return scenario(
        row("1", "mon-am", "眼科门诊", room=room, booked=booked),
        row("3", "wed-pm", "耳科门诊", tickets=30, booked=booked),
        row("4", "fri-am", "鼻/科门诊", tickets=15),
        doctors=DOCTORS,
        clinics=CLINICS,
        rooms=tuple(Room(room=n, pool="p") for n in ("8", "9")),
        policy=Policy(changes={"same_date": 1, "drop": 9}),
    )


def notices(hospital: Scenario) -> tuple[Notice, ...]:
    """王芳 is covered by 李雷, the clinic of 赵敏 is stopped, that of 钱多 moves to the afternoon."""
    done = repaired(
        hospital,
        replace(stop("1", "mon-am"), reason="年假", wish=CoverWish(doctor="2")),
        replace(stop("3", "wed-pm"), reason="病假", wish=CoverWish(is_wanted=False)),
        stop("4", "fri-am"),
    )
    return notices_of(hospital, done.scenario, done.published, done.repaired, done.reasons)


def test_what_is_covered_stopped_and_moved_is_told_by_campus_department_and_time() -> None:
    told = [(n.campus, n.specialty, n.kind, n.doctor, n.other, n.tickets, n.reason) for n in notices(week())]
    assert told == [
        ("东院", "耳科", NoticeKind.STOPPED, "3", "", 30, "病假"),
        ("本部", "眼科", NoticeKind.COVERED, "1", "2", 20, "年假"),
        ("本部", "鼻/科", NoticeKind.MOVED, "4", "", 15, ""),
    ]


def test_texts_for_patients_are_a_line_each_without_the_reason() -> None:
    hospital = week()
    assert [patient_text(hospital, notice, Voice("zh")) for notice in notices(hospital)] == [
        "7月22日（周三）下午 东院 耳科门诊 赵敏医生停诊，已预约的患者请改约其他时间或医生，或办理退号。",
        "7月20日（周一）上午 本部 眼科门诊 王芳医生停诊，由李雷医生（主任医师）替诊，就诊时间不变，"
        "不愿更换医生的患者请改约或退号。",
        "7月24日（周五）上午 本部 鼻/科门诊 钱多医生的出诊调整到7月24日（周五）下午，届时不便就诊的患者请改约或退号。",
    ]
    english = patient_text(hospital, notices(hospital)[1], Voice("en"))
    assert english.startswith(
        "Mon 20 Jul AM, 本部 眼科门诊: Dr 李雷 (chief) sees patients in place of Dr 王芳;"
    )


def test_each_ticket_of_a_rescheduled_session_is_told_its_new_time_and_when_to_come() -> None:
    hospital = week()
    (page,) = [
        one for one in notice_form(hospital, notices(hospital), Voice("en")).pages if one.name == "New times"
    ]
    title, first, second, *rest = page.sections[0].lines
    assert title.title == "鼻/科门诊 · 钱多: Fri 24 Jul AM → Fri 24 Jul PM"
    assert (first.cells, second.cells) == (("08:00", "13:30", "13:15"), ("08:14", "13:44", "13:29"))
    assert len(rest) == 13


def test_without_rescheduled_sessions_no_new_times_are_printed() -> None:
    hospital = week()
    stay = tuple(one for one in notices(hospital) if one.kind is not NoticeKind.MOVED)
    assert "New times" not in [page.name for page in notice_form(hospital, stay, Voice("en")).pages]


def test_rooms_are_told_where_the_timetable_names_rooms() -> None:
    hospital = week(room="8")
    assert "就诊时间不变，诊室 8，" in patient_text(hospital, notices(hospital)[1], Voice("zh"))
    assert all(not notice.room for notice in notices(week()))


def test_the_patients_hurt_are_those_who_booked_or_all_tickets_where_nobody_counts() -> None:
    (sentence,) = patients_hurt(notices(week(booked=12)))
    assert str(sentence) == "Booked patients: 12 lose their session, 0 get another time, 12 another doctor."
    (sentence,) = patients_hurt(notices(week()))
    assert "at most 30 lose their session, 15 get another time, 20 another doctor" in str(sentence)
    assert not list(patients_hurt(()))


def test_the_hall_lists_all_departments_each_one_itself_and_only_these_say_why() -> None:
    hospital = week()
    form = notice_form(hospital, notices(hospital), Voice("zh"))
    hall, *departments, times, texts = form.pages
    assert times.name == "就诊时间变更"
    assert [line.title for line in hall.sections[0].lines if line.title] == [
        "东院 · 耳科",
        "本部 · 眼科",
        "本部 · 鼻/科",
    ]
    assert [page.name for page in departments] == ["眼科", "耳科", "鼻/科"]
    assert (form.period, hall.sections[0].note) == (
        "2026年7月20日 – 2026年7月26日",
        "停诊 1 次、替诊 1 次、调整 1 次",
    )
    assert [bool(page.signed) for page in form.pages] == [True] * 4 + [False] * 2
    cells = [cell for page in (hall, times, texts) for line in page.sections[0].lines for cell in line.cells]
    assert not any("假" in cell for cell in cells)
    assert [line.cells for line in departments[0].sections[0].lines] == [
        ("周一 7月20日 上午", "眼科门诊", "王芳（主任医师）", "替诊", "李雷（主任医师）", "20", "–", "年假"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_workbook_document_and_texts_say_the_same_and_are_the_same_bytes_again(
    tmp_path: Path, language: str
) -> None:
    hospital = week()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_notices(hospital, notices(hospital), tmp_path / folder, language)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("one", "two")
    )
    assert one == two
    assert set(one) == NOTICE_FILES
    form = notice_form(hospital, notices(hospital), Voice(language))
    page = one["notices.html"].decode()
    book = CalamineWorkbook.from_filelike(BytesIO(one["notices.xlsx"]))
    document = Document(BytesIO(one["notices.docx"]))
    assert page.count("<article") == len(form.pages) == len(book.sheet_names) == len(document.tables)
    sheets = {
        cell
        for name in book.sheet_names
        for line in book.get_sheet_by_name(name).to_python()
        for cell in line
    }
    tables = {cell.text for table in document.tables for line in table.rows for cell in line.cells}
    for cell in {cell for section in form.sections for line in section.lines for cell in line.cells if cell}:
        assert cell in sheets
        assert cell in tables
        assert cell.replace("'", "&#39;") in page
    texts = form.pages[-1].sections[0].lines
    assert one["notices.txt"].decode().splitlines() == [line.cells[0] for line in texts]


def test_a_document_bears_no_date_of_writing(tmp_path: Path) -> None:
    write_notices(week(), notices(week()), tmp_path, "zh")
    with zipfile.ZipFile(tmp_path / "notices.docx") as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {2000}
        assert str(dt.date.today()) not in archive.read("docProps/core.xml").decode()


def test_without_changes_there_are_no_notices(tmp_path: Path) -> None:
    write_notices(week(), (), tmp_path, "zh")
    assert not list(tmp_path.iterdir())
