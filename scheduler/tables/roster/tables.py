"""The tables in a roster's folder as rows: every view of a roster is made from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scheduler.errors import InputError, Problem
from scheduler.tables.columns.headings import Table
from scheduler.tables.columns.rows import Rows, read_rows
from scheduler.tables.grids.files import read_grid


class RosterTables:
    """The tables in `folder`, read once; `problems` is everything that is wrong with them.

    Those of `optional` may be absent. A table that is absent, or cannot be read at all, has no rows.
    """

    def __init__(self, folder: Path, needed: Sequence[Table], optional: Sequence[Table] = ()) -> None:
        self.problems: list[Problem] = []
        self._rows: dict[str, Rows] = {}
        for table in (*needed, *optional):
            path = folder / f"{table.key}.csv"
            if table in needed or path.exists():
                self._read(path, table)

    def _read(self, path: Path, table: Table) -> None:
        try:
            rows = self._rows[table.key] = read_rows(read_grid(path), table)
        except InputError as error:
            self.problems += error.problems
        else:
            self.problems += rows.problems

    def get(self, table: Table) -> Rows | None:
        """Return the rows of a table, with the place of each."""
        return self._rows.get(table.key)

    def values(self, table: Table) -> Sequence[tuple[int, dict[str, Any]]]:
        """Return the good rows of a table: each one's number in the file, and its values by column."""
        rows = self.get(table)
        return () if rows is None else rows.values
