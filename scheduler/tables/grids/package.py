"""What the reader of workbooks does not tell, taken from the files inside: merged cells, formulas without value."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_REFERENCE = re.compile(rb'\sr="([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_MOST_MERGED = 100_000


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


def unvalued_in_xlsx(archive: zipfile.ZipFile) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the cells, row from 1 and column from 0, whose formula has no saved value, by sheet name."""
    cells: dict[str, tuple[tuple[int, int], ...]] = {}
    for sheet, name in _sheet_files(archive):
        content = archive.read(name)
        if b"<f" in content:
            found = [text for text in _FORMULA.findall(content) if b't="str"' not in text]  # "" is a value
            places = (_REFERENCE.search(text) for text in found)
            cells[sheet] = tuple((int(place[2]), _column(place[1]) - 1) for place in places if place)
    return cells


def _sheet_files(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the sheets of an xlsx with the file of each."""
    files = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= files:
        return
    targets = {
        node.get("Id"): "xl/" + (node.get("Target") or "").removeprefix("/xl/")
        for node in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.endswith("}sheet"):
            key = next((value for name, value in node.attrib.items() if name.endswith("}id")), None)
            if targets.get(key) in files:
                yield node.get("name") or "", targets[key]


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def merged_in_ods(archive: zipfile.ZipFile) -> dict[str, tuple[tuple[int, int, int, int], ...]]:
    """Return the merged ranges of an ods by sheet name: first row (from 1), first column, last row, last column."""
    if "content.xml" not in archive.namelist():
        return {}
    merged: dict[str, tuple[tuple[int, int, int, int], ...]] = {}
    for table in ElementTree.fromstring(archive.read("content.xml")).iter(f"{_TABLE}table"):
        merged[table.get(f"{_TABLE}name") or ""] = tuple(_spans(table))[:_MOST_MERGED]
    return merged


def _spans(table: ElementTree.Element) -> Iterator[tuple[int, int, int, int]]:
    row = 1
    for node in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in node:
            down = int(cell.get(f"{_TABLE}number-rows-spanned") or 1)
            across = int(cell.get(f"{_TABLE}number-columns-spanned") or 1)
            if down > 1 or across > 1:
                yield row, column, row + down - 1, column + across - 1
            column += int(cell.get(f"{_TABLE}number-columns-repeated") or 1)
        row += int(node.get(f"{_TABLE}number-rows-repeated") or 1)
