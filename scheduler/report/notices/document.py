"""notices.docx: the boards as a document that the office edits before it prints them."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from scheduler.report.notices.boards import Board

_CREATED = dt.datetime(2000, 1, 1)
_FONT, _CHINESE_FONT = "Arial", "Microsoft YaHei"
_MARGIN_CM = 1.5


def notices_document(boards: Sequence[Board], title: str) -> bytes:
    """Return the boards as a docx, each on pages of its own; same boards, same bytes."""
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = _CREATED
    _set_page(document)
    for number, board in enumerate(boards):
        _add_board(document, board, starts_page=number > 0)
    content = BytesIO()
    document.save(content)
    return _with_fixed_dates(content.getvalue())


def _set_page(document: Any) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    for name, size in (("Normal", 10.5), ("Heading 1", 18)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), _CHINESE_FONT)


def _add_board(document: Any, board: Board, *, starts_page: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    heading = document.add_heading(board.title, level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.page_break_before = starts_page
    document.add_paragraph(board.lead).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=1, cols=len(board.headings), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0], board, board.headings, is_bold=True)
    _repeat_on_every_page(table.rows[0])
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

    room = 29.7 - 2 * _MARGIN_CM
    for cell, text, width in zip(row.cells, texts, board.widths, strict=True):
        cell.width = Cm(room * width / sum(board.widths))
        if text:  # an empty run would become a line of its own where cells are merged
            cell.paragraphs[0].add_run(text).bold = is_bold or None


def _repeat_on_every_page(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _with_fixed_dates(data: bytes) -> bytes:
    """Return the zip with one date for every part: the time of writing would be in the bytes."""
    fixed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return fixed.getvalue()
