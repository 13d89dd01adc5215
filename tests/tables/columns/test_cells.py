import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.scenario.cell_text import join_list
from scheduler.tables.columns.cells import (
    LIST,
    TEXT,
    parse_day,
    parse_half_day,
    parse_moment,
    parse_natural,
    parse_weekday,
)
from scheduler.tables.columns.values import split_list

NAMES = st.text('ab 眼、；;"', min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.lists(NAMES, max_size=4))
def test_a_list_of_any_names_reads_back_as_it_was_written(names: list[str]) -> None:
    assert split_list(join_list(names)) == tuple(names)


@pytest.mark.parametrize("text", ["a;b;c", "a；b；c", "a、b、c", " a ; b;; c; ", '"a";b、"c"'])
def test_names_are_separated_by_any_of_the_three_marks(text: str) -> None:
    assert split_list(text) == ("a", "b", "c")


def test_a_quoted_name_keeps_its_separators() -> None:
    assert split_list('"心脏、血管外科";骨科') == ("心脏、血管外科", "骨科")


def test_an_open_quotation_mark_is_a_character_like_others() -> None:
    assert split_list('"a;b') == ('"a', "b")


@pytest.mark.parametrize("text", ["wed", "Wednesday", "周三", "星期三", "礼拜三", " WED "])
def test_weekdays_are_read_in_both_languages(text: str) -> None:
    assert parse_weekday(text) == "wed"


def test_sunday_has_two_chinese_names() -> None:
    assert parse_weekday("周日") == parse_weekday("星期天") == "sun"


@pytest.mark.parametrize("text", ["", "we", "周八", "三", "2026-07-22"])
def test_other_words_are_no_weekday(text: str) -> None:
    with pytest.raises(ValueError, match="not a weekday"):
        parse_weekday(text)


def test_a_day_is_a_weekday_or_a_date() -> None:
    assert parse_day("周五") == "fri"
    assert parse_day("2026/7/22") == "2026-07-22"
    with pytest.raises(ValueError, match="no date"):
        parse_day("someday")


@pytest.mark.parametrize("text", ["fri-pm", "Fri PM", "FRI_PM", "friday-pm", "周五下午", "星期五-下午"])
def test_half_days_are_read_in_both_languages(text: str) -> None:
    assert parse_half_day(text) == "fri-pm"


@pytest.mark.parametrize("text", ["", "fri", "pm", "fri-noon", "周五"])
def test_other_words_are_no_half_day(text: str) -> None:
    with pytest.raises(ValueError, match="half"):
        parse_half_day(text)


@pytest.mark.parametrize(
    "text",
    ["2026-07-22T08:00:00+08:00", "2026-07-22T00:00:00+00:00", "2026-07-22 08:00", "2026/7/22 8:00"],
)
def test_moments_are_beijing_time_however_they_are_written(text: str) -> None:
    moment = parse_moment(text)
    assert moment.isoformat() == "2026-07-22T08:00:00+08:00"
    assert moment.utcoffset() == dt.timedelta(hours=8)


def test_a_count_is_not_below_nothing() -> None:
    assert parse_natural("0") == 0
    with pytest.raises(ValueError, match="below 0"):
        parse_natural("-1")


def test_a_name_that_was_folded_in_its_cell_is_one_line() -> None:
    assert TEXT.parse("骨科\n特需门诊") == "骨科 特需门诊"
    assert LIST.parse("a;\nb \nc") == ("a", "b c")
