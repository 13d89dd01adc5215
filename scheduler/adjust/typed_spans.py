"""Spans of a planned week as planners type them: a day, 7月20日-7月24日, 周三下午至周五上午, 本周."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from scheduler.adjust.typed_words import dates_of, typed_moments
from scheduler.clock import Cell, Half, Week
from scheduler.tables.columns.moments import Moment, Sort
from scheduler.tables.columns.spellings import simplified

_TO = re.compile(r"\s*(?:\.{2,}|…+|[~～\-－–—]+|至|到)\s*")
_LIST = re.compile(r"\s*[、,，;；\n]\s*")
_WHOLE_WEEK = re.compile(r"(?:[全整本这当]一?|一)(?:周|星期|礼拜)|(?:the |all |this |whole )?week")
_WHOLE_DAY = re.compile(r"[全整]天|全日|整日|一天|终日|all[- ]?day|full[- ]?day|whole day")
_DAYTIME = re.compile(r"白天|日间")
_THIS_WEEK = re.compile(r"[本这当](?=(?:周|星期|礼拜)[一二三四五六日天1-7末])")
_SECOND_DAY = re.compile(
    r"(?<![\d./年月-])((?:\d{4}\s*[年/.]\s*)?\d{1,2}\s*[月/.]\s*)(\d{1,2})\s*[日号]?(\s*(?:[~\-–—]|至|到)\s*)"
    r"(\d{1,2})\s*[日号]?(?![\d月日号/.:点时-])"
)
_BARE_DAY = re.compile(r"(?<![\d月/.])(?<!\d-)(\d{1,2})\s*[日号]")
_BARE_RANGE = re.compile(r"(?<![\d月/.-])(\d{1,2})\s*([~\-–—]|至|到)\s*(\d{1,2}\s*[日号])")
_NOON, _EVENING = 13 * 60, 18 * 60
_LONGEST = 200


def parse_cells(week: Week, text: str, sort: Sort = "") -> tuple[Cell, ...]:
    """Return the half-days that `text` names, in order; a day has all its halves, a range all its days.

    Ranges are FIRST..LAST, also with 至, - or ~, and may begin and end within a day (周三下午至周五上午). Nothing is the
    whole week, and so is 本周. `sort` says what a bare number is. Raises ValueError where the text names no time.
    """
    plain = _spelled_out(week, text)
    if not plain or _WHOLE_WEEK.fullmatch(plain):
        return tuple(_cells(week.dates, ()))
    parts = _LIST.split(plain)
    if len(parts) > 1 and any(_ends(week, part) for part in parts):
        return tuple(cell for part in parts for cell in parse_cells(week, part, sort))
    if (ends := _ends(week, plain)) is not None:
        return _between(*ends)
    return tuple(
        cell
        for moment in typed_moments(_WHOLE_DAY.sub("", plain), sort)
        for cell in _cells(dates_of(week, moment), moment.halves)
    )


def cells_between(week: Week, first: str, last: str) -> tuple[Cell, ...]:
    """Return the half-days from the day or half-day `first` to that of `last`; raises ValueError."""
    start, end = (_end(week, _spelled_out(week, text), "date") for text in (first, last))
    return _between(start, end)


def parse_halves(text: str) -> frozenset[Half]:
    """Return the halves of a day that `text` names, all of them for a whole day; raises ValueError."""
    plain = _WHOLE_DAY.sub("", simplified(text).strip())
    if not plain or plain == "全":
        return frozenset(Half)
    if _DAYTIME.fullmatch(plain):
        return frozenset((Half.AM, Half.PM))
    moments = typed_moments(plain, "half")
    if any(moment.days for moment in moments):
        raise ValueError(f"{text!r} names a day")
    return frozenset(half for moment in moments for half in moment.halves)


def _spelled_out(week: Week, text: str) -> str:
    """Return `text` with every day's month: 7月20-24日, 22日."""
    plain = simplified(text).strip()
    if len(plain) > _LONGEST:
        raise ValueError("a time is not that long")
    plain = _THIS_WEEK.sub("", plain)
    if plain.endswith("起"):
        plain = f"{plain[:-1]}至{week.dates[-1].isoformat()}"
    month_of = {date.day: date.month for date in week.dates}
    plain = _SECOND_DAY.sub(r"\1\2\3\1\4", plain)
    # Only where the week has such a day: 7-24日 is a day of July in most weeks.
    plain = _BARE_RANGE.sub(lambda m: f"{m[1]}日{m[2]}{m[3]}" if int(m[1]) in month_of else m[0], plain)
    return _BARE_DAY.sub(
        lambda day: f"{month_of[int(day[1])]}月{day[1]}日" if int(day[1]) in month_of else day[0], plain
    )


def _ends(week: Week, plain: str) -> tuple[tuple[dt.date, Moment], tuple[dt.date, Moment]] | None:
    """Return the two ends of a range, each a day with its halves; None where the text is no range."""
    for match in _TO.finditer(plain):
        try:
            return _end(week, plain[: match.start()]), _end(week, plain[match.end() :])
        except ValueError:
            continue
    return None


def _end(week: Week, text: str, sort: Sort = "") -> tuple[dt.date, Moment]:
    moments = typed_moments(_WHOLE_DAY.sub("", text), sort)
    dates = [date for moment in moments for date in dates_of(week, moment)]
    if len(moments) != 1 or len(dates) != 1:
        raise ValueError(f"{text!r} is not a day")
    return dates[0], moments[0]


def _between(first: tuple[dt.date, Moment], last: tuple[dt.date, Moment]) -> tuple[Cell, ...]:
    start = Cell(first[0], min(first[1].halves, default=Half.AM))
    end = Cell(last[0], _last_half(last[1]))
    if end < start:
        raise ValueError("the range runs backwards")
    days = (first[0] + dt.timedelta(days=number) for number in range((last[0] - first[0]).days + 1))
    return tuple(cell for cell in _cells(days, ()) if start <= cell <= end)


def _last_half(moment: Moment) -> Half:
    """Return the half in which leave ends; an hour at its end (18:00) is what comes before it."""
    if moment.hours is None or moment.hours[1] is not None:
        return max(moment.halves, default=Half.EVE)
    hour = moment.hours[0] or 0
    return Half.AM if hour <= _NOON else Half.PM if hour <= _EVENING else Half.EVE


def _cells(dates: Iterable[dt.date], halves: tuple[Half, ...]) -> Iterator[Cell]:
    return (Cell(date, half) for date in dates for half in halves or tuple(Half))
