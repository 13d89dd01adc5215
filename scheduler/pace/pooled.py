"""Means of doctors drawn towards their specialty, and of specialties towards the hospital, by closed-form moments.

The logarithm of a session's mean is the hospital's, plus a difference of its specialty, of its doctor and of the session.
The variance of each follows from weighted sums of squares (DerSimonian and Laird 1986), from the finest to the coarsest;
each mean is then its own and that of the level above, weighted by how sure they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.pace.records import Floats, Ints


@dataclass(frozen=True)
class Level:
    """Means of groups on one level: with their variance, their weight against the level above, and variance between them."""

    mean: Floats
    variance: Floats
    own_weight: Floats
    between: float


@dataclass(frozen=True)
class Pooled:
    """The hospital's mean and its variance, those of specialties and of doctors, and the variance between sessions."""

    hospital: float
    hospital_variance: float
    specialty: Level
    doctor: Level
    between_sessions: float


def pool(
    value: Floats, variance: Floats, doctor: Ints, specialty_of_doctor: Ints, doctors: int, specialties: int
) -> Pooled:
    """Return the pooled means of values (one a session), each with its own variance; doctors and specialties are places."""
    import numpy as np

    sessions = _between(value, variance, doctor, doctors)
    own, own_variance = _group_means(value, variance + sessions, doctor, doctors)
    seen = np.isfinite(own_variance)
    of = specialty_of_doctor[seen]
    doctors_apart = _between(own[seen], own_variance[seen], of, specialties)
    means, mean_variance = _group_means(own[seen], own_variance[seen] + doctors_apart, of, specialties)
    known = np.isfinite(mean_variance)
    one = np.zeros(int(known.sum()), np.int64)
    apart = _between(means[known], mean_variance[known], one, 1)
    (hospital,), (hospital_variance,) = _group_means(means[known], mean_variance[known] + apart, one, 1)
    above = np.full(specialties, hospital), np.full(specialties, hospital_variance)
    specialty = _drawn(means, mean_variance, None if _are_alone(one) else apart, *above)
    upper = specialty.mean[specialty_of_doctor], specialty.variance[specialty_of_doctor]
    return Pooled(
        float(hospital),
        float(hospital_variance),
        specialty,
        _drawn(own, own_variance, None if _are_alone(of) else doctors_apart, *upper),
        sessions,
    )


def _group_means(value: Floats, variance: Floats, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """Return the means of groups weighted by 1 / variance, and the variance of each: infinite where nobody is in it."""
    import numpy as np

    weight = 1 / variance
    total = np.bincount(group, weight, groups)
    mean = np.divide(np.bincount(group, weight * value, groups), total, out=np.zeros(groups), where=total > 0)
    return mean, np.divide(1.0, total, out=np.full(groups, np.inf), where=total > 0)


def _between(value: Floats, variance: Floats, group: Ints, groups: int) -> float:
    """Return the variance within groups beyond the values' own, 0 at least."""
    import numpy as np

    mean, _ = _group_means(value, variance, group, groups)
    weight = 1 / variance
    excess = (weight * (value - mean[group]) ** 2).sum() - (len(value) - len(np.unique(group)))
    total = np.bincount(group, weight, groups)
    squares = np.bincount(group, weight**2, groups)
    scale = (total - np.divide(squares, total, out=np.zeros(groups), where=total > 0)).sum()
    return max(0.0, float(excess / scale)) if scale > 1e-12 else 0.0


def _are_alone(group: Ints) -> bool:
    """Return whether no group has two members, so that nothing tells how they differ."""
    import numpy as np

    return len(np.unique(group)) == len(group)


def _drawn(
    own: Floats, variance: Floats, between: float | None, above: Floats, above_variance: Floats
) -> Level:
    """Return means drawn to those above; where nothing tells how they differ (None) each stands by itself."""
    import numpy as np

    seen = np.isfinite(variance)
    if between is None:
        weight = seen.astype(float)
        return Level(
            np.where(seen, own, above), np.where(seen, variance, above_variance), weight, between=0.0
        )
    weight = np.where(seen, between / (between + variance), 0.0) if between else np.zeros(len(own))
    mean = weight * own + (1 - weight) * above
    # What is not known of the group itself, and what is not known of the level it leans on.
    return Level(mean, (1 - weight) * between + (1 - weight) ** 2 * above_variance, weight, between)
