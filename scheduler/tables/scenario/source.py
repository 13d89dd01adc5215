"""Where a scenario stands: the settings and raw tables of a folder or a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import InputError, Problem, Where, nearest, suggest
from scheduler.tables.columns.headings import Table, named
from scheduler.tables.columns.rows import read_rows
from scheduler.tables.grids.files import Grid, read_grid, read_workbook
from scheduler.tables.scenario.document import Document, read_sheet
from scheduler.tables.scenario.headings import SCENARIO_SHEET, SCENARIO_TABLES
from scheduler.tables.scenario.yaml import SCENARIO_YAML, read_yaml
from scheduler.words import message

NOTES_SHEETS = ("README", "说明")
"""Sheets of a workbook that explain the others and are not read."""

_NAMES = [name for table in SCENARIO_TABLES for name in table.names]


@dataclass(frozen=True)
class Source:
    """A scenario as it was written: settings, the tables there are, and what could not be read at all."""

    document: Document
    grids: dict[str, Grid]
    problems: tuple[Problem, ...]


def read_source(path: Path) -> Source:
    """Return what stands in a scenario's folder or workbook; raises InputError where `path` is neither."""
    if path.is_dir():
        return _read_folder(path)
    if path.name == SCENARIO_YAML:
        wrong = message("this is one file of a scenario")
        raise InputError(
            [Problem(Where(file=path.name), wrong, message("Name the folder it stands in."), str(path))]
        )
    return _read_book(path)


def _read_folder(folder: Path) -> Source:
    problems: list[Problem] = []
    document = Document(SCENARIO_YAML)
    try:
        document = read_yaml(folder / SCENARIO_YAML)
    except InputError as error:
        document.broken = True
        problems += error.problems
    grids: dict[str, Grid] = {}
    for path in sorted(folder.glob("*.csv")):
        table = named(SCENARIO_TABLES, path.stem)
        if table is None:
            problems += _misspelt(path)
            continue
        try:
            grid = read_grid(path)
        except InputError as error:
            problems += error.problems
        else:
            problems += _second(grids, table, grid)
            grids.setdefault(table.key, grid)
    return Source(document, grids, tuple(problems))


def _read_book(path: Path) -> Source:
    document = Document(path.name, SCENARIO_SHEET.key)
    grids: dict[str, Grid] = {}
    problems: list[Problem] = []
    for name, grid in read_workbook(path, lambda name: name not in NOTES_SHEETS).items():
        table = named((SCENARIO_SHEET, *SCENARIO_TABLES), name)
        if table is None:
            problems.append(_unknown_sheet(grid))
        elif table is SCENARIO_SHEET:
            document = read_sheet(read_rows(grid, SCENARIO_SHEET))
        else:
            problems += _second(grids, table, grid)
            grids.setdefault(table.key, grid)
    return Source(document, grids, tuple(problems))


def _misspelt(path: Path) -> Iterator[Problem]:
    # A folder may hold other tables too; only a name that is nearly one of ours is a slip of the pen.
    near = nearest(path.stem, _NAMES, least=75)
    if near is not None:
        wrong = message("this file is not read: no table has its name")
        remedy = message("Did you mean {near}? Otherwise move it to another folder.", near=f"{near}.csv")
        yield Problem(Where(file=path.name), wrong, remedy)


def _second(grids: dict[str, Grid], table: Table, grid: Grid) -> Iterator[Problem]:
    if table.key in grids:
        other = grids[table.key]
        wrong = message("the same table is there a second time, as {other}", other=other.sheet or other.file)
        yield Problem(grid.where(), wrong, message("Keep one of the two."))


def _unknown_sheet(grid: Grid) -> Problem:
    known = [SCENARIO_SHEET.key, *(table.key for table in SCENARIO_TABLES), *NOTES_SHEETS]
    near = nearest(grid.sheet, _NAMES)
    remedy = suggest(grid.sheet, known) if near is None else message("Did you mean {near}?", near=near)
    return Problem(grid.where(), message("there is no table of this name"), remedy, grid.sheet)
