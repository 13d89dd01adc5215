"""Group commit: whoever comes first writes the requests of all who wait, in one transaction.

A commit waits for the disk, however much it writes. So many claims at once cost little more than one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

_Request = TypeVar("_Request")
_Result = TypeVar("_Result")
_MAX_GROUP = 32
"""Requests written at once at most: a step that fails for all of them should not be too large."""

_LINGER_SECONDS = 0.002
"""Time to wait for as many as last time: less than a commit costs, and nothing for somebody who is alone."""


class GroupCommit(Generic[_Request, _Result]):
    """Requests of the threads of one process, written in common steps in the order in which they came.

    One thread at a time is the leader: it takes a group from the front of the queue, works for all of it, and gives
    each thread its result. The others wait for their result, or to become the leader when there is none. Both
    conditions share one lock, which is never held while `work` runs.
    """

    def __init__(self) -> None:
        self._queue: deque[tuple[_Request, Future[_Result]]] = deque()
        lock = threading.Lock()
        self._arrived = threading.Condition(lock)
        self._finished = threading.Condition(lock)
        self._has_leader = False
        self._last_size = 1

    def submit(
        self,
        request: _Request,
        work: Callable[[Sequence[_Request]], Sequence[_Result | Exception]],
        patience: float,
    ) -> _Result:
        """Return the result that `work` has for the request, or raise it where it is an error.

        `work` gets all requests of a group and returns as many results. What it raises itself is raised to all of the
        group; CancelledError where it was interrupted. Raises TimeoutError after `patience` seconds in the queue; then
        nothing was done.
        """
        future: Future[_Result] = Future()
        with self._arrived:
            self._queue.append((request, future))
            if len(self._queue) >= self._last_size:
                self._arrived.notify()
        if self._becomes_leader(request, future, time.monotonic() + patience):
            try:
                while not future.done():
                    self._run_group(work)
            finally:
                with self._finished:
                    self._has_leader = False
                    self._finished.notify_all()
        return future.result()

    def _becomes_leader(self, request: _Request, future: Future[_Result], until: float) -> bool:
        """Wait until there is no leader, or for the result; return whether this thread is the leader now."""
        with self._finished:
            while self._has_leader and not future.done():
                # A request that has left the queue may be committed at any moment: it waits however long it takes.
                is_queued = (request, future) in self._queue
                notified = self._finished.wait(max(0, until - time.monotonic()) if is_queued else None)
                if not notified and (request, future) in self._queue:
                    self._queue.remove((request, future))
                    raise TimeoutError
            leads = not future.done()
            self._has_leader = self._has_leader or leads
            return leads

    def _run_group(self, work: Callable[[Sequence[_Request]], Sequence[_Result | Exception]]) -> None:
        group = self._next_group()
        try:
            results = work([request for request, _ in group])
            for (_, future), result in zip(group, results, strict=True):
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
        except Exception as error:
            for _, future in group:
                future.set_exception(error)
        finally:
            # An interrupt is for this thread alone, and yet no other may wait for ever: cancelling a future that has
            # its result does nothing.
            for _, future in group:
                future.cancel()

    def _next_group(self) -> list[tuple[_Request, Future[_Result]]]:
        with self._arrived:
            # Those who were served together before are likely to come again just now.
            self._arrived.wait_for(lambda: len(self._queue) >= self._last_size, _LINGER_SECONDS)
            self._last_size = min(len(self._queue), _MAX_GROUP)
            return [self._queue.popleft() for _ in range(self._last_size)]
