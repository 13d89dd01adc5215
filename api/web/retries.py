"""Idempotency keys: a request that its partner sends again with the same `Idempotency-Key` is executed once.

Its response is written in the transaction of what it does, so that both are there or neither, whatever dies in between.
Of several at once the table lets one in; the others find its response.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from flask import Response, request
from sqlalchemy import Connection

from api.store.responses import find_response, store_response
from api.web.declare import json_response
from api.web.errors import refuse
from api.web.service import caller, now, service
from scheduler.errors import ClaimError, StoreError
from scheduler.words import message

_T = TypeVar("_T")
ResponseWriter = Callable[[Connection, _T], None]
"""Writes the response to a request, given its result, in the transaction that has it."""


def once(
    sent_key: str | None,
    execute: Callable[[ResponseWriter[_T] | None], _T],
    to_body: Callable[[_T], str],
) -> Response:
    """Execute a request and return its result as a response; for a key that was used before, the response of then.

    Refuses a key that was used with another body. A request that was refused leaves nothing behind, so it may be sent
    again corrected.
    """
    if sent_key is None:
        return json_response(to_body(execute(None)), 201)
    partner, store = caller().partner, service().store
    # A sender may make the key of anything, even of a patient's number: only its hash is stored.
    key = hashlib.sha256(sent_key.encode()).hexdigest()
    digest = hashlib.sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest()

    def find_earlier() -> Response | None:
        earlier = store.read(lambda connection: find_response(connection, partner, key))
        if earlier is None:
            return None
        earlier_digest, body = earlier
        if earlier_digest != digest:
            refuse("not-valid", message("This Idempotency-Key was used for another request."))
        return json_response(body, 201, Idempotency_Replayed="true")

    def write_response(connection: Connection, result: _T) -> None:
        store_response(connection, partner, key, digest, to_body(result), now())

    response = find_earlier()
    if response is not None:
        return response
    try:
        return json_response(to_body(execute(write_response)), 201)
    except (ClaimError, StoreError):
        # The same request may have come in between, and a commit may be done though its connection was lost.
        response = find_earlier()
        if response is None:
            raise
        return response
