"""The cells of a csv: its encoding, its separator, its rows."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.grids.blanks import BLANKS
from scheduler.words import Message, message

_SEPARATORS = (",", "\t", ";", "|")
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[,;\t]*\s*\r?\n', re.IGNORECASE)
_SAMPLE = 100_000
_LOOKED_AT = 30
"""Lines from the top that decide the separator."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SAVE_AS = message("Save it as CSV in UTF-8, or as xlsx.")


def csv_cells(file: str, data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of a csv that hold something: 1-based row number and stripped cells.

    `file` names it in messages. Raises InputError where `data` is no table in UTF-8, UTF-16, GB18030 or Big5.
    """
    text = _decoded(file, data)
    told = _SEPARATOR_LINE.match(text)
    separator = told[1] if told else _separator(text)
    first = 2 if told else 1
    reader = csv.reader(
        io.StringIO(text[told.end() :] if told else text, newline=""), delimiter=separator, strict=True
    )
    rows: list[tuple[int, tuple[str, ...]]] = []
    number, padded = first - 1, _is_padded(text, separator)
    try:
        for number, row in enumerate(reader, start=first):
            cells = tuple(cell.strip(BLANKS) for cell in row) if padded else tuple(row)
            if any(cells):
                rows.append((number, cells))
    except csv.Error:
        raise _refused(
            Where(file=file, row=number + 1),
            message("a quotation mark is not closed, or stands inside a cell"),
            message("Close it, or write it twice inside a quoted cell."),
        ) from None
    return rows


def _is_padded(text: str, separator: str) -> bool:
    """Return whether some cell may have a blank at an end: asked once, as files of millions of cells hardly have any."""
    blanks = "".join(blank for blank in BLANKS if blank not in f"{separator}\r\n")
    edge = f"[{re.escape(separator)}\r\n]"
    return '"' in text or re.search(rf"(?:\A|{edge})[{blanks}]|[{blanks}](?:\Z|{edge})", text) is not None


def _decoded(file: str, data: bytes) -> str:
    text = next((text for text in _readings(data) if not _CONTROL.search(text)), None)
    if text is None:
        raise _refused(
            Where(file=file),
            message("this is neither a workbook nor text in UTF-8, UTF-16, GB18030 or Big5"),
            _SAVE_AS,
        )
    if text.lstrip(BLANKS).startswith("<"):
        raise _refused(Where(file=file), message("this is a web page (HTML) and no table"), _SAVE_AS)
    return text


def _readings(data: bytes) -> Iterator[str]:
    """Yield the texts that `data` may be, the likeliest first."""
    encodings = [
        "utf-8-sig",
        *sorted(("gb18030", "big5hkscs"), key=lambda code: -_share_of_usual(data, code)),
    ]
    zeros = data[:4096].count(0, 0), data[1:4096:2].count(0), data[:4096:2].count(0)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif zeros[0]:
        encodings = ["utf-16-le", "utf-16-be"] if zeros[1] > zeros[2] else ["utf-16-be", "utf-16-le"]
    for encoding in encodings:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue


# Leading bytes of the characters that everyday text is made of, about 3,800 in each encoding.
_USUAL = {"gb18030": range(0xB0, 0xD8), "big5hkscs": range(0xA4, 0xC7)}


def _share_of_usual(data: bytes, encoding: str) -> Fraction:
    """Return how many of the characters beyond ASCII are usual ones of `encoding`; below 0 where it is not that."""
    sample = data[:100_000]
    try:
        text = sample.decode(encoding, errors="strict" if len(data) <= len(sample) else "ignore")
    except UnicodeDecodeError:
        return Fraction(-1)
    foreign = [char.encode(encoding, errors="replace") for char in text if ord(char) > 127]
    usual = sum(len(char) == 2 and char[0] in _USUAL[encoding] for char in foreign)
    return Fraction(usual, len(foreign)) if foreign else Fraction(0)


def _separator(text: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", text[:_SAMPLE])
    bare = [line for line in itertools.islice(unquoted.splitlines(), _LOOKED_AT) if line.strip(BLANKS)]

    def agreement(mark: str) -> tuple[int, int]:
        counts = Counter(line.count(mark) for line in bare if mark in line)
        return max(counts.values(), default=0), sum(counts)

    return max(_SEPARATORS, key=agreement)


def _refused(where: Where, wrong: Message, remedy: Message) -> InputError:
    return InputError([Problem(where, wrong, remedy)])
