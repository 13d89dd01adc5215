from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from scheduler.interval import Interval
from scheduler.report.voice import Voice
from scheduler.study.study import Variant
from scheduler.study.table.columns import FIXED, columns_of
from scheduler.study.table.figures import Figures, FlowSummary
from scheduler.study.table.wording import at_text, cell_text, heading, outcome_text, place_text
from scheduler.study.table.write import TABLE_FILES, write_table
from scheduler.words import Words
from tests.study.table_rows import STUDY, at_point, rows

EN = Voice("en")


def drawn(row, **more):
    return replace(row, intervals={"sessions_run": Interval(**more)})


def read(folder, name="table.csv"):
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig"))))


def column(key):
    return next(one for one in columns_of(rows()) if one.key == key)


def shown(row, key, base):
    return str(cell_text(row, column(key), base, EN))


def test_a_value_is_reported_with_its_difference_to_the_base():
    base, other = at_point("base", 13, 10, 48), at_point("other", 12, 10, 52)
    assert shown(other, "changed", base) == "52 (+4)"
    assert shown(base, "changed", base) == "48"
    assert shown(at_point("same", 13, 10, 48), "changed", base) == "48"
    assert shown(other, "highest", base) == "1.20 Mon (-0.10)"
    assert shown(at_point("more", 13, 10, 1048), "changed", base) == "1,048 (+1,000)"


def test_a_difference_has_as_many_digits_as_it_takes_not_to_look_like_none():
    base, other = at_point("base", 1000, 1001, 0), at_point("other", 1000, 1000, 0)
    assert shown(other, "week", base) == "1.00 (+0.001)"


def test_a_day_above_its_limit_is_marked_and_the_week_is_not():
    row = at_point("high", 13, 10, 0)
    assert cell_text(row, column("highest"), row, EN).above
    assert cell_text(row, column("mon"), row, EN).above
    assert not cell_text(row, column("week"), row, EN).above
    assert not cell_text(row, column("mon_tickets"), row, EN).above


def test_a_row_without_a_roster_has_no_values_and_says_how_it_ended():
    _, _, closed, broken = rows()
    assert {shown(closed, one.key, closed) for one in FIXED} == {"–"}
    assert [outcome_text(row, EN) for row in rows()] == [
        "rules broken: 1",
        "proved",
        "No roster possible",
        "failed",
    ]
    assert [Words("zh").say(reason) for reason in broken.reasons] == ["中断了。"]
    assert outcome_text(closed, Voice("zh")) == "无可行排班"


def test_days_and_half_days_are_named_as_people_do():
    assert (at_text("fri", EN), at_text("fri-pm", EN), at_text("", EN)) == ("Fri", "Fri PM", "")
    assert at_text("fri-pm", Voice("zh")) == "周五 下午"
    assert heading(column("mon"), EN) == "Mon AM : PM"


def test_where_a_session_stands_is_reported_with_what_is_unlike_before():
    (ann,) = rows()[1].changed
    assert place_text(ann.now, "ann", 30, EN) == "Mon PM"
    assert place_text(ann.now, "bob", 20, EN) == "Mon PM, held by ann, 30 tickets"


def test_the_csv_has_exact_values_under_stable_headings(tmp_path):
    write_table(rows(), STUDY, tmp_path, "en")
    base, even, closed, broken = read(tmp_path)
    assert even["variant"] == "even"
    assert (even["status"], even["proved"], even["changed"], even["moved"]) == ("optimal", "yes", "1", "1")
    assert (even["highest_at"], even["highest_am"], even["highest_pm"]) == ("mon", "1", "1")
    assert (even["highest_ratio"], even["mon_tickets_ratio"], even["limit"]) == ("1.0000", "0.6667", "1.2")
    assert (even["rooms_used"], even["rooms_open"], even["rooms_share"]) == ("2", "20", "0.1000")
    assert (base["highest_am"], base["highest_pm"], base["highest_ratio"]) == ("2", "0", "")
    assert (closed["status"], closed["changed"]) == ("infeasible", "")
    assert closed["reasons"] == "No <room> is open on Friday."
    assert (broken["status"], broken["proved"], broken["reasons"]) == ("failed", "", "It stopped.")


def test_what_was_swept_has_columns_of_its_own(tmp_path):
    found = rows()
    swept = Variant("l", "L", swept=(("policy.ratio.limit", "1.1"),))
    write_table([found[0], replace(found[1], variant=swept)], STUDY, tmp_path, "en")
    assert [line["swept policy.ratio.limit"] for line in read(tmp_path)] == ["", "1.1"]


def test_intervals_follow_the_figures(tmp_path):
    found = rows()
    found[1] = drawn(found[1], mean=Decimal("52.10"), low=Decimal("48"), high=Decimal("56.2"), differs=True)
    write_table(found, STUDY, tmp_path, "en")
    base, even, *_ = read(tmp_path)
    parts = ("mean", "low", "high", "differs")
    assert [even[f"run_sessions_run_{part}"] for part in parts] == ["52.10", "48", "56.2", "yes"]
    assert [base[f"run_sessions_run_{part}"] for part in parts] == ["", "", "", ""]
    sheet = load_workbook(tmp_path / "table.xlsx")["As it then runs"]
    assert [cell.value for cell in sheet[5]] == ["=Even <b>Monday</b>", 52.1, 48, 56.2, "yes"]


def test_seconds_stand_in_a_file_of_their_own_and_all_else_comes_out_the_same_twice(tmp_path):
    for name, seconds in (("one", 1.25), ("two", 2.5)):
        (tmp_path / name).mkdir()
        base, *others = rows()
        base = replace(base, figures=replace(base.figures, seconds=seconds))
        write_table([base, *others], STUDY, tmp_path / name, "zh")
    for name in TABLE_FILES - {"timings.csv"}:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert read(tmp_path / "two", "timings.csv")[0] == {"variant": "base", "seconds": "2.500"}
    assert {path.name for path in (tmp_path / "one").iterdir()} == TABLE_FILES


@pytest.mark.parametrize(("language", "first"), [("en", "Sessions changed"), ("zh", "变动单元")])
def test_the_workbook_has_headings_of_its_language_that_stay_and_text_that_is_no_formula(
    tmp_path, language, first
):
    write_table(rows(), STUDY, tmp_path, language)
    book = load_workbook(tmp_path / "table.xlsx")
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "B4"
    headings = [cell.value for cell in sheet[3]]
    assert headings[2] == first
    title = sheet["A5"]
    assert (title.value, title.data_type) == ("=Even <b>Monday</b>", "s")
    assert sheet.cell(5, 3).value == 1
    assert [cell.value for cell in book.worksheets[-1][4]][:2] == ["=Even <b>Monday</b>", "ann"]


def test_the_workbooks_days_show_counts_and_ratio_and_mark_what_is_above(tmp_path):
    write_table([*rows(), at_point("high", 13, 10, 0)], STUDY, tmp_path, "en")
    sheet = load_workbook(tmp_path / "table.xlsx")["By day"]
    assert [sheet.cell(line, 4).font.underline for line in (5, 8)] == [None, "single"]
    assert [cell.value for cell in sheet[3]][:4] == ["Variant", "Mon AM", "Mon PM", "Mon AM : PM"]
    assert [cell.value for cell in sheet[5]][1:4] == [1, 1, 1]
    assert [cell.value for cell in sheet[6]][1:4] == [None, None, None]


def test_an_interval_comes_back_from_plain_data():
    for found in (Interval(Decimal("1.50"), Decimal(1), Decimal(2), True), Interval(Decimal(3))):
        assert Interval.from_json(found.to_json()) == found


def test_patient_flow_has_columns_only_where_a_study_asks_for_it(tmp_path):
    base, other = at_point("base", 13, 10, 48), at_point("other", 12, 10, 52)
    assert not {"wait", "peak_crowd", "over_15"} & {one.key for one in columns_of([base, other])}
    summaries = (FlowSummary(Fraction("15.4"), 62, None), FlowSummary(Fraction("8"), 48, Fraction("1.5")))
    flows = [
        replace(row, figures=replace(row.figures, flow=flow))
        for row, flow in zip((base, other), summaries, strict=True)
    ]
    write_table(flows, STUDY, tmp_path, "en")
    assert [(row["wait"], row["peak_crowd"], row["over_15"]) for row in read(tmp_path)] == [
        ("15.4", "62", ""),
        ("8", "48", "1.5"),
    ]
    page = (tmp_path / "whatif.html").read_text(encoding="utf-8")
    assert "Mean wait (minutes)" in page
    assert Figures.from_json(flows[1].figures.to_json()) == flows[1].figures
