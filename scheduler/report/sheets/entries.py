"""What stands in a half-day's cell: the sessions there and those that left it, distinguished by their look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.clock import Cell
from scheduler.report.voice import Voice
from scheduler.roster import Change, Session
from scheduler.words import Message, message

TRACE_MARKS = ("←", "→")
"""How lines begin that tell where a session came from or went to."""

DROPPED_MARK = "× "
"""How the line of a dropped session begins."""

_ORDER = ("moved", "added", "text", "dropped", "away")

LEGEND: tuple[tuple[str, Message], ...] = (
    ("moved", message("moved here (← from)")),
    ("away", message("moved away (→ to)")),
    ("added", message("added")),
    ("dropped", message("dropped")),
)
"""Looks of changed cells and what they mean."""


@dataclass(frozen=True)
class CellEntry:
    """The text of a cell and its look; the look is that of the weightiest session in it."""

    text: str
    look: str


def entries(
    sessions: Iterable[Session], name: Callable[[Session], str], voice: Voice
) -> Mapping[Cell, CellEntry]:
    """Return the cells that the sessions of one row are held at."""
    return _entries_by_cell(
        (s.at, _held_entry(s, name(s), voice)) for s in _by_identity(sessions) if s.cell is not None
    )


def entries_with_traces(
    sessions: Iterable[Session], name: Callable[[Session], str], voice: Voice
) -> Mapping[Cell, CellEntry]:
    """Return the cells that the sessions of one row are held at, have left, or were dropped from."""
    return _entries_by_cell(entry for s in _by_identity(sessions) for entry in _entries_of(s, name(s), voice))


def _by_identity(sessions: Iterable[Session]) -> list[Session]:
    return sorted(sessions, key=lambda session: session.session)


def _held_entry(session: Session, name: str, voice: Voice) -> CellEntry:
    if session.was is not None and session.change is Change.MOVED:
        return CellEntry(f"{name}\n← {voice.short_cell(session.was)}", "moved")
    if session.change is Change.COVERED:
        return CellEntry(f"{name}\n← {session.was_doctor}", "moved")
    return CellEntry(name, "added" if session.change is Change.ADDED else "text")


def _entries_of(session: Session, name: str, voice: Voice) -> Iterator[tuple[Cell, CellEntry]]:
    if session.cell is not None:
        yield session.cell, _held_entry(session, name, voice)
    if session.was is not None and session.change is Change.MOVED:
        yield session.was, CellEntry(f"→ {voice.short_cell(session.at)}", "away")
    if session.was is not None and session.change is Change.DROPPED:
        yield session.was, CellEntry(f"{DROPPED_MARK}{name}", "dropped")


def _entries_by_cell(parts: Iterable[tuple[Cell, CellEntry]]) -> Mapping[Cell, CellEntry]:
    entries: defaultdict[Cell, list[CellEntry]] = defaultdict(list)
    for cell, part in parts:
        entries[cell].append(part)
    return {cell: _join_entries(entries[cell]) for cell in sorted(entries)}


def _join_entries(parts: list[CellEntry]) -> CellEntry:
    ordered = sorted(parts, key=lambda part: _ORDER.index(part.look))
    return CellEntry("\n".join(part.text for part in ordered), ordered[0].look)
