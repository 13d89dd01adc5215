"""Tables out of csv and xlsx files as raw text, with the place of every row; tells what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import InputError, Problem, Where, suggest
from scheduler.tables.columns.spellings import folded
from scheduler.tables.grids.sheets import Cells, Sheet, read_sheets
from scheduler.words import Message, message


@dataclass(frozen=True)
class Grid:
    """One table as text.

    `headings` are stripped; `rows` hold the 1-based row number in the file and as many stripped cells as
    there are headings; wholly blank rows are left out. `sheet` is empty for a csv.
    """

    file: str
    sheet: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def where(self, row: int | None = None, column: str = "") -> Where:
        """Return the place of a row and column of this table, for messages."""
        return Where(file=self.file, sheet=self.sheet, row=row, column=column)


def read_grid(path: Path, sheet: str | None = None) -> Grid:
    """Return the table in a csv or xlsx file: the named sheet, else the first that is not empty.

    The kind of file follows from its content, not its name. Raises InputError with everything that is wrong.
    """
    sheets = _cells_by_name(path)
    if sheet is None:
        name = next((name for name, cells in sheets.items() if cells), "")
    elif sheet in sheets:
        name = sheet
    else:
        raise InputError(
            [
                Problem(
                    Where(file=path.name),
                    message("there is no such sheet"),
                    _sheet_remedy(sheet, sheets),
                    sheet,
                )
            ]
        )
    grid, problems = _grid(path.name, name, sheets.get(name, []))
    if problems:
        raise InputError(problems)
    return grid


def read_workbook(path: Path, wanted: Callable[[str], bool] | None = None) -> dict[str, Grid]:
    """Return every sheet of a workbook that holds something, by name, in the workbook's order.

    `wanted` says by its name whether a sheet is looked at (a sheet of notes need not be a table). Raises
    InputError with everything that is wrong in any of them.
    """
    grids: dict[str, Grid] = {}
    problems: list[Problem] = []
    for name, cells in _cells_by_name(path).items():
        if cells and (wanted is None or wanted(name)):
            grids[name], wrong = _grid(path.name, name, cells)
            problems += wrong
    if problems:
        raise InputError(problems)
    return grids


def sheet_grid(sheet: Sheet) -> Grid:
    """Return a sheet as a table whose first row holds the headings; raises InputError where it is none."""
    grid, problems = _grid(sheet.file, sheet.name, sheet.cells)
    if problems:
        raise InputError(problems)
    return grid


def _cells_by_name(path: Path) -> dict[str, Cells]:
    return {sheet.name: sheet.cells for sheet in read_sheets(path)}


def _sheet_remedy(sheet: str, sheets: Iterable[str]) -> Message:
    named = [name for name in sheets if name]
    return suggest(sheet, named) if named else message("Leave the sheet out: this file has none.")


def _grid(file: str, sheet: str, cells: Cells) -> tuple[Grid, list[Problem]]:
    empty = Grid(file, sheet, (), ())
    if not cells:
        return empty, [
            Problem(
                empty.where(),
                message("there is no heading row: everything is blank"),
                message("Let the first row hold the names of the columns."),
            )
        ]
    heading_row, headings = cells[0]
    kept = [place for place, heading in enumerate(headings) if heading]
    rows = tuple(
        (number, tuple(row[place] if place < len(row) else "" for place in kept)) for number, row in cells[1:]
    )
    grid = Grid(file, sheet, tuple(headings[place] for place in kept), rows)
    problems = [*_repeated(grid, heading_row), *_stray(grid, frozenset(kept), cells[1:])]
    return grid, problems


def _repeated(grid: Grid, heading_row: int) -> Iterable[Problem]:
    seen: set[str] = set()
    for heading in grid.headings:
        if folded(heading) in seen:
            yield Problem(
                grid.where(heading_row, heading),
                message("two columns have this heading"),
                message("Rename or remove one of the two."),
                heading,
            )
        seen.add(folded(heading))


def _stray(grid: Grid, kept: frozenset[int], cells: Cells) -> Iterable[Problem]:
    for number, row in cells:
        stray = [cell for place, cell in enumerate(row) if cell and place not in kept]
        if stray:
            yield Problem(
                grid.where(number),
                message("the row has cells where no heading stands"),
                message("Put a heading above them, or quote cells that contain the separator."),
                stray[0],
            )
