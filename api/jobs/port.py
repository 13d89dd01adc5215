"""What runs jobs must offer: the service hands them over and hears how they ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Ended = Callable[[str, int, bool], None]
"""Called with a job, its attempt, and whether its process died, when nothing works on it any more."""


class Executor(Protocol):
    """What the jobs need of whatever runs them."""

    @property
    def places(self) -> int:
        """Jobs that run at once."""

    @property
    def shared(self) -> bool:
        """Whether the places are those of all servers together."""

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Begin a job, which may take `limit` seconds."""

    def kill(self, job: str) -> None:
        """End what works on a job, for certain; nothing happens where nothing does."""

    def shutdown(self) -> None:
        """End everything."""
