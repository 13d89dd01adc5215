"""What is wrong with a request, each with its pointer into the body, its parameter, or its place in a file."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from api.language import words
from api.shapes.base import Fault
from scheduler.errors import Problem
from scheduler.scenario import TABLES
from scheduler.tables.plain import wrong_of
from scheduler.words import Message, message


def faults_of(problems: Iterable[Problem]) -> list[Fault]:
    """Return the library's problems as faults: rows of a scenario's tables get pointers into its document."""
    voice = words()
    return [
        Fault(
            pointer=_pointer(one),
            parameter=one.where.field[1:] if one.where.field.startswith("?") else "",
            place=one.where.text(voice) if one.where.file and not _pointer(one) else "",
            detail=voice.say(one.wrong),
            remedy=voice.say(one.remedy),
            value=None if one.value is None else one.value[:200],
        )
        for one in problems
    ]


def _pointer(one: Problem) -> str:
    where = one.where
    if where.field.startswith("/"):
        return where.field
    if where.file in TABLES and where.row is not None:
        # The models count rows as a file would, whose heading is row 1.
        return f"/{where.file}/{where.row - 2}" + (f"/{where.column}" if where.column else "")
    if where.file or not where.field or where.field.startswith("?"):
        return ""
    if where.field.startswith("--"):
        # The library names options of the command line.
        return _OPTIONS.get(where.field, f"/{where.field[2:]}")
    return "/" + where.field.replace(".", "/")


_OPTIONS = {"--stop": "/stops", "--from": "/start", "--to": "/end", "--edit": "/edits"}


def model_faults(error: ValidationError, *, in_body: bool = True) -> list[Fault]:
    """Return what a model says is wrong, each with its pointer or its parameter."""
    voice = words()
    found = []
    for detail in error.errors(include_url=False):
        wrong = message("there is no such field") if detail["type"] == "extra_forbidden" else wrong_of(detail)
        said = str(detail.get("ctx", {}).get("error", ""))
        remedies = [remedy for part, remedy in _REMEDIES if part in said]
        place = [str(part).replace("~", "~0").replace("/", "~1") for part in detail["loc"]]
        shown = detail["input"]
        found.append(
            Fault(
                pointer="".join(f"/{part}" for part in place) if in_body else "",
                parameter="" if in_body else ".".join(place),
                detail=voice.say(wrong),
                remedy=voice.say(remedies[0]) if remedies else "",
                value=str(shown)[:200] if isinstance(shown, (str, int, float)) else None,
            )
        )
    return found


_REMEDIES: tuple[tuple[str, Message], ...] = (
    ("an ISO week", message("Write an ISO week such as 2026-W30.")),
    ("a half-day", message("Write a half-day such as fri-pm.")),
    ("a window", message("Write hours such as 08:00-12:00, the first before the second.")),
    ("a time", message("Write a time such as 08:30.")),
    ("a number", message("Give a number such as 1.2 or 6/5.")),
    ("a date", message("Write a date such as 2025-10-20.")),
    ("max_sessions", message("Write a min_sessions that is not above max_sessions.")),
)
"""What the library's types say of a text that is none of them, in Python's words, and what would be right, in ours."""
