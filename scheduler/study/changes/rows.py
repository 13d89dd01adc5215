"""Rows of a scenario's tables added, changed and removed, and what is wrong where they cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from scheduler.errors import Problem, Suggestions, Where, suggest
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.scenario.row_edits import RowEdit
from scheduler.scenario.rows import KEY_COLUMNS
from scheduler.study.changes.tables import Tables
from scheduler.tables.columns.complaints import MISSING, NOT_UNDERSTOOD, expected, wrong_of
from scheduler.tables.columns.headings import Column, Table, heading_key
from scheduler.tables.scenario.assembly import MODELS
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.words import Message, message


def read_pairs(table: Table, pairs: Pairs, at: Where) -> tuple[list[tuple[str, Any]], list[Problem]]:
    """Return the pairs by column key with typed values, None for a blank cell, and what is wrong with the others.

    `at` is where they are written.
    """
    cells: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for name, text in pairs:
        column = table.column_of.get(heading_key(name))
        if column is None:
            wrong = message("the table {table} has no such column", table=table.key)
            problems.append(Problem(at, wrong, suggest(name, table.keys), name))
            continue
        try:
            cells.append((column.key, column.reading.parse(text) if text else None))
        except ValueError:
            where = replace(at, column=column.key)
            problems.append(Problem(where, NOT_UNDERSTOOD, column.reading.expected, text))
    return cells, problems


def find_missing(table: Table, cells: Iterable[tuple[str, Any]], at: Where) -> list[Problem]:
    """Return the problem of each column that a new row needs and that has no value."""
    filled = {key for key, value in cells if value is not None}
    return [_missing(column, at) for column in table.columns if column.required and column.key not in filled]


def find_blanked(table: Table, cells: Iterable[tuple[str, Any]], at: Where) -> list[Problem]:
    """Return the problem of each column that a row needs and that would be made blank."""
    blank = {key for key, value in cells if value is None}
    return [_missing(column, at) for column in table.columns if column.required and column.key in blank]


def _missing(column: Column, at: Where) -> Problem:
    return Problem(replace(at, column=column.key), MISSING, column.reading.expected)


_TABLES = {table.key: table for table in SCENARIO_TABLES}
_FEW = 12


def place(change: RowChange) -> Where:
    """Return where a change stands, with the table and the rows that it speaks of."""
    named = change.where or change.values[:1]
    return replace(change.at, field=" ".join([change.table, *(text for _, text in named)]))


def add(tables: Tables, change: RowChange) -> list[Problem]:
    """Add a row; return what is wrong with it, and whether it is there already."""
    table, at = _TABLES[change.table], place(change)
    cells, problems = read_pairs(table, change.values, at)
    problems += find_missing(table, cells, at)
    if problems:
        return problems
    return add_row(tables, table.key, dict(cells), at)


def add_row(tables: Tables, table: str, values: dict[str, Any], at: Where) -> list[Problem]:
    """Add a row of typed values; return what is wrong with it, and whether it is there already."""
    row, problems = _made(
        MODELS[table], {key: value for key, value in values.items() if value is not None}, at
    )
    if row is None:
        return problems
    columns = KEY_COLUMNS.get(table, ())
    key = [getattr(row, column) for column in columns]
    if columns and any(key == [getattr(other, c) for c in columns] for other in tables.rows(table)):
        remedy = message("Change the row that is there, or take this one out.")
        return [Problem(at, message("this row is there already"), remedy, _spelled(key))]
    tables.add(table, row, at)
    return []


def change(tables: Tables, wanted: RowChange) -> list[Problem]:
    """Change the rows that are named; return what is wrong, with the nearest names where there is no such row."""
    table, at = _TABLES[wanted.table], place(wanted)
    numbers, problems = matching(tables, wanted)
    cells, wrong = read_pairs(table, wanted.values, at)
    problems += [*wrong, *find_blanked(table, cells, at)]
    if problems:
        return problems
    for number in numbers:
        problems += change_row(tables, table.key, number, dict(cells), at)
    return _once(problems)


def change_row(tables: Tables, table: str, number: int, values: dict[str, Any], at: Where) -> list[Problem]:
    """Write typed values into a row, None for the column's default; return what is wrong with them."""
    old = tables.rows(table)[number]
    fields = {**{name: getattr(old, name) for name in type(old).model_fields}, **values}
    defaults = {name for name, value in values.items() if value is None}
    row, problems = _made(type(old), {n: v for n, v in fields.items() if n not in defaults}, at)
    if row is not None:
        tables.put(table, number, row, at)
    return problems


def edit_tables(tables: Tables, edits: Iterable[RowEdit], at: Where) -> list[Problem]:
    """Add, change and take out the rows of these edits; return what is wrong with them."""
    problems: list[Problem] = []
    removed: dict[str, set[int]] = defaultdict(set)
    for edit in tuple(edits):
        if edit.number is None:
            problems += add_row(tables, edit.table, dict(edit.values or {}), at)
        elif edit.values is None:
            removed[edit.table].add(edit.number)
        else:
            problems += change_row(tables, edit.table, edit.number, dict(edit.values), at)
    for table, numbers in removed.items():
        stays = frozenset(range(len(tables.rows(table)))) - numbers
        tables.keep(table, stays.__contains__)
    return _once(problems)


def remove(tables: Tables, change: RowChange) -> list[Problem]:
    """Take out the rows that are named; return what is wrong, with the nearest names where there is no such row."""
    numbers, problems = matching(tables, change)
    if not problems:
        gone = frozenset(numbers)
        tables.keep(change.table, lambda number: number not in gone)
    return problems


def matching(tables: Tables, change: RowChange) -> tuple[list[int], list[Problem]]:
    """Return the numbers of the rows that a change names, and what is wrong where there is none."""
    table, at = _TABLES[change.table], place(change)
    cells, problems = read_pairs(table, change.where, at)
    rows = tables.rows(table.key)
    numbers = list(range(len(rows)))
    for column in dict.fromkeys(key for key, _ in cells):
        wanted = [value for key, value in cells if key == column]
        if not problems:  # else every further value would seem unknown too
            problems += _unknown(table.key, column, wanted, [rows[n] for n in numbers], at)
        numbers = [n for n in numbers if any(_has(getattr(rows[n], column), value) for value in wanted)]
    return numbers, problems


def _unknown(
    table: str, column: str, wanted: Iterable[Any], rows: Sequence[BaseModel], at: Where
) -> Iterator[Problem]:
    """Yield the problem of each value that none of the `rows` has."""
    unknown = [value for value in wanted if not any(_has(getattr(row, column), value) for row in rows)]
    if unknown:
        known = Suggestions(sorted({text for row in rows for text in _texts(getattr(row, column))}))
        wrong = message("no row of the table {table} has this", table=table)
        for value in unknown:
            text = cell_text(value)
            yield Problem(replace(at, column=column), wrong, near_remedy(text, known), text)


def near_remedy(name: str, known: Suggestions) -> Message:
    """Return the remedy for an unknown name: the nearest known one, all of a few, or where to look."""
    if not known.known:
        return message("There is none that could be meant.")
    if len(known.known) <= _FEW or known.nearest(name) is not None:
        return known.remedy(name)
    return message("Look its spelling up in the base.")


def _has(cell: Any, value: Any) -> bool:
    if value is None:
        return cell in (None, "", ())
    if isinstance(cell, tuple):
        return value in cell or value == cell or (isinstance(value, tuple) and set(value) <= set(cell))
    return bool(cell == value)


def _texts(cell: Any) -> Iterable[str]:
    return map(str, cell) if isinstance(cell, tuple) else (cell_text(cell),)


def _made(
    model: type[BaseModel], values: dict[str, Any], at: Where
) -> tuple[BaseModel | None, list[Problem]]:
    try:
        return model(**values), []
    except ValidationError as error:
        problems = []
        for detail in error.errors():
            key = str(detail["loc"][0]) if detail["loc"] else ""
            if not key:
                problems.append(_limits_crossed(values, at))
                continue
            shown = cell_text(values.get(key))
            where = replace(at, column=key)
            problems.append(Problem(where, wrong_of(detail), expected(model.model_fields[key]), shown))
        return None, problems


def _limits_crossed(values: dict[str, Any], at: Where) -> Problem:
    least, most = values["min_sessions"], values["max_sessions"]
    return Problem(
        replace(at, column="min_sessions"),
        message("the fewest sessions, {least}, are more than the most, {most}", least=least, most=most),
        message("Lower the fewest or raise the most."),
    )


def _spelled(key: Iterable[Any]) -> str:
    return " ".join(text for text in map(cell_text, key) if text)


def _once(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
