"""Deliveries to webhooks: changes in order, signed, tried again with growing pauses until the address accepts them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from typing import Any
from urllib.parse import SplitResult, urlsplit

import structlog
from sqlalchemy import Row

from api.changes import Change, ChangesFeed
from api.store.webhooks import any_due, note_delivery, take_due
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
_log = structlog.get_logger()


def may_call(address: str, hosts: Sequence[str]) -> bool:
    """Return whether an address is http or https at a host that one of the patterns names, such as his.example or 10.1.*."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.scheme in ("http", "https") and not parts.fragment
    return plain and bool(host) and any(fnmatch(host, pattern.lower()) for pattern in hosts)


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
        return "the host is not allowed"
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
    parts = urlsplit(row.address)
    connection = _connection(parts)
    try:
        # Redirects are not followed: they would lead past the list of hosts.
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("POST", path, body, headers)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
