"""Courses that sessions may take: drawn once for each size, so that the times of two sessions differ by pace alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.appointments.session import TimedSession

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

TUNED, CHOSEN, FRESH, CERTIFIED = range(4)
"""Seeds of draws: to tune times, to choose among them, to judge them, and to certify them."""

_MOST_WALK_INS = 6
"""Patients without a ticket that may come between two with one."""


@dataclass(frozen=True)
class Courses:
    """What happens in each of S courses of B sessions of N tickets.

    `service` (N, B, S) are minutes of the ticket's patient and of walk-ins seen after it; `shown` whether the patient
    comes; `early` minutes before the time, None where all are punctual; `late` (B, S) minutes that the doctor begins late.
    `order` (N, B, S) are the tickets in the order in which these stand: that of arrival for some times; None: of tickets.
    """

    service: Floats
    shown: Floats
    early: Floats | None
    late: Floats
    order: Any = None

    def first(self, count: int) -> Courses:
        """Return the first of the courses."""
        early = None if self.early is None else self.early[:, :, :count]
        return Courses(self.service[:, :, :count], self.shown[:, :, :count], early, self.late[:, :count])

    def by_arrival(self, times: Floats) -> Courses:
        """Return the courses, which stand in the order of tickets, in the order of arrival at times (N, B)."""
        import numpy as np

        if self.early is None:
            return self
        order = np.argsort(times.astype(self.early.dtype)[:, :, None] - self.early, axis=0, kind="stable")
        service, shown, early = (
            np.take_along_axis(values, order, axis=0) for values in (self.service, self.shown, self.early)
        )
        return Courses(service, shown, early, self.late, order)


def draw_courses(sessions: Sequence[TimedSession], count: int, seed: int, exact: bool = False) -> Courses:
    """Return `count` courses of sessions of one size, whose patients are all punctual or all not.

    Each ticket's draws are spread over the whole of their distribution (a Latin hypercube), which takes most of the
    chance out of means. `exact` has them in double precision.
    """
    import numpy as np
    from scipy.special import ndtri

    tickets = sessions[0].tickets
    kind = np.float64 if exact else np.float32
    draw = np.random.default_rng([seed, tickets, count])

    def spread(rows: int) -> Any:
        places = np.tile(np.arange(count), (rows, 1))
        return (draw.permuted(places, axis=1) + draw.random((rows, count))) / count

    patient, session, show, walk = (
        ndtri(spread(tickets)),
        ndtri(spread(1)[0]),
        spread(tickets),
        spread(tickets),
    )
    early, late = ndtri(spread(tickets)), draw.gamma(2.0, 0.5, count)

    def column(name: str) -> Any:
        return np.array([getattr(one, name) for one in sessions])[:, None]

    own = _lognormal(session, column("session_sd")) * column("mean")
    shown = show[:, None] >= column("no_show")
    minutes = (_lognormal(patient[:, None], _log_sd(column("cv"))) * own).astype(kind)
    walked = _poisson(walk[:, None], column("walk_ins") / tickets) * own
    times = None
    if not sessions[0].is_punctual:
        times = (column("early_mean") + column("early_sd") * early[:, None]).astype(kind)
    return Courses(
        (minutes * shown + walked).astype(kind), shown, times, (column("late_start") * late).astype(kind)
    )


def _log_sd(cv: Any) -> Any:
    import numpy as np

    return np.sqrt(np.log1p(cv**2))


def _lognormal(normal: Any, sd: Any) -> Any:
    """Return lognormal values of mean 1 whose logarithm has the standard deviation `sd`."""
    import numpy as np

    return np.exp(sd * normal - sd**2 / 2)


def _poisson(uniform: Any, mean: Any) -> Any:
    """Return Poisson numbers of these means (0 to about 2) from numbers between 0 and 1."""
    import numpy as np

    number = np.zeros(np.broadcast_shapes(uniform.shape, mean.shape))
    term = np.exp(-mean)
    below = term
    for k in range(1, _MOST_WALK_INS + 1):
        number += uniform > below
        term = term * mean / k
        below = below + term
    return number
