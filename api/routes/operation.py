"""For whoever runs the service: health, readiness, metrics, the OpenAPI document."""

from __future__ import annotations

from flask import Response, current_app, jsonify

from api.store.jobs import queue_length
from api.store.keys import Role
from api.web.declare import Routes, file_answer
from api.web.errors import refuse
from api.web.guards import OPEN
from api.web.service import service
from scheduler.words import message

routes = Routes("operation", "running", prefix="/")

_OK = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


@routes.add("get", "/healthz", OPEN, _OK)
def healthz() -> Response:
    """Return ok: the process is there."""
    return jsonify(status="ok")


@routes.add("get", "/readyz", OPEN, _OK)
def readyz() -> Response:
    """Return ok where the database answers and jobs are dispatched; 503 where not."""
    waiting = service().store.read(queue_length)
    if not service().dispatcher.is_alive or service().closing.is_set():
        refuse("unavailable", message("Jobs are not being dispatched."), Retry_After="5")
    return jsonify(status="ok", waiting=waiting)


@routes.add("get", "/metrics", Role.VIEWER, {200: file_answer("text/plain")})
def metrics() -> Response:
    """Return counts and times in the format of Prometheus."""
    return Response(service().metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@routes.add("get", "/openapi.json", OPEN, _OK)
def openapi_document() -> Response:
    """Return this service's OpenAPI document."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]
