"""Read a workbook in a process of its own, from stdin to stdout: a hostile one can abort it, and nothing else.

The reader of workbooks makes room for every place between the first and the last cell before it reads any; where the
system has no such room it ends the process. So the process has little, and its end is the answer.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import pickle
import sys
import zipfile
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from python_calamine import (
    CalamineError,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from scheduler.tables.grids.blanks import BLANKS
from scheduler.tables.grids.package import merged_in_ods, unvalued_in_xlsx

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MOST_MEMORY = 2_000_000_000
_MOST_SECONDS = 120

PROTECTED, BROKEN, TOO_LARGE = "protected", "broken", "too large"
"""Answers in place of the sheets."""


def main() -> None:
    """Answer with the pickled sheets, as `workbook.workbook_sheets` unpacks them, or with one word."""
    _limit()
    gc.disable()  # nothing that is read goes before the process does
    with open(0, "rb") as question, open(1, "wb") as answer:  # these have no paths
        pickle.dump(_read(question.read()), answer, protocol=pickle.HIGHEST_PROTOCOL)


def _limit() -> None:
    if sys.platform == "win32":  # no limits on processes there
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))


def _read(data: bytes) -> str | list[tuple[Any, ...]]:
    try:
        with load_workbook(io.BytesIO(data)) as book:
            names = [
                (entry.name, entry.visible != SheetVisibleEnum.Visible)
                for entry in book.sheets_metadata
                if entry.typ == SheetTypeEnum.WorkSheet
            ]
            sheets = [(name, hidden, book.get_sheet_by_name(name)) for name, hidden in names]
            rows = [(name, hidden, _cells(sheet), sheet.merged_cell_ranges) for name, hidden, sheet in sheets]
        with zipfile.ZipFile(io.BytesIO(data)) if data.startswith(b"PK") else nullcontext() as package:
            unvalued = {} if package is None else unvalued_in_xlsx(package)
            merged = {} if package is None else merged_in_ods(package)
    except PasswordError:
        return PROTECTED
    except MemoryError:
        return TOO_LARGE
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, OverflowError, SyntaxError):
        return BROKEN
    return [
        (
            name,
            hidden,
            cells,
            merged.get(name, ())
            if ranges is None
            else tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sorted(ranges)),
            unvalued.get(name, ()),
        )
        for name, hidden, cells, ranges in rows
    ]


def _cells(sheet: CalamineSheet) -> list[tuple[int, tuple[str, ...]]]:
    rows = []
    # One text for all cells that say the same: it is sent once.
    texts: dict[str, str] = {}
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = [
            (value and (texts.get(value) or texts.setdefault(value, value.strip(BLANKS))))
            if type(value) is str
            else _text(value)
            for value in values
        ]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append((number, tuple(cells)))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows: 1.2 and not 1.2000000000000002.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value).strip(BLANKS)


if __name__ == "__main__":
    main()
