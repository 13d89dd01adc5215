"""Words in cells: what hospitals write for a half, level, kind, date, number, yes or no, and stopped."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from scheduler.clock import Half
from scheduler.scenario.hospital import Kind, Level


def simplified(text: str) -> str:
    """Return `text` with full-width forms made plain, traditional characters of our words simplified, in lower case."""
    return unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold()


def folded(text: str) -> str:
    """Return `text` as it is compared: simplified, and without blanks."""
    return "".join(simplified(text).split())


_TRADITIONAL = (
    "門診醫師別時間區級職稱號類費狀態專業預約單雙週禮開樓處備註員編點數額總滿東婦產兒內腫復關節國際學聯會藥簡請無對錯掛講進務診療約務樣隊傳統觸龍電話號碼頭頸風濕經絡腎臟腦膚陽陰減與輪誼"
    "賓鋒麗張劉陳楊趙吳許鄧馮韓葉蔣餘錢嚴華"
)
_SIMPLIFIED = (
    "门诊医师别时间区级职称号类费状态专业预约单双周礼开楼处备注员编点数额总满东妇产儿内肿复关节国际学联会药简请无对错挂讲进务诊疗约务样队传统触龙电话号码头颈风湿经络肾脏脑肤阳阴减与轮谊"
    "宾锋丽张刘陈杨赵吴许邓冯韩叶蒋余钱严华"
)
_PLAIN: dict[int, int | None] = {
    **{ord(old): ord(new) for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060")),
}

_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_TIMES = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")

_HALVES: Mapping[str, Half] = {
    **dict.fromkeys(("am", "a.m.", "morning", "上午", "早", "早上", "早晨", "午前", "上"), Half.AM),
    **dict.fromkeys(("pm", "p.m.", "afternoon", "下午", "午后", "下"), Half.PM),
    **dict.fromkeys(
        (
            "eve",
            "evening",
            "night",
            "晚",
            "晚上",
            "晚间",
            "傍晚",
            "黄昏",
            "夜",
            "夜间",
            "夜晚",
            "夜里",
            "延时",
        ),
        Half.EVE,
    ),
}


def parse_half(text: str) -> Half:
    """Return the half written as `AM`, `下午(13:30-17:00)`, `夜门诊`; raises ValueError for another word."""
    word = _TIMES.sub("", _BRACKETS.sub("", folded(text))).strip("-~至—–")
    for tail in ("", "门诊", "出诊", "班", "时段"):
        half = _HALVES.get(word.removesuffix(tail))
        if half is not None:
            return half
    raise ValueError(f"{text!r} is no half of a day: write AM, PM or EVE (上午, 下午, 晚上)")


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


_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_zh>[0-9]{1,2})月(?P<day_zh>[0-9]{1,2})[日号]?"
    r"|(?P<month_run>[0-9]{2})(?P<day_run>[0-9]{2}))"
)
_TIME_OF_DAY = re.compile(
    r"(?:T|(?<=\d)\s+|(?<=[日号])\s*)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.IGNORECASE
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]$")


def parse_date(text: str) -> dt.date:
    """Return the date written as `2025-10-20`, `2025/10/20`, `2025.10.20`, `20251020` or `2025年10月20日`.

    A time of day or a weekday after it is passed over. Raises ValueError for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _TIME_OF_DAY.sub("", _BRACKETS.sub("", plain).strip()).strip()
    plain = "".join(_WEEKDAY.sub("", plain).split())
    match = _DATE.fullmatch(plain)
    if match is None:
        raise ValueError(f"{text!r} is no date: write it as 2025-10-20")
    part = match.groupdict()
    month = part["month"] or part["month_zh"] or part["month_run"]
    day = part["day"] or part["day_zh"] or part["day_run"]
    try:
        return dt.date(int(part["year"]), int(month), int(day))
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None


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
