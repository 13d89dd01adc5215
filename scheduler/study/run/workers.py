"""The workers that solve variants: processes of this machine, or (in `cluster`) those of a Dask cluster."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol

from scheduler.processes import ProcessPool


class Workers(Protocol):
    """What a study needs of whatever solves its variants."""

    count: int
    """Variants that are solved at once."""

    def share(self, value: Any) -> Any:
        """Return a handle that stands for the value among the arguments of `submit`."""

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have a worker call the function; the future raises WorkerDiedError where its process ended over it."""

    def close(self) -> None:
        """End everything that is still at work, without waiting for it."""


class LocalWorkers:
    """Processes of this machine.

    `seconds` is how long a call may take; it may be set later than the workers are made. One process loads the solver
    at once, the others with their first call: loading side by side, none would be ready before the last.
    """

    def __init__(self, count: int, seconds: float | None = None) -> None:
        self.count = count
        self._pool = ProcessPool(count, _load_solver, eager=1, seconds=seconds)

    def limit_calls(self, seconds: float) -> None:
        """Set how many seconds a call that begins from now on may take."""
        self._pool.seconds = seconds

    def share(self, value: Any) -> SharedValue:
        """Return a handle that is the value itself in a process that it is sent to."""
        return SharedValue(pickle.dumps(value))

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have a process call the function; the future also raises OverdueError."""
        return self._pool.submit(function, *args)

    def close(self) -> None:
        """Kill the processes."""
        self._pool.close()


class SharedValue:
    """Stands for a value of many calls: it is pickled once, and unpickled once in each process."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return _load_shared, (self._content,)


@lru_cache(maxsize=1)
def _load_shared(content: bytes) -> Any:
    return pickle.loads(content)


def _load_solver() -> None:
    """Import what takes a second: better now than with the first variant."""
    import_module("scheduler.engine.run")
    import_module("scheduler.study.run.variant_solver")
