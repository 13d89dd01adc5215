"""What tables and columns are called: an English key, a Chinese heading, and other words people use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scheduler.tables.columns.cells import TEXT, Reading
from scheduler.tables.columns.spellings import folded
from scheduler.words import Message


def heading_key(text: str) -> str:
    """Return a heading as it is compared: case, width, blanks, hyphens and underscores make no difference."""
    return folded(text).replace("_", "").replace("-", "")


@dataclass(frozen=True)
class Column:
    """A column: its key (the English heading), Chinese heading, other headings, meaning and sort of cell."""

    key: str
    chinese: str
    explanation: Message
    reading: Reading = TEXT
    required: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every heading the column is known by."""
        return (self.key, self.chinese, *self.aliases)

    def heading(self, language: str) -> str:
        """Return the heading in `language`."""
        return self.chinese if language == "zh" else self.key


@dataclass(frozen=True)
class Table:
    """A table: its key (also its file and sheet name), Chinese name, meaning, columns and other names."""

    key: str
    chinese: str
    explanation: Message
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the table is known by."""
        return (self.key, self.chinese, *self.aliases)

    @cached_property
    def column_of(self) -> Mapping[str, Column]:
        """Columns by the compared form of every heading."""
        return {heading_key(name): column for column in self.columns for name in column.names}

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns in order."""
        return tuple(column.key for column in self.columns)

    def title(self, language: str) -> str:
        """Return the table's name in `language`."""
        return self.chinese if language == "zh" else self.key


def named(tables: Iterable[Table], name: str) -> Table | None:
    """Return the table that `name` (of a sheet, or of a file without its ending) means, or None."""
    sought = heading_key(name)
    return next((table for table in tables if sought in map(heading_key, table.names)), None)
