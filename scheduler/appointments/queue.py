"""A session as a queue: what each course of it makes of the times, and how a little change of a time changes that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.appointments.courses import Courses, Floats


@dataclass(frozen=True)
class Outcomes:
    """What became of B sessions in S courses, in minutes.

    `wait` (N, B, S) runs from a patient's time, or arrival if that is later, to the call; 0 for those who stay away. `idle`
    is the doctor's time without a patient before the last one leaves, `overtime` what is left at closing time.
    """

    wait: Floats
    idle: Floats
    overtime: Floats


@dataclass(frozen=True)
class Weights:
    """What a minute costs, by session (B, 1): of idle time and overtime, in minutes of one patient's wait."""

    idle: Any
    overtime: Any


def run_queue(times: Floats, courses: Courses, minutes: Any) -> Outcomes:
    """Return the outcomes of times (N, B) in sessions of so many open minutes (B, 1); waits are in the order of arrival.

    Patients are called in the order in which they come; a doctor without a patient takes the next one at once, also before
    the time on the ticket. Nobody waits for those who stay away.
    """
    import numpy as np

    courses = courses.by_arrival(times)
    at, arrival = _arrivals(times, courses)
    service, shown = courses.service, courses.shown
    wait = np.empty_like(service)
    free = courses.late
    for n in range(len(service)):
        start = np.where(shown[n], np.maximum(free, arrival[n]), free)
        wait[n] = np.maximum(start - np.maximum(at[n], arrival[n]), 0) * shown[n]
        free = start + service[n]
    idle = free - courses.late - service.sum(axis=0)
    return Outcomes(wait, idle, np.maximum(free - minutes, 0))


def _arrivals(times: Floats, courses: Courses) -> tuple[Any, Any]:
    """Return time and arrival of each patient, in the order of the courses."""
    import numpy as np

    at = times.astype(courses.service.dtype)[:, :, None]
    if courses.early is None or courses.order is None:
        return at, at
    at = at[courses.order, np.arange(at.shape[1])[:, None], 0]
    return at, at - courses.early


def costs(outcomes: Outcomes, weights: Weights) -> Floats:
    """Return the cost of each session and course (B, S): mean wait, idle time and overtime shared over its tickets."""
    tickets = len(outcomes.wait)
    total = outcomes.wait.sum(axis=0) + weights.idle * outcomes.idle + weights.overtime * outcomes.overtime
    shared: Floats = total / tickets
    return shared


def cost_gradient(times: Floats, courses: Courses, minutes: Any, weights: Weights) -> tuple[Floats, Floats]:
    """Return the mean cost (B) of times (N, B), and its exact derivative by each of them.

    Patients are called in the order of `courses`, be it that of arrival at these times or not quite.

    A patient called on arrival passes the cost of what comes later on to the own time; one who waits passes it on to the
    patient before.
    """
    import numpy as np

    at, arrival = _arrivals(times, courses)
    service, shown = courses.service, courses.shown
    free, total = courses.late, np.zeros_like(courses.late)
    at_once, waits = np.empty(service.shape, bool), np.empty(service.shape, bool)
    for n in range(len(service)):
        at_once[n] = shown[n] & (arrival[n] > free)
        start = np.where(at_once[n], arrival[n], free)
        late = start - np.maximum(at[n], arrival[n])
        waits[n] = shown[n] & (late > 0)
        total = total + np.where(waits[n], late, 0)
        free = start + service[n]
    over = free - minutes
    total = total + weights.idle * (free - courses.late - service.sum(axis=0))
    total = total + weights.overtime * np.maximum(over, 0)
    passed = weights.idle + weights.overtime * (over > 0)
    slope = np.empty_like(service)
    for n in range(len(service) - 1, -1, -1):
        slope[n] = at_once[n] * passed - waits[n]
        passed = np.where(at_once[n], 0, passed + waits[n])
    if courses.order is not None:
        by_ticket = np.empty_like(slope)
        np.put_along_axis(by_ticket, courses.order, slope, axis=0)
        slope = by_ticket
    tickets = len(service)
    return total.mean(axis=-1) / tickets, slope.mean(axis=-1) / tickets
