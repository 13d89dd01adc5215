"""Results of functions of texts that come again and again in tables, kept up to a number of characters."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

MOST_CHARACTERS = 500_000
"""Characters of the texts that are kept for a function, each with its result: beyond them it begins anew."""

_EACH = 30
"""What a text counts beside its own characters: a short one takes room too."""


def text_cache(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return the function, which takes texts alone, with its results kept.

    Entries alone are no bound: a service reads many files, and a cell may have 32,767 characters.
    """
    held = 0

    @wraps(function)
    def counted(*texts: _P.args, **named: _P.kwargs) -> _T:
        nonlocal held
        size = sum(_EACH + len(cast(str, text)) for text in (*texts, *named.values()))
        if held + size > MOST_CHARACTERS:
            cached.cache_clear()
            held = 0
        held += size
        return function(*texts, **named)

    # A hit costs what it costs there: only what is new is counted.
    cached = lru_cache(maxsize=None)(counted)
    return cast(Callable[_P, _T], cached)
