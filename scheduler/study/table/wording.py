"""The table in words: every value as a reader sees it, with its difference to the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scheduler.balance import Balance
from scheduler.clock import WEEKDAYS, Week
from scheduler.exact import exact_text
from scheduler.outcome import Status
from scheduler.report.voice import Voice, decimal_text
from scheduler.report.words import STATUS_WORDS
from scheduler.scenario.policy import RatioPolicy
from scheduler.study.study import BASE
from scheduler.study.table.columns import Column, PlacedValue, Value
from scheduler.study.table.roster_figures import RoomUse, RosterFigures
from scheduler.study.table.rows import VariantRow
from scheduler.study.table.session_changes import SessionPlace
from scheduler.words import Message, message

_SOME_WEEK = Week(2024, 1)
NOTHING = "–"
"""What stands where a row has no value."""


@dataclass(frozen=True)
class CellText:
    """A value as shown; `difference` is what it is more or less than the base's, empty where it is the same.

    `above` is whether it is a day's ratio above the limit.
    """

    text: str
    difference: str = ""
    above: bool = False

    def __str__(self) -> str:
        return f"{self.text} ({self.difference})" if self.difference else self.text


def heading(column: Column, voice: Voice) -> str:
    """Return the column's heading; one of a weekday names it."""
    text = voice.say(column.heading)
    return f"{at_text(column.day, voice)} {text}" if column.day else text


def at_text(key: str, voice: Voice) -> str:
    """Return a day such as `fri` or a half-day such as `fri-pm` as people write it; nothing for nothing."""
    return _at_text(key, voice.language)


# A page names the same few half-days thousands of times, and a date is slow to write.
@lru_cache(maxsize=128)
def _at_text(key: str, language: str) -> str:
    voice = Voice(language)
    if not key:
        return ""
    if "-" in key:
        return voice.short_cell(_SOME_WEEK.cell(key))
    return voice.weekday(_SOME_WEEK.dates[WEEKDAYS.index(key)])


def cell_texts(
    row: VariantRow, columns: Sequence[Column], base: VariantRow | None, voice: Voice
) -> list[CellText]:
    """Return the row's values; the base's own row has no differences, and none has any without a base."""
    return [cell_text(row, column, base, voice) for column in columns]


def cell_text(row: VariantRow, column: Column, base: VariantRow | None, voice: Voice) -> CellText:
    """Return the value of one column."""
    value = None if row.figures is None else column.read(row.figures)
    if value is None:
        return CellText(NOTHING)
    before = None if base is None or base.figures is None or row is base else column.read(base.figures)
    return CellText(
        _text(value, row.roster, voice), _difference(value, before, voice), _above(column, value, row)
    )


def _text(value: Value, roster: RosterFigures | None, voice: Voice) -> str:
    match value:
        case PlacedValue():
            return f"{_text(value.value, roster, voice)} {at_text(value.at, voice)}"
        case Balance() if roster is not None:
            return voice.ratio(value, RatioPolicy(limit=roster.limit, target=roster.target))
        case RoomUse():
            return voice.share(value.used, value.open)
        case Fraction():
            return exact_text(value)
        case int():
            return voice.number(value)
        case tuple():
            return voice.join(value)
    return NOTHING


def _difference(value: Value, before: Value, voice: Voice) -> str:
    if isinstance(value, PlacedValue) and isinstance(before, PlacedValue):
        return _difference(value.value, before.value, voice)
    if isinstance(value, int) and isinstance(before, int):
        return "" if value == before else _sign(value - before) + voice.number(abs(value - before))
    if isinstance(value, Fraction) and isinstance(before, Fraction):
        return "" if value == before else _sign(value - before) + exact_text(abs(value - before))
    if isinstance(value, Balance) and isinstance(before, Balance):
        return _apart(value.ratio, before.ratio, 2)
    if isinstance(value, RoomUse) and isinstance(before, RoomUse):
        parts = [None if use.share is None else use.share * 100 for use in (value, before)]
        return _apart(parts[0], parts[1], 1)
    return ""


def _sign(number: int | Fraction) -> str:
    return "+" if number > 0 else "-"


def _apart(value: Fraction | None, before: Fraction | None, digits: int) -> str:
    """Return the difference with so many digits, or as many (at most 4) as it takes not to look like none."""
    if value is None or before is None or value == before:
        return ""
    apart = abs(value - before)
    enough = next((n for n in range(digits, 4) if round(apart * 10**n)), 4)
    return _sign(value - before) + decimal_text(apart, enough)


def _above(column: Column, value: Value, row: VariantRow) -> bool:
    balance = value.value if isinstance(value, PlacedValue) else value
    if row.roster is None or not isinstance(balance, Balance) or not (column.day or column.placed):
        return False
    return not column.key.endswith("_tickets") and not balance.within(row.roster.limit)


def title_text(row: VariantRow, voice: Voice) -> str:
    """Return what the row is called; a base without a title is called so in the reader's language."""
    return voice.say(message("base")) if row.title == BASE else row.title


def outcome_text(row: VariantRow, voice: Voice) -> str:
    """Return in a word or two how the row ended, such as `proved` or `No roster possible`."""
    return voice.say(_outcome(row))


def _outcome(row: VariantRow) -> Message:
    figures = row.figures
    if figures is None:
        return message("failed")
    if figures.status in (Status.INFEASIBLE, Status.TIMED_OUT):
        return STATUS_WORDS[figures.status]
    if figures.broken:
        return message("rules broken: {n}", n=figures.broken)
    return message("proved") if figures.proved else message("not proved")


def place_text(standing: SessionPlace, doctor: str, tickets: int, voice: Voice) -> str:
    """Return where a session of `doctor` stands, such as `Fri PM`; who else holds it, and tickets unlike `tickets`."""
    if not standing.at:
        return voice.say(message("not held"))
    parts = [at_text(standing.at, voice)]
    if standing.holder != doctor:
        parts.append(voice.say(message("held by {doctor}", doctor=standing.holder)))
    if standing.tickets != tickets:
        parts.append(voice.say(message("{n:ticket|tickets}", n=standing.tickets)))
    return voice.join(parts)
