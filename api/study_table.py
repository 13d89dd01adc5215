"""The table of a study as bytes, made by what makes the files of `menzhen whatif`."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scheduler.whatif.page import page_html
from scheduler.whatif.rows import Row
from scheduler.whatif.study import Study
from scheduler.whatif.table_book import book_bytes
from scheduler.whatif.table_csv import write_csvs


def table_file(rows: Sequence[Row], study: Study, form: str, language: str) -> bytes:
    """Return table.csv, table.xlsx or whatif.html (`form` is csv, xlsx or html), the base's row first."""
    match form:
        case "html":
            return page_html(rows, study, language).encode()
        case "xlsx":
            return book_bytes(rows, study, language)
        case _:
            return _csv(rows, language)


def table_cells(rows: Sequence[Row], language: str) -> tuple[list[str], list[dict[str, str | None]]]:
    """Return the columns of table.csv, and its cells by column; None where one is empty."""
    text = io.StringIO(_csv(rows, language).decode("utf-8-sig"), newline="")
    reader = csv.DictReader(text)
    cells = [{name: value or None for name, value in line.items()} for line in reader]
    return list(reader.fieldnames or ()), cells


def _csv(rows: Sequence[Row], language: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_csvs(rows, Path(folder), language)
        return (Path(folder) / "table.csv").read_bytes()
