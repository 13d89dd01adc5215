"""How answers travel: marked, so that nobody fetches what he has, and compressed for those who can read that."""

from __future__ import annotations

import gzip

from flask import Response, request

_LEAST_BYTES = 1_000
_LEVEL = 5
_PACKED = ("text/", "application/json", "application/fhir+", "application/problem+")
"""Beginnings of the media types that are worth compressing."""


def mark_and_pack(response: Response) -> None:
    """Give a fetched answer an ETag, answer 304 where the client has it, and compress it where that saves something."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed:
        return
    if "ETag" not in response.headers:
        response.add_etag()
    mark = response.headers["ETag"].removeprefix("W/").strip('"')
    # A weak comparison: whoever packs an answer makes its mark a weak one.
    if request.if_none_match.contains_weak(mark):
        response.status_code = 304
        response.set_data(b"")
        return
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if (
        len(content) < _LEAST_BYTES
        or not response.content_type.startswith(_PACKED)
        or not request.accept_encodings["gzip"]
        or "Content-Encoding" in response.headers
    ):
        return
    # The date inside is fixed: the same answer is the same bytes.
    response.set_data(gzip.compress(content, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(mark, weak=True)
