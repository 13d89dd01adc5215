"""Half-days and doctors as planners type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.adjust.typed_words import parse_cell, parse_cells, parse_doctor, unknown_doctor
from scheduler.clock import WEEKDAYS, Half
from scheduler.errors import Where
from tests.adjust.small import DOCTORS, row, scenario
from tests.check.small import WEEK

CHINESE = {Half.AM: "上午", Half.PM: "下午", Half.EVE: "晚上"}


@pytest.mark.parametrize(
    "text",
    ["wed-pm", "WED-PM", "Wed PM", "Wednesday afternoon", "周三下午", "星期三 下午", "礼拜三下午", "週三下午",
     "2026-07-22-PM", "2026-07-22-pm", "2026-07-22下午", "7月22日下午", "07-22 下午", "２０２６－０７－２２－ＰＭ"],
)  # fmt: skip
def test_a_half_day_is_named_in_any_usual_spelling(text: str) -> None:
    assert parse_cell(WEEK, text) == WEEK.cell("wed-pm")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wed",
        "wed-noon",
        "2026-07-22",
        "2026-02-30-PM",
        "x-pm",
        "pm",
        "周三全天",
        "周三、周四上午",
        "单周周三上午",
    ],
)
def test_anything_else_is_no_half_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_cell(WEEK, text)


@given(st.integers(0, 6), st.sampled_from(list(Half)), st.integers(0, 4))
def test_every_rendering_of_a_half_day_reads_back(day: int, half: Half, form: int) -> None:
    date = WEEK.dates[day]
    forms = (
        f"{WEEKDAYS[day]}-{half.lower()}",
        f"周{'一二三四五六日'[day]}{CHINESE[half]}",
        f"{date}-{half}",
        f"{date.month}月{date.day}日{CHINESE[half]}",
        f"{date:%A} {half}",
    )
    assert parse_cell(WEEK, forms[form]) == WEEK.cell(f"{WEEKDAYS[day]}-{half.lower()}")


def test_days_have_all_their_halves_and_ranges_all_their_days() -> None:
    assert [cell.key for cell in parse_cells(WEEK, "周五")] == ["fri-am", "fri-pm", "fri-eve"]
    assert len(parse_cells(WEEK, "周一..周三")) == 9
    assert len(parse_cells(WEEK, "")) == 21
    with pytest.raises(ValueError, match="backwards"):
        parse_cells(WEEK, "周三..周一")


def test_a_doctor_is_named_by_key_or_by_a_name_that_one_bears() -> None:
    named = tuple(
        d.model_copy(update={"name": {"ann": "王 伟", "bob": "李明"}.get(d.doctor, "张三")}) for d in DOCTORS
    )
    week = scenario(row("bob", "mon-am"), doctors=named)
    assert parse_doctor(week, "bob") == "bob"
    assert parse_doctor(week, "李明") == "bob"
    assert parse_doctor(week, "王伟") == "ann"
    assert parse_doctor(week, "张三") == "张三"
    assert "cid (eye), dan (eye), eve (ear)" in str(unknown_doctor(week, "张三", Where()).sentence())
