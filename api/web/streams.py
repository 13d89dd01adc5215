"""How many event streams are open, in all and by one key: each keeps a thread, and nobody may take them all."""

from __future__ import annotations

import threading
from collections import Counter

from api.web.errors import refuse
from scheduler.words import message

_SHARE = 4
_RETRY_SECONDS = "5"


class OpenStreams:
    """At most `most` streams at once, of which one key has no more than a quarter."""

    def __init__(self, most: int) -> None:
        self._most, self._of_one = most, max(1, most // _SHARE)
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self, who: str) -> None:
        """Take a place for a key; refuses the request where the key has its share, or none is left."""
        with self._lock:
            if self._open[who] >= self._of_one:
                share = message(
                    "Your key has {n:event stream|event streams} open, and may have no more; ask without one.",
                    n=self._of_one,
                )
                refuse("too-many-requests", share, Retry_After=_RETRY_SECONDS)
            if self._open.total() >= self._most:
                full = message("Too many event streams are open; ask without one.")
                refuse("unavailable", full, Retry_After=_RETRY_SECONDS)
            self._open[who] += 1

    def close(self, who: str) -> None:
        """Give the place of a key free."""
        with self._lock:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]
