"""The cell of a grid whose row names the doctor: ticks, times, clinics or tickets; each session that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scheduler.scenario.hospital import Kind
from scheduler.tables.columns.moments import Moment, read_moments
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import parse_kind
from scheduler.tables.published.names import NOTHING, CellEntry, names_in
from scheduler.text_cache import text_cache

TICKS = frozenset(
    "√ ✓ ✔ ☑ ● ○ ◎ ★ ▲ ■ ◆ v y yes 是 有 出 诊 门诊 出诊 坐诊 应诊 开诊 正常 on 1 + *".split()  # noqa: SIM905
)
"""Cells that say that there is a session and nothing else of it, folded."""

_DUTY = re.compile(
    r"病房|病区|查房|手术日?|值班|一线|二线|备班|夜班|下夜班?|会议|开会|教学|科研|进修|外出|下乡|支援|出差|学习|培训|行政"
    r"|年休假?|年假|公休|病假|产假|事假|补休"
)
"""What doctors do when they hold no clinic, as duty rosters write it."""

_MOVED_AWAY = "→"
"""How our own workbook begins a cell whose session went to another half-day."""


@text_cache
def sessions_in(cell: str) -> tuple[CellEntry, ...]:
    """Return an entry without a name for each session that a cell holds; a line that begins with a time begins one."""
    if duties_in(cell):
        cell = "/".join(piece for piece in _PIECES.split(cell) if not _DUTY.fullmatch(piece))
    if folded(cell) in NOTHING or cell.startswith(_MOVED_AWAY):
        return ()
    if (moments := _time(cell)) is not None:
        return (CellEntry("", moments=moments, weeks=moments[0].weeks),)
    return tuple(_session(moments, text) for moments, text in _parted(cell))


_PIECES = re.compile(r"[/、，,+\s]+")


@text_cache
def duties_in(cell: str) -> tuple[str, ...]:
    """Return the words of a cell that are other duties: 病房 of 病房/门诊."""
    return tuple(piece for piece in _PIECES.split(cell) if _DUTY.fullmatch(piece))


def of_person(session: CellEntry, person: CellEntry) -> CellEntry:
    """Return the session with its doctor, and with what stands about the doctor's name where the cell leaves it open."""
    return replace(
        session,
        name=person.name,
        post=person.post,
        number=person.number,
        marks=person.marks,
        unread=session.unread + person.unread,
        stops=session.stops + person.stops,
        level=session.level if session.level is not None else person.level,
        kind=session.kind if session.kind is not None else person.kind,
        stopped=session.stopped if session.stopped is not None else person.stopped,
        weeks=session.weeks or person.weeks,
        clinic=session.clinic or person.clinic,
        campus=session.campus or person.campus,
    )


def _time(text: str) -> tuple[Moment, ...] | None:
    try:
        return read_moments(text, "" if text.isascii() else "half")
    except ValueError:
        return None


_LEADING = re.compile(r"(上午|下午|晚上|夜间|全天|am|pm)[:：\s]*(?=\S)", re.IGNORECASE)


def _parted(cell: str) -> Iterator[tuple[tuple[Moment, ...], str]]:
    """Yield the times and the rest of each session in a cell."""
    now: tuple[tuple[Moment, ...], list[str]] = ((), [])
    for line in cell.splitlines():
        match = _LEADING.match(line)
        if match is not None:
            if any(now):
                yield now[0], "\n".join(now[1])
            now = (read_moments(match[1]), [line[match.end() :]])
        elif (moments := _time(line)) is not None and not now[0]:
            now = (moments, now[1])
        else:
            now[1].append(line)
    yield now[0], "\n".join(now[1])


def _session(moments: tuple[Moment, ...], text: str) -> CellEntry:
    """Return what a cell, its leading time taken off, says of a session."""
    key = folded(text)
    if key in TICKS or not key:
        return CellEntry("", moments=moments)
    if key.isdigit() and len(key) <= 3:
        return CellEntry("", moments=moments, tickets=int(key))
    head, dot, room = text.partition(" · ")
    if dot:  # as our own workbook writes a session: clinic and room
        return replace(_session(moments, head), room=room.split("\n")[0].strip())
    entries = names_in(text)
    if not entries:
        return CellEntry("", moments=moments)
    entry = _with_clinic(entries[0], ticked=any(folded(mark) in TICKS for mark in entries[0].marks))
    if entry.post:
        entry = replace(entry, kind=entry.kind if entry.kind is not None else kind_in(entry.name))
    elif entry.name:
        entry = replace(entry, clinic=entry.clinic or entry.name)
    return replace(entry, moments=moments or entry.moments, name="", post=False)


def _with_clinic(entry: CellEntry, *, ticked: bool) -> CellEntry:
    """Return the entry with what a name would not have, as part of its clinic's: 产前诊断, 疼痛（介入）."""
    if not entry.unread or ticked:
        return entry
    first, *rest = entry.unread if not entry.name else (entry.name, *entry.unread)
    return replace(entry, name=first + "".join(f"（{text}）" for text in rest), unread=())


_KIND_WORDS = re.compile(
    "特需|特诊|国际|国疗|外宾|多学科|mdt|名医|知名|专家门诊|普通门诊|专病|药学|药师", re.IGNORECASE
)


def kind_in(name: str) -> Kind | None:
    """Return the kind that a clinic's name tells, or None."""
    return parse_kind(name) if _KIND_WORDS.search(name) else None
