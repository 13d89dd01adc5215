"""A workbook in binary form (.xlsb) made by hand, since no library writes one: a sheet of texts."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

_ROW, _TEXT, _BOOK, _BOOK_END, _SHEET, _SHEET_END = 0, 6, 131, 132, 129, 130
_SHEETS, _SHEETS_END, _SHEET_NAME, _DATA, _DATA_END, _SIZE = 143, 144, 156, 145, 146, 148

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org"
_RELATION = (
    f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
)
_TYPES = (
    f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="bin"'
    ' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)


def xlsb_bytes(rows: Sequence[Sequence[str]], name: str = "Sheet1") -> bytes:
    """Return a workbook of one sheet; blank cells are not in it."""
    named = _record(_SHEET_NAME, struct.pack("<II", 0, 1) + _text("rId1") + _text(name))
    book = _record(_BOOK) + _record(_SHEETS) + named + _record(_SHEETS_END) + _record(_BOOK_END)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATION % ("officeDocument", "xl/workbook.bin"))
        package.writestr("xl/_rels/workbook.bin.rels", _RELATION % ("worksheet", "worksheets/sheet1.bin"))
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", _sheet(rows))
    return file.getvalue()


def _sheet(rows: Sequence[Sequence[str]]) -> bytes:
    size = struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    parts = [_record(_SHEET), _record(_SIZE, size), _record(_DATA)]
    for number, cells in enumerate(rows):
        parts.append(_record(_ROW, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)))
        parts += [
            _record(_TEXT, struct.pack("<II", column, 0) + _text(cell))
            for column, cell in enumerate(cells)
            if cell
        ]
    return b"".join([*parts, _record(_DATA_END), _record(_SHEET_END)])


def _record(kind: int, data: bytes = b"") -> bytes:
    """Return a record: its kind in one byte or two, its length in seven bits a byte, its data."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = bytearray(), len(data)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return head + bytes([*length, size]) + data


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
