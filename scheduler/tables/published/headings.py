"""Headings of published timetables: which column of a file holds what."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.errors import InputError, Problem
from scheduler.tables.columns.values import folded
from scheduler.tables.grids.files import Grid
from scheduler.words import Message, message

NEEDED = ("date", "half", "clinic", "doctor")
"""Columns a published timetable cannot be read without."""

SAME_AS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "日期", "出诊日期", "就诊日期", "门诊日期", "看诊日期", "排班日期", "坐诊日期",
        "visit date", "clinic date", "session date",
    ),
    "half": (
        "午别", "时段", "班次", "班别", "出诊时段", "就诊时段", "门诊时段", "时间段", "上下午", "半天",
        "出诊午别", "half day", "period", "shift", "am/pm",
    ),
    "clinic": (
        "门诊", "门诊名称", "出诊门诊", "门诊科室", "出诊科室", "号源名称", "专科门诊", "专业门诊",
        "clinic name", "outpatient clinic",
    ),
    "doctor": (
        "医生", "医生姓名", "医师", "医师姓名", "专家姓名", "专家", "姓名", "出诊医生", "出诊医师",
        "出诊专家", "坐诊医生", "坐诊专家", "医生名称", "doctor name", "physician",
    ),
    "campus": ("院区", "院区名称", "出诊院区", "就诊院区", "分院", "院址", "site", "hospital site"),
    "specialty": (
        "科室", "科室名称", "专业", "专科", "学科", "所属科室", "一级科室", "挂号科室",
        "department", "speciality",
    ),
    "kind": (
        "类别", "号别", "门诊类型", "门诊类别", "号类", "号源类型", "号类别", "出诊类型", "类型", "type",
    ),
    "level": ("级别", "医师级别", "医生级别", "号级", "出诊级别", "rank", "grade"),
    "title": ("职称", "医师职称", "医生职称", "技术职称", "专业技术职称", "职务", "job title"),
    "capacity": (
        "限号", "限号数", "号源数", "放号量", "放号数", "号源", "号数", "总号数", "号源总数", "限额",
        "可挂号数", "tickets", "quota",
    ),
    "room": (
        "诊室", "诊间", "诊室名称", "诊室号", "出诊诊室", "出诊地点", "就诊地点", "房间", "consulting room",
    ),
    "fee_cny": (
        "医事服务费", "挂号费", "诊查费", "诊疗费", "费用", "挂号费用", "金额", "服务费", "价格",
        "fee", "price",
    ),
    "status": ("状态", "出诊状态", "门诊状态", "停诊状态", "排班状态", "出诊情况"),
}  # fmt: skip
"""Every column that is known, with the other headings it goes by, the better ones first."""


@dataclass(frozen=True)
class Columns:
    """Places (from 0) of the known columns of a grid, and the headings nobody knows."""

    place: Mapping[str, int]
    ignored: tuple[str, ...]


def find_columns(grid: Grid) -> Columns:
    """Return which column of `grid` holds what.

    Where two columns could be meant the better heading wins and the other is ignored. Raises InputError for
    every needed column that is missing.
    """
    by_key = {
        key: place for place, heading in reversed([*enumerate(grid.headings)]) for key in _keys(heading)
    }
    place = {column: found for column in SAME_AS if (found := _find(column, by_key)) is not None}
    ignored = tuple(heading for at, heading in enumerate(grid.headings) if at not in place.values())
    problems = [_missing(grid, column, ignored) for column in NEEDED if column not in place]
    if problems:
        raise InputError(problems)
    return Columns(place, ignored)


def _keys(heading: str) -> Iterable[str]:
    key = re.sub(r"[_-]", "", folded(heading))
    yield re.sub(r"[(\[【].*?[)\]】]", "", key)
    yield key


def _names(column: str) -> list[str]:
    return [re.sub(r"[_-]", "", folded(name)) for name in (column, *SAME_AS[column])]


def _find(column: str, by_key: Mapping[str, int]) -> int | None:
    return next((by_key[name] for name in _names(column) if name in by_key), None)


def _missing(grid: Grid, column: str, ignored: tuple[str, ...]) -> Problem:
    return Problem(
        grid.where(),
        message("the column {column} ({chinese}) is missing", column=column, chinese=SAME_AS[column][0]),
        _remedy(column, ignored),
    )


def _remedy(column: str, ignored: tuple[str, ...]) -> Message:
    near = max(ignored, key=lambda heading: _likeness(heading, column), default=None)
    if near is not None and _likeness(near, column) >= 0.5:
        return message("Is it the column {near}? Then name that one {column}.", near=near, column=column)
    return message("Add it, under this heading.")


def _likeness(heading: str, column: str) -> float:
    key = folded(heading)
    return max(difflib.SequenceMatcher(None, key, name).ratio() for name in _names(column))
