"""The edits that make one roster of another, session by session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.clock import Cell
from scheduler.compare import Aspect, SessionChange, clinics_of, compare_rosters
from scheduler.names import cell_name
from scheduler.roster import Roster, Session
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


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


def edits_written(before: Roster, after: Roster) -> tuple[Edit, ...]:
    """Return the edits that a planner wrote into a list of sessions.

    They are those of `edits_between`, but a moved or added session whose room nobody wrote anew takes one that is
    free there.
    """
    rooms = {session.session: session.room for session in before.sessions}
    return tuple(_with_free_room(edit, rooms) for edit in edits_between(before, after))


def _with_free_room(edit: Edit, rooms: Mapping[str, str]) -> Edit:
    match edit:
        case Add(room="") | Move(cell=Cell(), room=""):
            return replace(edit, room=None)
        case Move(cell=Cell()) if edit.room == rooms[edit.session]:
            return replace(edit, room=None)
    return edit


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


def edited_sentences(scenario: Scenario, before: Roster, after: Roster) -> list[Message]:
    """Return a sentence for each session that differs between a roster and an edited one."""
    names = {key: doctor.name or key for key, doctor in scenario.doctor_of.items()}
    return [
        message("{session}: {what}", session=change.session.session, what=_what(change, names))
        for change in compare_rosters(before, after)
    ]


def _what(change: SessionChange, names: Mapping[str, str]) -> Message:
    before, after = change.before, change.after
    if before is None or after is None:
        session = change.session
        return message(
            "{done}: {doctor}, {cell}, {clinics}, {tickets:ticket|tickets}, room {room}",
            done=message("new") if before is None else message("not held any more"),
            doctor=names[session.doctor],
            cell=cell_name(session.at),
            clinics=list(clinics_of(session)),
            tickets=session.tickets,
            room=session.room or "-",
        )
    return message("{parts}", parts=[_part(aspect, before, after, names) for aspect in change.aspects])


def _part(aspect: Aspect, before: Session, after: Session, names: Mapping[str, str]) -> Message:
    match aspect:
        case Aspect.MOVED:
            return message("{cell} instead of {was}", cell=cell_name(after.at), was=cell_name(before.at))
        case Aspect.DOCTOR:
            return message("{doctor} instead of {was}", doctor=names[after.doctor], was=names[before.doctor])
        case Aspect.CLINIC:
            return message(
                "{clinics} instead of {was}", clinics=list(clinics_of(after)), was=list(clinics_of(before))
            )
        case Aspect.TICKETS:
            return message(
                "{tickets:ticket|tickets} instead of {was}", tickets=after.tickets, was=before.tickets
            )
    return message("room {room} instead of {was}", room=after.room or "-", was=before.room or "-")
