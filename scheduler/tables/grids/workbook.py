"""The sheets of a workbook (xlsx, xls, xlsb, ods) as text: dates, times and numbers as people write them in a csv."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.grids import sheets
from scheduler.tables.grids.csv_in import BLANKS
from scheduler.tables.grids.package import merged_in_ods, most_cells, unvalued_in_xlsx
from scheduler.tables.grids.sheets import CONTAINER_MAGIC, Cells, Sheet
from scheduler.words import Message, message

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MOST_CELLS = 20_000_000
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AGAIN = message("Open it in a spreadsheet program and save it again as xlsx.")
_CUT_DOWN = message("Cut it down to the one table that is needed.")


def workbook_sheets(file: str, data: bytes) -> tuple[Sheet, ...]:
    """Return the worksheets of a workbook, hidden ones too, in its order.

    `file` names the workbook in messages. Raises InputError for a workbook that is protected, broken, larger than
    MOST_BYTES when unpacked, or whose cells span more than twenty million places.
    """
    if data.startswith(CONTAINER_MAGIC):
        if _ENCRYPTED in data:
            raise _protected(file)
        return _read(file, data, None)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_what_is_too_large(file, archive)
            return _read(file, data, archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _broken(file) from None


def _refuse_what_is_too_large(file: str, archive: zipfile.ZipFile) -> None:
    if sum(part.file_size for part in archive.infolist()) > sheets.MOST_BYTES:
        size = message("the workbook unpacks to more than {size} MB", size=sheets.MOST_BYTES // 1_000_000)
        raise _refused(file, size, _CUT_DOWN)
    # The reader makes room for every place between the first and the last cell before it reads any.
    if most_cells(archive) > _MOST_CELLS:
        spread = message("the cells of a sheet are spread over more than {most} places", most=_MOST_CELLS)
        raise _refused(file, spread, _CUT_DOWN)


def _read(file: str, data: bytes, archive: zipfile.ZipFile | None) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        with load_workbook(io.BytesIO(data)) as book:
            unvalued = {} if archive is None else unvalued_in_xlsx(archive)
            merged = {} if archive is None else merged_in_ods(archive)
            return tuple(
                _sheet(file, book, entry.name, entry.visible != SheetVisibleEnum.Visible, merged, unvalued)
                for entry in book.sheets_metadata
                if entry.typ == SheetTypeEnum.WorkSheet
            )
    except PasswordError:
        raise _protected(file) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise _broken(file) from None


def _sheet(
    file: str,
    book: CalamineWorkbook,
    name: str,
    hidden: bool,
    merged: dict[str, tuple[tuple[int, int, int, int], ...]],
    unvalued: dict[str, tuple[tuple[int, int], ...]],
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    ranges = sheet.merged_cell_ranges
    joined = merged.get(name, ()) if ranges is None else _from_one(ranges)
    return Sheet(file, name, _cells(sheet), hidden, joined, unvalued.get(name, ()))


def _from_one(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sorted(ranges))


def _cells(sheet: CalamineSheet) -> Cells:
    rows: Cells = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = tuple([value.strip(BLANKS) if type(value) is str else _text(value) for value in values])
        if any(cells):
            rows.append((number, cells))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows: 1.2 and not 1.2000000000000002.
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
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


def _protected(file: str) -> InputError:
    return _refused(
        file,
        message("the workbook is protected by a password"),
        message("Save it without a password and try again."),
    )


def _broken(file: str) -> InputError:
    return _refused(file, message("the workbook is broken, or is none"), _SAVE_AGAIN)


def _refused(file: str, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(Where(file=file), wrong, remedy)])
