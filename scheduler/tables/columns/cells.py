"""What a cell of a table may hold: how its text is read and written, what would be right, its drop-down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from scheduler.clock import BEIJING, WEEKDAYS, DayKind, Hours, parse_minute
from scheduler.exact import exact
from scheduler.roster import Channel
from scheduler.rules import Strictness
from scheduler.scenario.hospital import CLAIMABLE
from scheduler.scenario.pace import NoShows, PaceQuality, PaceScope
from scheduler.scenario.recurrence import Recurrence
from scheduler.scenario.rows import Presence
from scheduler.scenario.services import OpenWindows, Visit
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import (
    parse_count,
    parse_date,
    parse_flag,
    parse_half,
    parse_half_day,
    parse_kind,
    parse_level,
    parse_weekday,
    split_list,
)
from scheduler.words import Message, message

_Enum = TypeVar("_Enum", bound=StrEnum)


@dataclass(frozen=True)
class Reading:
    """How cells of one sort are read.

    `parse` turns text that is not blank into a value and raises ValueError; `expected` is the remedy where it
    does; `choices` are the words of a drop-down, English to Chinese, and `parse` knows both.
    """

    parse: Callable[[str], Any]
    expected: Message
    choices: Mapping[str, str] = field(default_factory=dict)


def _one_of(kind: type[_Enum], chinese: Mapping[_Enum, tuple[str, ...]]) -> Callable[[str], _Enum]:
    known = {str(member): member for member in kind}
    known |= {word: member for member, words in chinese.items() for word in words}

    def parse(text: str) -> _Enum:
        choice = known.get(folded(text))
        if choice is None:
            raise ValueError(f"{text!r} is none of {', '.join(kind)}")
        return choice

    return parse


_CHINESE_WEEKDAYS = "一二三四五六日"


def parse_day(text: str) -> str:
    """Return `mon` to `sun`, or an ISO date; raises ValueError for anything else."""
    try:
        return parse_weekday(text)
    except ValueError:
        return parse_date(text).isoformat()


def parse_moment(text: str) -> dt.datetime:
    """Return the Beijing time `2026-07-22T08:00:00+08:00` or `2026/7/22 8:00`; raises ValueError."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        date, _, clock = text.replace("T", " ").strip().partition(" ")
        minute = parse_minute(clock)
        moment = dt.datetime.combine(parse_date(date), dt.time()) + dt.timedelta(minutes=minute)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=BEIJING)
    return moment.astimezone(BEIJING)


def parse_natural(text: str) -> int:
    """Return a whole number of at least 0; raises ValueError for anything else."""
    number = parse_count(text)
    if number < 0:
        raise ValueError(f"{text!r} is below 0")
    return number


def _weekdays(text: str) -> tuple[str, ...]:
    return tuple(parse_weekday(part) for part in split_list(text))


def _half_days(text: str) -> tuple[str, ...]:
    return tuple(parse_half_day(part) for part in split_list(text))


def _claimable(text: str) -> tuple[Channel, ...]:
    channels = tuple(CHANNEL.parse(part) for part in split_list(text))
    if not set(channels) <= set(CLAIMABLE):
        raise ValueError(f"{text!r} names more than {', '.join(CLAIMABLE)}")
    return channels


def one_line(text: str) -> str:
    """Return a cell's text with a blank for each line break: people fold long names in a cell, which are one name."""
    return " ".join(part for line in text.splitlines() if (part := line.strip())) if "\n" in text else text


def _names(text: str) -> tuple[str, ...]:
    return split_list(one_line(text))


TEXT = Reading(one_line, message("Write one line of at most 120 characters."))
LIST = Reading(_names, message('Write names separated by ";", each with ; or 、 in it in "quotes".'))
COUNT = Reading(parse_count, message("Write a whole number."))
NATURAL = Reading(parse_natural, message("Write a whole number of at least 0."))
DATE = Reading(parse_date, message("Write a date such as 2026-07-22."))
EXACT = Reading(exact, message("Write a number such as 1.5 or 3/2."))
WEEKDAYS_LIST = Reading(_weekdays, message('Write weekdays such as mon, separated by ";".'))
NO_SHOWS = Reading(
    NoShows.parse,
    message("Write a share such as 0.12, or shares by the days booked ahead as 0:0.05;1:0.2;7:0.27."),
)
OPEN_WINDOWS = Reading(
    OpenWindows.parse,
    message(
        "Write when how many windows (1 to 500) are open, such as 07:30-10:00:8;10:00-12:00:5, in order of time."
    ),
)
HALF_DAYS = Reading(_half_days, message('Write half-days such as fri-pm, separated by ";".'))
CLOCK = Reading(parse_minute, message("Write a time such as 08:30."))
HOURS = Reading(
    Hours.parse, message("Write hours such as 08:00-11:30, with a break as 08:00-10:00;10:15-11:30.")
)
WEEKS = Reading(
    Recurrence.parse,
    message("Write odd, even, every 2 weeks from a date as 2/2026-07-06, or 1st, 3rd or last of the month."),
    {"odd": "单周", "even": "双周"},
)
MOMENT = Reading(parse_moment, message("Write a date and time such as 2026-07-22T08:00:00+08:00."))
FLAG = Reading(parse_flag, message("Write yes or no."), {"yes": "是", "no": "否"})
HALF = Reading(parse_half, message("Write AM, PM or EVE."), {"AM": "上午", "PM": "下午", "EVE": "夜间"})
_WEEKDAY_WORDS = {day: f"周{word}" for day, word in zip(WEEKDAYS, _CHINESE_WEEKDAYS, strict=True)}
WEEKDAY = Reading(parse_weekday, message("Write mon, tue, wed, thu, fri, sat or sun."), _WEEKDAY_WORDS)
DAY = Reading(
    parse_day,
    message("Write mon to sun, a date such as 2026-07-22, or nothing for every day."),
    _WEEKDAY_WORDS,
)


def _one_word(parse: Callable[[str], Any], choices: Mapping[str, str]) -> Reading:
    remedy = message(
        "Use one of: {known} (or {chinese}).", known=list(choices), chinese=list(choices.values())
    )
    return Reading(parse, remedy, choices)


LEVEL = _one_word(
    parse_level,
    {
        "resident": "住院医师",
        "attending": "主治医师",
        "deputy_chief": "副主任医师",
        "chief": "主任医师",
        "known_expert": "知名专家",
    },
)
KIND = _one_word(
    parse_kind,
    {
        "ordinary": "普通",
        "expert": "专家",
        "disease": "专病",
        "special_need": "特需",
        "international": "国际",
        "mdt": "多学科",
        "pharmacy": "药学",
    },
)
PRESENCE = _one_word(
    _one_of(
        Presence,
        {
            Presence.AWAY: ("不出诊", "停诊", "请假", "外出"),
            Presence.OPEN: ("可出诊", "可出"),
            Presence.PREFER: ("希望", "愿意"),
            Presence.AVOID: ("避免", "尽量不出"),
        },
    ),
    {"away": "不出诊", "open": "可出诊", "prefer": "希望", "avoid": "避免"},
)
DAY_KIND = _one_word(
    _one_of(
        DayKind,
        {
            DayKind.WORKING: ("工作日", "上班"),
            DayKind.WEEKEND: ("周末", "休息日"),
            DayKind.CLOSED: ("停诊", "放假", "节假日"),
        },
    ),
    {"working": "工作日", "weekend": "周末", "closed": "停诊"},
)
PACE_SCOPE = _one_word(
    _one_of(
        PaceScope,
        {
            PaceScope.HOSPITAL: ("全院", "医院"),
            PaceScope.SPECIALTY: ("科室", "专科"),
            PaceScope.DOCTOR: ("医生", "医师"),
        },
    ),
    {"hospital": "全院", "specialty": "科室", "doctor": "医生"},
)
PACE_QUALITY = _one_word(
    _one_of(
        PaceQuality,
        {
            PaceQuality.MEASURED: ("实测",),
            PaceQuality.CALL_TIMES: ("叫号推算",),
            PaceQuality.UPPER_BOUND: ("上限",),
            PaceQuality.STATED: ("填报",),
        },
    ),
    {"measured": "实测", "call_times": "叫号推算", "upper_bound": "上限", "stated": "填报"},
)
VISIT = _one_word(
    _one_of(Visit, {Visit.BEFORE: ("诊前", "就诊前", "前"), Visit.AFTER: ("诊后", "就诊后", "后")}),
    {"before": "诊前", "after": "诊后"},
)
STRICTNESS = _one_word(
    _one_of(
        Strictness,
        {Strictness.HARD: ("必须",), Strictness.SOFT: ("尽量",), Strictness.OFF: ("不看", "关闭")},
    ),
    {"hard": "必须", "soft": "尽量", "off": "不看"},
)
CHANNEL = Reading(
    _one_of(
        Channel,
        {
            Channel.PARTNER: ("医联体",),
            Channel.PRIMARY_CARE: ("基层",),
            Channel.RETURN_VISIT: ("复诊",),
            Channel.ON_SITE: ("现场",),
            Channel.PUBLIC: ("公众",),
        },
    ),
    message("Use one of: {known}.", known=list(Channel)),
)
CHANNELS_LIST = Reading(
    _claimable, message('Use one or both, separated by ";": {known}.', known=list(CLAIMABLE))
)
