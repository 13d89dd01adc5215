"""A repair in words: what becomes of each session that changes."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.names import cell_name
from scheduler.roster import Change, Roster, Session
from scheduler.words import Message, message


def told(roster: Roster) -> Iterator[Message]:
    """Yield a sentence for every changed session, by the half-day that it was at or is added at."""
    for session in sorted(roster.changed, key=lambda s: (s.was or s.at, s.session)):
        yield _sentence(session)


def _sentence(session: Session) -> Message:
    if session.change is Change.ADDED or session.was is None:
        return message(
            "{doctor} gets a session on {cell}, room {room}.",
            doctor=session.doctor,
            cell=cell_name(session.at),
            room=session.room or "-",
        )
    if session.change is Change.DROPPED:
        return message(
            "{doctor}'s session on {was} is dropped, {tickets} tickets.",
            doctor=session.doctor,
            was=cell_name(session.was),
            tickets=session.tickets,
        )
    if session.change is Change.COVERED:
        return message(
            "{other} takes over {doctor}'s session on {cell}, room {room}.",
            other=session.doctor,
            doctor=session.owner,
            cell=cell_name(session.at),
            room=session.room or "-",
        )
    return message(
        "{doctor}'s session on {was} moves to {cell}, room {room}.",
        doctor=session.doctor,
        was=cell_name(session.was),
        cell=cell_name(session.at),
        room=session.room or "-",
    )
