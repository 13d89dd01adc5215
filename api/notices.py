"""The hospital's own templates of booking notices: a JSON file, campus to text."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from scheduler.errors import InputError, Problem, Where
from scheduler.report.notices import Notices
from scheduler.words import message


@lru_cache(maxsize=4)
def hospital_notices(path: Path | None) -> Notices:
    """Return the templates in the file, none where no file is named; raises InputError for a file that is wrong."""
    if path is None:
        return Notices({})
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(text, str) for text in told.values()):
        wrong, remedy = (
            message("this is no file of notices"),
            message("Write a JSON object: a template for each campus, and one for any under an empty name."),
        )
        raise InputError([Problem(Where(file=path.name), wrong, remedy)])
    return Notices(told)
