"""How near times are to the best that can be: the optimum of many courses, found to its end, and both on fresh ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.appointments.courses import CERTIFIED, FRESH, Courses, draw_courses
from scheduler.appointments.optimum import open_minutes, weights_of
from scheduler.appointments.queue import Weights, cost_gradient, costs, run_queue
from scheduler.appointments.session import TimedSession

if TYPE_CHECKING:
    from scheduler.appointments.courses import Floats

_COURSES = 1_000
_FRESH_COURSES = 4_000
_RESTARTS = 30
_OPTIONS: Any = {"maxiter": 500, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-10, "maxls": 50}


@dataclass(frozen=True)
class Certificate:
    """Costs of times and of the optimum on courses that neither was tuned on, in minutes of one patient's wait.

    `error` is the standard error of the difference of the two costs.
    """

    cost: float
    optimum: float
    error: float

    @property
    def gap(self) -> float:
        """How much more the times cost than the optimum, as a share of it."""
        return self.cost / self.optimum - 1 if self.optimum > 0 else 0.0


def certify(session: TimedSession, times: Sequence[int]) -> Certificate:
    """Return how near times (open minutes after the start) are to the optimum of a session.

    The cost on given courses is convex in the times where patients are punctual, so that the optimum found is the one
    there is; where they are not, it is the best near the times given.
    """
    import numpy as np

    courses = draw_courses([session], _COURSES, CERTIFIED, exact=True)
    minutes, weights = open_minutes([session]), weights_of([session])
    best, _ = saa_optimum(times, courses, minutes, weights)
    fresh = draw_courses([session], _FRESH_COURSES, FRESH, exact=True)
    own, other = (
        costs(run_queue(np.asarray(one, float)[:, None], fresh, minutes), weights)[0] for one in (times, best)
    )
    error = float((own - other).std() / len(own) ** 0.5)
    return Certificate(float(own.mean()), float(other.mean()), error)


def saa_optimum(
    start: Sequence[int], courses: Courses, minutes: Any, weights: Weights
) -> tuple[Floats, float]:
    """Return the times of one session, 0 to its last minute, that cost least in the mean of courses, and that cost.

    By L-BFGS (Byrd, Lu, Nocedal and Zhu 1995) with the exact gradient. That times are in order need not be asked: a patient
    who comes before the one ahead only waits longer.
    """
    import numpy as np
    from scipy.optimize import minimize

    def cost(times: Any) -> Any:
        value, slope = cost_gradient(times[:, None], courses.by_arrival(times[:, None]), minutes, weights)
        return float(value[0]), slope[:, 0].astype(np.float64)

    times, least = np.asarray(start, dtype=np.float64), np.inf
    bounds = [(0, float(minutes.max()) - 1)] * len(times)
    for _ in range(_RESTARTS):
        # The cost has kinks, at which a step fails that builds on slopes from both sides: begun anew it goes on.
        found = minimize(cost, times, jac=True, method="L-BFGS-B", bounds=bounds, options=_OPTIONS)
        times, before, least = np.asarray(found.x), least, min(least, float(found.fun))
        if least > before * (1 - 1e-7):
            break
    return times, least
