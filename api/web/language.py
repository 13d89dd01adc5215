"""The reader's language: what Accept-Language asks for, English where it asks for neither."""

from __future__ import annotations

from flask import has_request_context, request

from scheduler.words import LANGUAGES, Words


def language() -> str:
    """Return the language of this request's answer."""
    if not has_request_context():
        return "en"
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def words() -> Words:
    """Return the voice of this request's answer."""
    return Words(language())
