"""Responses to requests with an idempotency key, each written in the transaction of what its request did."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, bindparam, delete, insert, select

from api.store.models import ResponseRow
from scheduler.tickets.prepared import Prepared
from scheduler.tickets.timestamps import to_timestamp

REPEATABLE = dt.timedelta(hours=24)
"""How long a response is repeated at least."""

_COLUMNS = ("partner", "key", "digest", "body", "made_at")
_FIND = Prepared(
    select(ResponseRow.digest, ResponseRow.body).where(
        ResponseRow.partner == bindparam("of_partner"), ResponseRow.key == bindparam("with_key")
    )
)
_INSERT = Prepared(insert(ResponseRow).values({name: bindparam(f"r_{name}") for name in _COLUMNS}))


def find_response(connection: Connection, partner: str, key: str) -> tuple[str, str] | None:
    """Return the digest of the partner's earlier request with this key, and the body of its response; or None."""
    for digest, body in _FIND.rows(connection, {"of_partner": partner, "with_key": key}):
        return digest, body
    return None


def store_response(
    connection: Connection, partner: str, key: str, digest: str, body: str, at: dt.datetime
) -> None:
    """Write the response to a request; raises IntegrityError where one with this key was quicker."""
    row = {"partner": partner, "key": key, "digest": digest, "body": body, "made_at": to_timestamp(at)}
    _INSERT.run_each(connection, [{f"r_{name}": value for name, value in row.items()}])


def remove_old_responses(connection: Connection, now: dt.datetime) -> None:
    """Remove responses that need not be repeated any more."""
    connection.execute(delete(ResponseRow).where(ResponseRow.made_at < now - REPEATABLE))
