"""Reading csv and xlsx into raw grids, and saying clearly why something cannot be read."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.tables.grids.files import Grid, read_grid, read_workbook

CONTAINER = bytes.fromhex("D0CF11E0A1B11AE1")


def written(folder: Path, content: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def saved(folder: Path, sheets: dict[str, list[list[Any]]], name: str = "t.xlsx") -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def refusal(path: Path, sheet: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_grid(path, sheet)
    return str(caught.value)


def test_a_csv_gives_stripped_headings_and_numbered_rows_without_blank_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "date, 医生 \n\n2025-10-20,\u3000张三 \n,,\n2025-10-21\n".encode())
    assert read_grid(path) == Grid(
        "t.csv", "", ("date", "医生"), ((3, ("2025-10-20", "张三")), (5, ("2025-10-21", "")))
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_endings_make_no_difference(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    text = ending.join([f"日期{separator}医生", f"2025-10-20{separator}𠮷田"])
    grid = read_grid(written(tmp_path, text.encode(encoding)))
    assert (grid.headings, grid.rows) == (("日期", "医生"), ((2, ("2025-10-20", "𠮷田")),))


def test_a_separator_inside_a_quoted_heading_does_not_count(tmp_path: Path) -> None:
    grid = read_grid(written(tmp_path, b'"a;b;c",d\n1,2\n'))
    assert grid.headings == ("a;b;c", "d")


def test_a_quoted_line_break_stays_in_its_cell_and_its_row(tmp_path: Path) -> None:
    grid = read_grid(written(tmp_path, b'a,b\n"x\ny",1\nz,2\n'))
    assert grid.rows == ((2, ("x\ny", "1")), (3, ("z", "2")))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"))) for _ in range(2)])
    )
)
def test_every_cell_of_a_csv_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: Any) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerows([("a", "b"), *rows])
    grid = read_grid(written(tmp_path_factory.mktemp("csv"), text.getvalue().encode()))
    expected = tuple((number, row) for number, row in enumerate(rows, start=2) if any(row))
    assert grid.rows == expected


def test_xlsx_cells_become_the_text_people_write(tmp_path: Path) -> None:
    row = [
        dt.datetime(2025, 10, 20),
        dt.datetime(2025, 10, 20, 8, 5),
        dt.time(8, 30),
        dt.timedelta(hours=24),
        25,
        25.0,
        1.1 + 0.1,
        None,
        " 张三 ",
        True,
    ]
    grid = read_grid(saved(tmp_path, {"week": [[f"h{at}" for at in range(10)], row]}))
    assert grid.sheet == "week"
    assert grid.rows[0] == (
        2,
        ("2025-10-20", "2025-10-20 08:05", "08:30", "24:00", "25", "25", "1.2", "", "张三", "True"),
    )


def test_the_first_sheet_that_is_not_empty_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, {"notes": [], "week": [[], ["a"], ["1"]]})
    assert read_grid(path) == Grid("t.xlsx", "week", ("a",), ((3, ("1",)),))


def test_a_sheet_can_be_named_and_a_wrong_name_is_corrected(tmp_path: Path) -> None:
    path = saved(tmp_path, {"doctors": [["a"]], "rooms": [["b"]]})
    assert read_grid(path, "rooms").headings == ("b",)
    assert "Did you mean rooms?" in refusal(path, "room")


def test_a_csv_has_no_sheets(tmp_path: Path) -> None:
    assert "there is no such sheet" in refusal(written(tmp_path, b"a\n1\n"), "doctors")


def test_a_workbook_gives_its_wanted_sheets_by_name(tmp_path: Path) -> None:
    path = saved(tmp_path, {"doctors": [["a"]], "empty": [], "notes": [["x", "x"]]})
    assert list(read_workbook(path, lambda name: name != "notes")) == ["doctors"]


def test_a_workbook_tells_what_is_wrong_in_every_sheet(tmp_path: Path) -> None:
    path = saved(tmp_path, {"doctors": [["a", "a"]], "rooms": [["b"], ["1", "2"]]})
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert [problem.where.sheet for problem in caught.value.problems] == ["doctors", "rooms"]


def test_an_xlsx_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    assert read_grid(saved(tmp_path, {"week": [["a"]]}, "t.csv")).headings == ("a",)


def test_a_missing_file_a_folder_and_an_impossible_name_are_told(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "none.csv")
    assert "this is a folder" in refusal(tmp_path)
    assert "the file cannot be read" in refusal(tmp_path / ("x" * 300))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "may not be read" in refusal(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b" \r\n", "the file is empty"),
        (b",,\n,\n", "there is no heading row"),
        (b"caf\x01,\xff\xff\xffb\n", "neither a workbook nor text in UTF-8"),
        (b'a,b\n"1,2\n', "a quotation mark is not closed"),
        (b"<html><table>", "web page"),
        (b"PK\x03\x04 torn", "the workbook is broken"),
        (CONTAINER + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (CONTAINER + "Workbook".encode("utf-16-le"), "the workbook is broken"),
        (b"a,b\n1,2,3\n", "t.csv, row 2: the row has cells where no heading stands ('3')"),
        (b"a,,b\n1,2,3\n", "the row has cells where no heading stands ('2')"),
        (b"a,b, A\n", "t.csv, row 1, column A: two columns have this heading"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in refusal(written(tmp_path, content))


def test_every_row_with_a_stray_cell_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n1,2\n1\n1,3\n")
    with pytest.raises(InputError) as caught:
        read_grid(path)
    assert [problem.where.row for problem in caught.value.problems] == [2, 4]


def test_a_column_without_heading_and_cells_is_left_out(tmp_path: Path) -> None:
    grid = read_grid(written(tmp_path, b"a,,b,\n1,,2,\n"))
    assert (grid.headings, grid.rows) == (("a", "b"), ((2, ("1", "2")),))


def test_a_zip_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "the workbook is broken" in refusal(path)


def test_a_workbook_cut_short_is_told(tmp_path: Path) -> None:
    whole = saved(tmp_path, {"week": [["a"], ["1"]]}).read_bytes()
    assert "the workbook is broken" in refusal(written(tmp_path, whole[: len(whole) // 2], "cut.xlsx"))


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr("scheduler.tables.grids.sheets.MOST_BYTES", 2_000_000)
    assert "unpacks to more than 2 MB" in refusal(path)


CELL = b'<c r="%s"><v>1</v></c>'
HOSTILE = {
    "a row number of a billion": (
        b'<row r="1000000000">' + CELL % b"A1000000000" + b"</row>",
        "xl/worksheets/sheet1.xml",
    ),
    "a cell that disagrees with its row": (
        b'<row r="2">' + CELL % b"XFD1000000" + b"</row>",
        "xl/worksheets/sheet1.xml",
    ),
    "single quotes": (b"<row r='1000000'><c r='XFD1000000'><v>1</v></c></row>", "xl/worksheets/sheet1.xml"),
    "a sheet elsewhere": (b'<row r="1000000">' + CELL % b"XFD1000000" + b"</row>", "xl/elsewhere/sheet1.xml"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_of_a_kilobyte_that_asks_for_all_memory_is_refused(tmp_path: Path, name: str) -> None:
    rows, part = HOSTILE[name]
    saved(tmp_path, {"week": [["b"]]}, "honest.xlsx")
    first = CELL % b"A1"
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1">' + first + b"</row>" + rows + b"</sheetData></worksheet>"
    )
    with (
        zipfile.ZipFile(tmp_path / "honest.xlsx") as honest,
        zipfile.ZipFile(tmp_path / "t.xlsx", "w") as hostile,
    ):
        for entry in honest.namelist():
            content = honest.read(entry).replace(b"worksheets/sheet1.xml", part.removeprefix("xl/").encode())
            hostile.writestr(
                part if entry == "xl/worksheets/sheet1.xml" else entry,
                sheet if "sheet1" in entry else content,
            )
    assert "the workbook is broken" in refusal(tmp_path / "t.xlsx")


def test_a_formula_whose_result_is_blank_is_not_one_without_a_value(tmp_path: Path) -> None:
    from scheduler.tables.grids.sheets import read_sheets

    path = saved(tmp_path, {"week": [["a", "b"], ["=1+1", "x"]]})
    with zipfile.ZipFile(path) as book:
        parts = {entry: book.read(entry) for entry in book.namelist()}
    for stored, unvalued in (
        (b'<c r="A2"><f>1+1</f><v></v></c>', ((2, 0),)),
        (b'<c r="A2" t="str"><f>1+1</f><v></v></c>', ()),
    ):
        with zipfile.ZipFile(path, "w") as book:
            for entry, content in parts.items():
                book.writestr(entry, re.sub(rb'<c r="A2".*?</c>', stored, content))
        assert read_sheets(path)[0].unvalued == unvalued


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.tables.grids.sheets.MOST_BYTES", 10)
    assert "the file is larger than" in refusal(written(tmp_path, b"a\n" + b"1\n" * 10))


def test_signs_that_no_spreadsheet_shows_are_taken_out_of_cells(tmp_path: Path) -> None:
    path = written(tmp_path, "doctor,name\n\u202aD1\u202c\u200b,张\x7f三\n".encode())
    assert [row for _, row in read_grid(path).rows] == [("D1", "张三")]
