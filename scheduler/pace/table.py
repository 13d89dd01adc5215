"""The tables pace and returns written into a scenario's folder; what planners state in it stays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.hospital import Frozen
from scheduler.scenario.pace import PaceQuality, PaceRow
from scheduler.tables.columns.headings import Table, named
from scheduler.tables.grids.csv_out import csv_bytes
from scheduler.tables.grids.folder import write_file
from scheduler.tables.scenario.files import table_rows
from scheduler.tables.scenario.patient_headings import PACE
from scheduler.words import message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario


def keep_stated(rows: Iterable[PaceRow], scenario: Scenario) -> tuple[PaceRow, ...]:
    """Return the rows, those that a planner states in the scenario in place of learned ones of the same key."""
    stated = {(r.scope, r.key): r for r in scenario.pace if r.quality is PaceQuality.STATED}
    learned = {(r.scope, r.key): r for r in rows}
    return tuple({**learned, **stated}.values())


def refuse_workbook(scenario: Path) -> None:
    """Raise InputError where the scenario is a workbook: tables are written into folders."""
    if not scenario.is_dir():
        wrong = message("the table pace is written into the folder of a scenario, and this is none")
        remedy = message("Name a folder with scenario.yaml and the tables.")
        raise InputError([Problem(Where(field="--scenario"), wrong, remedy, str(scenario))])


def write_pace(rows: Iterable[PaceRow], folder: Path, language: str) -> Path:
    """Write the table pace as `write_learned` does."""
    return write_learned(PACE, rows, folder, language)


def write_learned(table: Table, rows: Iterable[Frozen], folder: Path, language: str) -> Path:
    """Write the table as a whole in place of the folder's own, whatever its name, and return its path.

    Raises OutputError; an older table is then as it was.
    """
    own = (path for path in sorted(folder.glob("*.csv")) if named((table,), path.stem))
    path = next(own, folder / f"{table.key}.csv")
    headings = [column.heading(language) for column in table.columns]
    write_file(path, csv_bytes(headings, table_rows(table, rows, language)))
    return path
