"""The rows of a table as typed values, and everything that is wrong with its headings and cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.errors import Problem, Suggestions, Where
from scheduler.tables.columns.complaints import MISSING, NOT_UNDERSTOOD
from scheduler.tables.columns.headings import Column, Table, heading_key
from scheduler.tables.grids.files import Grid
from scheduler.words import message


@dataclass(frozen=True)
class Rows:
    """What a grid says as rows of a table.

    `values` holds for every good row its number in the file and its values by column key, blank cells left
    out; `headings` the file's own heading of each column that is there; `lost` the texts of all cells of rows
    with a problem, and `partly` what could be read of them. `readable` is false where headings are missing, so
    that no row could be read.
    """

    grid: Grid
    table: Table
    headings: dict[str, str]
    values: tuple[tuple[int, dict[str, Any]], ...]
    problems: tuple[Problem, ...]
    lost: frozenset[str]
    readable: bool
    partly: tuple[tuple[int, dict[str, Any]], ...] = ()

    def where(self, row: int, key: str = "") -> Where:
        """Return the place of a row, and of the column `key` by the heading the file uses."""
        return self.grid.where(row, self.headings.get(key, key))


def read_rows(grid: Grid, table: Table) -> Rows:
    """Return the rows of `grid` read as those of `table`: headings in any language and order."""
    columns = [table.column_of.get(heading_key(heading)) for heading in grid.headings]
    headings = {column.key: heading for column, heading in zip(columns, grid.headings, strict=True) if column}
    problems = [*_heading_problems(grid, table, columns)]
    absent = [column for column in table.columns if column.required and column.key not in headings]
    if absent:
        problems += [_absent(grid, column) for column in absent]
        return Rows(grid, table, headings, (), tuple(problems), frozenset(), readable=False)
    values: list[tuple[int, dict[str, Any]]] = []
    partly: list[tuple[int, dict[str, Any]]] = []
    lost: set[str] = set()
    readers = [_Reader(column) if column else None for column in columns]
    for number, cells in grid.rows:
        found, wrong = _read_row(grid, number, readers, cells)
        if wrong:
            problems += wrong
            partly.append((number, found))
            lost.update(cells)
        else:
            values.append((number, found))
    good, damaged = tuple(values), tuple(partly)
    return Rows(grid, table, headings, good, tuple(problems), frozenset(lost), readable=True, partly=damaged)


class _Reader(dict[str, Any]):
    """Values of a column by their text, each read once: a long table repeats few texts."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def __missing__(self, text: str) -> Any:
        value = self[text] = self.column.reading.parse(text)
        return value


def _read_row(
    grid: Grid, number: int, readers: list[_Reader | None], cells: tuple[str, ...]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for place, (reader, cell) in enumerate(zip(readers, cells, strict=True)):
        if reader is None:
            continue
        column = reader.column
        if not cell:
            if column.required:
                where = grid.where(number, grid.headings[place])
                problems.append(Problem(where, MISSING, column.reading.expected))
            continue
        try:
            values[column.key] = reader[cell]
        except ValueError:
            where = grid.where(number, grid.headings[place])
            problems.append(Problem(where, NOT_UNDERSTOOD, column.reading.expected, cell))
    return values, problems


def _heading_problems(grid: Grid, table: Table, columns: list[Column | None]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    keys = Suggestions(table.keys)
    names = Suggestions([name for column in table.columns for name in column.names])
    for column, heading in zip(columns, grid.headings, strict=True):
        where = grid.where(column=heading)
        if column is None:
            remedy = (keys if heading.isascii() else names).remedy(heading)
            yield Problem(where, message("this column is not known"), remedy, heading)
        elif column.key in seen:
            wrong = message("this means the same as the column {other}", other=seen[column.key])
            yield Problem(where, wrong, message("Keep one of the two."), heading)
        else:
            seen[column.key] = heading


def _absent(grid: Grid, column: Column) -> Problem:
    return Problem(
        grid.where(column=column.key),
        message("the column is missing"),
        message("Add a column with the heading {key} or {chinese}.", key=column.key, chinese=column.chinese),
    )


def repeated_rows(rows: Rows, keys: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for every row whose values in the columns `keys` all stand in an earlier row."""
    seen: set[tuple[Any, ...]] = set()
    for number, values in rows.values:
        entry = tuple(values.get(key, "") for key in keys)
        if entry in seen:
            wrong, remedy = (
                message("the same entry stands in an earlier row"),
                message("Keep one of the two."),
            )
            text = " ".join(str(value) for value in entry if value != "")
            yield Problem(rows.where(number, keys[0]), wrong, remedy, text)
        seen.add(entry)
