"""Names in cells: how many there are, and what stands about them."""

from __future__ import annotations

import pytest

from scheduler.scenario.hospital import Kind, Level
from scheduler.scenario.recurrence import Recurrence
from scheduler.tables.published.names import may_be_a_person, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲一、甲二", ["甲一", "甲二"]),
        ("甲一\n甲二", ["甲一", "甲二"]),
        ("甲一 甲二", ["甲一", "甲二"]),
        ("甲 一", ["甲一"]),
        ("甲、乙", ["甲", "乙"]),
        ("甲一主任", ["甲一"]),
        ("甲一（主任医师、教授）", ["甲一"]),
        ("【甲一】", ["甲一"]),
        ("甲一*", ["甲一"]),
        ("骨科：甲一、乙二", ["甲一", "乙二"]),
        ("王静（女）", ["王静（女）"]),
        ("D-0001", ["D-0001"]),
        ("陈 明远", ["陈明远"]),
        ("欧阳 修竹", ["欧阳修竹"]),
        ("甲一(特需300元)", ["甲一"]),
        ("甲一（特需，限20号）", ["甲一"]),
        ("甲一（隔周）", ["甲一"]),
        ("甲一（仅限复诊）", ["甲一"]),
        ("甲一\n（仅限复诊）", ["甲一"]),
        ("甲一 13:30-16:00", ["甲一"]),
        ("13:30-16:00 甲一", ["甲一"]),
        ("甲一周三下午", ["甲一"]),
        ("甲一 需提前预约", ["甲一"]),
        ("甲一 20号", ["甲一"]),
        ("普通门诊（甲一、乙二）", ["甲一", "乙二"]),
        ("甲一（8:00-10:00）乙二（10:00-12:00）", ["甲一", "乙二"]),
        ("1.甲一 2.乙二", ["甲一", "乙二"]),
        ("甲一→乙二", ["乙二"]),
        ("甲一→乙二、丙三", ["乙二", "丙三"]),
        ("-", []),
        ("休息", []),
    ],
)
def test_each_name_is_one(text: str, names: list[str]) -> None:
    assert [name.name for name in names_in(text)] == names


def test_what_stands_about_a_name_is_read() -> None:
    (name,) = names_in("甲一（副主任医师）[停诊]（单周）")
    assert (name.name, name.level, name.stopped, name.weeks) == (
        "甲一",
        Level.DEPUTY_CHIEF,
        True,
        Recurrence.parse("odd"),
    )
    (name,) = names_in("甲一（特需）20")
    assert (name.kind, name.tickets) == (Kind.SPECIAL_NEED, 20)
    assert names_in("骨科：甲一、乙二")[1].clinic == "骨科"
    (name,) = names_in("甲一(特需300元)")
    assert name.kind == Kind.SPECIAL_NEED
    (name,) = names_in("甲一 13:30-16:00")
    assert [moment.hours for moment in name.moments] == [(13 * 60 + 30, 16 * 60)]


def test_a_mark_that_is_not_understood_is_taken_off_and_kept_apart() -> None:
    (name,) = names_in("甲一（仅限复诊）")
    assert name.unread == ("仅限复诊",)


def test_a_post_is_no_person() -> None:
    (name,) = names_in("普通门诊")
    assert name.post
    assert not names_in("甲一")[0].post


def test_a_name_with_a_sign_a_line_is_one() -> None:
    assert [entry.name for entry in names_in("李\n四")] == ["李四"]
    assert [entry.name for entry in names_in("欧\n阳\n娜")] == ["欧阳娜"]
    assert [entry.name for entry in names_in("李四\n王五")] == ["李四", "王五"]


@pytest.mark.parametrize(
    "name",
    [
        "甲",
        "甲一",
        "欧阳修竹",
        "王静（女）",
        "甲一2",
        "阿依古丽·买买提",
        "D0123",
        "Smith",
        "爱新觉罗启",
    ],
)
def test_a_name_may_be_a_persons(name: str) -> None:
    assert may_be_a_person(name)


@pytest.mark.parametrize(
    "name", ["骨科（甲一）", "骨科", "甲一→乙二→丙三", "甲一乙二丙三", "甲一改丙三来看诊"]
)
def test_or_is_unlike_any(name: str) -> None:
    assert not may_be_a_person(name)


def test_a_word_of_leave_beside_a_name_stops_the_session_and_in_a_clinics_name_does_not() -> None:
    (away,), (clinic,) = names_in("甲一（外出）"), names_in("甲一（学习困难门诊）")
    assert (away.name, away.stopped) == ("甲一", True)
    assert (clinic.clinic, clinic.stopped) == ("学习困难门诊", None)
