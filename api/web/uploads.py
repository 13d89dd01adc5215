"""Uploaded files: taken from the body, and checked before anything unpacks them."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from flask import request

from api.web.errors import refuse
from api.web.service import service
from scheduler.tables.grids.sheets import ZIP_MAGIC
from scheduler.words import message

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
FORM = "multipart/form-data"
_NAMES = {XLSX: "upload.xlsx", CSV: "upload.csv"}
_MAX_PARTS = 2_000


@contextmanager
def uploaded(*types: str) -> Iterator[Path]:
    """Yield the uploaded file: the body itself, of one of `types`, or the field `file` of a form."""
    name, content = _read_upload(types)
    _refuse_bombs(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _read_upload(types: tuple[str, ...]) -> tuple[str, bytes]:
    if request.mimetype == FORM:
        file = request.files.get("file")
        if file is None:
            refuse("not-valid", message("The form has no file in its field {field}.", field="file"))
        # Only the last part of the name counts: it is shown in messages and names the scenario.
        path = PurePath(re.sub(r"[\x00-\x1f]", "", file.filename or "").replace("\\", "/"))
        # A long number is the time of an export at best, and a patient's number at worst. Dates are shorter and stay.
        stem = re.sub(r"[0-9]{9,}", "", path.stem)[:100].strip(". ")
        return f"{stem or 'upload'}{path.suffix[:10]}", file.read()
    if request.mimetype not in types:
        known = [*types, FORM]
        refuse("unsupported-media-type", message("Send one of: {known}.", known=known))
    return _NAMES[request.mimetype], request.get_data()


def _refuse_bombs(content: bytes) -> None:
    if not content.startswith(ZIP_MAGIC):
        return
    limit_mb = service().settings.unpacked_mb
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return  # the reader of workbooks reports what is wrong with a broken one
    if size > limit_mb * 1_000_000 or len(parts) > _MAX_PARTS:
        refuse("too-large", message("The workbook unpacks to more than {size} MB.", size=limit_mb))
