"""A form as a document for a word processor: A4 across, a page break between pages, headings repeated on each."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import Any

from scheduler.forms.document import Form, Line, Page, Section, has_groups, heading_groups

_CREATED = dt.datetime(2000, 1, 1)
_FONT, _CHINESE_FONT = "Arial", "Microsoft YaHei"
_WIDTH_CM, _HEIGHT_CM, _MARGIN_CM = 29.7, 21.0, 1.5
_POINTS = {"Normal": 8, "Heading 1": 16}
_POINTS_UP_TO_COLUMNS = ((8, 10.5), (14, 8), (1000, 7))
"""Size of letters in a table that has up to so many columns."""
_LARGE_POINTS, _LARGE_HEADING = 12, 30
_CELL_MARGIN_TWIPS = 40
_NOT_IN_XML = {code: None for code in range(32) if chr(code) not in "\n\t"}


def docx_file(form: Form) -> bytes:
    """Return the document; same form, same bytes."""
    document = _new_document(form.title)
    for number, page in enumerate(form.pages):
        _add_page(document, form, page, starts_page=number > 0)
    return _with_fixed_dates(document)


def _new_document(title: str) -> Any:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document: Any = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _plain(title), "", ""
    properties.created = properties.modified = _CREATED
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_WIDTH_CM), Cm(_HEIGHT_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    for name, size in _POINTS.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), _CHINESE_FONT)
    return document


def _plain(text: str) -> str:
    """Return the text without the characters that a document cannot hold."""
    return text.translate(_NOT_IN_XML)


def _with_fixed_dates(document: Any) -> bytes:
    """Return the document with one date for every part: the time of writing would be in the bytes."""
    written, fixed = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return fixed.getvalue()


def _add_page(document: Any, form: Form, page: Page, *, starts_page: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    first = document.add_paragraph(_plain(f"{form.title} · {form.period}"))
    first.paragraph_format.page_break_before = starts_page
    for section in page.sections:
        heading = document.add_heading(_plain(section.title), level=1)
        if page.is_large:
            heading.runs[0].font.size = Pt(_LARGE_HEADING)
        if section.note:
            document.add_paragraph(_plain(section.note)).paragraph_format.keep_with_next = True
        if section.lines:
            _Table(document, section.printed, is_large=page.is_large).fill()
    if page.legend:
        document.add_paragraph(page.legend).paragraph_format.keep_together = True
    if page.signed:
        document.add_paragraph()
        document.add_paragraph(_plain(page.signed)).alignment = WD_ALIGN_PARAGRAPH.RIGHT


class _Table:
    """A section's table: as wide as the paper, its headings repeated on every page, no row cut in two."""

    def __init__(self, document: Any, section: Section, *, is_large: bool) -> None:
        from docx.shared import Cm

        self._section, columns = section, len(section.headings)
        fitting = next(points for most, points in _POINTS_UP_TO_COLUMNS if columns <= most)
        self._points = _LARGE_POINTS if is_large else fitting
        self._table = document.add_table(rows=0, cols=columns, style="Table Grid")
        self._table.autofit = False
        self._narrow_margins()
        total = sum(heading.width for heading in section.headings)
        room = _WIDTH_CM - 2 * _MARGIN_CM
        self._widths = [Cm(room * heading.width / total) for heading in section.headings]
        for column, width in zip(self._table.columns, self._widths, strict=True):
            column.width = width

    def _narrow_margins(self) -> None:
        """Leave the columns to their texts: a name and its mark stay in one line."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(_CELL_MARGIN_TWIPS))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        self._table._tbl.tblPr.append(margins)

    def fill(self) -> None:
        section, grouped = self._section, has_groups(self._section)
        if grouped:
            self._add_groups()
        headings = (heading.text if heading.group or not grouped else "" for heading in section.headings)
        self._add_row(tuple(headings), bold=True, repeated=True)
        for line in section.lines:
            self._add_line(line)

    def _add_line(self, line: Line) -> None:
        cells = self._add_row(line.cells, bold=line.is_head)
        if line.title:
            cells[0].merge(cells[-1])

    def _add_groups(self) -> None:
        headings, column = self._section.headings, 0
        cells = self._add_row(("",) * len(headings), bold=True, repeated=True)
        for name, span in heading_groups(self._section):
            merged = cells[column].merge(cells[column + span - 1]) if span > 1 else cells[column]
            self._write(merged, name or headings[column].text, bold=True)
            column += span

    def _add_row(self, texts: tuple[str, ...], *, bold: bool, repeated: bool = False) -> Any:
        from docx.oxml import OxmlElement

        row = self._table.add_row()
        for mark in ("w:cantSplit", *(("w:tblHeader",) if repeated else ())):
            row._tr.get_or_add_trPr().append(OxmlElement(mark))
        cells = row.cells
        for cell, text, width in zip(cells, texts, self._widths, strict=True):
            cell.width = width
            if text:  # an empty run would become a line of its own where cells are merged
                self._write(cell, text, bold=bold)
        return cells

    def _write(self, cell: Any, text: str, *, bold: bool) -> None:
        from docx.shared import Pt

        run = cell.paragraphs[0].add_run(_plain(text))
        run.bold, run.font.size = bold, Pt(self._points)
