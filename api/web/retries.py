"""Idempotency keys: a request that its caller sends again with the same `Idempotency-Key` is executed once.

A row is written before the request is executed, and its response into that row afterwards. A server that dies in between
leaves a pending row, which refuses the key until it is a minute old.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import Connection, Row, delete, insert, select, update

from api.store.models import RetryRow
from api.web.errors import refuse
from api.web.service import caller, now, service
from scheduler.words import message

_REPEATABLE = dt.timedelta(hours=24)
_PENDING_LIMIT = dt.timedelta(minutes=1)
_PENDING = 0


def once(key: str | None, do: Callable[[], tuple[int, Mapping[str, Any]]]) -> Response:
    """Execute `do` and return its status and body as a response; for a `key` that was used before, the response of then.

    Refuses a key that was used with another body, and one whose first request is still being executed. A first request
    that was refused leaves nothing behind, so it may be sent again corrected.
    """
    if key is None:
        return _response(*do())
    caller_id, body = (
        caller().id,
        hashlib.sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest(),
    )
    # A sender may make the key of anything, even of a patient's number: only its hash is stored.
    key = hashlib.sha256(key.encode()).hexdigest()
    earlier = service().store.write(lambda connection: _find_or_begin(connection, caller_id, key, body))
    if earlier is not None:
        return _repeat(earlier, body)
    try:
        status, answer = do()
    except Exception:
        service().store.write(
            lambda connection: connection.execute(delete(RetryRow).where(*_is(caller_id, key)))
        )
        raise
    done = update(RetryRow).where(*_is(caller_id, key)).values(status=status, answer=dict(answer))
    service().store.write(lambda connection: connection.execute(done))
    return _response(status, answer)


def _is(caller_id: str, key: str) -> tuple[Any, ...]:
    return RetryRow.caller == caller_id, RetryRow.key == key


def _find_or_begin(connection: Connection, caller_id: str, key: str, body: str) -> Row[Any] | None:
    """Return the row of an earlier request with this key; where there is none, write one that is pending."""
    # A request that is pending for so long, or from the future of a clock set back, was cut off by its server's end.
    is_recent = RetryRow.made_at.between(now() - _PENDING_LIMIT, now() + _PENDING_LIMIT)
    cut_off = (RetryRow.status == _PENDING) & ~is_recent
    connection.execute(delete(RetryRow).where((RetryRow.made_at < now() - _REPEATABLE) | cut_off))
    earlier = connection.execute(select(RetryRow.__table__).where(*_is(caller_id, key))).one_or_none()
    if earlier is None:
        row = {
            "caller": caller_id,
            "key": key,
            "digest": body,
            "status": _PENDING,
            "answer": {},
            "made_at": now(),
        }
        connection.execute(insert(RetryRow).values(row))
    return earlier


def _repeat(earlier: Row[Any], body: str) -> Response:
    if earlier.digest != body:
        refuse("not-valid", message("This Idempotency-Key was used for another request."))
    if earlier.status == _PENDING:
        refuse(
            "conflict",
            message("The first request with this Idempotency-Key is still being processed."),
            Retry_After="1",
        )
    response = _response(earlier.status, earlier.answer)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _response(status: int, body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response
