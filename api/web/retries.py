"""`Idempotency-Key`: a request that is sent again by the same caller is done once, and answered the same."""

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

_KEPT = dt.timedelta(hours=24)
_AT_WORK = dt.timedelta(minutes=1)
_PENDING = 0


def once(key: str | None, do: Callable[[], tuple[int, Mapping[str, Any]]]) -> Response:
    """Do something and answer it; under a `key` that was used before give the answer of then.

    Refused are a key with another body, and one whose first request is still at work. A first request that was
    refused leaves nothing behind.
    """
    if key is None:
        status, answer = do()
        return _answered(status, answer)
    who, body = caller().id, hashlib.sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest()
    # Its sender may have made the key of anything, a patient's number too: only what tells it from others is kept.
    key = hashlib.sha256(key.encode()).hexdigest()
    before = service().store.write(lambda connection: _begun(connection, who, key, body))
    if before is not None:
        return _again(before, body)
    try:
        status, answer = do()
    except Exception:
        service().store.write(lambda connection: connection.execute(delete(RetryRow).where(*_of(who, key))))
        raise
    done = update(RetryRow).where(*_of(who, key)).values(status=status, answer=dict(answer))
    service().store.write(lambda connection: connection.execute(done))
    return _answered(status, answer)


def _of(who: str, key: str) -> tuple[Any, ...]:
    return RetryRow.caller == who, RetryRow.key == key


def _begun(connection: Connection, who: str, key: str, body: str) -> Row[Any] | None:
    # A request that is pending for so long, or from the future of a clock set back, was cut off by its server's end.
    of_now = RetryRow.made_at.between(now() - _AT_WORK, now() + _AT_WORK)
    cut_off = (RetryRow.status == _PENDING) & ~of_now
    connection.execute(delete(RetryRow).where((RetryRow.made_at < now() - _KEPT) | cut_off))
    found = connection.execute(select(RetryRow.__table__).where(*_of(who, key))).one_or_none()
    if found is None:
        row = {"caller": who, "key": key, "digest": body, "status": _PENDING, "answer": {}, "made_at": now()}
        connection.execute(insert(RetryRow).values(row))
    return found


def _again(before: Row[Any], body: str) -> Response:
    if before.digest != body:
        refuse("not-valid", message("This Idempotency-Key was used for another request."))
    if before.status == _PENDING:
        refuse(
            "conflict",
            message("The first request with this Idempotency-Key is still at work."),
            Retry_After="1",
        )
    answer = _answered(before.status, before.answer)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _answered(status: int, answer: Mapping[str, Any]) -> Response:
    made = jsonify(answer)
    made.status_code = status
    return made
