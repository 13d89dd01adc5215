"""The table as files: for machines, for a spreadsheet, and as a page to decide from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scheduler.study.study import Study
from scheduler.study.table.book import book_bytes
from scheduler.study.table.csv import write_csvs
from scheduler.study.table.page import page_html
from scheduler.study.table.rows import VariantRow

TABLE_FILES = frozenset({"table.csv", "table.xlsx", "whatif.html", "timings.csv"})
"""Names of the files that write_table writes."""


def write_table(rows: Sequence[VariantRow], study: Study, folder: Path, language: str) -> None:
    """Write the rows, the base's first, into `folder`, which exists.

    The same rows give the same bytes in every file but timings.csv, which alone has seconds. Raises OSError; use it
    inside `new_folder` to write all or nothing.
    """
    book, page = book_bytes(rows, study, language), page_html(rows, study, language)
    write_csvs(rows, folder, language)
    (folder / "table.xlsx").write_bytes(book)
    (folder / "whatif.html").write_text(page, encoding="utf-8", newline="\n")
