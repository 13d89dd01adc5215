"""notices.docx: the boards as a document that the office edits before it prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.report.notices.boards import Board
from scheduler.report.word import TEXT_WIDTH_CM, document_bytes, new_document, plain_text, repeat_row


def notices_document(boards: Sequence[Board], title: str) -> bytes:
    """Return the boards as a docx, each on pages of its own; same boards, same bytes."""
    document = new_document(title, {"Normal": 10.5, "Heading 1": 18})
    for number, board in enumerate(boards):
        _add_board(document, board, starts_page=number > 0)
    return document_bytes(document)


def _add_board(document: Any, board: Board, *, starts_page: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    heading = document.add_heading(plain_text(board.title), level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.page_break_before = starts_page
    document.add_paragraph(board.lead).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=1, cols=len(board.headings), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0], board, board.headings, is_bold=True)
    repeat_row(table.rows[0])
    for name, rows in board.groups:
        if name:
            row = table.add_row()
            _fill(row, board, (name, *[""] * (len(board.headings) - 1)), is_bold=True)
            row.cells[0].merge(row.cells[-1])
        for cells in rows:
            _fill(table.add_row(), board, cells)
    if board.signed:
        document.add_paragraph().add_run(board.signed)
        document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _fill(row: Any, board: Board, texts: Sequence[str], *, is_bold: bool = False) -> None:
    from docx.shared import Cm

    for cell, text, width in zip(row.cells, texts, board.widths, strict=True):
        cell.width = Cm(TEXT_WIDTH_CM * width / sum(board.widths))
        if text:  # an empty run would become a line of its own where cells are merged
            cell.paragraphs[0].add_run(plain_text(text)).bold = is_bold or None
