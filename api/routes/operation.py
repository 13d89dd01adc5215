"""For whoever runs the service: health, readiness, metrics, the OpenAPI document."""

from __future__ import annotations

from typing import NoReturn

from flask import Response, current_app, jsonify

from api.store.keys import Role
from api.web.declare import Routes, file_answer
from api.web.errors import refuse
from api.web.guards import OPEN
from api.web.service import service
from scheduler.words import Message, message

routes = Routes("operation", "running", prefix="/")

_OK = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


@routes.add("get", "/healthz", OPEN, _OK)
def healthz() -> Response:
    """Return ok: the process is there."""
    return jsonify(status="ok")


@routes.add("get", "/readyz", OPEN, _OK)
def readyz() -> Response:
    """Return ok where the database answers and jobs are dispatched; 503 where not. Nothing is waited for.

    `workers` are the solves that can run at once, `lost` those that the machine has no room for.
    """
    here = service()
    status = here.dispatcher.status
    if status is None or here.closing.is_set():
        _refuse_now(message("Jobs are not being dispatched."))
    if status.silent_seconds > _MOST_SILENT_SECONDS:
        _refuse_now(message("The database is silent, or the thread that dispatches jobs hangs."))
    if status.capacity == 0:
        _refuse_now(message("There is no process that could work on a job."))
    lost = max(0, here.settings.workers - status.capacity) if here.settings.executor == "local" else 0
    return jsonify(status="ok", waiting=status.waiting, workers=status.capacity, lost=lost)


_MOST_SILENT_SECONDS = 4.0
"""The dispatcher looks twice a second."""


def _refuse_now(detail: Message) -> NoReturn:
    refuse("unavailable", detail, Retry_After="5")


@routes.add("get", "/metrics", Role.VIEWER, {200: file_answer("text/plain")})
def metrics() -> Response:
    """Return counts and times in the format of Prometheus."""
    return Response(service().metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@routes.add("get", "/openapi.json", OPEN, _OK)
def openapi_document() -> Response:
    """Return this service's OpenAPI document."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]
