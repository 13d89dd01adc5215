"""The table of rows that an import left out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.published.rows import LeftOut
from scheduler.words import Words, message

_HEADINGS = (message("sheet"), message("row"), message("column"), message("text"), message("reason"))


def write_left_out(rows: Iterable[LeftOut], path: Path, words: Words) -> None:
    """Write the rows with their place, what stands there and why they were left out; raises OSError."""
    table = [(row.sheet, row.row, row.column, row.text, words.say(row.reason)) for row in rows]
    write_csv(path, [words.say(heading) for heading in _HEADINGS], table)
