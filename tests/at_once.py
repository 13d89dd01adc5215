"""Many callers at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
MANY = 24


def at_once(call: Callable[[int], _T], times: int = MANY) -> list[_T]:
    """Return what the calls return, each in a thread of its own, begun together; they get their numbers."""
    together = threading.Barrier(times)

    def one(number: int) -> _T:
        together.wait(30)
        return call(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
