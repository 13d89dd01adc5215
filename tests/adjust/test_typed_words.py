"""Half-days as planners type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.adjust.typed_words import parse_cell
from scheduler.clock import WEEKDAYS, Half
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
