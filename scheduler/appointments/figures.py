"""What times of sessions lead to, in the mean of fresh courses: waits, idle time, overtime and what they cost together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.appointments.courses import FRESH, draw_courses
from scheduler.appointments.optimum import open_minutes, weights_of
from scheduler.appointments.queue import costs, run_queue
from scheduler.appointments.session import TimedSession

_COURSES = 1_000
_BATCH = 16


@dataclass(frozen=True)
class Figures:
    """Minutes of a session in the mean of 1,000 courses.

    `wait` is a patient's mean wait after the time told, `wait_p90` what nine in ten waits stay below, `idle` and `overtime`
    are the doctor's a session, `cost` is all of it by the weights, in minutes of one patient's wait.
    """

    wait: float
    wait_p90: float
    idle: float
    overtime: float
    cost: float


Timed = tuple[TimedSession, tuple[int, ...]]
"""A session and its times, open minutes after its start."""


def figures_of(timed: Iterable[Timed]) -> dict[Timed, Figures]:
    """Return the figures of sessions with their times; each pair is worked on once."""
    sizes: dict[tuple[int, bool], list[Timed]] = defaultdict(list)
    for session, times in sorted(set(timed)):
        sizes[session.tickets, session.is_punctual].append((session, times))
    figures: dict[Timed, Figures] = {}
    for same in sizes.values():
        for first in range(0, len(same), _BATCH):
            figures.update(_batch_figures(same[first : first + _BATCH]))
    return figures


def _batch_figures(batch: Sequence[Timed]) -> dict[Timed, Figures]:
    import numpy as np

    sessions = [session for session, _ in batch]
    courses = draw_courses(sessions, _COURSES, FRESH)
    outcomes = run_queue(
        np.array([times for _, times in batch], dtype=float).T, courses, open_minutes(sessions)
    )
    cost = costs(outcomes, weights_of(sessions)).mean(axis=-1)
    # Only those who come wait; in the order of arrival they stand elsewhere than in that of tickets.
    came = courses.by_arrival(np.array([times for _, times in batch], dtype=float).T).shown
    figures = {}
    for n, one in enumerate(batch):
        waits = outcomes.wait[:, n][came[:, n]]
        figures[one] = Figures(
            float(waits.mean()) if waits.size else 0.0,
            float(np.quantile(waits, 0.9)) if waits.size else 0.0,
            float(outcomes.idle[n].mean()),
            float(outcomes.overtime[n].mean()),
            float(cost[n]),
        )
    return figures
