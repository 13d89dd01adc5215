"""The two queues of a week as recursions over patients: windows in order of arrival, a doctor in order of appointment.

Both are exact: a service starts at the earliest moment at which a window, or the doctor, and the patient are there.
Times are minutes after midnight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace, nsmallest

from scheduler.scenario.services import OpenWindows

Span = tuple[float, float, int]
"""When so many windows are open: from and to, in minutes after midnight."""


def open_spans(windows: OpenWindows) -> list[Span]:
    """Return the spans in which windows are open."""
    return [(float(span.start), float(span.end), count) for span, count in windows.spans]


@dataclass
class WindowQueue:
    """The windows of one service on one day, as far as they have served: `free` is when each is free again.

    Where their number falls those stay open that are free first; the others finish with their patient and close.
    `served` patients have started so far.
    """

    free: list[float] = field(default_factory=list)
    served: int = 0

    def copy(self) -> WindowQueue:
        """Return the same queue, to go on from here in another way."""
        return WindowQueue(self.free.copy(), self.served)

    def serve(self, arrivals: Sequence[float], minutes: Sequence[float], span: Span) -> list[float]:
        """Return when the patients start whose turn comes in the span, the first one not yet served coming first.

        `arrivals` are those of all patients of the day in order, `minutes` how long each takes. Spans come in order.
        """
        begin, end, count = span
        busy = [free if free > begin else begin for free in nsmallest(count, self.free)]
        heap = [begin] * (count - len(busy)) + busy  # in order, so a heap
        starts: list[float] = []
        # Written for speed: it runs for every patient, service and replication.
        for place in range(self.served, len(arrivals)):
            arrival = arrivals[place]
            free = heap[0]
            start = arrival if arrival > free else free
            if start >= end:
                break
            starts.append(start)
            heapreplace(heap, start + minutes[place])
        self.free, self.served = heap, self.served + len(starts)
        return starts


def serve_day(arrivals: Sequence[float], minutes: Sequence[float], spans: Sequence[Span]) -> list[float]:
    """Return when each patient's service starts at the windows of a day; arguments as in `WindowQueue.serve`.

    The windows of the last span stay open until the last patient has been there.
    """
    queue, starts = WindowQueue(), list[float]()
    for place, (begin, end, count) in enumerate(spans, start=1):
        closes = end if place < len(spans) else math.inf
        starts += queue.serve(arrivals, minutes, (begin, closes, count))
    return starts


def see_patients(
    ready: Sequence[float], turns: Sequence[float], minutes: Sequence[float], begin: float
) -> tuple[list[float], float]:
    """Return when each patient enters the room of a doctor who begins at `begin`, and when the doctor has ended.

    `ready` is when they have come and been to the windows, in order. A doctor who is free calls, of those who are there, the
    one with the least of `turns`, the time of the ticket; where nobody is there, the next one who comes.
    """
    starts = [0.0] * len(ready)
    waiting: list[tuple[float, int]] = []
    now, upcoming = begin, 0
    for _ in ready:
        if not waiting and ready[upcoming] > now:
            now = ready[upcoming]
        while upcoming < len(ready) and ready[upcoming] <= now:
            heappush(waiting, (turns[upcoming], upcoming))
            upcoming += 1
        _, patient = heappop(waiting)
        starts[patient] = now
        now += minutes[patient]
    return starts, now
