"""The edits that make one roster of another, session by session."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.roster import Roster, Session


def edits_between(before: Roster, after: Roster) -> tuple[Edit, ...]:
    """Return the edits that make `after` of `before`, in the order of the sessions' identities.

    A session that is in `after` alone is added, under an identity that its doctor and half-day give it; one that is in
    `before` alone is dropped. A session that two rosters hold becomes what it is in `after`, its room named.
    """
    old = {session.session: session for session in before.sessions}
    new = {session.session: session for session in after.sessions}
    return tuple(
        edit for key in sorted(old.keys() | new.keys()) for edit in _edits(old.get(key), new.get(key))
    )


def _edits(old: Session | None, new: Session | None) -> Iterator[Edit]:
    if old is None and new is not None:
        if new.cell is not None:
            yield Add(new.doctor, new.cell, new.blocks, new.room)
        return
    assert old is not None, "a session is in one of the rosters"
    if new is None:
        yield Drop(old.session)
        return
    moves = new.cell is not None and new.cell != old.cell
    move = Move(
        old.session,
        new.cell if moves else None,
        new.room if new.cell is not None and (moves or new.room != old.room) else None,
        None if new.doctor == old.doctor else new.doctor,
        None if sorted(new.blocks) == sorted(old.blocks) else new.blocks,
    )
    if move != Move(old.session):
        yield move
    if new.cell is None and old.cell is not None:
        yield Drop(old.session)
