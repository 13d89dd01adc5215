"""Weeks, working days, halves and times: the only file that knows dates."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, total_ordering

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Keys of the weekdays, Monday first, as in ISO 8601."""


class Half(StrEnum):
    """A part of a clinic day: morning, afternoon, evening; ordered by time, not by letters."""

    AM = "AM"
    PM = "PM"
    EVE = "EVE"

    @property
    def _place(self) -> int:
        return _PLACES[self]

    def __lt__(self, other: str) -> bool:
        return self._place < Half(other)._place

    def __le__(self, other: str) -> bool:
        return self._place <= Half(other)._place

    def __gt__(self, other: str) -> bool:
        return self._place > Half(other)._place

    def __ge__(self, other: str) -> bool:
        return self._place >= Half(other)._place


# A week compares half-days many thousand times.
_PLACES = {half: place for place, half in enumerate(Half)}


@total_ordering
@dataclass(frozen=True)
class Cell:
    """A half of a date: the place in the week where a session can be."""

    date: dt.date
    half: Half

    def __lt__(self, other: Cell) -> bool:
        return (self.date, self.half) < (other.date, other.half)

    @property
    def key(self) -> str:
        """The cell's name inside its week, such as `fri-pm`."""
        return f"{WEEKDAYS[self.date.weekday()]}-{self.half.lower()}"


@total_ordering
@dataclass(frozen=True)
class Week:
    """An ISO week, written `2026-W30`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """Return the week written as `2026-W30`; raises ValueError for a week that does not exist."""
        match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip(), re.IGNORECASE)
        if match is None:
            raise ValueError(f"{text!r} is not an ISO week such as 2026-W30")
        week = cls(int(match[1]), int(match[2]))
        if not 1900 <= week.year <= 2100:
            raise ValueError(f"{text!r} is not a week from 1900 to 2100")
        dt.date.fromisocalendar(week.year, week.number, 1)
        return week

    @classmethod
    def of(cls, date: dt.date) -> Week:
        """Return the ISO week that `date` lies in."""
        year, number, _ = date.isocalendar()
        return cls(year, number)

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """The seven dates, Monday first."""
        return tuple(dt.date.fromisocalendar(self.year, self.number, day) for day in range(1, 8))

    def next(self) -> Week:
        """Return the week after this one."""
        return Week.of(self.dates[6] + dt.timedelta(days=1))

    def cell(self, key: str) -> Cell:
        """Return the cell named `fri-pm` in this week; raises ValueError where there is none."""
        day, _, half = key.strip().lower().partition("-")
        if day not in WEEKDAYS or half.upper() not in Half.__members__:
            raise ValueError(f"{key!r} is not a half-day such as fri-pm")
        return Cell(self.dates[WEEKDAYS.index(day)], Half[half.upper()])

    def __lt__(self, other: Week) -> bool:
        return (self.year, self.number) < (other.year, other.number)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


class DayKind(StrEnum):
    """What a date is for the clinic: a working day, a weekend, or a closed public holiday."""

    WORKING = "working"
    WEEKEND = "weekend"
    CLOSED = "closed"


@dataclass(frozen=True)
class Day:
    """A date of the planned week: its kind, the weekday whose standing timetable it follows, and why."""

    date: dt.date
    kind: DayKind
    follows: int
    reason: str = ""


@dataclass(frozen=True)
class DayOverride:
    """A planner's word on one date, stronger than the public calendar."""

    kind: DayKind
    follows: int | None = None
    reason: str = ""


def week_days(week: Week, overrides: Mapping[dt.date, DayOverride]) -> tuple[Day, ...]:
    """Return the seven days of `week` in China: public holidays closed, adjusted Saturdays and Sundays working.

    An override wins over the public calendar. A day follows its own weekday's timetable unless the override
    names another.
    """
    import holidays

    public = holidays.country_holidays("CN", years=range(week.year - 1, week.year + 2), language="zh_CN")
    return tuple(_day(date, public, overrides.get(date)) for date in week.dates)


def _day(date: dt.date, public: object, override: DayOverride | None) -> Day:
    weekday = date.weekday()
    if override is not None:
        follows = weekday if override.follows is None else override.follows
        return Day(date, override.kind, follows, override.reason)
    names = public.get(date)  # type: ignore[attr-defined]
    if public.is_working_day(date):  # type: ignore[attr-defined]
        reason = "" if weekday < 5 else "调休"
        return Day(date, DayKind.WORKING, weekday, reason)
    if names or weekday < 5:
        return Day(date, DayKind.CLOSED, weekday, names or "")
    # A weekend between two public holidays belongs to them, though the calendar names it not.
    friday = date - dt.timedelta(days=weekday - 4)
    if not any(public.is_working_day(d) for d in (friday, friday + dt.timedelta(days=3))):  # type: ignore[attr-defined]
        return Day(date, DayKind.CLOSED, weekday, public.get(friday) or "")  # type: ignore[attr-defined]
    return Day(date, DayKind.WEEKEND, weekday)


def adjusted_days_known(year: int) -> bool:
    """Return whether the year's adjusted working days (调休) are in the public calendar yet."""
    import holidays

    public = holidays.country_holidays("CN", years=year)
    return any(day.year == year for day in public.weekend_workdays)


@total_ordering
@dataclass(frozen=True)
class Window:
    """A span of a day without a break, in minutes after midnight: 0 <= start < end <= 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 24 * 60:
            raise ValueError("a window starts before it ends, within one day")

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window written as `08:00-12:00`; raises ValueError for anything else."""
        start, dash, end = text.partition("-")
        if not dash:
            raise ValueError(f"{text!r} is not a window such as 08:00-12:00")
        return cls(parse_minute(start), parse_minute(end))

    def __lt__(self, other: Window) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __str__(self) -> str:
        return f"{clock_text(self.start)}-{clock_text(self.end)}"

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return self.end - self.start

    def cut(self, length: int) -> tuple[Window, ...]:
        """Return the window cut into pieces of `length` minutes, the last one shorter where it must be."""
        starts = range(self.start, self.end, length)
        return tuple(Window(start, min(start + length, self.end)) for start in starts)


@dataclass(frozen=True, order=True)
class Hours:
    """The hours of a session: one window, or several in order with a break between each two."""

    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        if not self.windows or any(a.end > b.start for a, b in itertools.pairwise(self.windows)):
            raise ValueError("hours are windows in order that do not overlap")

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Return the hours written as `14:00-16:00`, with a break as `08:00-10:00;10:15-11:30`; raises ValueError."""
        plain = re.sub(r"\s*[~—–至到]+\s*", "-", unicodedata.normalize("NFKC", text).strip())
        return cls(tuple(Window.parse(part) for part in re.split(r"\s*[;,、+]\s*", plain)))

    def __str__(self) -> str:
        return ";".join(map(str, self.windows))

    @property
    def start(self) -> int:
        """The minute after midnight at which they begin."""
        return self.windows[0].start

    @property
    def end(self) -> int:
        """The minute after midnight at which they end."""
        return self.windows[-1].end

    @property
    def breaks(self) -> tuple[Window, ...]:
        """The breaks between the windows."""
        pairs = itertools.pairwise(self.windows)
        return tuple(Window(a.end, b.start) for a, b in pairs if a.end < b.start)

    @property
    def minutes(self) -> int:
        """Minutes without the breaks."""
        return sum(window.minutes for window in self.windows)

    def minute(self, worked: int) -> int:
        """Return the minute after midnight at which so many minutes (0 to `minutes` - 1) are over, breaks left out."""
        for window in self.windows:
            if worked < window.minutes:
                return window.start + worked
            worked -= window.minutes
        raise ValueError("the hours are over by then")

    def cut(self, length: int) -> tuple[Window, ...]:
        """Return every window cut into pieces of `length` minutes, the last one of each shorter where it must be."""
        return tuple(piece for window in self.windows for piece in window.cut(length))

    def overlaps(self, other: Hours) -> bool:
        """Return whether one begins before the other ends and ends after it begins; a break counts as being there."""
        return self.start < other.end and other.start < self.end


def are_hours_of(half: Half, hours: Hours, usual: Mapping[Half, Hours]) -> bool:
    """Return whether hours begin and end after the usual ones of each earlier half, and before those of each later one."""
    pairs = (
        (usual[other], hours) if other < half else (hours, usual[other])
        for other in Half
        if other is not half
    )
    return all(before.start < after.start and before.end < after.end for before, after in pairs)


def parse_minute(text: str) -> int:
    """Return minutes after midnight for `08:30`; `24:00` is the end of the day."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", text.strip())
    if match is None or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise ValueError(f"{text!r} is not a time such as 08:30")
    return int(match[1]) * 60 + int(match[2])


def clock_text(minute: int) -> str:
    """Return minutes after midnight as `08:30`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


BEIJING = dt.timezone(dt.timedelta(hours=8))
"""The hospital's time: China has one zone and no summer time."""


def moment(date: dt.date, minute: int) -> dt.datetime:
    """Return the moment of a minute after midnight (0 to 1439) on a date in Beijing."""
    return dt.datetime.combine(date, dt.time(minute // 60, minute % 60), BEIJING)
