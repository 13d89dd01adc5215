"""The sheets of a workbook (xlsx, xls, xlsb, ods) as text: dates, times and numbers as people write them in a csv."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from typing import Any

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.grids import sheets
from scheduler.tables.grids.sheets import CONTAINER_MAGIC, Sheet
from scheduler.words import Message, message

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CUT_DOWN = message("Cut it down to the one table that is needed.")
_REFUSALS = {
    "protected": (
        message("the workbook is protected by a password"),
        message("Save it without a password and try again."),
    ),
    "broken": (
        message("the workbook is broken, or is none"),
        message("Open it in a spreadsheet program and save it again as xlsx."),
    ),
    "too large": (message("the workbook is broken, or its cells are spread too far"), _CUT_DOWN),
}


def workbook_sheets(file: str, data: bytes) -> tuple[Sheet, ...]:
    """Return the worksheets of a workbook, hidden ones too, in its order.

    `file` names the workbook in messages. Raises InputError for a workbook that is protected, broken, larger than
    MOST_BYTES when unpacked, or too large to be read in two gigabytes.
    """
    if data.startswith(CONTAINER_MAGIC):
        answer = "protected" if _ENCRYPTED in data else _read(data)
    else:
        answer = _read(data) if _unpacks(file, data) else "broken"
    if isinstance(answer, str):
        raise _refused(file, *_REFUSALS[answer])
    return tuple(
        Sheet(file, name, cells, hidden, merged, unvalued) for name, hidden, cells, merged, unvalued in answer
    )


def _unpacks(file: str, data: bytes) -> bool:
    """Return whether the workbook is a whole zip; raises InputError where it unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if size > sheets.MOST_BYTES:
        wrong = message("the workbook unpacks to more than {size} MB", size=sheets.MOST_BYTES // 1_000_000)
        raise _refused(file, wrong, _CUT_DOWN)
    return True


def _read(data: bytes) -> str | list[tuple[Any, ...]]:
    """Return what the process that reads workbooks answers; one that was ended had no room for the workbook."""
    # Run by its name, not spawned: a spawned process would import the script of who calls us from Python.
    try:
        content = subprocess.check_output(
            [sys.executable, "-P", "-m", "scheduler.tables.grids.workbook_process"],
            input=data,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.CalledProcessError:
        return "too large"
    answer: str | list[tuple[Any, ...]] = pickle.loads(content)
    return answer


def _refused(file: str, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(Where(file=file), wrong, remedy)])
