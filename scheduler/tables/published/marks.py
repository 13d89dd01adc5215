"""Marks that stand beside a time: 周五下午（特需）."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from scheduler.tables.columns.moments import Sort, names_a_moment, read_moments
from scheduler.tables.columns.spellings import folded
from scheduler.tables.published.names import BRACKETED, LONGEST, told_beside
from scheduler.text_cache import text_cache

_BETWEEN_TIMES = re.compile(r"[、，,;；\n]+(?![^(（]*[)）])")


@text_cache
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
    """Return the times of a cell and what stands behind a blank (周一、周四上午 特需门诊三诊室), or nothing."""
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
