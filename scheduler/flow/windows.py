"""How many windows a service needs in each half-hour, so that its queue is seldom longer than 15 patients a window."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.draws import Floats
from scheduler.flow.queues import Span, WindowQueue
from scheduler.flow.record import DAY, HALF_HOUR, HALF_HOURS, Counts, FlowRecord
from scheduler.flow.replication import Queue
from scheduler.flow.week import FlowWeek, Ints

MOST_A_WINDOW = 15
"""Patients a window above which something must be done (100-day plan, task 3)."""

MOST_OFTEN = 0.05
"""The chance of such a queue that windows are counted for."""


def open_counts(week: FlowWeek) -> Counts:
    """Return how many windows are open by service, hall and minute; after the last closing 0, though they serve on."""
    counts = np.zeros((len(week.services), len(week.halls), DAY), dtype=np.int16)
    for number, service in enumerate(week.services):
        for hall, spans in enumerate(service.spans):
            for begin, end, count in spans:
                counts[number, hall, int(begin) : int(end)] = count
    return counts


def windows_needed(record: FlowRecord) -> dict[tuple[int, int, int], int]:
    """Return the fewest windows by service, hall and half-hour in which the service is open.

    They are the fewest for which the queue at a whole minute of the half-hour is longer than 15 a window with a chance of
    at most 5 %, the half-hours before having their fewest. Patients come as they did in the first replications.
    """
    needed = {}
    for number, service in enumerate(record.week.services):
        for hall, spans in enumerate(service.spans):
            days = [_Day.of(queues[number], hall) for queues in record.queues] if spans else []
            last = max((day.arrivals[-1] for day in days if day.arrivals), default=-1.0)
            fewest = 1
            for half_hour, begin, end in _half_hours(spans, last):
                fewest = _fewest(days, fewest, begin, end)
                needed[number, hall, half_hour] = fewest
    return needed


@dataclass
class _Day:
    """The patients of a service in a hall in one replication, and its queue so far; `times` are the arrivals as an array."""

    arrivals: list[float]
    minutes: list[float]
    times: Floats
    queue: WindowQueue

    @classmethod
    def of(cls, queue: Queue, hall: int) -> _Day:
        own = slice(queue.edges[hall], queue.edges[hall + 1])
        arrivals = queue.arrivals[own]
        return cls(arrivals.tolist(), queue.minutes[own].tolist(), arrivals, WindowQueue())

    def tried(self, span: Span) -> tuple[WindowQueue, Ints]:
        """Return the queue after a span with so many windows, and how many wait at each of its whole minutes."""
        begin, end, _ = span
        queue = self.queue.copy()
        starts = queue.serve(self.arrivals, self.minutes, span)
        until = bisect_right(self.arrivals, end)
        grid = np.arange(math.ceil(begin), math.ceil(end))
        arrived = np.searchsorted(self.times[self.queue.served : until], grid, side="right")
        return queue, arrived - np.searchsorted(starts, grid, side="right")


def _half_hours(spans: Sequence[Span], last: float) -> Iterator[tuple[int, float, float]]:
    """Yield the half-hours in which a service is open, the last span as long as patients come, with their open part."""
    if not spans:
        return
    begin, end, count = spans[-1]
    spans = [*spans[:-1], (begin, max(end, (last // HALF_HOUR + 1) * HALF_HOUR), count)]
    for half_hour in range(HALF_HOURS):
        start, stop = half_hour * HALF_HOUR, (half_hour + 1) * HALF_HOUR
        parts = [
            (max(start, begin), min(stop, end)) for begin, end, _ in spans if begin < stop and end > start
        ]
        if parts:
            yield half_hour, parts[0][0], parts[-1][1]


def _fewest(days: Sequence[_Day], guess: int, begin: float, end: float) -> int:
    """Return the fewest windows that are enough in a span, looked for from a guess on, and let them serve in it."""
    served = _served(days, (begin, end, guess))
    if served is None:
        while served is None:
            guess += 1
            served = _served(days, (begin, end, guess))
    else:
        while guess > 1 and (fewer := _served(days, (begin, end, guess - 1))) is not None:
            guess, served = guess - 1, fewer
    for day, queue in zip(days, served, strict=True):
        day.queue = queue
    return guess


def _served(days: Sequence[_Day], span: Span) -> list[WindowQueue] | None:
    """Return the queues after a span in which so many windows are open; None where these are not enough."""
    most = MOST_A_WINDOW * span[2]
    allowed = MOST_OFTEN * len(days) * (math.ceil(span[1]) - math.ceil(span[0]))
    queues, over = [], 0
    for day in days:
        queue, waiting = day.tried(span)
        queues.append(queue)
        over += int((waiting > most).sum())
        if over > allowed:
            return None
    return queues
