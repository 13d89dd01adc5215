"""Problems as RFC 9457 tells them: every fault with its pointer, in the reader's language, never a trace."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from flask import Flask, Response, g, jsonify
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api.faults import faults_of, model_faults
from api.language import words
from api.shapes.base import Fault, ProblemDetails
from scheduler.errors import ClaimError, MenzhenError, OutputError, Problem, StoreError
from scheduler.words import Message, message

URN = "urn:menzhen:problem:"
"""What the type of every problem begins with."""

MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, Message]] = {
    "bad-request": (400, message("The request cannot be understood.")),
    "no-key": (401, message("A valid key is needed.")),
    "forbidden": (403, message("This key may not do that.")),
    "not-found": (404, message("There is no such thing.")),
    "method-not-allowed": (405, message("This cannot be done here.")),
    "not-acceptable": (406, message("This form cannot be given.")),
    "conflict": (409, message("That does not fit the present state.")),
    "changed-meanwhile": (412, message("Somebody else changed it meanwhile.")),
    "too-large": (413, message("The request is too large.")),
    "unsupported-media-type": (415, message("A body of this type is not read here.")),
    "not-valid": (422, message("The request does not hold what it should.")),
    "precondition-required": (428, message("Tell which version you have seen.")),
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
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
    difference: Mapping[str, Any] | None = None,
) -> Response:
    """Return the answer that tells a problem."""
    status, title = TITLES[kind]
    voice = words()
    told = ProblemDetails(
        type=URN + kind,
        title=voice.say(title),
        status=status,
        detail="" if detail is None else voice.say(detail),
        instance=f"urn:menzhen:request:{g.get('request_id', '')}",
        errors=list(faults),
        difference=None if difference is None else dict(difference),
    )
    answer = jsonify(told.model_dump(exclude_none=True))
    answer.status_code = status
    answer.content_type = MEDIA_TYPE
    answer.headers["Content-Language"] = voice.language
    answer.headers.update(headers or {})
    return answer


def not_valid(error: ValidationError) -> Response:
    """Return the answer to values that a model refuses; the model's name tells where they stood."""
    in_body = not error.title.endswith(("Query", "Path", "Header"))
    return problem("not-valid", faults=model_faults(error, in_body=in_body))


_BY_STATUS = {status: kind for kind, (status, _) in reversed(list(TITLES.items()))}


def handle_errors(app: Flask) -> None:
    """Make every error of the app a problem."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return problem(error.kind, error.detail, faults_of(error.faults), error.headers, error.difference)

    @app.errorhandler(MenzhenError)
    def told(error: MenzhenError) -> Response:
        kind = "conflict" if isinstance(error, ClaimError) else "not-valid"
        return problem(kind, error.headline, faults_of(error.problems))

    @app.errorhandler(ValidationError)
    def invalid(error: ValidationError) -> Response:
        return not_valid(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None:
            answer = error.response
            assert isinstance(answer, Response)
            return answer
        kind = _BY_STATUS.get(error.code or 500, "bad-request" if (error.code or 500) < 500 else "fault")
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return problem(kind, headers=kept)

    @app.errorhandler(StoreError)
    def database(error: StoreError) -> Response:
        app.logger.error("database: %s", error)
        said = [one.wrong for one in error.problems]
        kind = "disk-full" if any("full" in wrong.text for wrong in said) else "unavailable"
        # Where the database stands is nobody's business but the logs'.
        return problem(kind, said[0], headers=_SOON)

    @app.errorhandler(OutputError)
    def output(error: OutputError) -> Response:
        app.logger.error("output: %s", error)
        return problem("disk-full", _NO_ROOM, headers=_SOON)

    @app.errorhandler(OSError)
    def system(error: OSError) -> Response:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            return fault(error)
        app.logger.error("output: %s", error)
        return problem("disk-full", _NO_ROOM, headers=_SOON)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        app.logger.exception("fault", exc_info=error)
        return problem("fault", _REPORT)


_SOON = {"Retry-After": "5"}
_NO_ROOM = message("Nothing was kept. Try again when there is room.")
_REPORT = message("Report it with the request's identity; the logs tell more.")
