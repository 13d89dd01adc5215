"""Versions of a roster: each edit makes one, and only from the version that its author has seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from api.store.files import store_files
from api.store.models import JobRow, VersionRow


def version_rows(connection: Connection, job: str, after: int = 0) -> list[Row[Any]]:
    """Return the versions of a roster after the version `after`, in order."""
    wanted = select(VersionRow.__table__).where(VersionRow.job == job, VersionRow.version > after)
    return list(connection.execute(wanted.order_by(VersionRow.version)))


def read_pins(connection: Connection, job: str, version: int) -> Sequence[Mapping[str, str]]:
    """Return the pinned sessions of a version."""
    wanted = select(VersionRow.pins).where(VersionRow.job == job, VersionRow.version == version)
    found = connection.execute(wanted).scalar()
    return [] if found is None else list(found)


def add_version(
    connection: Connection,
    job: str,
    seen: int,
    edits: Sequence[Any],
    pins: Sequence[Mapping[str, str]],
    files: Mapping[str, bytes],
    reason: str,
    by: str,
    at: dt.datetime,
) -> bool:
    """Make the version after `seen`; False where somebody else has made it, and then nothing was written."""
    mine = update(JobRow).where(JobRow.id == job, JobRow.version == seen).values(version=seen + 1)
    if connection.execute(mine).rowcount != 1:
        return False
    row = {"job": job, "version": seen + 1, "edits": list(edits), "pins": list(pins), "reason": reason}
    connection.execute(insert(VersionRow).values({**row, "made_at": at, "made_by": by}))
    store_files(connection, job, seen + 1, files)
    return True
