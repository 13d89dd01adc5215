"""A line of askers whose wishes are kept together: whoever comes to the front does the work of all who stand behind.

A commit waits for the disk, however much it keeps. So many claims at once cost little more than one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

_Asked = TypeVar("_Asked")
_Told = TypeVar("_Told")
_MOST = 32
"""Wishes kept at once at most: a step that fails for all of them should not be too large."""

_LINGER = 0.002
"""Seconds to wait for as many as last time: less than a commit costs, and nothing for somebody who is alone."""


class Line(Generic[_Asked, _Told]):
    """Wishes of the threads of one process that are kept in common steps, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[_Asked, Future[_Told]]] = deque()
        lock = threading.Lock()
        self._came = threading.Condition(lock)
        self._moved = threading.Condition(lock)
        self._busy = False
        self._served = 1

    def ask(
        self, asked: _Asked, work: Callable[[Sequence[_Asked]], Sequence[_Told | Exception]], patience: float
    ) -> _Told:
        """Return what `work` told of `asked`, or raise what it told; it gets all who wait, and answers each.

        What `work` raises itself is raised to all of them; CancelledError where it was interrupted. Raises
        TimeoutError after `patience` seconds in line; then nothing was done.
        """
        place: Future[_Told] = Future()
        with self._came:
            self._waiting.append((asked, place))
            if len(self._waiting) >= self._served:
                self._came.notify()
        if self._at_front(asked, place, time.monotonic() + patience):
            try:
                while not place.done():
                    self._serve(work)
            finally:
                with self._moved:
                    self._busy = False
                    self._moved.notify_all()
        return place.result()

    def _at_front(self, asked: _Asked, place: Future[_Told], until: float) -> bool:
        """Wait for the front of the line, or for the answer; tell whether it is the front."""
        with self._moved:
            while self._busy and not place.done():
                # Whoever is being served already waits for the answer: it may have been done.
                in_line = (asked, place) in self._waiting
                came = self._moved.wait(max(0, until - time.monotonic()) if in_line else None)
                if not came and (asked, place) in self._waiting:
                    self._waiting.remove((asked, place))
                    raise TimeoutError
            ours = not place.done()
            self._busy = self._busy or ours
            return ours

    def _serve(self, work: Callable[[Sequence[_Asked]], Sequence[_Told | Exception]]) -> None:
        served = self._called()
        try:
            told = work([asked for asked, _ in served])
            for (_, place), answer in zip(served, told, strict=True):
                if isinstance(answer, Exception):
                    place.set_exception(answer)
                else:
                    place.set_result(answer)
        except Exception as error:
            for _, place in served:
                place.set_exception(error)
        finally:  # an interrupt is for this thread alone, but nobody may be left standing
            for _, place in served:
                place.cancel()

    def _called(self) -> list[tuple[_Asked, Future[_Told]]]:
        with self._came:
            # Those who were served together before are likely to come again just now.
            self._came.wait_for(lambda: len(self._waiting) >= self._served, _LINGER)
            self._served = min(len(self._waiting), _MOST)
            return [self._waiting.popleft() for _ in range(self._served)]
