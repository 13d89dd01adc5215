"""Timestamps as the ledger stores them: UTC, as text of one width, so that both databases compare them alike."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from scheduler.clock import BEIJING
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import message

WIDTH = 27
"""Characters of a time as it is stored."""


@lru_cache(maxsize=4096)
def to_timestamp(at: dt.datetime) -> str:
    """Return a time as `2026-07-22T00:00:00.000000Z`.

    Raises ValueError where it has no zone, and SettingError at the ends of the calendar, where the day in Beijing or
    in UTC is none.
    """
    if at.tzinfo is None:
        raise ValueError("a time needs its zone: Beijing time is +08:00")
    try:
        at.astimezone(BEIJING)
        utc = at.astimezone(dt.UTC)
    except OverflowError:
        remedy = message("Write one in the years from 2 to 9998.")
        problem = Problem(
            Where(field="at"), message("the ledger cannot store this time"), remedy, at.isoformat()
        )
        raise SettingError([problem]) from None
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_timestamp(text: str) -> dt.datetime:
    """Return the Beijing time of a timestamp; raises ValueError for anything else."""
    return dt.datetime.fromisoformat(text).astimezone(BEIJING)


def begins_at(date: dt.date, start: int) -> dt.datetime:
    """Return when a slot begins, of its date and its start in minutes after midnight."""
    return dt.datetime.combine(date, dt.time(), BEIJING) + dt.timedelta(minutes=start)


def format_time(at: dt.datetime) -> str:
    """Return a time as people read it: in Beijing time, to the minute."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


class Timestamp(TypeDecorator[dt.datetime]):
    """A column of times: aware in Python (Beijing time), a timestamp of text in the database."""

    impl = String(WIDTH)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:
        """Return the text that is stored."""
        return None if value is None else to_timestamp(value)

    def process_result_value(self, value: str | None, dialect: Any) -> dt.datetime | None:
        """Return the time that was stored."""
        return None if value is None else from_timestamp(value)
