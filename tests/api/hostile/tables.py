"""Tables, as csv and as workbooks, that are made to cost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

_HEAD = "日期,午别,医生,科室\n"
_ROW = "2026-07-20,上午,{},眼科\n"


def _csv(cell: Callable[[int], str], each: int) -> Callable[[int], bytes]:
    """Return a table of as many rows with a doctor's cell as fill the size."""
    return lambda size: (_HEAD + "".join(_ROW.format(cell(n)) for n in range(size // each))).encode()


CSV: Mapping[str, Callable[[int], bytes]] = {
    "columns": lambda size: b"," * size,
    "lines": lambda size: b"a,b\n" * (size // 4),
    "a cell without end": lambda size: b'"' + b"a" * size,
    "quotation marks": lambda size: b'"' * size,
    "long names": _csv(lambda n: "李" * 200 + str(n), 640),
    "brackets": lambda size: (_HEAD + _ROW.format("（" * (size // 3))).encode(),
    "many names in a cell": lambda size: (
        _HEAD + _ROW.format("、".join(f"李{n}" for n in range(size // 8)))
    ).encode(),
    "blanks": lambda size: (_HEAD + _ROW.format("李 " * (size // 4))).encode(),
    "hours": lambda size: (_HEAD + "2026-07-20," + "08:00-" * (size // 6) + ",李,眼科\n").encode(),
    "digits of a date": lambda size: (_HEAD + "7" * size + "月24日,上午,李,眼科\n").encode(),
}
"""Timetables by what there is too much of."""

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(row: int, column: str) -> bytes:
    """Return a workbook of two cells, the second one far away."""
    sheet = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="a" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" '
        'r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="a" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEETS}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0"?>{text}')
    return content.getvalue()


WORKBOOKS: Mapping[str, bytes] = {
    "a row that no sheet has": workbook(1_000_000_000, "A"),
    "the last cell of a sheet": workbook(1_048_576, "XFD"),
    "a cell that disagrees with its row": workbook(2, "XFD").replace(b"XFD2", b"XFD9"),
}
"""Workbooks of a kilobyte that would take gigabytes."""
