"""When a published session is: the days, halves and hours that a cell or a heading names, in any usual spelling."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.clock import Half
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence
from scheduler.tables.columns.spellings import simplified
from scheduler.text_cache import text_cache

Sort = Literal["", "date", "day", "half", "start", "end"]
"""What a column is known to hold, so that a bare number or letter can be read: nothing is known of it where empty."""


@dataclass(frozen=True, slots=True)
class DayName:
    """A day as it is written: a whole date, a day of some year, three numbers in an unknown order, or a weekday.

    `weekday` (0 is Monday) may stand beside the others. `serial` is a spreadsheet's day number.
    """

    date: dt.date | None = None
    month_day: tuple[int, int] | None = None
    numbers: tuple[int, int, int] | None = None
    weekday: int | None = None
    serial: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Days and halves that belong together; each day has each half. Either may be empty: another cell names it.

    `hours` are the start and end in minutes of the day where the halves were read from hours, `weeks` those that are
    named beside (单周), and `aside` the word of a time that is neither morning, afternoon nor evening (中午, 白天).
    """

    days: tuple[DayName, ...] = ()
    halves: tuple[Half, ...] = ()
    hours: tuple[int | None, int | None] | None = None
    weeks: Recurrence = EVERY_WEEK
    aside: str = ""

    def joined(self, other: Moment) -> Moment:
        """Return the moment with what it leaves open taken from `other`; two names of one day become one."""
        days = self.days or other.days
        if len(self.days) == len(other.days) == 1:
            days = (_one_day(self.days[0], other.days[0]),)
        hours = self.hours or other.hours
        if self.hours and other.hours and None in self.hours:
            hours = (self.hours[0] or other.hours[0], self.hours[1] or other.hours[1])
        halves = self.halves if self.halves and not self.hours else other.halves or self.halves
        if hours is not None and (not halves or (self.hours and other.hours)):
            halves = halves_of_hours(*hours)
        return Moment(days, halves, hours, self.weeks or other.weeks, self.aside or other.aside)


def _only_weekday(day: DayName) -> bool:
    return not (day.date or day.month_day or day.numbers)


def _one_day(day: DayName, other: DayName) -> DayName:
    first, second = (other, day) if _only_weekday(day) and not _only_weekday(other) else (day, other)
    return replace(first, weekday=first.weekday if first.weekday is not None else second.weekday)


_LONGEST = 200
_PADDING = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
NOON_ENDS, EVENING_STARTS, WHOLE_DAY = 13 * 60, 17 * 60, (11 * 60, 14 * 60)


def halves_of_hours(start: int | None, end: int | None) -> tuple[Half, ...]:
    """Return the halves of a session from `start` to `end`, minutes of the day; either may be unknown.

    One that ends by 13:00 is a morning, one that starts at 17:00 or later an evening; from before 11:00 to after
    14:00 it is a whole day.
    """
    if end is not None and end <= NOON_ENDS:
        return (Half.AM,)
    if start is None:
        return ()
    if start >= EVENING_STARTS:
        return (Half.EVE,)
    if start < WHOLE_DAY[0]:
        return (Half.AM, Half.PM) if end is not None and end > WHOLE_DAY[1] else (Half.AM,)
    return (Half.PM,)


@text_cache
def read_moments(text: str, sort: Sort = "") -> tuple[Moment, ...]:
    """Return the moments that `text` names; `周一上午、周三全天` are two. Raises ValueError where it names something else."""
    if len(text) > _LONGEST:
        raise ValueError("a time is not that long")
    plain = _PADDING.sub("", simplified(text).strip())
    if sort in ("date", "day") and (day := _bare_day(plain, sort)) is not None:
        return (Moment((day,)),)
    if sort == "half" and plain in _BARE_HALVES:
        return (Moment(halves=(_BARE_HALVES[plain],)),)
    if sort in ("start", "end") and (minute := _clock(plain)) is not None:
        hours = (minute, None) if sort == "start" else (None, minute)
        return (Moment(halves=halves_of_hours(*hours), hours=hours),)
    moments = tuple(_grouped(_tokens(plain)))
    if not moments:
        raise ValueError(f"{text!r} names no time")
    return moments


def names_a_moment(text: str, sort: Sort = "") -> bool:
    """Return whether `text` names days, halves or hours, and nothing else."""
    try:
        read_moments(text, sort)
    except ValueError:
        return False
    return True


_BARE_HALVES = {
    **dict.fromkeys(("a", "上", "早", "am", "m", "morning"), Half.AM),
    **dict.fromkeys(("p", "下", "pm", "afternoon"), Half.PM),
    **dict.fromkeys(("e", "n", "晚", "夜", "eve"), Half.EVE),
}
_CHINESE_DAYS = "一二三四五六日"
_SERIALS = range(30_000, 60_000)  # 1982 to 2064: no other number of a timetable is a date
_SERIAL_START = dt.date(1899, 12, 30)


def _bare_day(plain: str, sort: Sort) -> DayName | None:
    number = plain.removesuffix(".0")
    if number.isdigit() and int(number) in _SERIALS and len(number) == 5:
        return DayName(_SERIAL_START + dt.timedelta(days=int(number)), serial=True)
    if re.fullmatch("[1-7]", number):
        return DayName(weekday=int(number) - 1)
    if number == "0" and sort == "day":
        return DayName(weekday=6)
    if plain in (*_CHINESE_DAYS, "天"):
        return DayName(weekday=_weekday(plain))
    return None


def _clock(plain: str) -> int | None:
    match = re.fullmatch(
        r"(?:\d{4}-\d\d-\d\d[ t])?([01]?\d|2[0-4])(?:[:点时](?:(\d\d)分?|半)?(?::\d\d)?|00|30)?", plain
    )
    if match is None:
        return None
    return int(match[1]) * 60 + int(match[2] or (30 if plain.endswith(("半", "30")) else 0))


def _weekday(word: str) -> int:
    return int(word) - 1 if word.isdigit() else _CHINESE_DAYS.index(word.replace("天", "日"))


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WEEK_WORD = "(?:星期|礼拜|周)"
_JOIN = r"\s*(?:[、,，/&和及与]|\s)\s*"
_TO = r"\s*(?:[-~－–—～至到]+|to)\s*"
_CLOCK = r"(?:[01]?\d|2[0-4])(?:[:点时](?:[0-5]\d分?|半)?(?::00)?)"

_ORDINALS = r"(?:第\s*[一二三四五1-5](?:\s*[、,，和及]\s*第?\s*[一二三四五1-5])*|最后一?)\s*"
_WEEKS = (
    r"单双周|单数?周|双数?周|奇数周|偶数周|隔周|[(（\[【](?:单|双)[)）\]】]|(?:odd|even)\s+weeks?|"
    rf"(?:每个?月的?\s*)?{_ORDINALS}个(?={_WEEK_WORD})|每个?月的?\s*{_ORDINALS}周(?![一二三四五六日天])"
)

# A token: its kind, and what finds it. The order decides where two could.
_PATTERNS: Sequence[tuple[str, str]] = (
    ("weeks", _WEEKS),
    ("date", r"(?P<y>[1-9]\d{3})\s*(?P<k>[-/.])\s*(?P<m>\d{1,2})\s*(?P=k)\s*(?P<d>\d{1,2})(?!\d)[日号]?(?:[t ]00:00(?::00(?:\.0+)?)?(?:z|[+-]\d\d:?\d\d)?)?"),
    ("date", r"(?P<zy>[1-9]\d{3})\s*年\s*(?P<zm>\d{1,2})\s*月\s*(?P<zd>\d{1,2})(?!\d)[日号]?"),
    ("moment", r"(?P<my>(?:19|20)\d\d)-(?P<mm>\d\d)-(?P<md>\d\d)t(?P<mh>\d\d):(?P<mi>\d\d)(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?"),
    ("date", r"(?P<ry>[1-9]\d{3})(?P<rm>[01]\d)(?P<rd>[0-3]\d)(?!\d)"),
    ("roc", r"(?:民国)\s*(?P<py>\d{2,3})\s*[-/.年]\s*(?P<pm>\d{1,2})\s*[-/.月]\s*(?P<pd>\d{1,2})(?!\d)[日号]?"),
    ("roc", r"(?<!\d)(?P<qy>1\d\d)\s*[-/.年]\s*(?P<qm>\d{1,2})\s*[-/.月]\s*(?P<qd>\d{1,2})(?!\d)[日号]?"),
    ("roc", r"(?<!\d)(?P<sy>1[0-4]\d)(?P<sm>[01]\d)(?P<sd>[0-3]\d)(?!\d)"),
    ("numbers", r"(?<!\d)(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<c>(?:20)?\d\d)(?![\d:])(?:\s00:00(?::00)?)?"),
    ("named", rf"(?P<nm>{_MONTH})\s*(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s*(?P<ny>20\d\d))?"),
    ("named", rf"(?<!\d)(?P<od>\d{{1,2}})(?:st|nd|rd|th)?[-\s]*(?P<om>{_MONTH})(?:[-\s,]*(?P<oy>20\d\d))?"),
    ("month_day", r"(?P<cm>\d{1,2})\s*月\s*(?P<cd>\d{1,2})(?!\d)\s*[日号]?"),
    ("hours", rf"(?P<from>{_CLOCK})\s*(?:[-~－–—～至到]|to)+\s*(?P<until>{_CLOCK})"),
    ("hours", r"(?<!\d)(?P<hf>[01]?\d)\s*[-~－–—～至到]\s*(?P<hu>[01]?\d|2[0-4])\s*[点时]"),
    ("hour", rf"(?P<at>{_CLOCK})"),
    ("month_day", r"(?<![\d.])(?P<dm>\d{1,2})[-/.](?P<dd>\d{1,2})(?![\d.:点时])"),
    ("days", rf"{_WEEK_WORD}\s*(?P<w1>[一二三四五六日天1-7]){_TO}{_WEEK_WORD}?\s*(?P<w2>[一二三四五六日天1-7])(?!月)"),
    ("list", rf"{_WEEK_WORD}\s*[一二三四五六日天]{{2,7}}"),
    ("list", rf"{_WEEK_WORD}\s*(?:[一二三四五六日天]|[1-7](?!\d))(?:{_JOIN}(?:{_WEEK_WORD})?\s*(?:[一二三四五六日天](?!月)|[1-7](?![\d月日号:点时/.-])))*"),
    ("days", rf"(?P<e1>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?{_TO}(?P<e2>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"),
    ("english", r"(?P<e>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\.?(?![a-z])"),
    ("weekend", r"周末|双休日|weekends?"),
    ("workdays", r"工作日|平日|weekdays?"),
    ("everyday", r"每天|每日|天天|daily|every day"),
    ("aside", r"中午|午间|白天|日间|(?:am|上午)\s*/\s*(?:pm|下午)|午休|全周|lunch|noon"),
    ("both", r"全天|整天|全日|整日|一天|终日|上、?下午?(?!午)|上午[、,及和]?下午|全(?=$|[、,;/\s)）])|all[- ]?day|full[- ]?day|whole day|am\s*(?:[+&、]|and)\s*pm|上\+下"),
    ("AM", r"上午|[上早](?=$|[、,;/\s)）])|早上|早晨|午前|早诊|早班|morning|a\.?m\.?(?![a-z])"),
    ("PM", r"下午|下(?=$|[、,;/\s)）])|午后|午诊|afternoon|p\.?m\.?(?![a-z])"),
    ("EVE", r"晚上|晚间|傍晚|黄昏|夜间|夜晚|夜里|延时|晚诊|夜诊|晚班|晚(?=$|[、,;/\s)）门出诊班])|夜(?=$|[、,;/\s)）门出诊班])|evening|night|eve(?![a-z])"),
    ("skip", r"第\s*\d{1,2}\s*周|每逢|每周(?![一二三四五六日天末])|每|的|门诊|出诊|坐诊|应诊|看诊|诊疗|时间段|时段|时间|日期|午别|开诊|诊|班|\band\b|[\s、,，;；/|()（）\[\]【】〔〕:：.。+&和及与\-_~—–]+"),
)  # fmt: skip
_TOKEN = re.compile("|".join(f"(?P<t{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)))


@dataclass(frozen=True, slots=True)
class _Token:
    days: tuple[DayName, ...] = ()
    halves: tuple[Half, ...] = ()
    hours: tuple[int | None, int | None] | None = None
    weeks: Recurrence = EVERY_WEEK
    aside: str = ""
    leads: bool = False
    """Weeks right before their day (单周周一), not behind it."""


def _tokens(plain: str) -> Iterator[_Token]:
    at = 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None or match.end() == at:
            raise ValueError(f"{plain[at:]!r} is no time")
        at = match.end()
        kind = _PATTERNS[int((match.lastgroup or "t0")[1:])][0] if match.lastgroup else "skip"
        if kind == "weeks":
            yield replace(_READERS[kind](match), leads=_DAY_FOLLOWS.match(plain, at) is not None)
        elif kind != "skip":
            yield _READERS[kind](match)


_DAY_FOLLOWS = re.compile(r"\s*(?:的|每)?(?:周|星期|礼拜)")


def _grouped(tokens: Iterable[_Token]) -> Iterator[Moment]:
    """Yield the moments of the tokens: days until their halves, or (上午：周一、周三) a half until its days."""
    now = Moment()
    half_first = False
    for token in tokens:
        starts_anew = bool(token.days and now.days and now.halves and not half_first) or bool(
            token.halves and now.halves and now.days and half_first
        )
        if starts_anew:
            yield now
            now = Moment()
        elif token.leads and now.days and now.halves:
            yield now
            now = Moment(halves=now.halves) if half_first else Moment()
        if token.halves and not now.halves and not now.days:
            half_first = True
        elif token.days and not now.days and not now.halves:
            half_first = False
        now = _added(now, token)
    if now != Moment():
        yield now


def _added(now: Moment, token: _Token) -> Moment:
    days = now.days + token.days
    if len(now.days) == len(token.days) == 1 and _only_weekday(now.days[0]) != _only_weekday(token.days[0]):
        days = (_one_day(now.days[0], token.days[0]),)
    halves, hours = now.halves, now.hours
    if token.hours and now.hours:
        halves, hours = tuple(dict.fromkeys((*halves, *token.halves))), None
    elif token.hours:
        hours, halves = _after_noon(token.hours, now.halves), halves or token.halves
    elif now.hours:
        halves = token.halves or halves
    else:
        halves = tuple(dict.fromkeys((*halves, *token.halves)))
    return Moment(days, halves, hours, token.weeks or now.weeks, token.aside or now.aside)


def _after_noon(
    hours: tuple[int | None, int | None], halves: tuple[Half, ...]
) -> tuple[int | None, int | None]:
    """Return 2:00-5:00 behind 下午 as 14:00-17:00."""
    start, end = hours
    if halves not in ((Half.PM,), (Half.EVE,)) or start is None or start >= _EARLIEST:
        return hours
    return start + _NOON, end if end is None else end + _NOON


_EARLIEST, _NOON = 8 * 60, 12 * 60


def _date(year: int, month: int, day: int) -> _Token:
    try:
        return _Token((DayName(dt.date(year, month, day)),))
    except ValueError:
        raise ValueError(f"{year}-{month}-{day} is no day of the calendar") from None


def _read_date(match: re.Match[str]) -> _Token:
    year, month, day = (
        match[a] or match[b] or match[c]
        for a, b, c in (("y", "ry", "zy"), ("m", "rm", "zm"), ("d", "rd", "zd"))
    )
    return _date(int(year), int(month), int(day))


def _read_moment(match: re.Match[str]) -> _Token:
    token = _date(int(match["my"]), int(match["mm"]), int(match["md"]))
    start = int(match["mh"]) * 60 + int(match["mi"])
    return token if not start else _Token(token.days, halves_of_hours(start, None), (start, None))


def _read_republican(match: re.Match[str]) -> _Token:
    year, month, day = (
        match[a] or match[b] or match[c]
        for a, b, c in (("py", "qy", "sy"), ("pm", "qm", "sm"), ("pd", "qd", "sd"))
    )
    return _date(int(year) + 1911, int(month), int(day))


def _read_named(match: re.Match[str]) -> _Token:
    month = _MONTHS.index((match["nm"] or match["om"])[:3]) + 1
    day, year = int(match["nd"] or match["od"]), match["ny"] or match["oy"]
    return _date(int(year), month, day) if year else _month_day(month, day)


def _month_day(month: int, day: int) -> _Token:
    if month > 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(f"{month}-{day} is no day of the calendar")
    return _Token((DayName(month_day=(month, day)),))


def _read_weekdays(match: re.Match[str]) -> _Token:
    if match["w1"]:
        first, last = _weekday(match["w1"]), _weekday(match["w2"])
    else:
        first, last = _ENGLISH_DAYS.index(match["e1"]), _ENGLISH_DAYS.index(match["e2"])
    if last < first:
        raise ValueError("the weekdays run backwards")
    return _days(range(first, last + 1))


def _read_clock(text: str) -> int:
    hour, rest = re.match(r"(\d+)[:点时]?(.*)", text).groups()  # type: ignore[union-attr]  # the token is a time
    minute = 30 if rest == "半" else int(re.sub(r"\D.*", "", rest) or 0)
    return int(hour) * 60 + minute


def _recurrence(text: str) -> Recurrence:
    # Every other week (隔周) may be either: nothing tells which.
    if text in ("单双周", "隔周"):
        return EVERY_WEEK
    return Recurrence.parse(text.strip("()（）[]【】"))


_ANY_WEEKS = re.compile(_WEEKS)


def weeks_in(text: str) -> Recurrence:
    """Return the weeks that a text names anywhere; every week where it names none, or several."""
    named = {_recurrence(match[0]) for match in _ANY_WEEKS.finditer(simplified(text).lower())}
    return named.pop() if len(named) == 1 else EVERY_WEEK


def _read_hours(match: re.Match[str]) -> _Token:
    if match["from"]:
        start, end = _read_clock(match["from"]), _read_clock(match["until"])
    else:
        start, end = int(match["hf"]) * 60, int(match["hu"]) * 60
    if end <= start:
        raise ValueError("the hours end before they start")
    return _Token(halves=halves_of_hours(start, end), hours=(start, end))


def _read_hour(match: re.Match[str]) -> _Token:
    start = _read_clock(match["at"])
    return _Token(halves=halves_of_hours(start, None), hours=(start, None))


def _days(weekdays: Iterable[int]) -> _Token:
    return _Token(tuple(DayName(weekday=day) for day in weekdays))


_READERS: Mapping[str, Callable[[re.Match[str]], _Token]] = {
    "weeks": lambda m: _Token(weeks=_recurrence(m[0])),
    "date": _read_date,
    "moment": _read_moment,
    "roc": _read_republican,
    "numbers": lambda m: _Token((DayName(numbers=(int(m["a"]), int(m["b"]), int(m["c"]))),)),
    "named": _read_named,
    "month_day": lambda m: _month_day(int(m["cm"] or m["dm"]), int(m["cd"] or m["dd"])),
    "hours": _read_hours,
    "hour": _read_hour,
    "days": _read_weekdays,
    "list": lambda m: _days(_weekday(word) for word in re.findall("[一二三四五六日天1-7]", re.sub("星期|礼拜|周", "", m[0]))),
    "english": lambda m: _days([_ENGLISH_DAYS.index(m["e"][:3])]),
    "weekend": lambda m: _days((5, 6)),
    "workdays": lambda m: _days(range(5)),
    "everyday": lambda m: _days(range(7)),
    "aside": lambda m: _Token(aside=m[0]),
    "both": lambda m: _Token(halves=(Half.AM, Half.PM)),
    "AM": lambda m: _Token(halves=(Half.AM,)),
    "PM": lambda m: _Token(halves=(Half.PM,)),
    "EVE": lambda m: _Token(halves=(Half.EVE,)),
}  # fmt: skip
