"""The cells of an xlsx as text: dates, times and numbers written as people write them in a csv."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from typing import Any

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.grids.csv_in import BLANKS
from scheduler.words import Message, message

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of a workbook as it is saved today."""

CONTAINER_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
"""First bytes of the old container that password-protected and old workbooks (.xls) come in."""

MOST_BYTES = 200_000_000
"""Most bytes of content that are read, after unpacking."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AGAIN = message("Open it in a spreadsheet program and save it again as xlsx.")


def workbook_cells(file: str, data: bytes) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """Return every sheet's rows that hold something, by sheet name: 1-based row number and stripped cells.

    `file` names the workbook in messages. Raises InputError for a workbook that is protected, old, broken or
    larger than MOST_BYTES when unpacked.
    """
    if data.startswith(CONTAINER_MAGIC):
        raise _container(file, data)
    _check_size(file, data)
    try:
        return _read(data)
    except Exception as error:  # openpyxl answers broken content with errors of any kind
        raise _broken(file) from error


def _container(file: str, data: bytes) -> InputError:
    if _ENCRYPTED in data:
        return _refused(
            file,
            message("the workbook is protected by a password"),
            message("Save it without a password and try again."),
        )
    return _refused(
        file, message("this is an old workbook (.xls)"), message("Save it as xlsx and try again.")
    )


def _check_size(file: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _broken(file) from None
    if size > MOST_BYTES:
        raise _refused(
            file,
            message("the workbook unpacks to more than {size} MB", size=MOST_BYTES // 1_000_000),
            message("Cut it down to the one table that is needed."),
        )


def _read(data: bytes) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return {sheet.title: _rows(sheet) for sheet in book.worksheets}
        finally:
            book.close()


def _rows(sheet: Any) -> list[tuple[int, tuple[str, ...]]]:
    # Some programs write a wrong extent into the sheet; without it openpyxl reads what is there.
    sheet.reset_dimensions()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = tuple(_text(value) for value in values)
        if any(cells):
            rows.append((number, cells))
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows: 1.2 and not 1.2000000000000002.
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value).strip(BLANKS)


def _broken(file: str) -> InputError:
    return _refused(file, message("the workbook is broken, or is no xlsx"), _SAVE_AGAIN)


def _refused(file: str, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(Where(file=file), wrong, remedy)])
