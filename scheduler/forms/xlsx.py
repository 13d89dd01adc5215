"""A form as a workbook: a sheet for each page, that prints on paper as wide as the table, headings on each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import zip_longest
from typing import Any

from scheduler.forms.document import Form, Page, Section, has_groups, heading_groups
from scheduler.report.sheets.sheet import line_count
from scheduler.report.workbook import new_book

_LINE_HEIGHT = 12
_MOST_IN_A_NAME = 31
_PAPER_A3, _PAPER_A4 = 8, 9
_MOST_CHARACTERS_ON_A4 = 190


def xlsx_file(form: Form) -> bytes:
    """Return the workbook; same form, same bytes. Text is text, whatever it begins with."""
    content = BytesIO()
    book, formats = new_book(content, form.title)
    for page, name in zip(form.pages, _sheet_names(form), strict=True):
        _PageSheet(book.add_worksheet(name), formats).draw(form, page)
    book.close()
    return content.getvalue()


def _sheet_names(form: Form) -> Iterator[str]:
    """Yield a name for each page's sheet: without the characters that spreadsheets forbid, and none twice."""
    used: set[str] = set()
    for number, page in enumerate(form.pages, start=1):
        name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", page.name).strip(" '")[:_MOST_IN_A_NAME] or str(number)
        if name.casefold() in used or name.casefold() == "history":
            ending = f" {number}"
            name = name[: _MOST_IN_A_NAME - len(ending)] + ending
        used.add(name.casefold())
        yield name


class _PageSheet:
    """A sheet and the row that is written next."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any]) -> None:
        self._sheet, self._formats, self._row = sheet, formats, 0

    def draw(self, form: Form, page: Page) -> None:
        sections = [section.printed for section in page.sections]
        columns = zip_longest(*(section.headings for section in sections))
        widths = [max(heading.width for heading in column if heading) for column in columns]
        self._sheet.set_landscape()
        self._sheet.set_paper(_PAPER_A3 if sum(widths) > _MOST_CHARACTERS_ON_A4 else _PAPER_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer("&C&P / &N")
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        self._title(f"{form.title} · {form.period}", "plain")
        for section in sections:
            self._draw_section(section, widths, alone=len(sections) == 1)
        for text in filter(None, (page.legend, page.signed)):
            self._title(text, "plain")

    def _title(self, text: str, look: str) -> None:
        self._sheet.write_string(self._row, 0, text, self._formats[look])
        self._row += 1

    def _draw_section(self, section: Section, widths: list[int], *, alone: bool) -> None:
        self._title(section.title, "title")
        if section.note:
            self._title(section.note, "plain")
        first = self._row
        if section.lines:
            self._draw_headings(section)
        if alone and section.lines:
            self._sheet.repeat_rows(first, self._row - 1)
            names = sum(heading.is_name for heading in section.headings)
            self._sheet.freeze_panes(self._row, names)
        for line in section.lines:
            if line.title:
                last = len(section.headings) - 1
                if last:
                    self._sheet.merge_range(self._row, 0, self._row, last, "", self._formats["head"])
                self._text(self._row, 0, line.title, "head")
                self._row += 1
                continue
            for column, text in enumerate(line.cells):
                is_name = section.headings[column].is_name
                self._text(self._row, column, text, "head" if line.is_head or is_name else "text")
            lines = (line_count(text, width) for text, width in zip(line.cells, widths, strict=False))
            self._sheet.set_row(self._row, min(409, _LINE_HEIGHT * max(lines) + 3))
            self._row += 1
        self._row += 1

    def _text(self, row: int, column: int, text: str, look: str) -> None:
        if text:
            self._sheet.write_string(row, column, text, self._formats[look])
        else:
            self._sheet.write_blank(row, column, None, self._formats[look])

    def _draw_headings(self, section: Section) -> None:
        head = self._formats["head"]
        grouped, column = has_groups(section), 0
        for name, span in heading_groups(section) if grouped else ():
            last = column + span - 1
            if not name:
                text = section.headings[column].text
                self._sheet.merge_range(self._row, column, self._row + 1, column, "", head)
                self._text(self._row, column, text, "head")
            else:
                if span > 1:
                    self._sheet.merge_range(self._row, column, self._row, last, "", head)
                self._text(self._row, column, name, "head")
            column += span
        self._row += grouped
        for column, heading in enumerate(section.headings):
            if heading.group or not grouped:
                self._text(self._row, column, heading.text, "head")
        self._row += 1
