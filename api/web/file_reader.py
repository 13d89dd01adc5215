"""Files are read few at once; large ones in processes of their own, with a deadline and a limit of memory."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from api.web.errors import refuse
from scheduler.processes import OverdueError, ProcessPool, WorkerDiedError
from scheduler.words import message

_T = TypeVar("_T")

SMALL_BYTES = 100_000
"""Up to this size reading takes less than handing over does."""

_WAITING_PER_READER = 4
_RETRY_SECONDS = "5"


class FileReader:
    """Reads what requests bring: `readers` bodies at once, each within `seconds` and `memory_mb` megabytes."""

    def __init__(self, readers: int, seconds: int, memory_mb: int) -> None:
        self._readers, self._seconds, self._memory_mb = readers, seconds, memory_mb
        self._places = threading.BoundedSemaphore(readers * (1 + _WAITING_PER_READER))
        # One at a time: what many threads read at once keeps all others from their turn.
        self._turns = threading.Lock()
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def read(self, size: int, function: Callable[..., _T], *args: object) -> _T:
        """Return what `function`, which can be pickled by name, makes of a body of `size` bytes; raises what it raises.

        Refuses the request where too many wait, and where reading takes too long or more memory than there is.
        """
        if not self._places.acquire(blocking=False):
            detail = message("Many files are being read; send it again in a moment.")
            refuse("too-many-requests", detail, Retry_After=_RETRY_SECONDS)
        try:
            if size <= SMALL_BYTES:
                with self._turns:
                    return function(*args)
            return self._started().submit(function, *args).result(self._seconds * (2 + _WAITING_PER_READER))
        except TimeoutError:
            refuse("unavailable", message("There is no process to read it."), Retry_After=_RETRY_SECONDS)
        except OverdueError:
            refuse("too-large", message("Reading it takes longer than {n:second|seconds}.", n=self._seconds))
        except WorkerDiedError:
            refuse("too-large", message("Reading it takes more than {size} MB.", size=self._memory_mb))
        finally:
            self._places.release()

    def close(self) -> None:
        """End the processes; what they are at is given up."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()

    def _started(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                limit = partial(_limit_memory, self._memory_mb)
                self._pool = ProcessPool(self._readers, limit, eager=0, seconds=self._seconds)
            return self._pool


def _limit_memory(most_mb: int) -> None:
    if sys.platform == "win32":  # no limits on processes there
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_mb * 1_000_000, most_mb * 1_000_000))
