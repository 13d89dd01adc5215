"""A grid of texts saved as a spreadsheet does: csv in an encoding, or a workbook whose repeated cells may be merged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.tables.published.xlsb import xlsb_bytes

Rows = list[list[str]]
Merged = tuple[int, int, int]
"""A cell that reaches down: row, column, last row; from 0."""

FORMATS = ("utf-8-sig", "gb18030", "big5", "utf-16", "xlsx", "xls", "xlsb", "ods")


def save(rows: Rows, folder: Path, form: str, *, merged: bool = False) -> Path:
    """Write the rows in one of FORMATS; `merged` joins a first column of equal cells where the form can."""
    if form in _BOOKS:
        path = folder / f"week.{form}"
        _BOOKS[form](rows, path, list(_alike(rows)) if merged else [])
        return path
    path = folder / "week.csv"
    with path.open("w", encoding=form, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _alike(rows: Rows) -> Iterator[Merged]:
    """Yield the runs of equal texts in the first column of rows as wide as the widest."""
    width = max(map(len, rows))
    first = 0
    for at in range(1, len(rows) + 1):
        goes_on = at < len(rows) and len(rows[at]) == width and rows[at][0] == rows[first][0] != ""
        if not goes_on:
            if at - first > 1:
                yield first, 0, at - 1
            first = at


def _xlsx(rows: Rows, path: Path, merged: list[Merged]) -> None:
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        book.add_worksheet("封面").write(0, 0, "门诊部")
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for top, column, bottom in merged:
            sheet.merge_range(top, column, bottom, column, rows[top][column])


def _xls(rows: Rows, path: Path, merged: list[Merged]) -> None:
    from xlwt import Workbook

    book = Workbook(encoding="utf-8")
    book.add_sheet("封面").write(0, 0, "门诊部")
    sheet = book.add_sheet("Sheet2")
    hidden = {(at, column) for top, column, bottom in merged for at in range(top, bottom + 1)}
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if text and (number, column) not in hidden:
                sheet.write(number, column, text)
    for top, column, bottom in merged:
        sheet.write_merge(top, bottom, column, column, rows[top][column])
    book.save(str(path))


def _ods(rows: Rows, path: Path, merged: list[Merged]) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="Sheet1")
    reach = {(top, column): bottom - top + 1 for top, column, bottom in merged}
    covered = {(at, column) for top, column, bottom in merged for at in range(top + 1, bottom + 1)}
    for number, row in enumerate(rows):
        line = TableRow()
        for column, text in enumerate(row):
            if (number, column) in covered:
                line.addElement(CoveredTableCell())
                continue
            cell = TableCell(valuetype="string", numberrowsspanned=reach.get((number, column), 1))
            if text:
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def _xlsb(rows: Rows, path: Path, merged: list[Merged]) -> None:
    path.write_bytes(xlsb_bytes(rows))


_BOOKS = {"xlsx": _xlsx, "xls": _xls, "xlsb": _xlsb, "ods": _ods}
