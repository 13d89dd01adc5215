from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.clock import Half, Week
from scheduler.scenario.week import Scenario
from scheduler.tables.published.read import ReadOptions, read_published
from scheduler.tables.published.timetable import to_scenario
from scheduler.tables.scenario.files import read_scenario, write_scenario
from scheduler.tables.scenario.starter import write_book

WEEK = Week(2026, 48)


def imported(tmp_path: Path, heading: str, *rows: str) -> Scenario:
    path = tmp_path / "week.csv"
    path.write_text("\n".join([heading, *rows]), encoding="utf-8")
    return to_scenario(read_published(path, ReadOptions(week=WEEK)), week=WEEK).scenario


def hours(scenario: Scenario) -> list[str]:
    return [str(scenario.halves[half]) for half in Half]


def test_hours_in_place_of_a_half_become_the_usual_ones(tmp_path: Path) -> None:
    week = imported(tmp_path, "星期,时段,门诊,医生", "周一,08:00-12:00,骨科,甲", "周一,13:30-17:30,骨科,乙")
    assert [row.half for row in week.template] == ["PM", "AM"]
    assert hours(week) == ["08:00-12:00", "13:30-17:30", "17:30-19:30"]
    assert [row.hours for row in week.template] == [None, None]


def test_hours_in_two_columns_are_one_pair(tmp_path: Path) -> None:
    week = imported(
        tmp_path, "星期,开始时间,结束时间,门诊,医生", "周一,8:00,12:00,骨科,甲", "周二,8:00,12:00,骨科,乙"
    )
    assert hours(week)[0] == "08:00-12:00"


def test_what_a_campus_does_otherwise_is_the_campuss_and_what_a_row_does_the_rows(tmp_path: Path) -> None:
    east = [f"周一,下午 13:30-17:00,骨科,{who},东院" for who in "甲乙丙"]
    west = [f"周一,下午 14:30-17:30,骨科,{who},西院" for who in "丁戊"]
    week = imported(tmp_path, "星期,时段,门诊,医生,院区", *east, *west, "周二,下午 14:00-16:00,骨科,甲,东院")
    assert {
        name: {h: str(own) for h, own in halves.items()} for name, halves in week.local_halves.items()
    } == {"西院": {Half.PM: "14:30-17:30"}}
    assert [(row.doctor, row.day, str(row.hours)) for row in week.template if row.hours] == [
        ("甲", "tue", "14:00-16:00")
    ]
    for path, write in ((tmp_path / "folder", write_scenario), (tmp_path / "week.xlsx", _book)):
        write(week, path)
        assert read_scenario(path).digest == week.digest


def _book(scenario: Scenario, path: Path) -> None:
    write_book(path, scenario, "zh")


def test_a_start_alone_tells_no_hours(tmp_path: Path) -> None:
    week = imported(tmp_path, "星期,时段,门诊,医生", "周一,8点,骨科,甲")
    assert hours(week)[0] == "08:00-11:30"


@pytest.mark.parametrize(
    ("cell", "weeks"),
    [
        ("周一（单周）", "odd"),
        ("双周周一", "even"),
        ("每月第1个周一", "1st"),
        ("每月第二、四周周一", "2nd;4th"),
    ],
)
def test_weeks_are_read_beside_the_day(tmp_path: Path, cell: str, weeks: str) -> None:
    week = imported(tmp_path, "星期\t时段\t门诊\t医生", f"{cell}\t上午\t骨科\t甲")
    assert [(row.day, str(row.weeks)) for row in week.template] == [("mon", weeks)]


def test_a_note_tells_the_weeks(tmp_path: Path) -> None:
    rows = ["周一,上午,骨科,甲,最后一个周一出诊", "周一,上午,眼科,乙,单双周均出诊", "周二,上午,骨科,甲,"]
    week = imported(tmp_path, "星期,时段,门诊,医生,备注", *rows)
    assert sorted((row.doctor, row.day, str(row.weeks)) for row in week.template) == [
        ("乙", "mon", ""),
        ("甲", "mon", "last"),
        ("甲", "tue", ""),
    ]


def test_who_comes_in_turn_shares_rooms_and_has_the_sessions_of_one_week(tmp_path: Path) -> None:
    rows = ["周一,上午,骨科,甲,单周,1诊室", "周一,上午,骨科,乙,双周,1诊室", "周二,上午,骨科,乙,单周,1诊室"]
    week = imported(tmp_path, "星期,时段,门诊,医生,备注,诊室", *rows)
    assert [room.room for room in week.rooms] == ["1诊室"]
    assert {row.room for row in week.template} == {"1诊室"}
    assert {d.doctor: (d.min_sessions, d.max_sessions) for d in week.doctors} == {"甲": (1, 1), "乙": (1, 1)}


def test_a_doctor_may_be_at_another_campus_in_the_other_weeks(tmp_path: Path) -> None:
    rows = ["周一,上午,骨科,甲,单周,东院", "周一,上午,骨科,甲,双周,西院"]
    week = imported(tmp_path, "星期,时段,门诊,医生,备注,院区", *rows)
    campus = {clinic.clinic: clinic.campus for clinic in week.clinics}
    assert sorted((campus[row.clinic], str(row.weeks)) for row in week.template) == [
        ("东院", "odd"),
        ("西院", "even"),
    ]


def test_odd_and_even_tickets_of_one_clinic_are_two_rows(tmp_path: Path) -> None:
    rows = [
        "周一,上午,骨科,甲,单周,10",
        "周一,上午,骨科,甲,双周,20",
        "周二,上午,骨科,甲,,30",
        "周二,上午,骨科,甲,单周,40",
    ]
    week = imported(tmp_path, "星期,时段,门诊,医生,备注,限号", *rows)
    assert sorted((row.day, str(row.weeks), row.tickets) for row in week.template) == [
        ("mon", "even", 20),
        ("mon", "odd", 10),
        ("tue", "", 40),
    ]
