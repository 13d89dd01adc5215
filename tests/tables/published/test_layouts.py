"""One week written in the layouts that hospitals publish: each comes back as the same sessions."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import WEEKDAYS, Half, Week
from scheduler.errors import InputError
from scheduler.tables.published.timetable import ReadOptions, read_published, to_scenario

WEEK = Week(2026, 48)
CHINESE = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HALVES = {Half.AM: "上午", Half.PM: "下午"}
Session = tuple[str, str, int, Half]
"""Doctor, clinic, weekday, half."""
Rows = list[list[str]]

PEOPLE = (("赵一", "骨科"), ("钱二", "骨科"), ("孙三", "眼科"), ("李四", "内科"))
CELLS = tuple(itertools.product(range(5), HALVES))


def flat(week: set[Session]) -> Rows:
    rows = [["某院门诊出诊表"], ["日期", "午别", "门诊", "医生"]]
    rows += [
        [WEEK.dates[day].isoformat(), HALVES[half], clinic, doctor]
        for doctor, clinic, day, half in sorted(week)
    ]
    return [*rows, ["注：以当日公布为准"]]


def by_weekday(week: set[Session]) -> Rows:
    return [
        ["科室", "姓名", "星期", "时段"],
        *([c, d, CHINESE[day], HALVES[h]] for d, c, day, h in sorted(week)),
    ]


def in_words(week: set[Session]) -> Rows:
    times = {
        (d, c): "、".join(CHINESE[day] + HALVES[h] for one, _, day, h in sorted(week) if one == d)
        for d, c, _, _ in week
    }
    return [["专家姓名", "科室", "出诊时间"], *([d, c, text] for (d, c), text in sorted(times.items()))]


def ticks(week: set[Session]) -> Rows:
    """Doctors down; weekdays over halves across, the weekdays merged and saved as csv."""
    first = ["科室", "医生", *itertools.chain(*([CHINESE[day], ""] for day in range(5)))]
    second = ["", "", *(["上午", "下午"] * 5)]
    body = [[c, d, *("√" if (d, c, day, h) in week else "" for day, h in CELLS)] for d, c in PEOPLE]
    return [first, second, *body]


def clinics_in_cells(week: set[Session]) -> Rows:
    heading = ["医生", *(f"星期{'一二三四五'[day]}{HALVES[h]}" for day, h in CELLS)]
    return [heading, *([d, *(c if (d, c, day, h) in week else "" for day, h in CELLS)] for d, c in PEOPLE)]


def names_in_cells(week: set[Session]) -> Rows:
    """Clinics and halves down, the clinic written once; weekdays with dates across; several names in a cell."""
    rows = [["科室", "时间", *(f"{CHINESE[day]}\n{WEEK.dates[day]:%m月%d日}" for day in range(5))]]
    for clinic in sorted({c for _, c in PEOPLE}):
        for number, half in enumerate(HALVES):
            names = [
                "、".join(sorted(d for d, c, day, h in week if (c, day, h) == (clinic, at, half)))
                for at in range(5)
            ]
            rows.append(["" if number else clinic, HALVES[half], *names])
    return rows


def turned(week: set[Session]) -> Rows:
    """Weekdays and halves down, clinics across, names in the cells."""
    clinics = sorted({c for _, c in PEOPLE})
    rows = [["星期", "午别", *clinics]]
    for day, half in CELLS:
        names = [
            "、".join(sorted(d for d, c, at, h in week if (c, at, h) == (clinic, day, half)))
            for clinic in clinics
        ]
        rows.append([CHINESE[day], HALVES[half], *names])
    return rows


def hours(week: set[Session]) -> Rows:
    told = {Half.AM: ["08:00", "11:30"], Half.PM: ["13:30", "17:00"]}
    rows = [["出诊日期", "开始时间", "结束时间", "门诊名称", "医生姓名"]]
    return rows + [[f"{WEEK.dates[day]:%m/%d/%Y}", *told[h], c, d] for d, c, day, h in sorted(week)]


LAYOUTS: tuple[Callable[[set[Session]], Rows], ...] = (
    flat, by_weekday, in_words, ticks, clinics_in_cells, names_in_cells, turned, hours,
)  # fmt: skip

weeks = st.sets(
    st.builds(lambda person, cell: (*person, *cell), st.sampled_from(PEOPLE), st.sampled_from(CELLS)),
    min_size=8,
)


def written(rows: Rows, path: Path, encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def saved(rows: Rows, path: Path) -> Path:
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        book.add_worksheet("封面").write(0, 0, "门诊部")
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def sessions_of(path: Path) -> set[Session]:
    scenario = to_scenario(read_published(path, ReadOptions(week=WEEK)), week=WEEK).scenario
    return {(row.doctor, row.clinic, WEEKDAYS.index(row.day), row.half) for row in scenario.template}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@given(week=weeks, encoding=st.sampled_from(["utf-8-sig", "gb18030", "utf-16", "xlsx"]))
@settings(max_examples=15)
def test_a_week_comes_back_from_every_layout(
    tmp_path_factory: pytest.TempPathFactory,
    layout: Callable[[set[Session]], Rows],
    week: set[Session],
    encoding: str,
) -> None:
    folder = tmp_path_factory.mktemp("week")
    rows = layout(week)
    path = (
        saved(rows, folder / "week.xlsx")
        if encoding == "xlsx"
        else written(rows, folder / "week.csv", encoding)
    )
    assert sessions_of(path) == week


def test_english_dates_over_halves_are_read_together(tmp_path: Path) -> None:
    rows = [
        ["", "Mon 23 Nov", "", "Tue 24 Nov"],
        ["Doctor", "AM", "PM", "AM"],
        ["Zhao", "a", "a", ""],
        ["Qian", "", "", "a"],
    ]
    assert len(sessions_of(written(rows, tmp_path / "week.csv", "utf-8"))) == 3


def test_a_hidden_sheet_is_not_read_but_named(tmp_path: Path) -> None:
    from xlsxwriter import Workbook

    with Workbook(tmp_path / "week.xlsx") as book:
        for name, doctor in (("本周", "赵一"), ("上周", "钱二")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["日期", "午别", "门诊", "医生"])
            sheet.write_row(1, 0, ["2026-11-23", "上午", "骨科", doctor])
        sheet.hide()
    published = read_published(tmp_path / "week.xlsx")
    assert [row.doctor for row in published.rows] == ["赵一"]
    assert published.passed_over == (("上周", True),)
    assert [row.doctor for row in read_published(tmp_path / "week.xlsx", ReadOptions(sheet="上周")).rows] == [
        "钱二"
    ]


def test_a_week_without_dates_asks_for_the_week(tmp_path: Path) -> None:
    path = written(by_weekday({("赵一", "骨科", 0, Half.AM)}), tmp_path / "week.csv", "utf-8")
    with pytest.raises(InputError, match="--week"):
        read_published(path)


def test_a_column_of_unknown_words_is_a_question_that_words_answer(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "门诊", "医生", "状态"],
        ["2026-11-23", "上午", "骨科", "赵一", "8"],
        ["2026-11-24", "上午", "骨科", "赵一", "9"],
    ]
    path = written(rows, tmp_path / "week.csv", "utf-8")
    with pytest.raises(InputError, match="--words 8=停诊"):
        read_published(path)
    answered = read_published(path, ReadOptions(words={"8": "停诊", "9": "出诊"}))
    assert [row.stopped for row in answered.rows] == [True, False]


@pytest.mark.parametrize(("numbers", "doctors"), [(["003505", "3505"], ["003505"]), (["1", "2"], ["1", "2"])])
def test_a_staff_number_is_the_person_in_any_spelling(
    tmp_path: Path, numbers: list[str], doctors: list[str]
) -> None:
    rows = [["日期", "午别", "门诊", "医生", "工号"]]
    rows += [[f"2026-11-2{3 + at}", "上午", "骨科", "赵一", number] for at, number in enumerate(numbers)]
    path = written(rows, tmp_path / "week.csv", "utf-8")
    assert sorted({row.doctor for row in read_published(path).rows}) == doctors


def test_homonyms_of_two_departments_stay_two_people(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "科室", "医生"],
        ["2026-11-23", "上午", "骨科", "赵一"],
        ["2026-11-23", "上午", "眼科", "赵一"],
    ]
    path = written(rows, tmp_path / "week.csv", "utf-8")
    assert sorted({row.doctor for row in read_published(path).rows}) == ["赵一（眼科）", "赵一（骨科）"]
