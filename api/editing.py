"""Edits as they are sent, made the library's; and a plan with edits applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.rosters import View
from api.shapes.edits import AddEdit, DropEdit, EditTold, EffectTold, MoveEdit, SessionTold
from api.told import violations_told
from scheduler.check.standings import Effect
from scheduler.clock import Cell
from scheduler.edit import Add, Drop, Edit, Move
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.repair.stops import parse_cell
from scheduler.roster import Plan, Roster, Session
from scheduler.scenario import Block, Scenario
from scheduler.words import message


def parsed_edits(scenario: Scenario, told: Sequence[EditTold]) -> list[Edit]:
    """Return the edits of a request; raises SettingError with every half-day and clinic that is none."""
    problems: list[Problem] = []
    found: list[Edit] = []
    for number, edit in enumerate(told):
        place = f"/edits/{number}"
        match edit:
            case DropEdit():
                found.append(Drop(edit.session))
            case MoveEdit():
                cell = None if edit.at is None else half_day(scenario, edit.at, f"{place}/at", problems)
                found.append(Move(edit.session, cell, edit.room, edit.doctor))
            case AddEdit():
                cell = half_day(scenario, edit.at, f"{place}/at", problems)
                problems += _strange_clinics(scenario, edit, place)
                blocks = tuple(Block(block.clinic, block.tickets) for block in edit.blocks)
                found.append(Add(edit.doctor, cell or scenario.cells[0], blocks, edit.room))
    if problems:
        raise SettingError(problems)
    return found


def half_day(scenario: Scenario, text: str, place: str, problems: list[Problem]) -> Cell | None:
    """Return the half-day of the scenario's week that is written so; what is wrong is added to `problems`."""
    try:
        cell = parse_cell(scenario.week, text)
    except ValueError:
        cell = None
    if cell is not None and cell in scenario.cells:
        return cell
    wrong, remedy = message("this is no half-day"), suggest(text.lower(), [c.key for c in scenario.cells])
    problems.append(Problem(Where(field=place), wrong, remedy, text))
    return None


def _strange_clinics(scenario: Scenario, edit: AddEdit, place: str) -> Iterable[Problem]:
    for number, block in enumerate(edit.blocks):
        if block.clinic not in scenario.clinic_of:
            where = Where(field=f"{place}/blocks/{number}/clinic")
            wrong = message("the scenario does not know this clinic")
            yield Problem(where, wrong, suggest(block.clinic, list(scenario.clinic_of)), block.clinic)


def edited(view: View, edits: Sequence[Edit]) -> Plan:
    """Return the plan of a view with edits applied; raises SettingError for sessions and doctors that are unknown."""
    plan = view.plan or Plan(Roster(()))
    gone, come = view.draft.exchange(edits)
    sessions = {session.session: session for session in plan.roster.sessions}
    slots = {slot.slot: slot for slot in plan.slots}
    holdings = {(one.slot, one.channel, one.holder): one for one in plan.holdings}
    for session in gone.roster.sessions:
        del sessions[session.session]
    for slot in gone.slots:
        del slots[slot.slot]
    for one in gone.holdings:
        del holdings[one.slot, one.channel, one.holder]
    sessions |= {session.session: session for session in come.roster.sessions}
    slots |= {slot.slot: slot for slot in come.slots}
    holdings |= {(one.slot, one.channel, one.holder): one for one in come.holdings}
    return Plan(
        Roster(tuple(sessions[key] for key in sorted(sessions))),
        tuple(slots[key] for key in sorted(slots)),
        tuple(holdings[key] for key in sorted(holdings)),
    )


def effect_told(version: int, sessions: Iterable[Session], effect: Effect) -> EffectTold:
    """Return what edits change, as it is told."""
    return EffectTold(
        version=version,
        sessions=[session_told(session) for session in sessions],
        units={key: [was, now] for key, (was, now) in effect.units.items()},
        appeared=violations_told(effect.appeared),
        vanished=violations_told(effect.vanished),
        worse=len(effect.worse),
    )


def session_told(session: Session) -> SessionTold:
    """Return a session as it is told."""
    at = None if session.cell is None else f"{session.cell.date.isoformat()}-{session.cell.half}"
    return SessionTold(session=session.session, doctor=session.doctor, at=at, room=session.room)
