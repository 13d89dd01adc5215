"""One week written in the layouts that hospitals publish: each comes back as the same sessions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import WEEKDAYS, Half, Week
from scheduler.errors import InputError
from scheduler.scenario.hospital import Level
from scheduler.tables.columns.cells import KIND
from scheduler.tables.published.timetable import ReadOptions, read_published, to_scenario
from tests.tables.published.saved import FORMATS, Rows, save

WEEK = Week(2026, 48)
CHINESE = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HALVES = {Half.AM: "上午", Half.PM: "下午"}
Session = tuple[str, str, int, Half]
"""Doctor, clinic, weekday, half."""

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


def sessions_of(path: Path) -> set[Session]:
    scenario = to_scenario(read_published(path, ReadOptions(week=WEEK)), week=WEEK).scenario
    return {(row.doctor, row.clinic, WEEKDAYS.index(row.day), row.half) for row in scenario.template}


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_of_every_kind_is_read(tmp_path: Path, form: str) -> None:
    rows = [["日期", "午别", "门诊", "医生"], ["2026-11-23", "上午", "内科", "李四"]]
    rows = [[traditional(cell) if form == "big5" else cell for cell in row] for row in rows]
    (row,) = read_published(save(rows, tmp_path, form)).rows
    assert (row.doctor, simplified(row.clinic), row.half) == ("李四", "内科", Half.AM)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@given(week=weeks, form=st.sampled_from(FORMATS), merged=st.booleans())
@settings(max_examples=15)
def test_a_week_comes_back_from_every_layout(
    tmp_path_factory: pytest.TempPathFactory,
    layout: Callable[[set[Session]], Rows],
    week: set[Session],
    form: str,
    merged: bool,
) -> None:
    rows = [[traditional(cell) if form == "big5" else cell for cell in row] for row in layout(week)]
    path = save(rows, tmp_path_factory.mktemp("week"), form, merged=merged)
    found = {
        (*map(simplified, (doctor, clinic)), day, half) for doctor, clinic, day, half in sessions_of(path)
    }
    assert found == week


SIMPLIFIED, TRADITIONAL = "赵钱孙医内门诊时间东专别开结称当为准", "趙錢孫醫內門診時間東專別開結稱當為準"


def traditional(text: str) -> str:
    return text.translate(str.maketrans(SIMPLIFIED, TRADITIONAL))


def simplified(text: str) -> str:
    return text.translate(str.maketrans(TRADITIONAL, SIMPLIFIED))


PERSONS = (("王伟", "骨科"), ("王伟", "眼科"), ("李四", "骨科"), ("欧阳修", "内科"))
"""Two people of one name."""


class Row(NamedTuple):
    """A session in full: weeks are 单周, 双周 or nothing."""

    person: tuple[str, str]
    day: int
    half: str
    kind: str
    campus: str
    stopped: bool
    weeks: str


full_weeks = st.lists(
    st.builds(
        Row,
        person=st.sampled_from(PERSONS),
        day=st.integers(0, 6),
        half=st.sampled_from(["上午", "下午", "夜诊"]),
        kind=st.sampled_from(["普通", "特需"]),
        campus=st.sampled_from(["东院区", "西院区"]),
        stopped=st.booleans(),
        weeks=st.sampled_from(["", "", "单周", "双周"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row.person, row.day, row.half),
)


@given(week=full_weeks, form=st.sampled_from([f for f in FORMATS if f != "big5"]), merged=st.booleans())
@settings(max_examples=60)
def test_all_that_rows_say_of_a_session_comes_back(
    tmp_path_factory: pytest.TempPathFactory, week: list[Row], form: str, merged: bool
) -> None:
    ordered = sorted(week, key=lambda row: (row.person[1], row))
    rows = [["某院出诊信息"], ["科室", "姓名", "日期", "午别", "号别", "院区", "状态", "备注"]]
    rows += [
        [
            r.person[1],
            f"{r.person[0]}（主任医师）",
            f"{WEEK.dates[r.day]:%Y年%m月%d日}",
            r.half,
            r.kind,
            r.campus,
            "停诊" if r.stopped else "正常",
            r.weeks,
        ]
        for r in ordered
    ]
    rows += [["合计", str(len(week))], ["注：以当日公布为准"]]
    path = save(rows, tmp_path_factory.mktemp("week"), form, merged=merged)
    imported = to_scenario(read_published(path), week=WEEK)
    scenario = imported.scenario
    people = {doctor.doctor: (doctor.name or doctor.doctor, doctor.specialty) for doctor in scenario.doctors}
    found = {
        (
            (people[row.doctor][0].partition("（")[0], people[row.doctor][1]),
            WEEKDAYS.index(row.day),
            row.half,
            KIND.choices[scenario.clinic_of[row.clinic].kind],
            scenario.clinic_of[row.clinic].campus,
            row.stopped,
            str(row.weeks),
        )
        for row in scenario.template
    }
    halves = {"上午": Half.AM, "下午": Half.PM, "夜诊": Half.EVE}
    weeks = {"": "", "单周": "odd", "双周": "even"}
    assert found == {
        (r.person, r.day, halves[r.half], r.kind, r.campus, r.stopped, weeks[r.weeks]) for r in week
    }
    assert imported.left_out == ()
    assert {doctor.level for doctor in scenario.doctors} == {Level.CHIEF}


def test_english_dates_over_halves_are_read_together(tmp_path: Path) -> None:
    rows = [
        ["", "Mon 23 Nov", "", "Tue 24 Nov"],
        ["Doctor", "AM", "PM", "AM"],
        ["Zhao", "a", "a", ""],
        ["Qian", "", "", "a"],
    ]
    assert len(sessions_of(save(rows, tmp_path, "utf-8-sig"))) == 3


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
    path = save(by_weekday({("赵一", "骨科", 0, Half.AM)}), tmp_path, "utf-8-sig")
    with pytest.raises(InputError, match="--week"):
        read_published(path)


def test_a_day_without_a_year_is_of_the_week_that_another_row_tells(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "门诊", "医生"],
        ["11月23日", "上午", "骨科", "赵一"],
        ["2026-11-24", "上午", "骨科", "赵一"],
    ]
    assert read_published(save(rows, tmp_path, "utf-8-sig")).dates == WEEK.dates[:2]


def test_a_column_of_unknown_words_is_a_question_that_words_answer(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "门诊", "医生", "状态"],
        ["2026-11-23", "上午", "骨科", "赵一", "8"],
        ["2026-11-24", "上午", "骨科", "赵一", "9"],
        ["2026-11-25", "上午", "骨科", "赵一", "9"],
    ]
    path = save(rows, tmp_path, "utf-8-sig")
    with pytest.raises(InputError, match="--words 9=出诊 --words 8=停诊"):
        read_published(path)
    answered = read_published(path, ReadOptions(words={"8": "停诊", "9": "出诊"}))
    assert [row.stopped for row in answered.rows] == [True, False, False]


@pytest.mark.parametrize(("numbers", "doctors"), [(["003505", "3505"], ["003505"]), (["1", "2"], ["1", "2"])])
def test_a_staff_number_is_the_person_in_any_spelling(
    tmp_path: Path, numbers: list[str], doctors: list[str]
) -> None:
    rows = [["日期", "午别", "门诊", "医生", "工号"]]
    rows += [[f"2026-11-2{3 + at}", "上午", "骨科", "赵一", number] for at, number in enumerate(numbers)]
    path = save(rows, tmp_path, "utf-8-sig")
    assert sorted({row.doctor for row in read_published(path).rows}) == doctors


def test_homonyms_of_two_departments_stay_two_people(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "科室", "医生"],
        ["2026-11-23", "上午", "骨科", "赵一"],
        ["2026-11-23", "上午", "眼科", "赵一"],
    ]
    path = save(rows, tmp_path, "utf-8-sig")
    assert sorted({row.doctor for row in read_published(path).rows}) == ["赵一（眼科）", "赵一（骨科）"]


def test_a_title_may_tell_the_year_of_the_republic(tmp_path: Path) -> None:
    rows = [
        ["門診時間表（115年11月23日至11月29日）"],
        ["科別", "時段", "星期一", "星期二"],
        ["骨科", "上午", "趙一", ""],
        ["骨科", "下午", "", "錢二"],
    ]
    assert read_published(save(rows, tmp_path, "big5")).dates == WEEK.dates[:2]


@pytest.mark.parametrize(
    ("note", "stopped"),
    [
        ("暂停", True),
        ("临时停诊，已通知", True),
        ("停诊至12月1日", True),
        ("11月23日停诊", True),
        ("周一上午停诊", True),
        ("周一下午停诊", False),
        ("11月24日停诊", False),
        ("节假日停诊", False),
        ("仅限复诊", False),
    ],
)
def test_a_note_stops_a_session_by_a_word_and_not_by_a_sentence(
    tmp_path: Path, note: str, stopped: bool
) -> None:
    rows = [["日期", "午别", "门诊", "医生", "备注"], ["2026-11-23", "上午", "骨科", "赵一", note]]
    assert [row.stopped for row in read_published(save(rows, tmp_path, "utf-8-sig")).rows] == [stopped]


def test_a_note_may_limit_the_tickets(tmp_path: Path) -> None:
    rows = [["日期", "午别", "门诊", "医生", "备注"], ["2026-11-23", "上午", "骨科", "赵一", "单周，限12号"]]
    assert [row.tickets for row in read_published(save(rows, tmp_path, "utf-8-sig")).rows] == [12]


def test_homonyms_of_two_sections_stay_two_people(tmp_path: Path) -> None:
    rows = [
        ["日期", "午别", "医生"],
        ["骨科"],
        ["2026-11-23", "上午", "赵一"],
        ["眼科"],
        ["2026-11-23", "上午", "赵一"],
    ]
    path = save(rows, tmp_path, "utf-8-sig")
    assert sorted({row.doctor for row in read_published(path).rows}) == ["赵一（眼科）", "赵一（骨科）"]


@pytest.mark.parametrize("title", ["东院区", "排班"])
def test_a_doctor_of_two_clinics_is_one_person_where_no_department_is_named(
    tmp_path: Path, title: str
) -> None:
    rows = [[title], ["姓名", "周一上午", "周二上午"], ["赵一", "疼痛门诊", "特需门诊"]]
    read = read_published(save(rows, tmp_path, "utf-8-sig"), ReadOptions(week=WEEK))
    assert [(row.doctor, row.clinic) for row in read.rows] == [("赵一", "疼痛门诊"), ("赵一", "特需门诊")]
