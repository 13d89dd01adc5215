"""Versions of a roster: each edit makes one, from the version that its author knows and from no other."""

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
    pins = connection.execute(wanted).scalar()
    return [] if pins is None else list(pins)


def add_version(
    connection: Connection,
    job: str,
    base: int,
    edits: Sequence[Any],
    pins: Sequence[Mapping[str, str]],
    files: Mapping[str, bytes],
    reason: str,
    by: str,
    at: dt.datetime,
) -> bool:
    """Make the version after `base`; False where somebody else has made it, and then nothing was written."""
    # The condition is the lock: of two edits of one version only the first finds the row.
    next_version = update(JobRow).where(JobRow.id == job, JobRow.version == base).values(version=base + 1)
    if connection.execute(next_version).rowcount != 1:
        return False
    row = {"job": job, "version": base + 1, "edits": list(edits), "pins": list(pins), "reason": reason}
    connection.execute(insert(VersionRow).values({**row, "made_at": at, "made_by": by}))
    store_files(connection, job, base + 1, files)
    return True
