"""A file as sheets of text: csv in any encoding, or a workbook of any kind; its content decides, not its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.hospital import UNSEEN
from scheduler.words import Message, message

Cells = list[tuple[int, tuple[str, ...]]]
"""Rows that hold something as they stand in a file: 1-based row number and stripped cells, the first of column A."""

MOST_BYTES = 200_000_000
"""Most bytes of content that are read, after unpacking."""

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of a workbook as it is saved today."""

CONTAINER_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
"""First bytes of the old container that password-protected and old workbooks (.xls) come in."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands in its file; `name` is empty for a csv.

    `merged` are the merged ranges as first row (from 1), first column (from 0), last row and last column.
    `unvalued` are the cells (row from 1, column from 0) whose formula was saved without its value.
    """

    file: str
    name: str
    cells: Cells
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unvalued: tuple[tuple[int, int], ...] = ()


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a file in its order; raises InputError where it cannot be read as any table."""
    from scheduler.tables.grids.csv_in import csv_cells
    from scheduler.tables.grids.workbook import workbook_sheets

    data = _read_bytes(path)
    if data.startswith((*ZIP_MAGIC, CONTAINER_MAGIC)):
        return tuple(
            replace(sheet, cells=_without_unseen(sheet.cells)) for sheet in workbook_sheets(path.name, data)
        )
    return (Sheet(path.name, "", _without_unseen(csv_cells(path.name, data))),)


_UNSEEN = re.compile(f"[{UNSEEN}]")


def _without_unseen(cells: Cells) -> Cells:
    """Return the cells without what no spreadsheet shows; such signs come along when text is copied from elsewhere."""
    # Asked of the whole sheet at once, since hardly any holds one.
    if not _UNSEEN.search("".join(["".join(row) for _, row in cells])):
        return cells
    return [(number, tuple(_UNSEEN.sub("", text) for text in row)) for number, row in cells]


def is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook, by its first bytes; raises InputError where it cannot be read."""
    return _read_bytes(path).startswith((*ZIP_MAGIC, CONTAINER_MAGIC))


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refused(path, *_cannot_open(error)) from None
    if len(data) > MOST_BYTES:
        raise _refused(
            path,
            message("the file is larger than {size} MB", size=MOST_BYTES // 1_000_000),
            message("Cut it down to the one table that is needed."),
        )
    if not data.strip():
        raise _refused(
            path, message("the file is empty"), message("Export it again, with a heading row and its rows.")
        )
    return data


def _cannot_open(error: Exception) -> tuple[Message, Message]:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return message("there is no such file"), message("Check the name and the folder.")
    if isinstance(error, IsADirectoryError):
        return message("this is a folder and not a file"), message("Name a csv or xlsx file inside it.")
    if isinstance(error, PermissionError):
        return message("the file may not be read"), message("Ask its owner for the right to read it.")
    reason = getattr(error, "strerror", None) or str(error)
    return (
        message("the file cannot be read: {reason}", reason=reason),
        message("Copy it to another place and try again."),
    )


def _refused(path: Path, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(Where(file=path.name or str(path)), wrong, remedy)])
