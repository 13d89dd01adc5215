"""Checks before every route: request ids, sizes, keys and roles, rates; and after it: headers, counts, a log line."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from typing import Any, NoReturn

import structlog
from flask import Flask, Response, current_app, g, request
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.store.keys import Caller, Role, authenticate, has_keys
from api.web.answers import mark_and_pack
from api.web.errors import refuse
from api.web.service import now, service
from scheduler.words import message

OPEN = "open"
"""What a route declares that needs no key."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DOCS = ("openapi.", "swagger.")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_DOCS_POLICY = "default-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_DEEPEST = 32
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
"""A string of JSON. One that is not closed reaches to the end: no other quotation mark in it is tried again."""

NO_JSON = message("The body is not JSON.")
_log = structlog.get_logger()


def role_of(view: Callable[..., Any] | None, endpoint: str) -> Role | str | None:
    """Return the role that a route asks for, OPEN where it asks for none; None for one that does not say."""
    if endpoint.startswith(_DOCS):
        return OPEN
    return getattr(view, "needs", None)


def guard(app: Flask, rate: str, solve_rate: str) -> None:
    """Put the guards before and after every route of the app; the rates are those of one key."""
    limiter = FixedWindowRateLimiter(MemoryStorage())
    app.before_request(begin)
    app.before_request(
        lambda: _let_in(lambda: _count(limiter, "wrong keys", rate, request.remote_addr or ""))
    )
    app.before_request(lambda: _limit(limiter, rate, solve_rate))
    app.before_request(_check_body)
    app.after_request(_finish)


def _limit(limiter: FixedWindowRateLimiter, rate: str, solve_rate: str) -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    sender = g.get("caller")
    # A secret address counts as a key of its own: behind a proxy all of a hospital's calendars come from one address.
    unkeyed = (request.view_args or {}).get("secret", "")[:40] or request.remote_addr or ""
    who = sender.id if isinstance(sender, Caller) else unkeyed
    _count(limiter, "requests", rate, who)
    if getattr(view, "solves", False):
        _count(limiter, "solves", solve_rate, who)


def _count(limiter: FixedWindowRateLimiter, what: str, rate: str, who: str) -> None:
    """Count one of `what` for a sender; refuse the request where the rate is passed."""
    for limit in parse_many(rate):
        if limiter.hit(limit, what, who):
            continue
        wait = limiter.get_window_stats(limit, what, who).reset_time - time.time()
        if wait > limit.get_expiry() + 1:
            # The clock was set back: nobody waits for the time that was.
            limiter.clear(limit, what, who)
            continue
        refuse("too-many-requests", Retry_After=str(max(1, int(wait) + 1)))


def begin() -> None:
    """Give the request its identity and its start, for the answer and the logs."""
    g.started = time.perf_counter()
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=_logged(sent) if sent == g.request_id else g.request_id)


def _logged(request_id: str) -> str:
    """Return what logs show of an identity that a client chose: it might be a patient's number."""
    return hashlib.sha256(request_id.encode()).hexdigest()[:16]


def _let_in(count_wrong_key: Callable[[], None]) -> None:
    g.count_wrong_key = count_wrong_key
    if request.endpoint is None:
        return
    needed = role_of(current_app.view_functions.get(request.endpoint), request.endpoint)
    if needed == OPEN:
        return
    g.caller = sender = _caller(count_wrong_key)
    structlog.contextvars.bind_contextvars(key_id=sender.id)
    if not isinstance(needed, Role) or not sender.role.may(needed):
        refuse("forbidden", message("It takes a key of the role {role}.", role=str(needed)))


def _caller(count_wrong_key: Callable[[], None]) -> Caller:
    sent = request.headers.get("X-API-Key", "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        sent = token.strip()
    here = service()
    sender = here.store.read(lambda connection: authenticate(connection, sent, now())) if sent else None
    if sender is None:
        count_wrong_key()
        _refuse_key(sent)
    here.uses.note(sender.id, now())
    return sender


def _refuse_key(sent: str) -> NoReturn:
    if not service().store.read(has_keys):
        detail = message("No key was made yet. Make the first: menzhen keys create NAME --role admin")
    elif sent:
        detail = message("The key is unknown, expired or revoked.")
    else:
        detail = message("Send it as Authorization: Bearer KEY.")
    refuse("no-key", detail, WWW_Authenticate='Bearer realm="menzhen"')


def _check_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method == "OPTIONS":
        return
    takes_json = getattr(view, "takes_json", False)
    if takes_json and request.mimetype != "application/json":
        refuse("unsupported-media-type", message("Send one of: {known}.", known=["application/json"]))
    most = getattr(view, "most_bytes", None)
    if most is not None and (request.content_length or 0) > most:
        refuse("too-large", message("A body may have {size} kB here.", size=most // 1000))
    if request.mimetype != "application/json" or not request.content_length:
        return
    body = request.get_data()
    # UTF-16, in which marks of depth could hide, has zeros.
    if b"\x00" in body:
        refuse("bad-request", NO_JSON)
    if _depth(body) > _DEEPEST:
        refuse("bad-request", message("The JSON is nested too deeply."))
    if takes_json and request.get_json(silent=True) is None and body.strip() != b"null":
        refuse("bad-request", NO_JSON)


def _depth(body: bytes) -> int:
    """Return how deep brackets are nested in a JSON text, before anything reads it."""
    import numpy as np

    marks = np.frombuffer(_STRING.sub(b"", body), np.uint8)
    opened = np.isin(marks, list(b"[{")).astype(np.int64)
    closed = np.isin(marks, list(b"]}")).astype(np.int64)
    return int(np.cumsum(opened - closed).max(initial=0))


def _finish(answer: Response) -> Response:
    mark_and_pack(answer)
    answer.headers["X-Request-ID"] = g.get("request_id", "")
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    docs = (request.endpoint or "").startswith(_DOCS)
    answer.headers.setdefault("Content-Security-Policy", _DOCS_POLICY if docs else POLICY)
    answer.headers.setdefault("Cache-Control", "no-store")
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = str(request.url_rule) if request.url_rule is not None else ""
    service().metrics.note(request.method, route, answer.status_code, seconds)
    _log.info(
        "request", method=request.method, route=route, status=answer.status_code, seconds=round(seconds, 4)
    )
    return answer
