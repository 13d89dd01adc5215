"""The best times of sessions on drawn courses, all sessions of a size at once: from a tuned dome by projected gradient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from scheduler.appointments.courses import CHOSEN, TUNED, Courses, draw_courses
from scheduler.appointments.queue import Weights, cost_gradient, costs, run_queue
from scheduler.appointments.session import TimedSession

if TYPE_CHECKING:
    from scheduler.appointments.courses import Floats

COURSES = 256
"""Courses by which times are tuned, and as many others by which the best are chosen."""

_BATCH = 16
"""Sessions that are worked on at once: their courses stay in the processor's memory."""
_STEPS = 60
"""Steps, of which the mean of the last third is taken: the way to the optimum swings about it."""
_ORDER_KEPT = 5
"""Steps for which the order of arrival is kept: it changes little, and to sort takes the most time."""
_STEP = 0.25
"""Longest step at first, in consultations; it shrinks to a tenth."""
_SCALES = (0.7, 0.8, 0.9, 1.0, 1.1)
_BENDS = (0.0, 0.6)
_PAIRS = (False, True)

_known: dict[TimedSession, tuple[int, ...]] = {}
"""Times that were computed before: variants of a week ask for the same ones again and again."""
_MOST_KNOWN = 50_000


def learned_times(sessions: Iterable[TimedSession]) -> dict[TimedSession, tuple[int, ...]]:
    """Return the times of each session's tickets: whole open minutes after its start, in order, below its length.

    They depend on the session alone, not on the others it is asked with. They never cost more than even times do on the
    courses by which they are chosen.
    """
    wanted = set(sessions)
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    sizes: dict[tuple[int, bool], list[TimedSession]] = defaultdict(list)
    for session in sorted(wanted - _known.keys()):
        sizes[session.tickets, session.is_punctual].append(session)
    for same in sizes.values():
        for first in range(0, len(same), _BATCH):
            batch = same[first : first + _BATCH]
            _known.update(zip(batch, _best_times(batch), strict=True))
    return {session: _known[session] for session in wanted}


def even_times(tickets: int, minutes: int) -> tuple[int, ...]:
    """Return equal intervals: open minutes after the start."""
    return tuple(n * minutes // tickets for n in range(tickets))


def weights_of(sessions: Sequence[TimedSession]) -> Weights:
    """Return what a minute costs in these sessions."""
    import numpy as np

    idle = np.array([[one.idle_weight] for one in sessions])
    return Weights(idle, np.array([[one.overtime_weight] for one in sessions]))


def open_minutes(sessions: Sequence[TimedSession]) -> Any:
    """Return the open minutes of these sessions (B, 1)."""
    import numpy as np

    return np.array([[one.minutes] for one in sessions])


def _best_times(batch: Sequence[TimedSession]) -> Iterator[tuple[int, ...]]:
    """Yield the times of sessions of one size: the best of tuned, dome and even ones on courses that none was tuned on."""
    import numpy as np

    courses = draw_courses(batch, COURSES, TUNED)
    dome = _best_dome(batch, courses.first(COURSES // 4))
    even = np.array([even_times(one.tickets, one.minutes) for one in batch], dtype=float).T
    candidates = [_whole(times, batch) for times in (_descend(dome, batch, courses), dome, even)]
    others = draw_courses(batch, COURSES, CHOSEN)
    cost = np.stack([_mean_costs(times, batch, others) for times in candidates])
    best = cost.argmin(axis=0)
    for n in range(len(batch)):
        yield tuple(int(minute) for minute in candidates[best[n]][:, n])


def _mean_costs(times: Floats, batch: Sequence[TimedSession], courses: Courses) -> Any:
    outcomes = run_queue(times, courses, open_minutes(batch))
    return costs(outcomes, weights_of(batch)).mean(axis=-1)


def _whole(times: Floats, batch: Sequence[TimedSession]) -> Any:
    """Return whole minutes inside the sessions, in order."""
    import numpy as np

    return _inside(np.rint(times), batch)


def _inside(times: Any, batch: Sequence[TimedSession]) -> Any:
    import numpy as np

    last = np.array([one.minutes - 1 for one in batch])
    return np.clip(np.maximum.accumulate(times, axis=0), 0, last)


def _best_dome(batch: Sequence[TimedSession], courses: Courses) -> Any:
    """Return for each session the best of some domes: intervals that grow to the middle, scaled to the consultations.

    A pair at the start is what Bailey and Welch (1952) advise.
    """
    import numpy as np

    tickets = batch[0].tickets
    length = np.array([one.mean * one.patients for one in batch])
    x = (np.arange(tickets) + 0.5) / tickets
    best, least = None, np.full(len(batch), np.inf)
    for scale, bend, pair in product(_SCALES, _BENDS, _PAIRS):
        interval = 1 + bend * (4 * x * (1 - x) - 2 / 3)
        start = np.concatenate([[0.0], np.cumsum(interval)[:-1]]) / interval.sum()
        if pair:
            start = np.concatenate([[0.0], start[:-1]])
        times = _inside(start[:, None] * (scale * length), batch)
        cost = _mean_costs(times, batch, courses)
        best = times if best is None else np.where(cost < least, times, best)
        least = np.minimum(cost, least)
    return best


def _descend(times: Any, batch: Sequence[TimedSession], courses: Courses) -> Any:
    """Return times improved by steps against the gradient (Adam, Kingma and Ba 2015), kept in order inside the session.

    With patients who come early or late the cost of a single time is all but chance: the whole is bent as a curve instead.
    """
    import numpy as np

    minutes, weights = open_minutes(batch), weights_of(batch)
    mean = np.array([one.mean for one in batch])
    curves = None if batch[0].is_punctual else _curves(len(times))
    momentum, spread, total = np.zeros_like(times), np.zeros_like(times), np.zeros_like(times)
    steps = _STEPS if curves is None else _STEPS // 2
    ordered = courses
    for step in range(steps):
        if step % _ORDER_KEPT == 0:
            ordered = courses.by_arrival(times)
        _, slope = cost_gradient(times, ordered, minutes, weights)
        momentum = 0.8 * momentum + 0.2 * slope
        spread = 0.95 * spread + 0.05 * slope**2
        ahead = momentum / (1 - 0.8 ** (step + 1))
        width = np.sqrt(spread / (1 - 0.95 ** (step + 1)))
        if curves is not None:
            # Not by a matrix product, whose sums differ in their last digit by how many sessions there are.
            ahead, width = np.einsum("ij,jb->ib", curves, ahead), width.mean(axis=0)
        size = _STEP * mean * 0.1 ** (step / steps)
        times = _inside(times - size * ahead / (width + 1e-6), batch)
        if step >= steps * 2 // 3:
            total += times
    return total / (steps - steps * 2 // 3)


def _curves(tickets: int) -> Any:
    """Return the projection of times on curves of the fourth degree."""
    import numpy as np

    powers = np.linspace(-1, 1, tickets)[:, None] ** np.arange(min(5, tickets))
    basis, _ = np.linalg.qr(powers)
    return basis @ basis.T
