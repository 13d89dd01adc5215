"""The worker processes of a test; a session's Dask cluster has children of its own beside them."""

from __future__ import annotations

import multiprocessing
from multiprocessing.process import BaseProcess

from scheduler.processes import WORKER_NAME


def live_workers() -> list[BaseProcess]:
    """Return the worker processes that are alive."""
    return [child for child in multiprocessing.active_children() if child.name == WORKER_NAME]
