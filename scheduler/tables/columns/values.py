"""Words in cells: what hospitals write for a half, level, kind, date, number, yes or no, and stopped."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from scheduler.clock import WEEKDAYS, Half
from scheduler.scenario.hospital import Kind, Level
from scheduler.tables.columns.moments import Moment, Sort, read_moments
from scheduler.tables.columns.spellings import folded


def parse_half(text: str) -> Half:
    """Return the half written as `AM`, `下午(13:30-17:00)`, `夜门诊`; raises ValueError for another word, or for two."""
    moment = _only_moment(text, "half") or _only_moment(_BRACKETS.sub("", text), "half")
    if moment is None or moment.days or len(moment.halves) != 1:
        raise ValueError(f"{text!r} is no half of a day: write AM, PM or EVE (上午, 下午, 晚上)")
    return moment.halves[0]


_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def _only_moment(text: str, sort: Sort = "") -> Moment | None:
    """Return the moment that a text names, or None where it names none, or several."""
    try:
        moments = read_moments(text, sort)
    except ValueError:
        return None
    return moments[0] if len(moments) == 1 else None


_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.KNOWN_EXPERT, re.compile(r"知名专家|著名专家|知名|名医|名老中医|国医大师|院士|knownexpert")),
    (Level.DEPUTY_CHIEF, re.compile(r"副主任(.{0,2}师|医生)?|副高级?(职称)?|副教授|副研究员|deputychief")),
    (Level.CHIEF, re.compile(r"主任(.{0,2}师|医生)?|正高级?(职称)?|教授|研究员|chief")),
    (Level.ATTENDING, re.compile(r"主治(.{0,2}师|医生)?|主管.{1,2}师|中级(职称)?|讲师|attending")),
    (Level.RESIDENT, re.compile(r"住院(.{0,2}师|医生?)?|[医药技]师|初级(职称)?|助教|resident")),
)
_MARKS = r"[()\[\]【】,、/;|+·]"
# Blanks come last: they may also pad a word (副 主任医师) or part an English one (deputy chief).
_WAYS_TO_PART = (re.compile(r"$^"), re.compile(_MARKS), re.compile(_MARKS + r"|\s"))


def parse_level(text: str) -> Level:
    """Return the level a title or level word tells, the highest of several (`主任医师、教授`).

    Raises ValueError where it tells none, as `未标注` does.
    """
    plain = unicodedata.normalize("NFKC", text)
    for parted in _WAYS_TO_PART:
        levels = [level for piece in parted.split(plain) for level in _levels(folded(piece))]
        if levels:
            return max(levels, key=lambda level: level.rank)
    known = ", ".join(Level)
    raise ValueError(f"{text!r} is no level: write {known} or a title such as 副主任医师")


def _levels(word: str) -> list[Level]:
    bare = re.sub(r"[_-]", "", word)
    return [level for level, words in _LEVELS if words.fullmatch(bare)]


_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.MDT, ("mdt", "多学科", "联合", "会诊")),
    (Kind.PHARMACY, ("pharmacy", "药学", "药师", "药事", "用药")),
    (Kind.SPECIAL_NEED, ("specialneed", "special_need", "special-need", "vip", "特需", "特诊")),
    (Kind.INTERNATIONAL, ("international", "国疗", "国际", "外宾")),
    (Kind.DISEASE, ("disease", "专病")),
    (Kind.EXPERT, ("expert", "专家", "知名", "名医", "主任", "副高", "正高", "教授")),
    (Kind.ORDINARY, ("ordinary", "普通", "普号", "普诊", "专科", "便民", "简易", "方便")),
)


def parse_kind(text: str) -> Kind:
    """Return the kind of clinic written as `expert`, `特需专家`; raises ValueError for another word."""
    word = folded(text)
    for kind, parts in _KINDS:
        if any(part in word for part in parts):
            return kind
    raise ValueError(f"{text!r} is no kind of clinic: write one of {', '.join(Kind)} (普通, 专家, 特需, ...)")


_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "on", "是", "有", "对", "真", "√", "✓", "✔"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "off", "否", "无", "不", "错", "假", "×", "✗"), False),
}


def parse_flag(text: str) -> bool:
    """Return yes or no, written as `yes`, `是`, `true`, `1`; raises ValueError for another word."""
    flag = _FLAGS.get(folded(text))
    if flag is None:
        raise ValueError(f"{text!r} is neither yes nor no: write yes or no (是, 否)")
    return flag


def parse_count(text: str) -> int:
    """Return a whole number, `25.0` and full-width digits too; raises ValueError for anything else."""
    match = re.fullmatch(r"([+-]?[0-9]{1,9})(?:\.0*)?", folded(text))
    if match is None:
        raise ValueError(f"{text!r} is no whole number")
    return int(match[1])


def parse_date(text: str) -> dt.date:
    """Return the date written as `2025-10-20`, `2025/10/20`, `20251020` or `2025年10月20日`, in any usual spelling.

    A time of day or a weekday after it is passed over. Raises ValueError for anything else.
    """
    moment = _only_moment(text) or _only_moment(_BRACKETS.sub("", text))
    if moment is None or len(moment.days) != 1 or moment.days[0].date is None:
        raise ValueError(f"{text!r} is no date: write it as 2025-10-20")
    return moment.days[0].date


def parse_weekday(text: str) -> str:
    """Return `mon` to `sun` for an English or Chinese weekday; raises ValueError for anything else."""
    moment = _only_moment(text)
    weekday = moment.days[0].weekday if moment and len(moment.days) == 1 and not moment.halves else None
    if weekday is None:
        raise ValueError(f"{text!r} is not a weekday such as mon or 周一")
    return WEEKDAYS[weekday]


def parse_half_day(text: str) -> str:
    """Return `fri-pm` for `fri-pm`, `Fri PM` or `周五下午`; raises ValueError for anything else."""
    moment = _only_moment(text)
    if moment and len(moment.days) == len(moment.halves) == 1 and not moment.days[0].date:
        weekday = moment.days[0].weekday
        if weekday is not None:
            return f"{WEEKDAYS[weekday]}-{moment.halves[0].lower()}"
    raise ValueError(f"{text!r} is not a half-day such as fri-pm or 周五下午")


_STOPPED = ("停", "休诊", "不出诊", "取消", "请假", "休假")
_STATUS: Mapping[str, bool] = {
    **dict.fromkeys(("stopped", "stop", "suspended", "cancelled", "canceled", "closed"), True),
    **dict.fromkeys(("normal", "running", "run", "open", "active", "held", "full"), False),
    **dict.fromkeys(("正常", "出诊", "正常出诊", "开诊", "开放", "应诊", "坐诊", "在诊", "接诊"), False),
    **dict.fromkeys(
        ("可约", "可预约", "预约", "有号", "无号", "约满", "已约满", "满", "已满", "号满"), False
    ),
    **dict.fromkeys(
        ("替诊", "代诊", "换诊", "加诊", "已挂满", "挂满", "未停诊", "未标注", "on", "yes"), False
    ),
    **dict.fromkeys(("被替诊", "被代诊", "已被替诊", "停", "休", "off"), True),
    # Whole words alone: 学习困难门诊 is a clinic.
    **dict.fromkeys(("年假", "年休", "病假", "产假", "事假", "公休", "补休"), True),
    **dict.fromkeys(("外出", "出差", "外派", "进修", "学习", "培训", "会议", "开会"), True),
}


def parse_status(text: str) -> bool:
    """Return whether a status word such as `停诊` means stopped; raises ValueError for a word nobody knows."""
    word = folded(text)
    stopped = _STATUS.get(word)
    if stopped is not None:
        return stopped
    if any(part in word for part in _STOPPED) or re.match("cancel|stop|suspend|closed|on ?leave|leave", word):
        return True
    raise ValueError(f"{text!r} is no status: write 正常 or 停诊")


_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[;；、]|\Z)|([^;；、]*))(?:[;；、]|\Z)')


def split_list(text: str) -> tuple[str, ...]:
    """Return the names in `text` in order, blank ones left out."""
    items = (_unquoted(*found.groups()) for found in _ITEM.finditer(text))
    return tuple(item for item in items if item)


def _unquoted(quoted: str | None, bare: str | None) -> str:
    return (bare or "").strip() if quoted is None else quoted.replace('""', '"')


_TICKETS = re.compile(r"(?:限|共)?(\d{1,4})(?:\.0*)?(?:个?号|个|人|位|名|张)?")
_NO_LIMIT = frozenset(
    ("不限", "不限号", "无限", "无限制", "不限制", "-", "--", "—", "——", "unlimited", "nolimit", "none")
)


def parse_tickets(text: str) -> int | None:
    """Return the tickets written as `20个`, `20/20` (left of all), `20+5`; None for no limit; raises ValueError."""
    word = folded(text)
    if word in _NO_LIMIT:
        return None
    for mark, whole in (("+", sum), ("/", max)):
        numbers = [_TICKETS.fullmatch(part) for part in word.split(mark)]
        if len(numbers) <= 3 and all(numbers):
            return whole(int(number[1]) for number in numbers if number)
    raise ValueError(f"{text!r} is no number of tickets")
