"""How places are named: stable keys for programs, sentences' parts for people."""

from __future__ import annotations

import datetime as dt

from scheduler.clock import WEEKDAYS, Cell, Half, Week
from scheduler.scenario.hospital import Level
from scheduler.words import Message, message

_WEEKDAYS = (
    message("Monday"),
    message("Tuesday"),
    message("Wednesday"),
    message("Thursday"),
    message("Friday"),
    message("Saturday"),
    message("Sunday"),
)
_HALVES = {Half.AM: message("morning"), Half.PM: message("afternoon"), Half.EVE: message("evening")}
LEVEL_WORDS = {
    Level.RESIDENT: message("resident"),
    Level.ATTENDING: message("attending"),
    Level.DEPUTY_CHIEF: message("deputy chief"),
    Level.CHIEF: message("chief"),
    Level.KNOWN_EXPERT: message("known expert"),
}


def place(*parts: str) -> str:
    """Return the key of a place: its parts from wide to narrow, a dash for one that nothing names."""
    return ", ".join(part or "-" for part in parts)


def cell_key(week: Week, cell: Cell) -> str:
    """Return `fri-pm` for a half-day of `week`, and the whole date for one that lies in another week."""
    return cell.key if cell.date in week.dates else f"{cell.date.isoformat()}-{cell.half.lower()}"


def span_key(day: str, half: Half | None) -> str:
    """Return `fri-pm`, `2026-07-24-any` or `any-pm` for the half-days that a row of a table speaks of."""
    return f"{day or 'any'}-{half.lower() if half else 'any'}"


def day_name(date: dt.date) -> Message:
    """Return the date as people say it: Friday 2026-07-24."""
    return message("{weekday} {date}", weekday=_WEEKDAYS[date.weekday()], date=date.isoformat())


def cell_name(cell: Cell) -> Message:
    """Return the half-day as people say it: Friday 2026-07-24 morning."""
    return message(
        "{weekday} {date} {half}",
        weekday=_WEEKDAYS[cell.date.weekday()],
        date=cell.date.isoformat(),
        half=_HALVES[cell.half],
    )


def half_name(half: Half) -> Message:
    """Return the half as people say it: morning."""
    return _HALVES[half]


def span_name(day: str, half: Half | None) -> Message:
    """Return the half-days that a row speaks of as people say them: Friday, afternoon."""
    when = _WEEKDAYS[WEEKDAYS.index(day)] if day in WEEKDAYS else day or message("the whole week")
    return message(
        "{day}, {half}", day=when, half=_HALVES[half] if half is not None else message("any half-day")
    )


def level_name(level: Level) -> Message:
    """Return the level as people say it: deputy chief."""
    return LEVEL_WORDS[level]
