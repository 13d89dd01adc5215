"""Events of a job: a stream, or a list for clients that poll."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, request
from sqlalchemy import Connection, Row

from api.routes.rosters import known_roster
from api.shapes.rosters import EventHeader, EventList, EventOut, EventQuery, RosterPath
from api.store.jobs import events_after, is_active, job_row
from api.store.keys import Role
from api.web.declare import Routes, answer_in_forms, json_response
from api.web.service import Service, caller, service
from scheduler.tickets.store import Store

routes = Routes("events", "rosters")

_STREAM = "text/event-stream"
_LOOK_SECONDS = 0.3
MOST = 500
"""Most events of one answer."""

_HEARTBEAT_SECONDS = 15.0
_LONGEST_SECONDS = 900.0
EVENTS = answer_in_forms(EventList, _STREAM)

EventReader = Callable[[int], tuple[Sequence[Any], int, bool]]
"""Returns the events after a number, the number to go on from, and whether no more will come."""


@routes.add("get", "/rosters/<roster>/events", Role.VIEWER, EVENTS, refusals=(404,))
def get_events(path: RosterPath, query: EventQuery, header: EventHeader) -> Response:
    """Follow a solve: as a stream where `Accept` asks for one, else the events so far.

    A stream ends with the solve; one that breaks off is taken up again with `Last-Event-ID`.
    """
    return follow_job(known_roster(path.roster), query, header)


def follow_job(row: Row[Any], query: EventQuery, header: EventHeader) -> Response:
    """Return what happens to a job: as a stream where `Accept` asks for one, else the events so far."""
    return follow(partial(_read_events, service().store, row.id), query, header)


def follow(read: EventReader, query: EventQuery, header: EventHeader) -> Response:
    """Return the events that are read: as a stream where `Accept` asks for one, else those so far."""
    if request.accept_mimetypes.best_match(("application/json", _STREAM)) != _STREAM:
        events, upto, ended = read(query.after)
        entries = [EventOut(id=e.number, event=e.name, data=dict(e.data), at=e.at) for e in events]
        return json_response(EventList(entries=entries, next=upto, ended=ended))
    sent = header.last_event_id or ""
    after = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else query.after
    here = service()
    here.streams.open(caller().id)
    stream = _Stream(here, read, after, partial(here.streams.close, caller().id))
    answer = Response(stream, content_type=f"{_STREAM}; charset=utf-8")
    answer.call_on_close(stream.close)
    # What stands between must not wait for a buffer to fill.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _read_events(store: Store, job: str, after: int) -> tuple[list[Row[Any]], int, bool]:
    def step(connection: Connection) -> tuple[list[Row[Any]], int, bool]:
        row = job_row(connection, job)
        events = events_after(connection, job, after, MOST)
        upto = events[-1].number if events else after
        return events, upto, len(events) < MOST and (row is None or not is_active(row))

    return store.read(step)


class _Stream:
    """The bytes of one stream; its place among the open ones is free again when it is closed, once."""

    def __init__(self, here: Service, read: EventReader, after: int, release: Callable[[], None]) -> None:
        self._lines, self._release = _stream(here, read, after), release
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        """Give the place free."""
        with self._lock:
            release, self._release = self._release, lambda: None
        release()


def _stream(here: Service, read: EventReader, after: int) -> Iterator[bytes]:
    yield b"retry: 2000\n\n"
    began = last_sent = time.monotonic()
    while time.monotonic() - began < _LONGEST_SECONDS and not here.closing.is_set():
        events, after, ended = read(after)
        for event in events:
            data = json.dumps(event.data, ensure_ascii=False)
            yield f"id: {event.number}\nevent: {event.name}\ndata: {data}\n\n".encode()
        if ended and not events:
            return
        if events:
            last_sent = time.monotonic()
        elif time.monotonic() - last_sent > _HEARTBEAT_SECONDS:
            last_sent = time.monotonic()
            yield b": still here\n\n"
        if not ended:
            here.closing.wait(_LOOK_SECONDS)
