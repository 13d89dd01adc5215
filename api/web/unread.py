"""Requests that waitress refuses before the app sees them, too large or malformed: answered as the app answers problems."""

from __future__ import annotations

from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from api.web.errors import problem
from api.web.guards import begin

_KINDS = {400: "bad-request", 413: "too-large", 431: "headers-too-large"}


def answer_with_problems(server: Any, app: Flask) -> None:
    """Make a waitress server answer every refusal with a problem document of the app."""

    class Task(ErrorTask):  # type: ignore[misc]
        def execute(self) -> None:
            status, headers, body = _problem_response(app, self.request)
            self.status, self.content_length = status, len(body)
            self.response_headers.extend(headers)
            self.set_close_on_finish()
            self.write(body)

    class Channel(HTTPChannel):  # type: ignore[misc]
        error_task_class = Task

    # A name such as localhost may stand for several addresses, each with a server of its own.
    for listener in [server, *getattr(server, "map", {}).values()]:
        if hasattr(listener, "channel_class"):
            listener.channel_class = Channel


def _problem_response(app: Flask, request: Any) -> tuple[str, list[tuple[str, str]], bytes]:
    languages = getattr(request, "headers", {}).get("ACCEPT_LANGUAGE", "")
    with app.test_request_context(headers={"Accept-Language": languages}):
        begin()
        response = app.process_response(problem(_KINDS.get(request.error.code, "fault")))
        return response.status, list(response.headers), response.get_data()
