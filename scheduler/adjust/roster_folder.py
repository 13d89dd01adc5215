"""A roster's folder as planners leave it: the plan in its tables, and what else in it nobody would notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler.adjust.stale_cells import stale_cells
from scheduler.errors import Problem
from scheduler.roster import Plan
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.headings import SLOTS
from scheduler.tables.roster.read import plan_of_tables, read_tables
from scheduler.tickets.week_files import week_problems


@dataclass(frozen=True)
class RosterFolder:
    """The `plan` in a folder's tables; why the ledger would refuse it; and cells that nothing reads and are stale.

    A plan without slots is no week to publish yet, and is refused for nothing else.
    """

    plan: Plan
    refusals: tuple[Problem, ...]
    stale: tuple[Problem, ...]


def read_roster_folder(scenario: Scenario, folder: Path) -> RosterFolder:
    """Return what is in the folder of a roster; raises InputError with every problem of tables that cannot be read."""
    tables = read_tables(folder)
    plan = plan_of_tables(scenario, tables)
    refusals = () if tables.get(SLOTS) is None else tuple(week_problems(tables))
    return RosterFolder(plan, refusals, stale_cells(scenario, tables, plan, folder))
