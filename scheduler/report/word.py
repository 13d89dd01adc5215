"""Documents for word processors: A4 across, fonts for both scripts, and the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

_CREATED = dt.datetime(2000, 1, 1)
_FONT, _CHINESE_FONT = "Arial", "Microsoft YaHei"
_WIDTH_CM, _HEIGHT_CM, _MARGIN_CM = 29.7, 21.0, 1.5

TEXT_WIDTH_CM = _WIDTH_CM - 2 * _MARGIN_CM
"""Centimetres between the margins."""

_NOT_IN_XML = {code: None for code in range(32) if chr(code) not in "\n\t"}


def new_document(title: str, points: Mapping[str, float]) -> Any:
    """Return an empty document; `points` is the size of its styles, such as `Normal` and `Heading 1`."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document: Any = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = plain_text(title), "", ""
    properties.created = properties.modified = _CREATED
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_WIDTH_CM), Cm(_HEIGHT_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    for name, size in points.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), _CHINESE_FONT)
    return document


def plain_text(text: str) -> str:
    """Return the text without the characters that a document cannot hold."""
    return text.translate(_NOT_IN_XML)


def repeat_row(row: Any) -> None:
    """Repeat the row of a table on every page that it runs over."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def document_bytes(document: Any) -> bytes:
    """Return the document as a file, with one date for every part: the time of writing would be in the bytes."""
    written, fixed = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return fixed.getvalue()
