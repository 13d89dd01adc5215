"""Problems as RFC 9457 describes them: every fault with its pointer, in the reader's language, never a traceback."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from flask import Flask, Response, current_app, g, jsonify
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api.web.language import words
from api.web.shape import MOST_FAULTS, Fault, ProblemDetails
from scheduler.errors import (
    MOST_LINES,
    ClaimError,
    MenzhenError,
    OutputError,
    Problem,
    PublicationError,
    StoreError,
    Where,
    group_problems,
)
from scheduler.scenario.rows import TABLES
from scheduler.tables.columns.complaints import wrong_of
from scheduler.words import Message, join_messages, message


def list_faults(problems: Sequence[Problem]) -> list[Fault]:
    """Return the first problems of each kind as faults, in their order; there are at most MOST_FAULTS.

    Rows of a scenario's tables get pointers into its document.
    """
    groups = group_problems(problems)[:MOST_LINES]
    counts = {id(one): len(group.problems) for group in groups for one in group.shown}
    return [_fault(one, counts[id(one)]) for one in problems if id(one) in counts][:MOST_FAULTS]


def _fault(one: Problem, count: int) -> Fault:
    voice, pointer = words(), _pointer(one)
    return Fault(
        pointer=pointer,
        parameter=one.where.field[1:] if one.where.field.startswith("?") else "",
        place=one.where.text(voice) if one.where.file and not pointer else "",
        detail=voice.say(one.wrong),
        remedy=voice.say(one.remedy),
        value=None if one.value is None else one.value[:200],
        count=count,
    )


def _pointer(one: Problem) -> str:
    where = one.where
    if where.field.startswith("/"):
        return where.field
    if where.file.startswith("/"):
        # A study that came as JSON has pointers for its places.
        return where.file
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


def model_problems(error: ValidationError, *, in_body: bool = True) -> Iterator[Problem]:
    """Yield what a model finds wrong, each with its pointer or its parameter as field."""
    for detail in error.errors(include_url=False)[:_MOST_READ]:
        wrong = message("there is no such field") if detail["type"] == "extra_forbidden" else wrong_of(detail)
        reason = str(detail.get("ctx", {}).get("error", ""))
        remedies = [remedy for part, remedy in _REMEDIES if part in reason]
        place = [str(part).replace("~", "~0").replace("/", "~1") for part in detail["loc"]]
        where = Where(field="".join(f"/{part}" for part in place) if in_body else f"?{'.'.join(place)}")
        if own := detail.get("ctx", {}).get("problems"):
            yield from (replace(problem, where=where) for problem in own)
            continue
        shown = detail["input"]
        yield Problem(
            where,
            wrong,
            remedies[0] if remedies else _NO_REMEDY,
            str(shown) if isinstance(shown, (str, int, float)) else None,
        )


_MOST_READ = 1_000
"""Most errors of a model that are read: of each kind only the first ones are shown."""

_NO_REMEDY = join_messages([], "")

_REMEDIES: tuple[tuple[str, Message], ...] = (
    ("an ISO week", message("Write an ISO week such as 2026-W30.")),
    ("a half-day", message("Write a half-day such as fri-pm.")),
    ("a window", message("Write hours such as 08:00-12:00, the first before the second.")),
    ("a time", message("Write a time such as 08:30.")),
    ("a number", message("Give a number such as 1.2 or 6/5.")),
    ("a date", message("Write a date such as 2025-10-20.")),
    ("max_sessions", message("Write a min_sessions that is not above max_sessions.")),
)
"""Parts of the errors that the library's types raise, and the remedy to each."""


URN = "urn:menzhen:problem:"
"""What the type of every problem begins with."""

MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, Message]] = {
    "bad-request": (400, message("The request cannot be understood.")),
    "no-key": (401, message("A valid key is needed.")),
    "forbidden": (403, message("This key may not do that.")),
    "not-found": (404, message("There is no such resource.")),
    "method-not-allowed": (405, message("This cannot be done here.")),
    "not-acceptable": (406, message("This form cannot be given.")),
    "conflict": (409, message("This conflicts with the present state.")),
    "changed-meanwhile": (412, message("Somebody else changed it meanwhile.")),
    "too-large": (413, message("The request is too large.")),
    "unsupported-media-type": (415, message("A body of this type is not read here.")),
    "not-valid": (422, message("The request is not valid.")),
    "precondition-required": (428, message("Name the version that you have seen.")),
    "too-many-requests": (429, message("Too many requests.")),
    "headers-too-large": (431, message("The headers of the request are too large.")),
    "queue-full": (429, message("Too many solves are waiting.")),
    "fault": (500, message("This is a fault of the service.")),
    "unavailable": (503, message("The service cannot answer just now.")),
    "disk-full": (507, message("There is no room left to write.")),
}
"""Every kind of problem: its status and its title."""


@dataclass
class Refusal(Exception):
    """A request that is refused: the kind of problem, what happened, and further headers of the answer."""

    kind: str
    detail: Message | None = None
    faults: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    difference: Mapping[str, Any] | None = None


def refuse(kind: str, detail: Message | None = None, **headers: str) -> NoReturn:
    """Refuse the request; underscores in the names of `headers` stand for hyphens."""
    raise Refusal(kind, detail, headers={name.replace("_", "-"): value for name, value in headers.items()})


def not_found(what: Message) -> NoReturn:
    """Refuse the request for a thing that is not there, or not for this caller."""
    raise Refusal("not-found", what)


def problem(
    kind: str,
    detail: Message | str | None = None,
    faults: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
    difference: Mapping[str, Any] | None = None,
    count: int = 0,
) -> Response:
    """Return the response that describes a problem; of thousands of faults it lists the first of each kind.

    `count` is how many there are where these are not all of them.
    """
    status, title = TITLES[kind]
    voice, faults = words(), list(faults)
    listed = list_faults(faults)
    details = ProblemDetails(
        type=URN + kind,
        title=voice.say(title),
        status=status,
        detail="" if detail is None else voice.say(detail),
        instance=f"urn:menzhen:request:{g.get('request_id', '')}",
        errors=listed,
        count=count or len(faults),
        truncated=len(listed) < (count or len(faults)),
        difference=None if difference is None else dict(difference),
    )
    answer = jsonify(details.model_dump(exclude_none=True))
    answer.status_code = status
    answer.content_type = MEDIA_TYPE
    answer.headers["Content-Language"] = voice.language
    answer.headers.update(headers or {})
    return answer


def not_valid(error: ValidationError) -> Response:
    """Return the response to values that a model refuses; the model's name says where they stood."""
    in_body = not error.title.endswith(("Query", "Path", "Header"))
    return problem("not-valid", faults=model_problems(error, in_body=in_body), count=error.error_count())


_BY_STATUS = {status: kind for kind, (status, _) in reversed(list(TITLES.items()))}


def handle_errors(app: Flask) -> None:
    """Make every error of the app a problem."""
    for error, handler in _HANDLERS.items():
        app.register_error_handler(error, handler)


def _handle_refusal(error: Refusal) -> Response:
    return problem(error.kind, error.detail, error.faults, error.headers, error.difference)


def _handle_library_error(error: MenzhenError) -> Response:
    kind = "conflict" if isinstance(error, (ClaimError, PublicationError)) else "not-valid"
    return problem(kind, error.headline, error.problems)


def _handle_http_error(error: HTTPException) -> Response:
    if error.response is not None:
        response = error.response
        assert isinstance(response, Response)
        return response
    kind = _BY_STATUS.get(error.code or 500, "bad-request" if (error.code or 500) < 500 else "fault")
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return problem(kind, headers=headers)


def _handle_database_error(error: StoreError) -> Response:
    current_app.logger.error("database: %s", error)
    wrongs = [one.wrong for one in error.problems]
    kind = "disk-full" if any("full" in wrong.text for wrong in wrongs) else "unavailable"
    # Where the database stands is nobody's business but the logs'.
    return problem(kind, wrongs[0], headers=_SOON)


def _handle_output_error(error: OutputError | OSError) -> Response:
    if isinstance(error, OSError) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return _handle_fault(error)
    current_app.logger.error("output: %s", error)
    return problem("disk-full", _NO_ROOM, headers=_SOON)


def _handle_fault(error: Exception) -> Response:
    current_app.logger.exception("fault", exc_info=error)
    return problem("fault", _REPORT)


_HANDLERS: Mapping[type[Exception], Callable[[Any], Response]] = {
    Refusal: _handle_refusal,
    MenzhenError: _handle_library_error,
    ValidationError: not_valid,
    HTTPException: _handle_http_error,
    StoreError: _handle_database_error,
    OutputError: _handle_output_error,
    OSError: _handle_output_error,
    Exception: _handle_fault,
}
"""The handler of an error is that of its nearest class here."""

_SOON = {"Retry-After": "5"}
_NO_ROOM = message("Nothing was kept. Try again when there is room.")
_REPORT = message("Report it with the request's identity; the logs tell more.")
