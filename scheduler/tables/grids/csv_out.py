"""Tables written as spreadsheets open them rightly."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_csv(path: Path, headings: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table in UTF-8 with BOM, line ends a single line feed; raises OSError."""
    path.write_bytes(csv_bytes(headings, rows))


def csv_bytes(headings: Iterable[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as such a file holds it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    # In one piece: encoding row by row takes as long as everything else.
    return codecs.BOM_UTF8 + text.getvalue().encode()
