"""A roster's own file as a planner changed it, read back as edits of the roster that stands in its slots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.adjust.edit import Edit
from scheduler.adjust.edited_workbook import edits_of_workbook
from scheduler.adjust.roster_edits import edits_written
from scheduler.clock import Cell, Half
from scheduler.roster import Plan, Roster, Session, Slot
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.sheets import is_workbook
from scheduler.tables.roster.read import read_plan, read_sessions


@dataclass(frozen=True)
class EditedFile:
    """The `plan` before a planner's changes, and the `edits` that make of it what the file says."""

    plan: Plan
    edits: tuple[Edit, ...]


def read_edited_file(scenario: Scenario, folder: Path, file: Path) -> EditedFile:
    """Return the edits in a changed sessions.csv or roster.xlsx, which may be the folder's own.

    Raises InputError with everything in the folder or the file that cannot be read.
    """
    plan = before_edits(scenario, read_plan(scenario, folder))
    if is_workbook(file):
        return EditedFile(plan, edits_of_workbook(scenario, plan.roster, file))
    return EditedFile(plan, edits_written(plan.roster, read_sessions(scenario, file)))


def before_edits(scenario: Scenario, plan: Plan) -> Plan:
    """Return the plan whose sessions are as its slots were cut: what it was before somebody changed sessions.csv.

    Sessions without slots, and slots that tell no half-day, are taken as they are.
    """
    slots: dict[str, list[Slot]] = {}
    for slot in plan.slots:
        slots.setdefault(slot.session, []).append(slot)
    if not slots:
        return plan
    known = {session.session: session for session in plan.roster.sessions}
    sessions = {key: _as_cut(scenario, known[key], cut) for key, cut in slots.items() if key in known}
    # A session without slots was dropped before, or is new.
    rest = {
        key: replace(session, cell=None, room="")
        for key, session in known.items()
        if key not in sessions and session.was is not None
    }
    whole = {**sessions, **rest}
    return Plan(Roster(tuple(whole[key] for key in sorted(whole))), plan.slots, plan.holdings)


def _as_cut(scenario: Scenario, session: Session, slots: list[Slot]) -> Session:
    first = min(slots, key=lambda slot: (slot.window.start, slot.clinic))
    half = _half_of(scenario, session, first)
    tickets: dict[str, int] = {}
    for slot in slots:
        tickets[slot.clinic] = tickets.get(slot.clinic, 0) + slot.tickets
    cell = session.cell if half is None else Cell(first.date, half)
    owner = session.owner if session.was is not None else first.doctor
    return replace(
        session,
        doctor=first.doctor,
        cell=cell,
        room=first.room,
        blocks=tuple(Block(clinic, count) for clinic, count in sorted(tickets.items())),
        was_doctor="" if owner == first.doctor else owner,
    )


def _half_of(scenario: Scenario, session: Session, first: Slot) -> Half | None:
    """Return the half of a session whose first slot this is: the one that begins with it, else one it lies in."""
    start = first.window.start
    hours_of = {
        half: scenario.session_hours(session.origin, Cell(first.date, half), (first.clinic,)) for half in Half
    }
    begins = (half for half, hours in hours_of.items() if hours.start == start)
    lies_in = (half for half, hours in hours_of.items() if hours.start <= start < hours.end)
    return next(begins, None) or next(lies_in, None)
