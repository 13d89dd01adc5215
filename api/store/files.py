"""The files of rosters in the database, compressed: a version has its own, and those of the versions before it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from api.store.models import FileRow


def store_files(connection: Connection, job: str, version: int, files: Mapping[str, bytes]) -> None:
    """Store the files of a version; one that is there already stays as it is."""
    present = set(
        connection.execute(
            select(FileRow.name).where(FileRow.job == job, FileRow.version == version)
        ).scalars()
    )
    rows = [
        {"job": job, "version": version, "name": name, "content": zlib.compress(content, 3)}
        for name, content in files.items()
        if name not in present
    ]
    if rows:
        connection.execute(insert(FileRow), rows)


def read_file(
    connection: Connection, job: str, version: int, name: str, *, own: bool = False
) -> bytes | None:
    """Return a file as it is in a version; with `own` only one that this very version made."""
    wanted = select(FileRow.content).where(FileRow.job == job, FileRow.name == name)
    wanted = wanted.where(FileRow.version == version if own else FileRow.version <= version)
    content = connection.execute(wanted.order_by(FileRow.version.desc()).limit(1)).scalar()
    return None if content is None else zlib.decompress(content)
