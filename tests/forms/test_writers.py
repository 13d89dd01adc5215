from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from docx import Document

from scheduler.cli.export import FORMATS, PRINTED, PRINTED_FORMATS
from scheduler.forms import catalogue
from scheduler.forms.document import Form, Heading, Line, Page, Section
from tests.forms.small_forms import facts, later, small

CLINIC = "心血管内科高血压与血管疾病多学科联合门诊（东院区）"


def form(*names: str) -> Form:
    """A form with a page for each name, whose cells are a formula, markup and a control character."""
    headings = (Heading("Clinic", is_name=True), Heading("AM", "Monday"), Heading("PM", "Monday"))
    lines = (Line((CLINIC, "=1+1\n安娜", "<b>x</b>\x0b")),)
    pages = tuple(Page(name, (Section(name, headings, lines, "note"),), "● chief") for name in names)
    return Form("Hospital", "this week", "en", pages)


def test_the_command_names_the_forms_and_formats_of_the_catalogue():
    assert set(PRINTED) == set(catalogue.PRINTED)
    assert set(PRINTED_FORMATS) == set(catalogue.WRITERS) == set(catalogue.MEDIA_TYPES)
    assert list(FORMATS)[: len(PRINTED)] == list(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("file_format", PRINTED_FORMATS)
def test_every_form_has_every_format_and_the_same_bytes_each_time(name, file_format):
    weeks = [facts(small(), language="zh"), later()]
    made = catalogue.PRINTED[name].make(weeks)
    first = catalogue.WRITERS[file_format](made)
    assert first
    assert catalogue.WRITERS[file_format](catalogue.PRINTED[name].make(weeks)) == first


def test_a_workbook_has_a_sheet_a_page_whose_names_are_allowed_and_differ():
    book = openpyxl.load_workbook(
        io.BytesIO(catalogue.WRITERS["xlsx"](form("a/b", "A b", "x" * 40, "x" * 40)))
    )
    assert book.sheetnames == ["a b", "A b 2", "x" * 31, "x" * 29 + " 4"]
    sheet = book.worksheets[0]
    cells = {cell.value: cell.data_type for line in sheet.iter_rows() for cell in line if cell.value}
    assert cells["=1+1\n安娜"] == "s"
    assert CLINIC in cells
    assert sheet.print_title_rows == "$4:$5"


def test_html_begins_each_page_anew_and_escapes_markup():
    text = catalogue.WRITERS["html"](form("one", "two")).decode()
    assert text.count("<article>") == 2
    assert "break-after: page" in text
    assert ("<b>x" in text, "&lt;b&gt;x" in text) == (False, True)


def test_csv_is_one_table_without_formulas():
    lines = list(csv.reader(io.StringIO(catalogue.WRITERS["csv"](form("one", "-two")).decode("utf-8-sig"))))
    assert lines[0] == ["Part", "Clinic", "Monday AM", "Monday PM"]
    assert [line[:3] for line in lines[1:]] == [
        ["one", CLINIC, "'=1+1\n安娜"],
        ["'-two", CLINIC, "'=1+1\n安娜"],
    ]


def test_a_document_has_a_table_a_page_with_headings_that_are_repeated():
    document = Document(io.BytesIO(catalogue.WRITERS["docx"](form("one", "two"))))
    assert [[cell.text for cell in table.rows[2].cells] for table in document.tables] == [
        [CLINIC, "=1+1\n安娜", "<b>x</b>"]
    ] * 2
    assert document.tables[0].rows[0].cells[1].text == "Monday"
    assert document.element.xml.count("w:tblHeader") == 4


def test_an_empty_column_is_printed_only_where_it_is_usual():
    headings = (Heading("Clinic"), Heading("AM", "Monday"), Heading("EVE", "Monday", is_optional=True))
    section = Section("one", headings, (Line((CLINIC, "", "")),))
    made = Form("Hospital", "this week", "en", (Page("one", (section,)),))
    assert "EVE" not in catalogue.WRITERS["html"](made).decode()
    assert len(Document(io.BytesIO(catalogue.WRITERS["docx"](made))).tables[0].columns) == 2
    assert b"Monday EVE" in catalogue.WRITERS["csv"](made)


def test_a_title_between_the_rows_goes_across_all_columns():
    lines = (Line(("north", ""), is_head=True), Line((CLINIC, "安娜")))
    section = Section("one", (Heading("Clinic"), Heading("AM")), lines)
    made = Form("Hospital", "this week", "en", (Page("one", (section,), signed="Signed:"),))
    assert '<th colspan="2">north</th>' in catalogue.WRITERS["html"](made).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(catalogue.WRITERS["xlsx"](made))).worksheets[0]
    assert [str(cells) for cells in sheet.merged_cells.ranges] == ["A4:B4"]
    document = Document(io.BytesIO(catalogue.WRITERS["docx"](made)))
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["north", "north"]
    assert document.paragraphs[-1].text == "Signed:"


def test_a_column_of_a_group_is_as_wide_as_its_texts_and_never_wider_than_it_may_be():
    lines = (Line(("短", "安娜★", "a very long sentence indeed", "x")), Line(("", "x\n王小明★", "", "")))
    headings = (Heading("A", width=20), *(Heading(half, "Monday") for half in ("AM", "PM", "EVE")))
    printed = Section("one", headings, lines).printed
    assert [heading.width for heading in printed.headings] == [20, 9, 14, 7]


def test_a_sheet_with_several_tables_has_columns_for_the_widest():
    sections = (
        Section("one", (Heading("A", width=9),), ()),
        Section("two", (Heading("B"), Heading("C", width=30)), ()),
    )
    made = Form("Hospital", "this week", "en", (Page("one", sections),))
    sheet = openpyxl.load_workbook(io.BytesIO(catalogue.WRITERS["xlsx"](made))).worksheets[0]
    assert [int(sheet.column_dimensions[column].width) for column in "AB"] == [14, 30]
