"""The columns of a record of consultations, as hospitals' queue systems export it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from scheduler.tables.columns.cells import COUNT, DATE, FLAG, HALF, TEXT, Reading
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.columns.spellings import folded
from scheduler.words import Message, message


class VisitKind(StrEnum):
    """How a patient came: with a ticket (of which `first` and `return` tell more), or without."""

    BOOKED = "booked"
    WALK_IN = "walk_in"
    FIRST = "first"
    RETURN = "return"


_KINDS: Mapping[str, VisitKind] = {
    **{str(kind): kind for kind in VisitKind},
    **dict.fromkeys(("预约", "预约号"), VisitKind.BOOKED),
    **dict.fromkeys(("walkin", "walk-in", "现场", "现场号", "无约", "加号"), VisitKind.WALK_IN),
    **dict.fromkeys(("初诊", "初次"), VisitKind.FIRST),
    **dict.fromkeys(("复诊", "回诊", "returnvisit"), VisitKind.RETURN),
}
_CLOCK = re.compile(r"(?:.*[ T日])?(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.\d+)?)?")


def parse_kind(text: str) -> VisitKind:
    """Return the kind of visit; raises ValueError for another word."""
    kind = _KINDS.get(folded(text))
    if kind is None:
        raise ValueError(f"{text!r} is none of {', '.join(VisitKind)}")
    return kind


def parse_clock(text: str) -> float:
    """Return minutes after midnight for `8:31:40`, also behind a date; raises ValueError."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise ValueError(f"{text!r} is not a time such as 08:31:40")
    return int(match[1]) * 60 + int(match[2]) + int(match[3] or 0) / 60


def _parse_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"{text!r} is not seconds of a day")
    return seconds


_TIME = Reading(parse_clock, message("Write a time such as 08:31 or 08:31:40."))
_SECONDS = Reading(_parse_seconds, message("Write seconds."))
_KIND = Reading(parse_kind, message("Use one of: {known}.", known=list(VisitKind)))


def _column(key: str, chinese: str, explanation: Message, reading: Reading, others: str) -> Column:
    required = key in ("doctor", "date", "start")
    return Column(key, chinese, explanation, reading, required, tuple(others.split()))


RECORDS = Table(
    "records",
    "接诊记录",
    message("Consultations as they were, a row a patient; without anything that tells who the patient was."),
    (
        _column(
            "doctor",
            "医生",
            message("The doctor, by key or name."),
            TEXT,
            "医师 接诊医师 接诊医生 出诊医生 出诊医师 就诊医生 "
            "医生编号 医师编号 工号 医生工号 医生姓名 医师姓名 doctor_id doctor_name physician",
        ),
        _column("clinic", "门诊", message("The clinic."), TEXT, "门诊名称 出诊门诊 号别"),
        _column(
            "date", "日期", message("The date of the session."), DATE, "就诊日期 出诊日期 visit_date day"
        ),
        _column("half", "午别", message("AM, PM or EVE; empty: by the time."), HALF, "时段 半天 班次"),
        _column(
            "session",
            "单元",
            message("A word for the session, where a half has several of a doctor."),
            TEXT,
            "出诊单元",
        ),
        _column(
            "appointment", "预约时间", message("The time on the ticket."), _TIME, "预约时刻 appointment_time"
        ),
        _column(
            "arrived",
            "签到时间",
            message("When the patient checked in."),
            _TIME,
            "到达时间 报到时间 取号时间 check_in checked_in arrival arrival_time",
        ),
        _column(
            "start",
            "开始时间",
            message("When the patient was called; empty for one who stayed away."),
            _TIME,
            "开始 叫号时间 呼叫时间 呼号时间 接诊开始时间 就诊开始时间 就诊时间 "
            "接诊时间 开始就诊 start_time called call_time",
        ),
        _column(
            "end",
            "结束时间",
            message("When the consultation ended."),
            _TIME,
            "结束 结束就诊 接诊结束时间 就诊结束时间 离开时间 end_time finished",
        ),
        _column(
            "service_seconds",
            "接诊秒数",
            message("Seconds of the consultation, instead of end."),
            _SECONDS,
            "时长秒",
        ),
        _column(
            "shown", "到诊", message("no: the patient stayed away."), FLAG, "是否到诊 是否就诊 show came"
        ),
        _column(
            "kind",
            "类型",
            message("booked, walk_in, first or return."),
            _KIND,
            "就诊类型 号源类型 visit_type",
        ),
        _column(
            "booked_days",
            "提前天数",
            message("Days between booking and session."),
            COUNT,
            "预约提前天数 lead_days days_ahead",
        ),
    ),
)
"""The columns of a record; other columns are passed over, and those that tell who a patient is are refused."""
