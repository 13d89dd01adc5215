"""The cells of a csv: its encoding, its separator, its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re

from scheduler.errors import InputError, Problem, Where
from scheduler.words import Message, message

_SEPARATORS = (",", "\t", ";")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SAVE_AS = message("Save it as CSV in UTF-8, or as xlsx.")

BLANKS = " \t\r\n\x0b\x0c\u3000\xa0\ufeff\u200b"
"""What is stripped from both ends of a cell: blanks of all widths, and marks that cannot be seen."""


def csv_cells(file: str, data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of a csv that hold something: 1-based row number and stripped cells.

    `file` names it in messages. Raises InputError where `data` is no table in UTF-8 or GB18030.
    """
    text = _decoded(file, data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            cells = tuple(cell.strip(BLANKS) for cell in row)
            if any(cells):
                rows.append((number, cells))
    except csv.Error:
        raise _refused(
            Where(file=file, row=number + 1),
            message("a quotation mark is not closed, or stands inside a cell"),
            message("Close it, or write it twice inside a quoted cell."),
        ) from None
    return rows


def _decoded(file: str, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refused(Where(file=file), message("the text is in UTF-16"), _SAVE_AS)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        if text.lstrip(BLANKS).startswith("<"):
            raise _refused(Where(file=file), message("this is a web page (HTML) and no table"), _SAVE_AS)
        return text
    raise _refused(
        Where(file=file), message("this is neither text in UTF-8 or GB18030 nor an xlsx"), _SAVE_AS
    )


def _separator(text: str) -> str:
    heading = next((line for line in text.splitlines() if line.strip(BLANKS)), "")
    bare = re.sub(r'"[^"]*"', "", heading)
    return max(_SEPARATORS, key=bare.count)


def _refused(where: Where, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(where, wrong, remedy)])
