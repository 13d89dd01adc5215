"""notices.xlsx: a sheet for each board, which prints on its own pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from scheduler.report.notices.boards import Board
from scheduler.report.sheets.sheet import Sheet
from scheduler.report.voice import Voice
from scheduler.report.workbook import new_book

_HEAD, _LONGEST_NAME = 2, 31


def notices_workbook(boards: Sequence[Board], title: str, language: str) -> bytes:
    """Return the boards as a workbook; same boards, same bytes."""
    content = BytesIO()
    book, formats = new_book(content, title)
    taken: set[str] = set()
    for board in boards:
        name = _sheet_name(board.name, taken)
        taken.add(name.casefold())
        _draw(Sheet(book, formats, Voice(language), name), board)
    book.close()
    return content.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may bear and that none of the others does."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", name).strip() or "-"
    numbers = (f" {number}" for number in range(2, len(taken) + 3))
    ends = ("", *numbers)
    names = (plain[: _LONGEST_NAME - len(end)] + end for end in ends)
    return next(name for name in names if name.casefold() not in taken)


def _draw(sheet: Sheet, board: Board) -> None:
    sheet.text(0, 0, board.title, "title")
    sheet.text(1, 0, board.lead, "plain")
    sheet.columns(_HEAD, board.headings, board.widths)
    row = _HEAD
    for name, rows in board.groups:
        if name:
            row += 1
            for column in range(len(board.headings)):
                sheet.text(row, column, name if column == 0 else "", "group")
        for cells in rows:
            row += 1
            for column, cell in enumerate(cells):
                sheet.text(row, column, cell)
    if board.signed:
        sheet.text(row + 2, 0, board.signed, "plain")
    sheet.finish(head=(_HEAD, _HEAD), fixed=0, last_row=row, last_column=len(board.headings) - 1)
