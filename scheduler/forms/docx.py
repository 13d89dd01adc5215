"""A form as a document for a word processor: a page break between pages, headings repeated on each."""

from __future__ import annotations

from typing import Any

from scheduler.forms.document import Form, Page, Section, has_groups, heading_groups
from scheduler.report.word import TEXT_WIDTH_CM, document_bytes, new_document, plain_text, repeat_row

_POINTS, _LARGE_POINTS = {"Normal": 8, "Heading 1": 16}, {"Normal": 11, "Heading 1": 30}


def docx_file(form: Form) -> bytes:
    """Return the document; same form, same bytes."""
    document = new_document(form.title, _LARGE_POINTS if form.is_large else _POINTS)
    for number, page in enumerate(form.pages):
        _add_page(document, form, page, starts_page=number > 0)
    return document_bytes(document)


def _add_page(document: Any, form: Form, page: Page, *, starts_page: bool) -> None:
    first = document.add_paragraph(plain_text(f"{form.title} · {form.period}"))
    first.paragraph_format.page_break_before = starts_page
    for section in page.sections:
        document.add_heading(plain_text(section.title), level=1)
        if section.note:
            document.add_paragraph(plain_text(section.note)).paragraph_format.keep_with_next = True
        if section.lines:
            _add_table(document, section.printed)
    if form.legend:
        document.add_paragraph(form.legend).paragraph_format.keep_together = True


def _add_table(document: Any, section: Section) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=len(section.headings), style="Table Grid")
    table.autofit = False
    total = sum(heading.width for heading in section.headings)
    widths = [Cm(TEXT_WIDTH_CM * heading.width / total) for heading in section.headings]
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
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    if repeated:
        repeat_row(row)
    cells = row.cells
    for number, text in enumerate(texts):
        if widths is not None:
            cells[number].width = widths[number]
        if text:
            _write(cells[number], text, bold=bold)
    return cells


def _write(cell: Any, text: str, *, bold: bool) -> None:
    run = cell.paragraphs[0].add_run(plain_text(text))
    run.bold = bold
