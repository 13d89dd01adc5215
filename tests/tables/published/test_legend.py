"""What a timetable says itself of its marks: read where it is understood, told, and overruled by the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.clock import Week
from scheduler.scenario.hospital import Kind
from scheduler.tables.published.legend import explained, legend_of
from scheduler.tables.published.timetable import Imported, ReadOptions, read_published, to_scenario


def imported(folder: Path, text: str, **words: str) -> Imported:
    path = folder / "week.csv"
    path.write_text(text, encoding="utf-8")
    return to_scenario(read_published(path, ReadOptions(week=Week(2026, 30), words=words)))


@pytest.mark.parametrize(
    ("line", "legend"),
    [
        ("注：★为特需门诊，▲为停诊", {"★": "特需门诊", "▲": "停诊"}),
        ("说明：A：上午 P：下午 AP：全天", {"a": "上午", "p": "下午", "ap": "全天"}),
        ("1为上午，2为下午，3为全天", {"1": "上午", "2": "下午", "3": "全天"}),
        ("注：带＊号者为知名专家。", {"*": "知名专家"}),
        ("图例：√ 出诊；○ 特需门诊", {"√": "出诊", "○": "特需门诊"}),
        ("“○”代表单周，“●”代表双周", {"○": "单周", "●": "双周"}),
        ("注：1、周一上午停诊", {}),
        ("※周一停诊", {}),
        ("注：*为需预约", {}),
        ("地址：A区门诊楼", {}),
        ("★为停诊，★为特需", {"★": "停诊"}),
    ],
)
def test_a_line_explains_marks_with_words_that_are_understood(line: str, legend: dict[str, str]) -> None:
    assert legend_of([(line, "", "")]) == legend


def test_a_row_of_several_texts_is_no_legend() -> None:
    assert legend_of([("★为特需门诊", "甲一")]) == {}


def test_a_mark_beside_a_name_stands_in_brackets_and_a_letter_in_a_name_stays() -> None:
    assert explained("甲一★", {"★": "特需", "a": "上午"}) == "甲一（特需）"
    assert explained("Adam", {"a": "上午"}) == "Adam"


GRID = "科室,医生,周一上午,周一下午,周二上午\n骨科,甲一,★,√,▲\n注：★为特需门诊，▲为停诊\n"


def test_ticks_that_the_file_explains_are_read_so(tmp_path: Path) -> None:
    rows = imported(tmp_path, GRID).published.rows
    assert [(row.kind, row.stopped) for row in rows] == [
        (Kind.SPECIAL_NEED, False),
        (None, False),
        (None, True),
    ]


def test_the_users_word_stands_above_the_files(tmp_path: Path) -> None:
    rows = imported(tmp_path, GRID, **{"▲": "出诊"}).published.rows
    assert [row.stopped for row in rows] == [False, False, False]


def test_letters_for_halves_are_read_where_the_file_explains_them(tmp_path: Path) -> None:
    text = "科室,医生,周一,周二\n骨科,甲一,A,P\n骨科,乙二,AP,\nA：上午，P：下午，AP：全天\n"
    rows = imported(tmp_path, text).published.rows
    assert [(row.name, row.date.day, row.half.value) for row in rows] == [
        ("甲一", 20, "AM"),
        ("甲一", 21, "PM"),
        ("乙二", 20, "AM"),
        ("乙二", 20, "PM"),
    ]


@pytest.mark.parametrize("text", ["A区门诊", "骨科★门诊"])
def test_names_of_clinics_keep_their_signs(tmp_path: Path, text: str) -> None:
    grid: Any = f"科室,门诊,医生,周一上午\n骨科,{text},甲一,★\nA为停诊，★为特需\n"
    assert [row.clinic for row in imported(tmp_path, grid).published.rows] == [text]
