"""Files that are sent: taken from the body, looked at before anything unpacks them, read by the library."""

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
from scheduler.tables.grids.workbook import ZIP_MAGIC
from scheduler.words import message

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
FORM = "multipart/form-data"
_NAMES = {XLSX: "upload.xlsx", CSV: "upload.csv"}
_MOST_PARTS = 2_000


@contextmanager
def uploaded(*types: str) -> Iterator[Path]:
    """Give the file that was sent, as the body itself or as the field `file` of a form; `types` are taken as bodies."""
    name, content = _sent(types)
    _refuse_bombs(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _sent(types: tuple[str, ...]) -> tuple[str, bytes]:
    if request.mimetype == FORM:
        file = request.files.get("file")
        if file is None:
            refuse("not-valid", message("The form has no file in its field {field}.", field="file"))
        # Only the last part of a name is looked at: it is shown in messages and names the scenario.
        path = PurePath(re.sub(r"[\x00-\x1f]", "", file.filename or "").replace("\\", "/"))
        # Long numbers are times of an export at best, and a patient's at worst; dates stay.
        stem = re.sub(r"[0-9]{9,}", "", path.stem)[:100].strip(". ")
        return f"{stem or 'upload'}{path.suffix[:10]}", file.read()
    if request.mimetype not in types:
        known = [*types, FORM]
        refuse("unsupported-media-type", message("Send one of: {known}.", known=known))
    return _NAMES[request.mimetype], request.get_data()


def _refuse_bombs(content: bytes) -> None:
    if not content.startswith(ZIP_MAGIC):
        return
    most = service().settings.unpacked_mb
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return  # the library tells what is wrong with a broken workbook
    if size > most * 1_000_000 or len(parts) > _MOST_PARTS:
        refuse("too-large", message("The workbook unpacks to more than {size} MB.", size=most))
