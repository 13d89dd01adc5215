"""A form as a document for a word processor: a page break between pages, headings repeated on each."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import Any

from scheduler.forms.document import Form, Section, has_groups, heading_groups

_CREATED = dt.datetime(2000, 1, 1)
_FIRST_DATE_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_MARGIN, _WIDTH, _HEIGHT = 1.2, 29.7, 21.0
"""Centimetres of A4 across."""

_FONT = "Microsoft YaHei"
_NOT_IN_XML = {code: None for code in range(32) if chr(code) not in "\n\t"}


def docx_file(form: Form) -> bytes:
    """Return the document; same form, same bytes."""
    document = _new_document(form)
    for number, page in enumerate(form.pages):
        if number:
            document.add_page_break()
        _paragraph(document, f"{form.title} · {form.period}", 9)
        for section in page.sections:
            _paragraph(document, section.title, 28 if form.is_large else 16, bold=True)
            if section.note:
                _paragraph(document, section.note, 9)
            if section.lines:
                _add_table(document, section.printed)
        if form.legend:
            _paragraph(document, form.legend, 8)
    content = BytesIO()
    document.save(content)
    return _without_dates(content.getvalue())


def _new_document(form: Form) -> Any:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    paper = document.sections[0]
    paper.orientation = WD_ORIENT.LANDSCAPE
    paper.page_width, paper.page_height = Cm(_WIDTH), Cm(_HEIGHT)
    paper.left_margin = paper.right_margin = paper.top_margin = paper.bottom_margin = Cm(_MARGIN)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(11 if form.is_large else 8)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(2)
    about = document.core_properties
    about.title, about.author, about.comments = form.title.translate(_NOT_IN_XML), "", ""
    about.created = about.modified = _CREATED
    return document


def _paragraph(document: Any, text: str, points: int, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = document.add_paragraph().add_run(text.translate(_NOT_IN_XML))
    run.font.size, run.bold = Pt(points), bold


def _add_table(document: Any, section: Section) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=len(section.headings), style="Table Grid")
    table.autofit = False
    total = sum(heading.width for heading in section.headings)
    widths = [Cm((_WIDTH - 2 * _MARGIN) * heading.width / total) for heading in section.headings]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if has_groups(section):
        _add_groups(table, section)
    headings = (
        heading.text if heading.group or not has_groups(section) else "" for heading in section.headings
    )
    _add_row(table, tuple(headings), widths, bold=True, repeated=True)
    for line in section.lines:
        _add_row(table, line.cells, widths, bold=line.is_head)


def _add_groups(table: Any, section: Section) -> None:
    cells, column = _add_row(table, ("",) * len(section.headings), None, bold=True, repeated=True), 0
    for name, span in heading_groups(section):
        text = name or section.headings[column].text
        merged = cells[column].merge(cells[column + span - 1]) if span > 1 else cells[column]
        _write(merged, text, bold=True)
        column += span


def _add_row(
    table: Any, texts: tuple[str, ...], widths: list[Any] | None, *, bold: bool, repeated: bool = False
) -> Any:
    from docx.oxml import OxmlElement

    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))
    cells = row.cells
    for number, text in enumerate(texts):
        if widths is not None:
            cells[number].width = widths[number]
        if text:
            _write(cells[number], text, bold=bold)
    return cells


def _write(cell: Any, text: str, *, bold: bool) -> None:
    run = cell.paragraphs[0].add_run(text.translate(_NOT_IN_XML))
    run.bold = bold


def _without_dates(content: bytes) -> bytes:
    """Return the document's archive with a fixed date for each part, so that the same form is the same bytes."""
    archive = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as parts, zipfile.ZipFile(archive, "w") as fixed:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, _FIRST_DATE_OF_ZIP)
            part.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(part, parts.read(name))
    return archive.getvalue()
