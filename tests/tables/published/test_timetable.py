"""Importing published timetables: what is read, assumed, repaired and refused."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Half, Week
from scheduler.errors import InputError
from scheduler.scenario.hospital import Kind, Level
from scheduler.scenario.rows import TemplateRow
from scheduler.scenario.week import Scenario
from scheduler.tables.published.finding import FindingKind
from scheduler.tables.published.findings import ratio_text
from scheduler.tables.published.timetable import Imported, ReadOptions, read_published, to_scenario

REAL = Path(__file__).parents[3] / ".." / "shared/data"
HEADINGS = "date,half,campus,specialty,clinic,kind,doctor,level,title,capacity,room,fee_cny,status".split(",")  # noqa: SIM905
USUAL = {"date": "2025-10-20", "half": "AM", "clinic": "内科门诊", "specialty": "内科", "doctor": "甲"}


def timetable(folder: Path, *rows: dict[str, str], headings: list[str] = HEADINGS) -> Path:
    """Write a timetable whose rows differ from the usual row as told."""
    lines = [",".join(headings)]
    lines += [",".join({**USUAL, **row}.get(heading, "") for heading in headings) for row in rows]
    path = folder / "week.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def imported(folder: Path, *rows: dict[str, str], **options: Any) -> Imported:
    return to_scenario(read_published(timetable(folder, *rows)), **options)


def scenario_of(folder: Path, *rows: dict[str, str], **options: Any) -> Scenario:
    return imported(folder, *rows, **options).scenario


def told(result: Imported) -> dict[str, tuple[FindingKind, str, str]]:
    """Return the findings by label."""
    return {str(line.label): (line.kind, line.value, str(line.note or "")) for line in result.findings}


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_published(path)
    return str(caught.value).splitlines()[1:]


def test_the_smallest_timetable_becomes_a_scenario(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, {"campus": "本部", "kind": "专家", "level": "主任医师", "capacity": "25"}
    )
    (doctor,), (clinic,), (room,) = scenario.doctors, scenario.clinics, scenario.rooms
    assert (doctor.doctor, doctor.specialty, doctor.level) == ("甲", "内科", Level.CHIEF)
    assert (doctor.clinics, doctor.min_sessions, doctor.max_sessions) == (("内科门诊",), 1, 1)
    assert (clinic.clinic, clinic.campus, clinic.pool, clinic.kind) == (
        "内科门诊",
        "本部",
        "本部/内科",
        Kind.EXPERT,
    )
    assert (room.room, room.pool, room.campus, room.closed) == ("本部/内科 1", "本部/内科", "本部", ())
    assert scenario.template == (
        TemplateRow(doctor="甲", day="mon", half=Half.AM, clinic="内科门诊", tickets=25),
    )
    assert (scenario.name, str(scenario.week)) == ("week", "2025-W44")


def test_chinese_headings_and_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "出诊表.csv"
    path.write_bytes(
        "就诊日期,午别,院区,科室名称,门诊名称,号别,专家姓名,职称,限号数,诊间,挂号费（元）,出诊状态\n"
        "2025年10月20日,晚间,本部,内科,内科门诊,特需,张三,副主任医师,15,３诊室,300,停诊\n".encode("gb18030")
    )
    (row,) = read_published(path).rows
    assert (row.date, row.half, row.campus, row.specialty, row.clinic, row.kind) == (
        dt.date(2025, 10, 20),
        Half.EVE,
        "本部",
        "内科",
        "内科门诊",
        Kind.SPECIAL_NEED,
    )
    assert (row.doctor, row.level, row.tickets, row.room, row.stopped) == (
        "张三",
        Level.DEPUTY_CHIEF,
        15,
        "３诊室",
        True,
    )


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["date", "half", "clinic", "doctor", "capacity"])
    book.worksheets[0].append([dt.date(2025, 10, 20), "PM", "内科门诊", "甲", 12])
    book.save(tmp_path / "week.xlsx")
    (row,) = read_published(tmp_path / "week.xlsx").rows
    assert (row.date, row.half, row.tickets, row.specialty) == (
        dt.date(2025, 10, 20),
        Half.PM,
        12,
        "内科门诊",
    )


def test_every_missing_column_is_named_with_the_heading_it_may_be(tmp_path: Path) -> None:
    path = timetable(tmp_path, headings=["date", "half", "医生名"])
    first, second = problems(path)
    assert "the column clinic (门诊) is missing" in first
    assert "the column doctor (医生) is missing. Is it the column 医生名?" in second


def test_unknown_columns_are_ignored_and_told(tmp_path: Path) -> None:
    result = to_scenario(read_published(timetable(tmp_path, {"电话": "1"}, headings=[*HEADINGS, "电话"])))
    assert told(result)["columns ignored"][1] == "电话"


def test_a_file_of_unreadable_rows_is_refused_with_each_row_and_reason(tmp_path: Path) -> None:
    path = timetable(
        tmp_path,
        {"date": "昨天"},
        {"half": "随时"},
        {"clinic": "", "specialty": ""},
        {"doctor": "\u3000"},
        {"clinic": "长" * 121},
        {"date": "2025-10-21"},
    )
    reasons = [line.removeprefix("  - week.csv, ").split(" (")[0] for line in problems(path)]
    assert reasons == [
        "row 2, column date: no day can be read",
        "row 3, column half: no half of a day can be read",
        "row 4: neither clinic nor specialty is named",
        "row 5: no doctor can be read",
        "row 6: a name is longer than 120 characters",
    ]


def test_two_bad_rows_are_left_out_with_their_reason(tmp_path: Path) -> None:
    result = imported(tmp_path, {"date": "昨天"}, {}, {"half": "随时"})
    assert [(row.row, str(row.reason)) for row in result.left_out] == [
        (2, "no day can be read"),
        (4, "no half of a day can be read"),
    ]
    assert len(result.scenario.template) == 1


def test_tickets_that_are_no_number_are_taken_as_missing_and_told(tmp_path: Path) -> None:
    lines = told(
        imported(
            tmp_path, {"capacity": "-1"}, {"capacity": "501", "half": "PM"}, {"capacity": "8", "half": "EVE"}
        )
    )
    assert lines["words not understood in capacity"][1:] == ("2", "-1, 501: taken as missing")


def test_a_timetable_without_rows_is_refused(tmp_path: Path) -> None:
    (only,) = problems(timetable(tmp_path))
    assert "a heading row and nothing below it" in only


def test_of_several_weeks_the_last_full_one_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    result = imported(tmp_path, {"date": "2025-10-27"}, {"date": "2025-10-20"})
    assert [row.date.isoformat() for row in result.published.rows] == ["2025-10-27"]
    assert told(result)["other weeks in the file"][1:] == ("1", "read one with --from: 2025-10-20")


def test_the_week_to_read_can_be_chosen(tmp_path: Path) -> None:
    path = timetable(tmp_path, {"date": "2025-10-27"}, {"date": "2025-10-20"})
    rows = read_published(path, ReadOptions(start=dt.date(2025, 10, 20))).rows
    assert [row.date.isoformat() for row in rows] == ["2025-10-20"]


def test_a_week_from_friday_to_thursday_is_mapped_by_weekday(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, {"date": "2025-11-14", "capacity": "1"}, {"date": "2025-11-20", "capacity": "2"}
    )
    assert [(row.day, row.tickets) for row in scenario.template] == [("thu", 2), ("fri", 1)]
    assert str(scenario.week) == "2025-W48"


def test_the_week_to_plan_and_the_name_can_be_chosen(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, {}, week=Week(2025, 50), name="冬")
    assert (str(scenario.week), scenario.name) == ("2025-W50", "冬")


TWO_CAMPUSES: tuple[dict[str, str], ...] = (
    {"campus": "东"},
    {"campus": "东", "half": "PM"},
    {"campus": "西"},
)


def test_a_doctor_on_two_campuses_at_once_stays_at_the_usual_one(tmp_path: Path) -> None:
    result = imported(tmp_path, *TWO_CAMPUSES)
    assert [(row.row, str(row.reason)) for row in result.left_out] == [
        (4, "at 东 in the same half-day, which is kept")
    ]


@pytest.mark.parametrize(
    ("better", "kept"), [({"capacity": "30"}, "西"), ({"capacity": "30", "status": "停诊"}, "东")]
)
def test_the_running_row_is_kept_before_the_larger_one(
    tmp_path: Path, better: dict[str, str], kept: str
) -> None:
    usual, _, other = TWO_CAMPUSES
    rows = imported(tmp_path, {**usual, "capacity": "20"}, {**other, **better}).published.rows
    assert [row.campus for row in rows] == [kept]


def test_conflicts_make_a_doctor_two_where_that_is_chosen(tmp_path: Path) -> None:
    published = read_published(timetable(tmp_path, *TWO_CAMPUSES), ReadOptions(conflicts="split"))
    assert {row.doctor for row in published.rows} == {"甲", "甲（西）"}


def test_conflicts_refuse_the_week_where_that_is_chosen(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 4: 甲 is at 东 in the same half-day \\(row 2\\)"):
        read_published(timetable(tmp_path, *TWO_CAMPUSES), ReadOptions(conflicts="refuse"))


def test_a_doctor_may_change_campus_at_noon(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, {"campus": "东"}, {"campus": "西", "half": "PM"})
    assert {clinic.campus for clinic in scenario.clinics} == {"东", "西"}


@pytest.mark.parametrize(
    ("row", "level"),
    [
        ({"level": "chief", "title": "住院医师", "fee_cny": "50"}, Level.CHIEF),
        ({"level": "", "title": "知名专家", "fee_cny": "50"}, Level.KNOWN_EXPERT),
        ({"title": "未标注", "fee_cny": "60"}, Level.DEPUTY_CHIEF),
        ({"doctor": "甲一副主任医师", "fee_cny": "50"}, Level.DEPUTY_CHIEF),
        ({"kind": "主任号", "fee_cny": "50"}, Level.CHIEF),
        ({"fee_cny": "100.00元"}, Level.KNOWN_EXPERT),
        ({"fee_cny": "80"}, Level.CHIEF),
        ({"fee_cny": "50"}, Level.ATTENDING),
        ({"fee_cny": "300"}, Level.ATTENDING),
        ({}, Level.ATTENDING),
    ],
)
def test_the_level_comes_from_level_then_title_then_fee(
    tmp_path: Path, row: dict[str, str], level: Level
) -> None:
    assert scenario_of(tmp_path, row).doctors[0].level is level


def test_a_doctor_keeps_the_level_of_each_clinic(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        {"clinic": "骨科", "level": "attending"},
        {"half": "PM", "clinic": "名医", "level": "known_expert"},
    )
    week = result.scenario
    assert [str(week.level_at("甲", clinic)) for clinic in ("骨科", "名医")] == ["attending", "known_expert"]
    assert week.doctors[0].level is Level.KNOWN_EXPERT
    assert told(result)["doctors with a level of their own at some clinic"][1:] == ("1", "甲")


def test_of_several_levels_at_one_clinic_the_highest_is_taken(tmp_path: Path) -> None:
    result = imported(tmp_path, {"level": "chief"}, {"half": "PM", "level": "attending"}, {"half": "EVE"})
    assert result.scenario.doctors[0].level is Level.CHIEF
    assert not result.scenario.levels
    lines = told(result)
    assert lines["doctors with several levels at one clinic, the highest taken"] == (
        FindingKind.REPAIRED,
        "1",
        "甲",
    )
    assert lines["rows without a level"][1:] == ("1", "0 from the title, 0 from the fee, 1 from neither")


def test_a_doctor_without_any_level_counts_as_attending_and_is_told(tmp_path: Path) -> None:
    lines = told(imported(tmp_path, {"title": "未标注"}))
    assert lines["doctors of no level taken as attending"] == (FindingKind.ASSUMED, "1", "甲")
    assert lines["words not understood in title"][2] == "未标注: the fee decides"


def test_two_clinics_in_one_half_are_one_session(tmp_path: Path) -> None:
    result = imported(tmp_path, {"capacity": "15"}, {"clinic": "内科特需", "capacity": "5"})
    (session,) = result.scenario.standing
    assert [(block.clinic, block.tickets) for block in session.blocks] == [("内科特需", 5), ("内科门诊", 15)]
    assert result.scenario.doctors[0].max_sessions == 1
    assert told(result)["sessions with several clinics"][1] == "1"


def test_repeated_rows_are_dropped_and_told(tmp_path: Path) -> None:
    result = imported(tmp_path, {"capacity": "9"}, {"capacity": "9"}, {"capacity": "9.0"})
    assert len(result.scenario.template) == 1
    assert told(result)["repeated rows dropped"] == (FindingKind.REPAIRED, "2", "")
    assert told(result)["rows"][1] == "3"


def test_of_two_rows_for_one_clinic_the_larger_number_of_tickets_is_kept(tmp_path: Path) -> None:
    result = imported(tmp_path, {"capacity": "9"}, {"capacity": "12"})
    assert [row.tickets for row in result.scenario.template] == [12]
    assert told(result)["rows of one session and clinic merged"][1] == "1"


def test_a_stopped_row_beside_one_that_runs_does_not_stop_the_session(tmp_path: Path) -> None:
    (row,) = scenario_of(
        tmp_path, {"status": "停诊", "capacity": "30"}, {"status": "正常", "capacity": "12"}
    ).template
    assert (row.stopped, row.tickets) == (False, 12)


def test_stopped_rows_stay_marked_with_the_doctors_most_common_tickets(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        {"date": "2025-10-20", "status": "停诊", "capacity": "0"},
        {"date": "2025-10-21", "capacity": "30"},
        {"date": "2025-10-22", "capacity": "30"},
        {"date": "2025-10-23", "capacity": "10"},
        {"date": "2025-10-24", "capacity": "10"},
        {"date": "2025-10-24", "half": "PM", "capacity": "40"},
    )
    stopped = result.scenario.template[0]
    assert (stopped.day, stopped.stopped, stopped.tickets) == ("mon", True, 10)
    assert told(result)["stopped rows"] == (FindingKind.FOUND, "1", "kept in the template, marked")


def test_missing_tickets_come_from_the_clinics_median_rounded_down(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        {"doctor": "甲", "capacity": ""},
        {"doctor": "乙", "capacity": "10"},
        {"doctor": "丙", "capacity": "15"},
    )
    assert {row.doctor: row.tickets for row in scenario.template} == {"甲": 12, "乙": 10, "丙": 15}
    assert scenario.clinics[0].tickets == 12


def test_missing_tickets_nobody_knows_come_from_the_policy(tmp_path: Path) -> None:
    result = imported(tmp_path, {"capacity": "999"})
    assert [(row.tickets, row.stopped) for row in result.scenario.template] == [(20, False)]
    lines = told(result)
    assert lines["rows without a limit of tickets (不限, 999), taken as missing"][:2] == (
        FindingKind.REPAIRED,
        "1",
    )
    assert lines["sessions of a clinic without tickets, filled"][1:] == (
        "1",
        "0 as the doctor's other sessions, 0 the clinic's median, 1 by the policy",
    )


@pytest.mark.parametrize(
    ("row", "stopped"),
    [
        ({"capacity": "0"}, True),
        ({"capacity": "0", "status": "正常"}, False),
        ({"capacity": "15", "status": "停诊"}, True),
        ({"capacity": ""}, False),
    ],
)
def test_the_status_tells_what_is_stopped_and_a_capacity_of_0_where_it_is_silent(
    tmp_path: Path, row: dict[str, str], stopped: bool
) -> None:
    assert scenario_of(tmp_path, row).template[0].stopped is stopped


def test_stopped_rows_can_be_dropped_with_all_that_hangs_on_them(tmp_path: Path) -> None:
    result = imported(tmp_path, {}, {"doctor": "乙", "clinic": "外科门诊", "status": "停诊"}, stopped="drop")
    assert [doctor.doctor for doctor in result.scenario.doctors] == ["甲"]
    assert [clinic.clinic for clinic in result.scenario.clinics] == ["内科门诊"]
    assert told(result)["stopped rows"][1:] == ("1", "left out")


def test_dropping_every_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="every row is stopped"):
        imported(tmp_path, {"status": "停诊"}, stopped="drop")


def test_a_clinic_name_in_two_specialties_stays_plain_for_the_more_frequent(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        {"specialty": "内科"},
        {"specialty": "内科", "half": "PM"},
        {"specialty": "外科", "doctor": "乙"},
    )
    assert {clinic.clinic: clinic.specialty for clinic in result.scenario.clinics} == {
        "内科门诊": "内科",
        "内科门诊（外科）": "外科",
    }
    assert told(result)["clinic names in several specialties, campuses or kinds, renamed"][1:] == (
        "1",
        "内科门诊（外科）",
    )


def test_a_clinic_name_on_two_campuses_of_one_specialty_is_told_apart_by_campus(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, {"campus": "东"}, {"campus": "西", "doctor": "乙"})
    assert [clinic.clinic for clinic in scenario.clinics] == ["内科门诊", "内科门诊（西 内科）"]


def test_a_name_made_for_a_clinic_is_never_one_that_stands_already(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        {"specialty": "内科"},
        {"specialty": "外科", "doctor": "乙"},
        {"specialty": "眼科", "doctor": "丙", "clinic": "内科门诊（外科）"},
    )
    assert len(scenario.clinics) == 3


def test_spellings_that_differ_in_width_or_blanks_are_one_name(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        {"clinic": "内科（特需）", "doctor": "张 三"},
        {"clinic": "内科(特需)", "doctor": "张三", "half": "PM"},
        {"clinic": "内科(特需)", "doctor": "张三", "half": "EVE"},
    )
    assert [clinic.clinic for clinic in result.scenario.clinics] == ["内科(特需)"]
    assert [doctor.doctor for doctor in result.scenario.doctors] == ["张三"]
    assert told(result)["spellings of the same name unified"][1:] == ("1", "内科（特需）")


def test_a_doctors_specialty_is_the_most_frequent_of_the_rows(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        {"specialty": "内科", "clinic": "a", "doctor": "D01"},
        {"specialty": "外科", "clinic": "b", "half": "PM", "doctor": "D01"},
        {"specialty": "外科", "clinic": "b", "half": "EVE", "doctor": "D01"},
    )
    assert scenario.doctors[0].specialty == "外科"


def test_a_pool_has_the_rooms_of_its_busiest_weekday_half_and_closed_ones_for_the_rest(
    tmp_path: Path,
) -> None:
    saturday = [{"date": "2025-10-25", "doctor": doctor} for doctor in "甲乙丙"]
    scenario = scenario_of(tmp_path, {}, {"half": "PM"}, {"half": "PM", "doctor": "乙"}, *saturday)
    assert [(room.room, len(room.closed)) for room in scenario.rooms] == [
        ("内科 1", 0),
        ("内科 2", 0),
        ("内科 3", 10),
    ]
    assert scenario.rooms[2].open_at("sat-am")
    assert scenario.rooms[2].open_at("fri-eve")
    assert not scenario.rooms[2].open_at("fri-pm")


def test_a_session_of_two_pools_takes_its_room_from_the_first_clinic(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        {"clinic": "b", "specialty": "外科", "doctor": "D01"},
        {"clinic": "a", "specialty": "内科", "doctor": "D01"},
    )
    assert [room.pool for room in scenario.rooms] == ["内科"]


def test_named_rooms_come_first_and_stay_in_the_template(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        {"room": "201"},
        {"doctor": "乙"},
        {"doctor": "丙", "half": "EVE", "room": "301"},
        {"doctor": "丁", "half": "EVE"},
        {"doctor": "戊", "half": "EVE"},
    )
    assert [(room.room, bool(room.closed)) for room in scenario.rooms] == [
        ("201", False),
        ("301", False),
        ("内科 1", True),
    ]
    assert {row.doctor: row.room for row in scenario.template if row.room} == {"甲": "201", "丙": "301"}


def test_a_room_with_two_sessions_at_once_stays_with_the_first(tmp_path: Path) -> None:
    result = imported(tmp_path, {"doctor": "乙", "room": "201"}, {"doctor": "丙", "room": "201"})
    assert {row.doctor: row.room for row in result.scenario.template} == {"丙": "201", "乙": ""}
    assert told(result)["rooms with two sessions at once"][1:] == (
        "1",
        "201: the first session keeps the room",
    )


def test_evenings_and_weekends_are_pinned(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, {}, {"half": "EVE"}, {"date": "2025-10-25"}, {"date": "2025-10-26"})
    assert {(row.day, row.half.value): row.pinned for row in scenario.template} == {
        ("mon", "AM"): False,
        ("mon", "EVE"): True,
        ("sat", "AM"): True,
        ("sun", "AM"): True,
    }


def test_days_are_pinned_by_the_calendar_of_the_planned_week(tmp_path: Path) -> None:
    # In 2025-W41 Wednesday 8 October is a holiday and Saturday 11 October an adjusted working day.
    rows = ({"date": "2025-10-22"}, {"date": "2025-10-23"}, {"date": "2025-10-25"})
    scenario = scenario_of(tmp_path, *rows, week=Week(2025, 41))
    assert {row.day: row.pinned for row in scenario.template} == {"wed": True, "thu": False, "sat": False}


def test_a_doctor_keeps_the_number_of_sessions(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, {}, {"half": "PM"}, {"date": "2025-10-25"})
    assert scenario.limits("甲") == (3, 3)


def test_a_clinic_of_two_kinds_is_two_clinics(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, {"kind": "特需"}, {"half": "PM", "kind": "特需"}, {"half": "EVE", "kind": "普通"}
    )
    assert [(clinic.clinic, clinic.kind) for clinic in scenario.clinics] == [
        ("内科门诊", Kind.ORDINARY),
        ("内科门诊（特需）", Kind.SPECIAL_NEED),
    ]


def test_the_ratio_is_told_by_day_and_week_by_sessions_and_tickets(tmp_path: Path) -> None:
    rows = [{"doctor": doctor, "half": "AM", "capacity": "10"} for doctor in "甲乙丙"]
    rows += [{"doctor": doctor, "half": "PM", "capacity": "30"} for doctor in "甲乙"]
    lines = told(imported(tmp_path, *rows))
    assert lines["mornings to afternoons on 2025-10-27"][1:] == ("1.50", "3 : 2, above the limit of 1.2")
    assert lines["mornings to afternoons on 2025-10-28"][1:] == ("-", "0 : 0, within the limit of 1.2")
    assert lines["mornings to afternoons of the week, by sessions"][1] == "1.50"
    assert lines["mornings to afternoons of the week, by tickets"][1:] == (
        "0.50",
        "30 : 60, within the limit of 1.2",
    )


@settings(deadline=None)
@given(st.integers(0, 2000), st.integers(1, 2000))
def test_a_ratio_is_rounded_to_the_nearest_hundredth(morning: int, afternoon: int) -> None:
    shown = Fraction(ratio_text(morning, afternoon))
    assert abs(shown - Fraction(morning, afternoon)) <= Fraction(1, 200)


def test_adjusted_days_that_are_not_known_yet_are_told(tmp_path: Path) -> None:
    lines = told(imported(tmp_path, {}, week=Week(2090, 20)))
    assert lines["adjusted working days (调休)"][1] == "2090"


def test_names_that_grow_too_long_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 2: campus, specialty and clinic together are longer than 115"):
        imported(tmp_path, {"campus": "东" * 60, "specialty": "内" * 60})


def test_the_order_of_the_rows_makes_no_difference(tmp_path: Path) -> None:
    rows = [
        {"capacity": "0", "room": "1"},
        {"half": "PM", "capacity": "5"},
        {"half": "PM", "clinic": "b", "specialty": "外科"},
        {"doctor": "乙", "specialty": "外科", "room": "1"},
        {"doctor": "丙", "room": "1", "level": "chief"},
    ]
    there, back = imported(tmp_path, *rows), imported(tmp_path, *reversed(rows))
    assert there == back


@pytest.mark.skipif(not REAL.is_dir(), reason="the real weeks are not here")
@pytest.mark.parametrize(
    ("name", "week", "sessions", "movable", "friday"),
    [
        ("puh3_2025w43.csv", "2025-W44", 2438, 1934, "1.55"),
        ("puh3_2025w46.csv", "2025-W48", 2400, 1914, "1.53"),
    ],
)
def test_a_real_week_becomes_a_scenario(
    name: str, week: str, sessions: int, movable: int, friday: str
) -> None:
    result = to_scenario(read_published(REAL / name))
    scenario = result.scenario
    assert str(scenario.week) == week
    assert len(scenario.standing) == sessions
    assert sum(not session.pinned for session in scenario.standing) == movable
    assert told(result)[f"mornings to afternoons on {scenario.week.dates[4]}"][1] == friday


def test_a_scenario_is_called_after_its_file_whatever_that_is_called(tmp_path: Path) -> None:
    path = timetable(tmp_path, {}).rename(tmp_path / f"{'w' * 130}\u202e\x07.csv")
    assert to_scenario(read_published(path)).scenario.name == "w" * 120
