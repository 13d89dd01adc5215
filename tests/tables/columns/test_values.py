"""Words in cells, English and Chinese, as hospitals write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Half
from scheduler.scenario.hospital import Kind, Level
from scheduler.tables.columns.values import (
    parse_count,
    parse_date,
    parse_flag,
    parse_half,
    parse_kind,
    parse_level,
    parse_status,
)


@pytest.mark.parametrize(
    ("half", "words"),
    [
        (Half.AM, ["AM", "am", "ＡＭ", " 上 午 ", "早", "上午(08:00-12:00)", "上午08:00-12:00", "上午班"]),
        (Half.PM, ["PM", "下午", "午后", "下午（特需）", "afternoon"]),
        (Half.EVE, ["EVE", "晚间", "夜间", "夜晚", "晚上", "夜门诊", "延时门诊", "晚间门诊", "evening"]),
    ],
)
def test_words_for_a_half_are_known(half: Half, words: list[str]) -> None:
    assert {word: parse_half(word) for word in words} == dict.fromkeys(words, half)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level.RESIDENT, ["resident", "住院医师", "住院医生", "医师", "药师"]),
        (Level.ATTENDING, ["attending", "主治医师", "主管药师", "讲师"]),
        (Level.DEPUTY_CHIEF, ["deputy_chief", "Deputy chief", "deputy-chief", "副主任医师", "副 主任医师"]),
        (Level.DEPUTY_CHIEF, ["副高", "副教授", "副主任药师", "副主任医生"]),
        (Level.CHIEF, ["chief", "主任医师", "正高", "教授", "教授(未标医师职称)"]),
        (Level.CHIEF, ["副教授、主任医师", "主任医师 教授"]),
        (Level.KNOWN_EXPERT, ["known_expert", "知名专家", "主任医师（知名专家）", "国医大师"]),
    ],
)
def test_titles_tell_the_highest_level_in_them(level: Level, words: list[str]) -> None:
    assert {word: parse_level(word) for word in words} == dict.fromkeys(words, level)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.ORDINARY, ["ordinary", "普通", "普通门诊"]),
        (Kind.EXPERT, ["expert", "专家", "知名专家门诊", "副主任号"]),
        (Kind.DISEASE, ["disease", "专病", "专病门诊"]),
        (Kind.SPECIAL_NEED, ["special_need", "特需", "特需专家"]),
        (Kind.INTERNATIONAL, ["international", "国疗", "国际", "国际医疗部"]),
        (Kind.MDT, ["mdt", "ＭＤＴ", "多学科", "多学科门诊"]),
        (Kind.PHARMACY, ["pharmacy", "药学", "药学门诊"]),
    ],
)
def test_words_for_a_kind_of_clinic_are_known(kind: Kind, words: list[str]) -> None:
    assert {word: parse_kind(word) for word in words} == dict.fromkeys(words, kind)


def test_every_english_key_reads_back_as_itself() -> None:
    assert [parse_half(half) for half in Half] == list(Half)
    assert [parse_level(level) for level in Level] == list(Level)
    assert [parse_kind(kind) for kind in Kind] == list(Kind)


@pytest.mark.parametrize("word", ["yes", "Y", "true", "1", "是", "有", "√"])
def test_yes_is_yes(word: str) -> None:
    assert parse_flag(word) is True


@pytest.mark.parametrize("word", ["no", "N", "FALSE", "0", "否", "无", "×"])
def test_no_is_no(word: str) -> None:
    assert parse_flag(word) is False


@pytest.mark.parametrize("word", ["停诊", "停", "临时停诊", "stopped", "已停诊", "休诊"])
def test_stopped_words_are_stopped(word: str) -> None:
    assert parse_status(word) is True


@pytest.mark.parametrize("word", ["正常", "出诊", "约满", "替诊", "normal", "未停诊"])
def test_other_status_words_are_not_stopped(word: str) -> None:
    assert parse_status(word) is False


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-20", "2025/10/20", "2025.10.20", "20251020", "2025年10月20日", "2025-10-20 00:00:00",
        "2025-10-20T00:00:00", "2025/10/20 0:00", "２０２５－１０－２０", "2025-10-20(周一)",
        "2025年10月20日 星期一", "2025年10月20日00:00",
    ],
)  # fmt: skip
def test_every_way_to_write_a_date_is_read(text: str) -> None:
    assert parse_date(text) == dt.date(2025, 10, 20)


@settings(deadline=None)
@given(st.dates(dt.date(1900, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_every_date_reads_back(date: dt.date, form: str) -> None:
    assert parse_date(date.strftime(form)) == date


@settings(deadline=None)
@given(st.integers(-(10**9) + 1, 10**9 - 1), st.sampled_from(["{}", "{}.0", " {} "]))
def test_every_whole_number_reads_back(number: int, form: str) -> None:
    assert parse_count(form.format(number)) == number


def test_full_width_digits_are_digits() -> None:
    assert parse_count("２５") == 25


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_half, "全天"),
        (parse_half, ""),
        (parse_level, "未标注"),
        (parse_level, "231"),
        (parse_level, ""),
        (parse_kind, "其他"),
        (parse_flag, "也许"),
        (parse_flag, ""),
        (parse_count, "2.5"),
        (parse_count, "二十"),
        (parse_count, "9" * 5000),
        (parse_date, "2025-02-30"),
        (parse_date, "2025-10/20"),
        (parse_date, "星期一"),
        (parse_date, "0000-01-01"),
        (parse_status, "?"),
    ],
)
def test_what_is_not_known_is_an_error_in_plain_words(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r" (is no|is neither) "):
        parse(text)


@settings(deadline=None)
@given(st.text())
@pytest.mark.parametrize(
    "parse", [parse_half, parse_level, parse_kind, parse_flag, parse_count, parse_date, parse_status]
)
def test_no_text_breaks_a_parser(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        assert " is " in str(error)
