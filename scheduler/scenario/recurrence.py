"""In which weeks a row of the timetable takes place: all, odd or even ones, every n-th, or some of each month."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from scheduler.clock import Week

Parity = Literal["", "odd", "even"]

_MOST = 53
_WEEKS_COMPARED = 4 * 53
"""For how many weeks two recurrences are compared: leap years come again within them."""


@dataclass(frozen=True)
class Recurrence:
    """The weeks in which a weekday of the timetable is held; without any field all of them.

    `parity` chooses weeks by their ISO number. `every` (1 to 53) counts weeks from the one of `start`, and none before
    it. `ordinals` are places of the date among those of its weekday in its month, 1 to 5, or -1 for the last.
    """

    parity: Parity = ""
    every: int = 1
    start: dt.date | None = None
    ordinals: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.every <= _MOST:
            raise ValueError(f"every {self.every}. week is not from 1 to {_MOST}")

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """Return what `odd`, `双周`, `2/2026-07-06`, `1st;3rd` or `每月第1个周一` means; raises ValueError.

        A weekday that stands beside the ordinals is passed over: the row has its own.
        """
        plain = unicodedata.normalize("NFKC", text).strip().lower()
        if plain in _PARITIES:
            return cls(parity=_PARITIES[plain])
        match = _EVERY.fullmatch(plain)
        if match is not None:
            start = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
            number = match["number"] or "2"
            return cls(every=_CHINESE.get(number) or int(number), start=start)
        return cls(ordinals=tuple(sorted(set(_ordinals(plain)), key=lambda n: (n < 0, n))))

    def __str__(self) -> str:
        if self.start is not None:
            return f"{self.every}/{self.start.isoformat()}"
        return self.parity or ";".join(_ENGLISH[ordinal] for ordinal in self.ordinals)

    def __bool__(self) -> bool:
        """Return whether some weeks are left out."""
        return self != EVERY_WEEK

    def takes_place(self, date: dt.date) -> bool:
        """Return whether a session that the timetable gives for `date` is held on it."""
        if self.parity:
            return (Week.of(date).number % 2 == 1) == (self.parity == "odd")
        if self.start is not None:
            weeks = (_monday(date) - _monday(self.start)).days // 7
            return weeks >= 0 and weeks % self.every == 0
        if self.ordinals:
            is_last = (date + dt.timedelta(days=7)).month != date.month
            return (date.day + 6) // 7 in self.ordinals or (is_last and -1 in self.ordinals)
        return True

    def meets(self, other: Recurrence, date: dt.date) -> bool:
        """Return whether both are held in one week, in the four years from `date` on and on its weekday."""
        if not self or not other or self == other:
            return True
        weekly = (date + dt.timedelta(days=7 * number) for number in range(_WEEKS_COMPARED))
        return any(self.takes_place(day) and other.takes_place(day) for day in weekly)


EVERY_WEEK = Recurrence()
"""A row that leaves no week out."""


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def _words(parity: Parity, *words: str) -> dict[str, Parity]:
    return dict.fromkeys(words, parity)


_PARITIES: Mapping[str, Parity] = {
    **_words("", "", "every", "every week", "all", "每周"),
    **_words("odd", "odd", "odd weeks", "单", "单周", "单数周", "奇数周"),
    **_words("even", "even", "even weeks", "双", "双周", "双数周", "偶数周"),
}
_CHINESE = {"两": 2, **{word: number for number, word in enumerate("一二三四五六七八", start=1)}}
_ENGLISH = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}

_EVERY = re.compile(
    r"(?:隔周|every other week|(?:every\s*|每)?(?P<number>\d{1,2}|[两二三四五六七八])\s*(?:weeks?|周)?)"
    r"\s*(?:from|从|自|/)?\s*(?P<year>\d{4})[-/年](?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?\s*(?:起|开始)?"
)

_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]|\b(?:mon(?!th)|tue|wed|thu|fri|sat|sun)[a-z]*\b")
_FILLER = re.compile(r"of (?:the|each|every) month|\b(?:and|the|weeks?)\b|每个?月的?|[个周第]|星期|礼拜")
_ORDINALS: Mapping[str, int] = {
    **{text: ordinal for ordinal, text in _ENGLISH.items()},
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)},
    **dict.fromkeys(("最后", "最后一"), -1),
}
_MARKED_ORDINALS = {
    **_ORDINALS,
    **{word: number for word, number in _CHINESE.items() if number <= 5 and word != "两"},
    **{str(number): number for number in range(1, 6)},
}


def _ordinals(plain: str) -> Iterator[int]:
    # A bare number may be anything; 第 or 每月 says that it counts within the month.
    known = _MARKED_ORDINALS if re.search("第|每个?月", plain) else _ORDINALS
    words = re.split(r"[\s;,、和及&]+", _FILLER.sub(" ", _WEEKDAY.sub(" ", plain)).strip())
    for word in words:
        if word not in known:
            raise ValueError(f"{plain!r} is not weeks such as odd, 2/2026-07-06 or 1st")
        yield known[word]
