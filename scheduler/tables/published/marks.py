"""Marks that do not stand about a name: beside a time (周五下午（特需）), or in a note (暂停)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from scheduler.tables.columns.moments import Moment, Sort, names_a_moment, read_moments, weeks_in
from scheduler.tables.columns.spellings import folded, simplified
from scheduler.tables.columns.values import parse_status
from scheduler.tables.published.names import BRACKETED, LONGEST, told_beside

_BETWEEN_WORDS = re.compile(r"[、，,;；。\s()（）]+")
_STOP = r"(本周|本次|当日|临时|暂时|已|暂)*(停诊|停|休诊|不出诊|取消|请假)"
_STATUS_WORD = re.compile(rf"{_STOP}(至[\d月日号./-]+)?|(正常|照常)出诊")
_STOPPED_DAYS = re.compile(rf"(?P<days>.+?){_STOP}(一次)?")


def status_in_note(note: str) -> bool:
    """Return whether a word of the note says that the session is stopped; raises ValueError where none tells.

    A sentence that speaks of stopping (节假日停诊) is no word: it may mean other days.
    """
    for word in map(simplified, _BETWEEN_WORDS.split(note[:LONGEST])):
        if _STATUS_WORD.fullmatch(word):
            return "出诊" not in word or parse_status(word)
    raise ValueError(f"{note!r} tells no status")


@lru_cache(maxsize=4096)
def is_understood_note(note: str) -> bool:
    """Return whether each word of the note tells a status or weeks."""
    return all(
        _STATUS_WORD.fullmatch(word) or weeks_in(word) or _stopped_days(word)
        for word in map(simplified, _BETWEEN_WORDS.split(note))
        if word
    )


@lru_cache(maxsize=4096)
def stops_in_note(note: str) -> tuple[Moment, ...]:
    """Return the days, with halves where these are named, on which the note says that sessions stop (7月22日停诊)."""
    words = map(simplified, _BETWEEN_WORDS.split(note[:LONGEST]))
    return tuple(moment for word in words for moment in _stopped_days(word))


def _stopped_days(word: str) -> tuple[Moment, ...]:
    match = None if _STATUS_WORD.fullmatch(word) else _STOPPED_DAYS.fullmatch(word)
    if match is None or not names_a_moment(match["days"]):
        return ()
    moments = read_moments(match["days"])
    return moments if all(moment.days and not moment.aside for moment in moments) else ()


_BETWEEN_TIMES = re.compile(r"[、，,;；\n]+(?![^(（]*[)）])")


@lru_cache(maxsize=4096)
def marked_times(text: str, column: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return each time of a cell with what the marks beside it say, by column; none where a time is unknown.

    A mark that is not understood is a note. A text that is a time without its marks being taken off has none.
    """
    sort: Sort = "" if column == "when" else column  # type: ignore[assignment]  # a time column is a sort
    if len(text) > LONGEST or names_a_moment(text, sort):
        return ()
    time, rest = _parted(text, sort)
    if rest:
        parts = marked_times(time, column) or ((time, {}),)
        return tuple((one, _joined([said, _said(rest)])) for one, said in parts)
    if not BRACKETED.search(text):
        return ()
    found = []
    for piece in _pieces(text) if column == "when" else (text,):
        said = [_said(match[1]) for match in BRACKETED.finditer(piece) if not names_a_moment(match[1])]
        bare = BRACKETED.sub(lambda match: match[0] if names_a_moment(match[1]) else "", piece)
        if not names_a_moment(bare, sort):
            return ()
        found.append((bare, _joined(said)))
    return tuple(found)


def _parted(text: str, sort: Sort) -> tuple[str, str]:
    """Return the times of a cell and what stands behind a blank (周一、周四上午 特需门诊三诊室); empty where nothing does."""
    for blank in reversed(list(re.finditer(r"\s+", text.strip()))):
        time, rest = text[: blank.start()], text[blank.end() :]
        if names_a_moment(BRACKETED.sub("", time), sort) and not BRACKETED.match(rest):
            return time, rest
    return "", ""


def _joined(said: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    notes = [one["note"] for one in said if "note" in one]
    joined = {column: word for one in said for column, word in one.items()}
    return {**joined, "note": "；".join(notes)} if notes else joined


def _pieces(text: str) -> Iterator[str]:
    """Yield the times of a cell, each with its days and halves: 周一、周三上午 is one."""
    held = ""
    for piece in filter(str.strip, _BETWEEN_TIMES.split(text)):
        held = f"{held}、{piece}" if held else piece
        bare = BRACKETED.sub("", held)
        if not names_a_moment(bare) or all(moment.halves for moment in read_moments(bare)):
            yield held
            held = ""
    if held:
        yield held


def _said(mark: str) -> Mapping[str, str]:
    """Return the columns that a mark fills; one that is not understood is a note."""
    told = told_beside(mark)
    if not folded(mark):
        return {}
    if told is None or told.moments:
        return {"note": mark}
    columns = {
        "status": told.stopped is not None,
        "kind": told.kind is not None,
        "campus": bool(told.campus),
        "room": bool(told.room),
        "clinic": bool(told.clinic),
    }
    filled = {column: mark for column, holds in columns.items() if holds}
    if told.tickets is not None:
        filled["capacity"] = str(told.tickets)
    return filled or {"note": mark}
