"""What a service keeps in memory between requests: one store of everything that is costly to make, bounded by its size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")

MOST_BYTES = 256_000_000
"""What is kept may take about so many bytes."""


class Memory:
    """Values under keys, of about `most` bytes together: those used longest ago go first. Threads may share it."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0
        """Bytes of what is kept now, as they were told."""

    def get(self, key: Hashable, make: Callable[[], _T], size_of: Callable[[_T], int]) -> _T:
        """Return the value under `key`, made where it is not kept; `size_of` tells about how many bytes it takes.

        A value never changes. The last one made is kept whatever its size: whoever asks for it asks again.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                value: _T = self._kept[key][0]
                return value
        made = make()
        with self._lock:
            if key not in self._kept:
                size = size_of(made)
                self._kept[key] = (made, size)
                self.size += size
            while self.size > self._most and len(self._kept) > 1:
                self.size -= self._kept.popitem(last=False)[1][1]
        return made
