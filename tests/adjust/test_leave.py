"""Leave lists become stops."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduler.adjust.leave import LeaveStops, leave_stops
from scheduler.adjust.stops import CoverWish, Stop
from scheduler.errors import InputError, Where
from scheduler.scenario.hospital import Doctor
from scheduler.tables.leave_list import LeaveRow
from tests.adjust.small import published, row, scenario
from tests.check.small import WEEK

DOCTORS = (
    Doctor(doctor="1001", name="王芳", specialty="eye", level="chief"),
    Doctor(doctor="1002", name="李雷", specialty="eye", level="chief"),
    Doctor(doctor="1003", name="王伟", specialty="eye", level="chief"),
    Doctor(doctor="1004", name="王伟", specialty="ear", level="chief"),
)
HELD = ("mon-am", "tue-am", "tue-pm", "fri-pm")
TEMPLATE = (*(row("1001", at) for at in HELD), row("1002", "tue-am"), row("1004", "fri-am", "ear"))


def stops(*rows: dict[str, str], since: dt.date = WEEK.dates[0]) -> LeaveStops:
    week = scenario(*TEMPLATE, doctors=DOCTORS)
    listed = [LeaveRow(Where(file="leave.csv", row=n), cells, {}) for n, cells in enumerate(rows, 2)]
    return leave_stops(week, published(week).roster, listed, since)


def keys(leave: LeaveStops) -> list[str]:
    """Return the stops of sessions."""
    held = {(line.doctor, f"{line.day}-{line.half.lower()}") for line in TEMPLATE}
    return [f"{stop.doctor} {stop.cell.key}" for stop in leave.stops if (stop.doctor, stop.cell.key) in held]


def test_half_days_without_a_session_are_leave_too() -> None:
    leave = stops({"doctor": "王芳", "from": "7月21日-8月30日"}, since=WEEK.dates[4])
    assert {stop.cell.key for stop in leave.stops} >= {"fri-am", "fri-pm"}
    assert {stop.cell.date for stop in leave.stops} <= set(WEEK.dates[4:])


def problems(*rows: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as error:
        stops(*rows)
    return [str(problem.sentence()) for problem in error.value.problems]


@pytest.mark.parametrize("doctor", ["1001", "王芳", "王芳主任", "王芳（眼科）", "王 芳"])
def test_a_doctor_is_named_by_number_or_name_with_a_title_or_without(doctor: str) -> None:
    assert keys(stops({"doctor": doctor, "from": "周一"})) == ["1001 mon-am"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ({"from": "本周"}, HELD),
        ({"from": "7月21日"}, ("tue-am", "tue-pm")),
        ({"from": "7月21日", "half": "下午"}, ("tue-pm",)),
        ({"from": "2026-07-20", "to": "2026-07-21", "half": "上午"}, ("mon-am", "tue-am")),
        ({"from": "7月21日下午", "to": "7月24日"}, ("tue-pm", "fri-pm")),
        ({"from": "7月20日-7月21日"}, ("mon-am", "tue-am", "tue-pm")),
        ({"day": "五"}, ("fri-pm",)),
        ({"from": "7月13日", "to": "8月30日", "half": "全天"}, HELD),
    ],
)
def test_times_are_half_days_days_ranges_or_the_week(time: dict[str, str], expected: tuple[str, ...]) -> None:
    assert keys(stops({"doctor": "王芳"} | time)) == [f"1001 {at}" for at in expected]


def test_several_doctors_may_stand_in_one_cell() -> None:
    assert keys(stops({"doctor": "王芳、李雷", "from": "周二上午"})) == ["1001 tue-am", "1002 tue-am"]


def test_one_of_two_namesakes_is_told_by_number_or_specialty() -> None:
    for more in ({"number": "1004"}, {"specialty": "ear"}):
        assert keys(stops({"doctor": "王伟", "from": "周五"} | more)) == ["1004 fri-am"]
    assert problems({"doctor": "王伟", "from": "周五"}) == [
        "leave.csv, row 2, column doctor: several doctors bear this name ('王伟'). Use one of: 1003 (eye), 1004 (ear)."
    ]


@pytest.mark.parametrize(
    ("cells", "wish"),
    [
        ({}, CoverWish()),
        ({"cover": "是"}, CoverWish()),
        ({"cover": "替诊"}, CoverWish()),
        ({"cover": "否"}, CoverWish(is_wanted=False)),
        ({"cover": "停诊"}, CoverWish(is_wanted=False)),
        ({"cover": "李雷"}, CoverWish(doctor="1002")),
        ({"cover": "是", "substitute": "李雷医生"}, CoverWish(doctor="1002")),
        ({"cover": "是", "substitute": "无"}, CoverWish()),
        ({"substitute": "无"}, CoverWish(is_wanted=False)),
        ({"cover": "否", "substitute": "—"}, CoverWish(is_wanted=False)),
    ],
)
def test_who_may_cover_is_yes_no_or_a_doctor(cells: dict[str, str], wish: CoverWish) -> None:
    (stop,) = stops({"doctor": "王芳", "from": "周一上午", "reason": "年假"} | cells).stops
    assert stop == Stop("1001", WEEK.cell("mon-am"))
    assert (stop.wish, stop.reason) == (wish, "年假")


def test_everything_that_cannot_be_understood_is_told_at_once_with_suggestions() -> None:
    assert problems(
        {"doctor": "王方", "from": "周一"},
        {"doctor": "王芳", "from": "尽快"},
        {"doctor": "王芳"},
        {"doctor": "王芳", "from": "周一", "half": "半天"},
        {"doctor": "王芳", "from": "周一", "cover": "李蕾"},
        {"doctor": "李雷", "number": "1001", "from": "周一"},
        {"doctor": "王芳", "from": "周一", "cover": "否", "substitute": "李雷"},
        {"from": "周一"},
    ) == [
        "leave.csv, row 2, column doctor: there is no such doctor ('王方'). Did you mean 王伟?",
        "leave.csv, row 3, column from: this is not a time of the week ('尽快'). "
        "Write 2026-07-22, 7月22日, 周三下午, 7月20日-7月24日 or 本周.",
        "leave.csv, row 4, column from: a value is missing. "
        "Write 2026-07-22, 7月22日, 周三下午, 7月20日-7月24日 or 本周.",
        "leave.csv, row 5, column half: this is not a time of the week ('半天'). "
        "Write AM, PM, EVE or all day (上午, 下午, 夜诊, 全天).",
        "leave.csv, row 6, column cover: there is no such doctor ('李蕾'). Did you mean 李雷?",
        "leave.csv, row 7, column doctor: the number 1001 is that of 王芳 ('李雷'). Correct the name or the number.",
        "leave.csv, row 8, column substitute: no cover is wanted, and a doctor is named who covers. "
        "Keep one of the two.",
        "leave.csv, row 9, column doctor: a value is missing. Write the doctor's key or name.",
    ]


def test_leave_that_stops_no_session_is_a_warning() -> None:
    leave = stops(
        {"doctor": "李雷", "from": "周五"},
        {"doctor": "王芳", "from": "周一"},
        {"doctor": "王芳", "from": "8月3日-8月7日"},
        {"doctor": "王芳", "from": "本周"},
        since=WEEK.dates[1],
    )
    assert keys(leave) == ["1001 tue-am", "1001 tue-pm", "1001 fri-pm"]
    assert [str(warning) for warning in leave.warnings] == [
        "leave.csv, row 2: 李雷 has no session in that time.",
        "leave.csv, row 3: 王芳's sessions then are before 2026-07-21, and the past is not touched (--as-of).",
        "leave.csv, row 4: the leave of 王芳 is not in the week 2026-W30.",
    ]


def test_rows_of_one_session_add_up_and_may_not_contradict_each_other() -> None:
    first, second = (
        {"doctor": "王芳", "from": "周一", "reason": "会议"},
        {"doctor": "王芳", "from": "本周", "cover": "否"},
    )
    leave = stops(first, second)
    assert [(stop.reason, stop.wish.is_wanted) for stop in leave.stops if stop.cell.key == "mon-am"] == [
        ("会议", False)
    ]
    assert problems(second, first | {"cover": "李雷"}) == [
        "leave.csv, row 3, column cover: another row wants the same session covered otherwise. Keep one of the two."
    ]
