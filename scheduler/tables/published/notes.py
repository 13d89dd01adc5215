"""What notes say, and marks of stopping: that a session is stopped (暂停), on which days (7月22日停诊), its tickets."""

from __future__ import annotations

import re

from scheduler.tables.columns.moments import Moment, names_a_moment, read_moments, weeks_in
from scheduler.tables.columns.spellings import simplified
from scheduler.tables.columns.values import parse_status
from scheduler.text_cache import text_cache

_LONGEST = 120
"""Patterns are not tried on longer texts."""
_BETWEEN_WORDS = re.compile(r"[、，,;；。\s()（）]+")
_STOP = r"(本周|本次|当日|临时|暂时|已|暂)*(停诊|停|休诊|不出诊|取消|请假|[休年病产事]假|公休|外出|出差)"
_STATUS_WORD = re.compile(rf"{_STOP}(至[\d月日号./-]+)?|(正常|照常)出诊")
_TICKETS = re.compile(r"(?:每次|每半天)?限号?(\d{1,3})(?:个?号|人|个)?")
_STOPPED_DAYS = re.compile(rf"(?P<days>.+?){_STOP}(一次)?")


def status_in_note(note: str) -> bool:
    """Return whether a word of the note says that the session is stopped; raises ValueError where none tells.

    A sentence that speaks of stopping (节假日停诊) is no word: it may mean other days.
    """
    for word in map(simplified, _BETWEEN_WORDS.split(note[:_LONGEST])):
        if _STATUS_WORD.fullmatch(word):
            return "出诊" not in word or parse_status(word)
    raise ValueError(f"{note!r} tells no status")


@text_cache
def is_understood_note(note: str) -> bool:
    """Return whether each word of the note tells a status, tickets or weeks."""
    return all(
        _STATUS_WORD.fullmatch(word) or _TICKETS.fullmatch(word) or weeks_in(word) or stopped_days(word)
        for word in map(simplified, _BETWEEN_WORDS.split(note))
        if word
    )


@text_cache
def tickets_in_note(note: str) -> int | None:
    """Return the tickets to which a word of the note limits a session (限20号), or None."""
    words = map(simplified, _BETWEEN_WORDS.split(note[:_LONGEST]))
    return next((int(match[1]) for word in words if (match := _TICKETS.fullmatch(word))), None)


@text_cache
def stops_in_note(note: str) -> tuple[Moment, ...]:
    """Return the days, with halves where these are named, on which the note says that sessions stop (7月22日停诊)."""
    words = map(simplified, _BETWEEN_WORDS.split(note[:_LONGEST]))
    return tuple(moment for word in words for moment in stopped_days(word))


@text_cache
def stopped_days(word: str) -> tuple[Moment, ...]:
    """Return the days, or the half of every day, that a simplified word says are stopped: 周三停诊, 下午停诊."""
    match = None if len(word) > _LONGEST or _STATUS_WORD.fullmatch(word) else _STOPPED_DAYS.fullmatch(word)
    if match is None or not names_a_moment(match["days"]):
        return ()
    moments = read_moments(match["days"])
    return () if any(moment.aside for moment in moments) else moments
