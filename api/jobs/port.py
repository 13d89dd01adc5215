"""What the dispatcher needs of whatever runs its jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

JobEndCallback = Callable[[str, int, bool], None]
"""Called with a job, its attempt and whether its process died, when nothing works on it any more."""


class Executor(Protocol):
    """Runs attempts at jobs, each in a process that can be killed."""

    @property
    def capacity(self) -> int:
        """Jobs that run at once."""

    @property
    def is_shared(self) -> bool:
        """Whether the capacity is that of all servers together."""

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Start a job, which may take `limit` seconds."""

    def kill(self, job: str) -> None:
        """End what works on a job, for certain; nothing happens where nothing does."""

    def shutdown(self) -> None:
        """End everything."""
