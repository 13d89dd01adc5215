"""Spans of a week as planners type them."""

from __future__ import annotations

import pytest

from scheduler.adjust.typed_spans import cells_between, parse_cells, parse_halves
from scheduler.clock import Half
from tests.check.small import WEEK

ALL = ("am", "pm", "eve")


def keys(*days: str) -> list[str]:
    """Return the half-days of these days, each with all its halves unless it names one."""
    return [key for day in days for key in ([day] if "-" in day else [f"{day}-{half}" for half in ALL])]


def test_days_have_all_their_halves_and_ranges_all_their_days() -> None:
    assert [cell.key for cell in parse_cells(WEEK, "周五")] == ["fri-am", "fri-pm", "fri-eve"]
    assert len(parse_cells(WEEK, "周一..周三")) == 9
    assert len(parse_cells(WEEK, "")) == 21
    with pytest.raises(ValueError, match="backwards"):
        parse_cells(WEEK, "周三..周一")


@pytest.mark.parametrize(
    "text",
    ["7月22日-7月24日", "7月22-24日", "7.22-7.24", "7/22~7/24", "22日-24日", "22-24日", "周三至周五", "周三—周五",
     "2026-07-22-2026-07-24", "2026年7月22日至24日", "2026-07-22..2026-07-24", "wed-fri", "7月22日、23日、24日"],
)  # fmt: skip
def test_a_range_is_read_in_any_usual_spelling(text: str) -> None:
    assert [cell.key for cell in parse_cells(WEEK, text)] == keys("wed", "thu", "fri")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周一、周三上午", keys("mon-am", "wed-am")),
        ("7月22日上午、7月24日", keys("wed-am", "fri")),
        ("周一至周二、周五", keys("mon", "tue", "fri")),
        ("周三下午至周四上午", keys("wed-pm", "wed-eve", "thu-am")),
        ("7月25日起", keys("sat", "sun")),
        ("本周三全天", keys("wed")),
        ("7月24日(周五)夜诊", keys("fri-eve")),
        ("fri-pm", keys("fri-pm")),
    ],
)
def test_days_lists_and_parts_of_days_are_read(text: str, expected: list[str]) -> None:
    assert [cell.key for cell in parse_cells(WEEK, text)] == expected


@pytest.mark.parametrize("text", ["本周", "全周", "整周", "week", ""])
def test_the_week_is_all_its_half_days(text: str) -> None:
    assert len(parse_cells(WEEK, text)) == 21


@pytest.mark.parametrize("text", ["中午", "单周周三", "下周三", "7月32日", "尽快", "31日"])
def test_what_names_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_cells(WEEK, text)


def test_a_time_of_day_at_the_end_is_what_comes_before_it() -> None:
    assert [cell.key for cell in cells_between(WEEK, "2026-07-22 13:30", "2026-07-23 12:00")] == keys(
        "wed-pm", "wed-eve", "thu-am"
    )
    assert [cell.key for cell in cells_between(WEEK, "周三", "周三 18:00")] == keys("wed-am", "wed-pm")


def test_halves_of_a_whole_day_are_all_of_them() -> None:
    assert parse_halves("全天") == frozenset(Half)
    assert parse_halves("上午、下午") == {Half.AM, Half.PM}
    assert parse_halves("夜诊") == {Half.EVE}
    for text in ("半天", "周三", "随时"):
        with pytest.raises(ValueError, match=r"."):
            parse_halves(text)
