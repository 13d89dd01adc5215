"""A worker for studies that is this process itself: no second interpreter is started, so scripts need no main guard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class InProcessWorker:
    """Solves one variant after another here; a call that never ends cannot be ended."""

    count = 1

    def share(self, value: Any) -> Any:
        """Return the value itself."""
        return value

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Call the function at once; the future is done when this returns."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Do nothing."""
