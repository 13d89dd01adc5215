from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scheduler.clock import Cell
from scheduler.outcome import Outcome, Status
from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.doctors import short_clinic
from scheduler.report.sheets.sheet import line_count
from scheduler.report.workbook import workbook_bytes
from scheduler.roster import Roster
from scheduler.scenario.hospital import Doctor, Room
from tests.check.small import as_it_stands, monday

HEAD = 5
"""Row, counted from 1, that the half-days of the wide sheets stand in."""


def _open(facts, language="en"):
    return load_workbook(BytesIO(workbook_bytes(facts, language)))


def _row(sheet, name, column):
    return next(row for row in sheet.iter_rows(min_row=HEAD) if row[column].value == name)


def test_there_is_a_sheet_for_every_view(moved):
    assert _open(moved).sheetnames == ["By doctor", "By room", "By clinic", "Sessions", "Changes", "Summary"]


def test_a_sheet_tells_what_the_patients_of_each_session_are_told():
    week = monday()
    plan = as_it_stands(week)
    timed = tuple(
        replace(slot, starts=tuple(slot.window.start + 9 * n for n in range(slot.tickets)))
        for slot in plan.slots
    )
    outcome = Outcome(Status.OPTIMAL, plan.roster)
    sheet = _open(ReportFacts(week, outcome, replace(plan, slots=timed)))["Appointments"]
    assert sheet["A2"].value == "Patients are asked to come 15 minutes before."
    first = [cell.value for cell in sheet[4]]
    assert first[:6] == ["2026-07-20", "AM", "eye", "ann", "e1", 20]
    assert first[6].startswith("08:00  08:09  08:30  08:39  08:48")


def test_a_moved_session_stands_coloured_at_its_new_half_day_and_leaves_a_trace(moved):
    sheet = _open(moved)["By doctor"]
    row = _row(sheet, "zhao", 1)
    thursday = 3 + 2 * 3
    friday_am, friday_pm = row[thursday + 2], row[thursday + 3]
    assert friday_am.value == "→ Fri PM"
    assert friday_pm.value == "eye\n← Fri AM"
    assert friday_pm.fill.fgColor.rgb != row[3].fill.fgColor.rgb
    assert friday_pm.font.bold


def test_half_days_nobody_uses_have_no_column(moved, scenario_of, facts_of):
    halves = [cell.value for cell in _open(moved)["By doctor"][HEAD]][3:]
    assert halves == ["AM", "PM"] * 5
    late = facts_of(scenario_of("li fri-eve eye 20\nli sun-am eye 20"))
    halves = [cell.value for cell in _open(late)["By doctor"][HEAD]][3:]
    assert halves == ["AM", "PM"] * 5 + ["EVE", "AM"]


def test_a_room_row_shows_who_sits_there_and_where_it_is_closed(week, scenario_of, facts_of):
    rooms = [Room(room="1", pool="eye rooms", campus="main", closed=("mon-am",))]
    scenario = scenario_of("li fri-am eye 20", rooms=rooms)
    facts = facts_of(scenario)
    seated = facts.plan.roster.with_rooms({"2026-W30.li.fri-am": "1"})
    sheet = _open(replace(facts, plan=replace(facts.plan, roster=seated)))["By room"]
    row = _row(sheet, "1", 2)
    assert row[3 + 8].value == "li\neye"
    assert row[3].fill.fill_type is not None
    assert row[4].fill.fill_type is None


def test_sessions_without_a_room_are_not_lost(moved):
    row = _row(_open(moved)["By room"], "(none)", 2)
    assert "".join(str(cell.value) for cell in row).count("li\neye") == 3


def test_clinics_count_sessions_and_tickets(moved):
    sheet = _open(moved)["By clinic"]
    row = next(row for row in sheet.iter_rows() if row[2].value == "heart")
    assert [cell.value for cell in row[4:7]] == [1, 1, 15]


def test_every_change_is_listed(week, facts_of):
    facts = facts_of(week, ("zhao", "fri-am", "fri-pm"), ("li", "thu-am", None))
    rows = list(_open(facts)["Changes"].iter_rows(min_row=4, values_only=True))
    assert [row[:4] for row in rows] == [
        ("moved", "Fri 24 Jul AM", "Fri 24 Jul PM", "zhao"),
        ("dropped", "Thu 23 Jul AM", None, "li"),
    ]


def test_an_added_session_is_listed_without_a_past(week, facts_of):
    facts = facts_of(week)
    first = facts.after.sessions[0]
    added = replace(first, session="new", was=None, cell=Cell(week.week.dates[0], "PM"))
    roster = Roster((*facts.after.sessions, added))
    rows = list(_open(facts_of(week, roster=roster))["Changes"].iter_rows(min_row=4, values_only=True))
    assert [row[:3] for row in rows] == [("added", None, "Mon 20 Jul PM")]


def test_the_summary_holds_the_ratio_of_every_day(moved):
    rows = {row[0]: row[1:8] for row in _open(moved)["Summary"].iter_rows(min_row=6, values_only=True)}
    assert rows["Fri 24 Jul"] == (2, 1, 2, 1, 2, 0.5, 1.2)


def test_text_that_looks_like_a_formula_stays_text(scenario_of, facts_of):
    names = ["=1+1", "+1", "-1", "@SUM(A1)"]
    doctors = [Doctor(doctor=name, name=name, specialty="eye") for name in names]
    template = "\n".join(f"{name} fri-am eye 20" for name in names)
    book = _open(facts_of(scenario_of(template, doctors=doctors, name="=2+2")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {"=1+1", "+1", "-1", "@SUM(A1)"} <= {cell.value for cell in cells}
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_headings_stay_in_view_and_print_on_every_page(moved):
    sheet = _open(moved)["By doctor"]
    assert sheet.freeze_panes == "D6"
    assert sheet.auto_filter.ref == "A5:M8"
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_facts_give_the_same_bytes(moved, impossible, language):
    for facts in (moved, impossible):
        assert workbook_bytes(facts, language) == workbook_bytes(replace(facts), language)


def test_without_a_roster_the_workbook_says_that_it_shows_the_template(impossible):
    sheet = _open(impossible)["By doctor"]
    assert "No roster possible: the template as it stands" in sheet["A1"].value
    assert [cell.value for cell in _row(sheet, "zhao", 1)][3:].count("eye") == 1


def test_a_clinic_is_shortened_by_its_specialty_only_where_a_name_remains():
    assert short_clinic("cardiology - heart failure", "cardiology") == "heart failure"
    assert short_clinic("眼科门诊", "眼科") == "门诊"
    assert short_clinic("骨科（特需）", "骨科") == "骨科（特需）"
    assert short_clinic("eye", "eye") == "eye"
    assert short_clinic("heart", "eye") == "heart"


def test_chinese_text_fills_lines_twice_as_fast():
    assert line_count("abcdefg", 6) == 1
    assert line_count("眼科门诊", 6) == 2
    assert line_count("a\n\nb", 6) == 3
