"""Deliveries to webhooks: changes in order, signed, tried again with growing pauses until the address accepts them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

import structlog
from sqlalchemy import Row

from api.changes import Change, ChangesFeed
from api.store.webhooks import any_due, note_delivery, take_due
from api.webhook_hosts import may_call, may_reach
from scheduler.errors import StoreError
from scheduler.tickets.changes_feed import last_change
from scheduler.tickets.store import Store

BATCH = 100
"""Most changes of one delivery."""

_AT_ONCE = 8
_TIMEOUT_SECONDS = 10
_TAKEN = dt.timedelta(seconds=60)
_FIRST_PAUSE = dt.timedelta(seconds=5)
_LONGEST_PAUSE = dt.timedelta(hours=1)
_NOT_ALLOWED = "the host is not allowed"
_log = structlog.get_logger()


def signature(secret: str, at: int, body: bytes) -> str:
    """Return the header that proves who sent a body, and when (seconds since 1970): HMAC-SHA256 of `at.body`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def deliver_due(store: Store, feed: ChangesFeed, hosts: Sequence[str], now: dt.datetime) -> int:
    """Tell every address whose time has come what happened since; return how many deliveries were accepted.

    A change is told again until the address accepts it with a status of 2xx: it may come twice, in order, never not.
    """
    last = store.read(last_change)
    if not store.read(lambda connection: any_due(connection, last, now)):
        return 0
    rows = store.write(lambda connection: take_due(connection, last, now, now + _TAKEN))
    # Side by side: an address that does not answer keeps nobody waiting.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(lambda row: _deliver(store, feed, hosts, row, now), rows))


def _deliver(store: Store, feed: ChangesFeed, hosts: Sequence[str], row: Row[Any], now: dt.datetime) -> bool:
    told, tries, status, accepted = row.told, 0, row.status, False
    try:
        changes, upto = feed.read(row.told, BATCH)
        if changes:
            status = _post(row, hosts, changes, now)
            accepted = status.startswith("2")
        if accepted or not changes:
            told = upto
        else:
            tries = row.tries + 1
    except StoreError as error:
        _log.warning("database", error=str(error))
        tries = row.tries + 1
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries - 1, 20)) if tries else dt.timedelta()
    values = {"told": told, "tries": tries, "next_try_at": now + pause, "status": status}
    store.write(lambda connection: note_delivery(connection, row.id, **values))
    if tries:
        _log.warning("webhook", id=row.id, tries=tries, status=status)
    return accepted


def _post(row: Row[Any], hosts: Sequence[str], changes: Sequence[Change], now: dt.datetime) -> str:
    """Send the changes; return the status of the answer, or what kept it from coming."""
    if not may_call(row.address, hosts):
        return _NOT_ALLOWED
    entries = [
        {"id": one.number, "event": one.name, "at": one.at.isoformat(), "data": one.data} for one in changes
    ]
    body = json.dumps({"entries": entries}, ensure_ascii=False, separators=(",", ":")).encode()
    at = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "menzhen",
        "Menzhen-Webhook": row.id,
        "Menzhen-Signature": signature(row.secret, at, body),
    }
    parts, late = urlsplit(row.address), threading.Event()
    try:
        with _connection(parts, hosts, late) as connection:
            # Redirects are not followed: they would lead past the list of hosts.
            path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request("POST", path, body, headers)
            return str(connection.getresponse().status)
    except _HostError:
        return _NOT_ALLOWED
    except (OSError, http.client.HTTPException, ValueError) as error:
        return TimeoutError.__name__ if late.is_set() else type(error).__name__


class _HostError(Exception):
    """The name of a host leads to where webhooks may not call."""


@contextmanager
def _connection(
    parts: SplitResult, hosts: Sequence[str], late: threading.Event
) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection that is cut off after the timeout, which sets `late`; raises _HostError and OSError."""
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    host = parts.hostname or ""
    connection = make(host, parts.port)
    with socket.create_connection((host, connection.port), _TIMEOUT_SECONDS) as plain, plain.dup() as second:

        def cut_off() -> None:
            late.set()
            with suppress(OSError):
                second.shutdown(socket.SHUT_RDWR)

        # Timeouts of sockets begin anew with every byte; so who answers a byte at a time would take for ever.
        timer = threading.Timer(_TIMEOUT_SECONDS, cut_off)
        timer.daemon = True
        timer.start()
        try:
            if not may_reach(plain.getpeername()[0], hosts):
                raise _HostError
            context = ssl.create_default_context()
            secure = parts.scheme == "https"
            connection.sock = context.wrap_socket(plain, server_hostname=host) if secure else plain
            yield connection
        finally:
            timer.cancel()
            connection.close()
