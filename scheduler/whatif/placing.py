"""Problems of a patched scenario at the places they come from: the study file, or a row or setting of the base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scheduler.errors import Problem, Where
from scheduler.tables.document import Document
from scheduler.tables.scenario import Whole
from scheduler.whatif.study import Variant
from scheduler.whatif.tables import Tables
from scheduler.words import Message, message


@dataclass(frozen=True)
class _TablePlace:
    """A table of the base as it was read: its file and sheet, its headings, the row number of every row."""

    file: str
    sheet: str
    headings: Mapping[str, str]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Places:
    """Where the rows of a base stand."""

    tables: Mapping[str, _TablePlace]

    @classmethod
    def of(cls, whole: Whole) -> Places:
        """Return where the rows of what was read stand."""
        return cls(
            {
                key: _TablePlace(
                    built.rows.grid.file, built.rows.grid.sheet, built.rows.headings, built.numbers
                )
                for key, built in whole.tables.items()
            }
        )

    def where(self, table: str, number: int, column: str) -> Where:
        """Return the place of the base's `number`-th row (from 0) and of a column in it."""
        found = self.tables[table]
        return Where(
            file=found.file,
            sheet=found.sheet,
            row=found.numbers[number],
            column=found.headings.get(column, column),
        )


def placed(problem: Problem, variant: Variant, document: Document, tables: Tables, places: Places) -> Problem:
    """Return a problem of the patched scenario at its place.

    One that lies in the base as it was read tells which variant brought it up.
    """
    where = problem.where
    if not where.file:
        told = document.where_told(where.field)
        return _by(variant, replace(problem, where=told), told.file == document.file)
    if where.row is None:
        return replace(problem, where=replace(variant.at, field=where.file, column=where.column))
    found = _row(where.file, where.row - 2, where.column, tables, places)
    values = dict(problem.wrong.values)
    if isinstance(values.get("row"), int):
        values["row"] = _number(_row(where.file, values["row"] - 2, "", tables, places), found)
    in_base = isinstance(tables.place(where.file, where.row - 2), int)
    return _by(variant, replace(problem, where=found, wrong=Message(problem.wrong.text, values)), in_base)


def _row(table: str, number: int, column: str, tables: Tables, places: Places) -> Where:
    place = tables.place(table, number)
    return places.where(table, place, column) if isinstance(place, int) else replace(place, column=column)


def _number(row: Where, beside: Where) -> Any:
    return row.row if row.file == beside.file else f"{row.row} ({row.file})"


def _by(variant: Variant, problem: Problem, in_base: bool) -> Problem:
    if not in_base:
        return problem
    if variant.at.row is None:
        wrong = message(
            "{wrong}, once {variant} has changed the base", wrong=problem.wrong, variant=variant.name
        )
        return replace(problem, wrong=wrong)
    wrong = message(
        "{wrong}, once {variant} ({file}, row {row}) has changed the base",
        wrong=problem.wrong,
        variant=variant.name,
        file=variant.at.file,
        row=variant.at.row,
    )
    return replace(problem, wrong=wrong)
