"""How many event streams are open, in all and by one key: each keeps a thread, and nobody may take them all."""

from __future__ import annotations

import threading
from collections import Counter

_SHARE = 4


class OpenStreams:
    """At most `most` streams at once, of which one key has no more than a quarter."""

    def __init__(self, most: int) -> None:
        self._most, self._of_one = most, max(1, most // _SHARE)
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self, who: str) -> bool:
        """Take a place for a key; return whether there was one."""
        with self._lock:
            if self._open.total() >= self._most or self._open[who] >= self._of_one:
                return False
            self._open[who] += 1
            return True

    def close(self, who: str) -> None:
        """Give the place of a key free."""
        with self._lock:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]
