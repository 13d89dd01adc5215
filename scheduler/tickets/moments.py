"""Times as the ledger keeps them: UTC, as text of one width, so that both databases compare them alike."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from scheduler.clock import BEIJING

WIDTH = 27
"""Characters of a time as it is stored."""


@lru_cache(maxsize=4096)
def stamp(at: dt.datetime) -> str:
    """Return a time as `2026-07-22T00:00:00.000000Z`; raises ValueError where it has no zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone: Beijing time is +08:00")
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def unstamp(text: str) -> dt.datetime:
    """Return the Beijing time of a stamp; raises ValueError for anything else."""
    return dt.datetime.fromisoformat(text).astimezone(BEIJING)


class Moment(TypeDecorator[dt.datetime]):
    """A column of times: aware in Python (Beijing time), a stamp in the database."""

    impl = String(WIDTH)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:
        """Return the stamp that is stored."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Any) -> dt.datetime | None:
        """Return the time that was stored."""
        return None if value is None else unstamp(value)
