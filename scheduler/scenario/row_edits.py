"""Rows of a scenario's tables added, changed and taken out: put into a scenario, and as a patch writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scheduler.clock import Day
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.scenario.recurrence import EVERY_WEEK
from scheduler.scenario.rows import KEY_COLUMNS
from scheduler.scenario.week import Scenario


class Tables(Protocol):
    """What changes of rows need to know of a scenario, or of the tables of one that is being patched."""

    @property
    def days(self) -> Sequence[Day]:
        """The seven days of the week that is planned."""

    def rows(self, table: str) -> Sequence[Any]:
        """Return the rows of a table."""


@dataclass(frozen=True)
class ScenarioTables:
    """The tables of a scenario."""

    scenario: Scenario

    @property
    def days(self) -> Sequence[Day]:
        """The seven days of the scenario's week."""
        return self.scenario.days

    def rows(self, table: str) -> Sequence[Any]:
        """Return the rows of a table."""
        rows: Sequence[Any] = getattr(self.scenario, table)
        return rows


@dataclass(frozen=True)
class RowEdit:
    """A row of `table` with new values by column: the `number`-th (from 0), or a row that is added (none).

    Without values the row is taken out. All edits of a list number the rows as they are before the first one.
    """

    table: str
    number: int | None
    values: Mapping[str, Any] | None = None


def edit_rows(scenario: Scenario, edits: Iterable[RowEdit]) -> Scenario:
    """Return the scenario with the edits; raises ScenarioError where its parts no longer fit together."""
    by_table: dict[str, list[RowEdit]] = defaultdict(list)
    for edit in edits:
        by_table[edit.table].append(edit)
    if not by_table:
        return scenario
    return scenario.changed(
        **{table: tuple(_edited(getattr(scenario, table), some)) for table, some in by_table.items()}
    )


def _edited(rows: Sequence[Any], edits: Iterable[RowEdit]) -> Iterator[Any]:
    """Yield the rows that stay, those that change as the values of all their columns, then those that are added."""
    changed: dict[int, Any] = {}
    added: list[Mapping[str, Any]] = []
    for edit in edits:
        if edit.number is None:
            added.append(edit.values or {})
        elif edit.values is None:
            changed[edit.number] = None
        else:
            before = changed.get(edit.number) or rows[edit.number].fields()
            changed[edit.number] = {**before, **edit.values}
    for number, row in enumerate(rows):
        if changed.get(number, row) is not None:
            yield changed.get(number, row)
    yield from added


def row_changes(tables: Tables, edits: Iterable[RowEdit]) -> tuple[RowChange, ...]:
    """Return the edits as a patch of a study writes them, each once."""
    changes: dict[RowChange, None] = {}
    for edit in edits:
        row = None if edit.number is None else tables.rows(edit.table)[edit.number]
        name = () if row is None else _name(edit.table, row)
        action = "add" if row is None else "remove" if edit.values is None else "change"
        changes[RowChange(action, edit.table, name, _texts(edit.values or {}))] = None
    return tuple(changes)


def _name(table: str, row: Any) -> Pairs:
    """Return what tells a row from the others: its key, or else all its columns."""
    columns = KEY_COLUMNS.get(table, tuple(type(row).model_fields))
    values = {column: getattr(row, column) for column in columns}
    # A row of every week has no other beside it that the weeks would have to tell it from.
    return _texts({column: value for column, value in values.items() if value != EVERY_WEEK})


def _texts(values: Mapping[str, Any]) -> Pairs:
    return tuple((column, cell_text(value)) for column, value in values.items())
