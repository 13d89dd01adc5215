"""What stands in a half-day's cell: the sessions there and those that left it, told apart by their look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.clock import Cell
from scheduler.report.voice import Voice
from scheduler.roster import Change, Session
from scheduler.words import Message, message

_ORDER = ("moved", "added", "text", "dropped", "away")

LEGEND: tuple[tuple[str, Message], ...] = (
    ("moved", message("moved here (← from)")),
    ("away", message("moved away (→ to)")),
    ("added", message("added")),
    ("dropped", message("dropped")),
)
"""Looks of changed cells and what they mean."""


@dataclass(frozen=True)
class Entry:
    """The text of a cell and its look; the look is that of the weightiest session in it."""

    text: str
    look: str


def entries(
    sessions: Iterable[Session], name: Callable[[Session], str], voice: Voice
) -> Mapping[Cell, Entry]:
    """Return the cells that the sessions of one row are held at."""
    return _together((s.at, _held(s, name(s), voice)) for s in _sorted(sessions) if s.cell is not None)


def entries_with_traces(
    sessions: Iterable[Session], name: Callable[[Session], str], voice: Voice
) -> Mapping[Cell, Entry]:
    """Return the cells that the sessions of one row are held at, have left, or were dropped from."""
    return _together(entry for s in _sorted(sessions) for entry in _traced(s, name(s), voice))


def _sorted(sessions: Iterable[Session]) -> list[Session]:
    return sorted(sessions, key=lambda session: session.session)


def _held(session: Session, name: str, voice: Voice) -> Entry:
    if session.was is not None and session.change is Change.MOVED:
        return Entry(f"{name}\n← {voice.short_cell(session.was)}", "moved")
    if session.change is Change.COVERED:
        return Entry(f"{name}\n← {session.was_doctor}", "moved")
    return Entry(name, "added" if session.change is Change.ADDED else "text")


def _traced(session: Session, name: str, voice: Voice) -> Iterator[tuple[Cell, Entry]]:
    if session.cell is not None:
        yield session.cell, _held(session, name, voice)
    if session.was is not None and session.change is Change.MOVED:
        yield session.was, Entry(f"→ {voice.short_cell(session.at)}", "away")
    if session.was is not None and session.change is Change.DROPPED:
        yield session.was, Entry(name, "dropped")


def _together(parts: Iterable[tuple[Cell, Entry]]) -> Mapping[Cell, Entry]:
    found: defaultdict[Cell, list[Entry]] = defaultdict(list)
    for cell, part in parts:
        found[cell].append(part)
    return {cell: _joined(found[cell]) for cell in sorted(found)}


def _joined(parts: list[Entry]) -> Entry:
    ordered = sorted(parts, key=lambda part: _ORDER.index(part.look))
    return Entry("\n".join(part.text for part in ordered), ordered[0].look)
