"""Cells of a study file as values: columns of the scenario's tables by name, texts read as those tables' cells are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scheduler.errors import Problem, Where, suggest
from scheduler.scenario_patch import Pairs
from scheduler.tables.headings import Column, Table, heading_key, named
from scheduler.tables.plain import MISSING, NOT_UNDERSTOOD
from scheduler.tables.scenario_headings import SCENARIO_TABLES
from scheduler.words import message

Places = tuple[Where, ...]
"""Where each of the pairs stands."""


def find_table(name: str) -> Table | None:
    """Return the table that goes by `name` in any language, or None."""
    return named(SCENARIO_TABLES, name)


def unknown_table(where: Where, name: str) -> Problem:
    """Return the problem of a table that there is not."""
    known = [table.key for table in SCENARIO_TABLES]
    return Problem(where, message("there is no table of this name"), suggest(name, known), name)


def read_pairs(table: Table, pairs: Pairs, places: Places) -> tuple[list[tuple[str, Any]], list[Problem]]:
    """Return the pairs by column key with typed values, None for a blank cell, and what is wrong with the others."""
    found: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for (name, text), where in zip(pairs, places, strict=True):
        column = table.column_of.get(heading_key(name))
        if column is None:
            wrong = message("the table {table} has no such column", table=table.key)
            problems.append(Problem(where, wrong, suggest(name, table.keys), name))
            continue
        try:
            found.append((column.key, column.reading.parse(text) if text else None))
        except ValueError:
            at = replace(where, column=column.key)
            problems.append(Problem(at, NOT_UNDERSTOOD, column.reading.expected, text))
    return found, problems


def absent(table: Table, told: Iterable[tuple[str, Any]], where: Where) -> list[Problem]:
    """Return the problem of each column that a row needs and that is not told, or is blank."""
    given = {key for key, value in told if value is not None}
    return [
        Problem(replace(where, column=column.key), MISSING, column.reading.expected)
        for column in table.columns
        if column.required and column.key not in given
    ]


def blanked(table: Table, told: Iterable[tuple[str, Any]], where: Where) -> list[Problem]:
    """Return the problem of each column that a row needs and that would be made blank."""
    needed: dict[str, Column] = {column.key: column for column in table.columns if column.required}
    return [
        Problem(replace(where, column=key), MISSING, needed[key].reading.expected)
        for key, value in told
        if value is None and key in needed
    ]
