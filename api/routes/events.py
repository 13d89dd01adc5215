"""What happens to a solve, as it happens: a stream of events, or a list to be asked for again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request
from sqlalchemy import Connection, Row

from api.routes.rosters import known_roster
from api.shapes.rosters import EventHeader, EventList, EventOut, EventQuery, RosterPath
from api.store.jobs import events_after, is_active, job_row
from api.store.keys import Role
from api.web.declare import Routes
from api.web.errors import refuse
from api.web.service import Service, service
from scheduler.tickets.store import Store
from scheduler.words import message

routes = Routes("events", "rosters")

_STREAM = "text/event-stream"
_LOOK_SECONDS = 0.3
_MOST = 500
_HEARTBEAT_SECONDS = 15.0
_LONGEST_SECONDS = 900.0
EVENTS = {
    200: {
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{EventList.__name__}"}},
            _STREAM: {"schema": {"type": "string"}},
        }
    }
}


@routes.add("get", "/rosters/<roster>/events", Role.VIEWER, EVENTS, refusals=(404,))
def get_events(path: RosterPath, query: EventQuery, header: EventHeader) -> Response:
    """Follow a solve: as a stream where `Accept` asks for one, else the events so far.

    A stream ends with the solve; one that breaks off is taken up again with `Last-Event-ID`.
    """
    return follow(known_roster(path.roster), query, header)


def follow(row: Row[Any], query: EventQuery, header: EventHeader) -> Response:
    """Return what happens to a job: as a stream where `Accept` asks for one, else the events so far."""
    if request.accept_mimetypes.best_match(("application/json", _STREAM)) != _STREAM:
        found, ended = _look(service().store, row.id, query.after)
        entries = [EventOut(id=e.number, event=e.name, data=e.data, at=e.at) for e in found]
        told = EventList(entries=entries, ended=ended)
        return Response(told.model_dump_json(), content_type="application/json")
    sent = header.last_event_id or ""
    after = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else query.after
    here = service()
    if not here.streams.acquire(blocking=False):
        refuse("unavailable", message("Too many event streams are open; ask without one."), Retry_After="5")
    stream = _Stream(here, row.id, after)
    answer = Response(stream, content_type=f"{_STREAM}; charset=utf-8")
    answer.call_on_close(stream.close)
    # What stands between must not wait for a buffer to fill.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _look(store: Store, job: str, after: int) -> tuple[list[Row[Any]], bool]:
    def step(connection: Connection) -> tuple[list[Row[Any]], bool]:
        row = job_row(connection, job)
        found = events_after(connection, job, after, _MOST)
        return found, len(found) < _MOST and (row is None or not is_active(row))

    return store.read(step)


class _Stream:
    """The bytes of one stream; its place among the open ones is free again when it is closed, once."""

    def __init__(self, here: Service, job: str, after: int) -> None:
        self._service, self._lines = here, _stream(here, job, after)
        self._release: Callable[[], None] = here.streams.release
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        """Give the place free."""
        with self._lock:
            release, self._release = self._release, lambda: None
        release()


def _stream(here: Service, job: str, after: int) -> Iterator[bytes]:
    yield b"retry: 2000\n\n"
    began = told = time.monotonic()
    while time.monotonic() - began < _LONGEST_SECONDS and not here.closing.is_set():
        found, ended = _look(here.store, job, after)
        for event in found:
            after = event.number
            data = json.dumps(event.data, ensure_ascii=False)
            yield f"id: {event.number}\nevent: {event.name}\ndata: {data}\n\n".encode()
        if ended and not found:
            return
        if found:
            told = time.monotonic()
        elif time.monotonic() - told > _HEARTBEAT_SECONDS:
            told = time.monotonic()
            yield b": still here\n\n"
        if not ended:
            here.closing.wait(_LOOK_SECONDS)
