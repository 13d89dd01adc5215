"""A roster's folder as planners leave it: the plan in its tables, and what else in it nobody would notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler.adjust.edit import Draft
from scheduler.adjust.edited_file import before_edits
from scheduler.adjust.edited_workbook import edits_of_workbook
from scheduler.adjust.roster_edits import edited_sentences
from scheduler.adjust.stale_cells import stale_cells
from scheduler.errors import InputError, Problem
from scheduler.report.write import WORKBOOK
from scheduler.roster import Plan, Roster, Session
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.headings import SLOTS
from scheduler.tables.roster.read import plan_of_tables, read_tables
from scheduler.tickets.week_files import week_problems
from scheduler.words import Message


@dataclass(frozen=True)
class RosterFolder:
    """The `plan` in a folder's tables; why the ledger would refuse it; and cells that nothing reads and are stale.

    A plan without slots is no week to publish yet, and is refused for nothing else. `edits` are what a planner changed
    in the workbook and not in the tables, in words; `unread` is why the workbook cannot be read back.
    """

    plan: Plan
    refusals: tuple[Problem, ...]
    stale: tuple[Problem, ...]
    edits: tuple[Message, ...] = ()
    unread: tuple[Problem, ...] = ()


def read_roster_folder(scenario: Scenario, folder: Path) -> RosterFolder:
    """Return what is in the folder of a roster; raises InputError with every problem of tables that cannot be read.

    A workbook in place of the folder is checked with its edits, as `menzhen edit` would keep them.
    """
    if folder.is_file():
        return _read_workbook(scenario, folder)
    tables = read_tables(folder)
    plan = plan_of_tables(scenario, tables)
    refusals = () if tables.get(SLOTS) is None else tuple(week_problems(tables))
    stale = stale_cells(scenario, tables, plan, folder)
    try:
        edits = _edits_of_workbook(scenario, plan, folder / WORKBOOK)
    except InputError as error:
        return RosterFolder(plan, refusals, stale, unread=error.problems)
    return RosterFolder(plan, refusals, stale, edits)


def _read_workbook(scenario: Scenario, path: Path) -> RosterFolder:
    before = before_edits(scenario, plan_of_tables(scenario, read_tables(path.parent)))
    edited = Draft(scenario, before).apply(edits_of_workbook(scenario, before.roster, path))
    sentences = edited_sentences(scenario, before.roster, edited.plan.roster)
    return RosterFolder(edited.plan, (), (), tuple(sentences))


def _edits_of_workbook(scenario: Scenario, plan: Plan, path: Path) -> tuple[Message, ...]:
    """Return what the workbook says otherwise than the slots and than the tables do: what was changed in it alone."""
    if not path.exists():
        return ()
    before = before_edits(scenario, plan)
    after = Draft(scenario, before).sessions(edits_of_workbook(scenario, before.roster, path))
    tables = {session.session: session for session in plan.roster.sessions}
    changed = {session.session: session for session in after if session != tables.get(session.session)}
    old = {session.session: session for session in before.roster.sessions if session.session in changed}
    return tuple(edited_sentences(scenario, _roster(old), _roster(changed)))


def _roster(sessions: dict[str, Session]) -> Roster:
    return Roster(tuple(sessions[key] for key in sorted(sessions)))
