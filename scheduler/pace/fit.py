"""What consultations teach of the hospital, its specialties and doctors, in floats: see docs/pace.md for the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scheduler.pace.censored import expected_minutes, fit_lognormals
from scheduler.pace.consultations import Consultations
from scheduler.pace.pooled import Pooled, pool

if TYPE_CHECKING:
    from scheduler.pace.groups import Groups
    from scheduler.pace.records import Floats

Z_80 = 1.2815515655446004
"""Standard deviations of a normal distribution on each side of its mean that hold 80 %."""

_DEFAULT_CV = 0.5
_EVEN_CV = 20.0
"""Differences within sessions that the group above counts as in a group's own spread."""
_LEAST_SESSIONS = 10
"""Sessions of a doctor from which a length by the number of patients is looked for."""
_BETTER = 0.95
"""The error of a length by the number of patients against that of the mean alone, at most, to be told."""


@dataclass(frozen=True)
class Fit:
    """By group: the mean of the logarithm of minutes, its variance, the weight of own records, cv, and mean minutes.

    `variance` is that of a doctor's mean: for a specialty or the hospital it is that of one of whom nothing is known.
    `session_sd` is one for all. `base` and `per_patient` are NaN where the mean alone tells a session's length as well.
    """

    log_mean: Floats
    variance: Floats
    own_weight: Floats
    cv: Floats
    minutes: Floats
    session_sd: float
    base: Floats
    per_patient: Floats


def fit_pace(consultations: Consultations, groups: Groups) -> Fit:
    """Return what at least one consultation teaches."""
    import numpy as np

    c, variance = without_idle(consultations, groups)
    sessions = len(c.session_doctor)
    count = np.bincount(c.session, minlength=sessions).astype(float)
    seen = count > 0
    total = np.bincount(c.session, c.minutes, sessions).astype(float)
    mean = np.divide(total, count, out=np.ones(sessions), where=seen)
    squares = ((c.minutes - mean[c.session]) ** 2 + variance) / mean[c.session] ** 2
    degrees = np.bincount(c.session_doctor[seen], count[seen] - 1, len(groups.doctors))
    freedom = groups.sums(np.arange(len(groups.doctors)), degrees)
    cv = np.sqrt(groups.drawn(groups.sums(c.doctor, squares), freedom, _EVEN_CV, _DEFAULT_CV**2))
    doctor = c.session_doctor[seen]
    spread = np.maximum(cv[groups.first_doctor + doctor] ** 2, 1e-4) / count[seen]
    pooled = pool(
        # The logarithm of a mean of n lies below that of the true mean by half its relative variance.
        np.log(mean[seen]) + spread / 2,
        spread,
        doctor,
        groups.specialty_of,
        len(groups.doctors),
        len(groups.specialties),
    )
    base, per_patient = _lengths(c, groups, total, count)
    return _assembled(pooled, cv, base, per_patient)


def without_idle(c: Consultations, groups: Groups) -> tuple[Consultations, Floats]:
    """Return the consultations with what is expected of those known by a bound, and the variance of that."""
    import numpy as np

    variance = np.zeros(len(c))
    if not c.censored.any():
        return c, variance
    log_minutes = np.log(c.minutes)
    specialty = groups.specialty_of[c.doctor]
    prior = fit_lognormals(log_minutes, c.censored, specialty, len(groups.specialties))
    own = prior[0][groups.specialty_of], prior[1][groups.specialty_of]
    mean, sd = fit_lognormals(log_minutes, c.censored, c.doctor, len(groups.doctors), own)
    hidden = c.doctor[c.censored]
    expected, variance[c.censored] = expected_minutes(c.minutes[c.censored], mean[hidden], sd[hidden])
    minutes = c.minutes.copy()
    minutes[c.censored] = expected
    return replace(c, minutes=minutes), variance


def _assembled(pooled: Pooled, cv: Floats, base: Floats, per_patient: Floats) -> Fit:
    import numpy as np

    doctors_apart, specialties_apart = pooled.doctor.between, pooled.specialty.between
    log_mean = np.concatenate([[pooled.hospital], pooled.specialty.mean, pooled.doctor.mean])
    variance = np.concatenate(
        [
            [pooled.hospital_variance + specialties_apart + doctors_apart],
            pooled.specialty.variance + doctors_apart,
            pooled.doctor.variance,
        ]
    )
    # The mean of a lognormal lies above its median by half the variance of what it is a mean over.
    over = np.full(len(log_mean), pooled.between_sessions)
    over[: 1 + len(pooled.specialty.mean)] += doctors_apart
    over[0] += specialties_apart
    own = np.concatenate([[1.0], pooled.specialty.own_weight, pooled.doctor.own_weight])
    minutes = np.exp(log_mean + over / 2)
    return Fit(log_mean, variance, own, cv, minutes, pooled.between_sessions**0.5, base, per_patient)


def _lengths(c: Consultations, groups: Groups, total: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Return base and minutes a patient of the doctors whose later sessions they tell better than the mean alone."""
    import numpy as np

    base, per_patient = np.full(len(groups), np.nan), np.full(len(groups), np.nan)
    order = np.argsort(c.session_doctor, kind="stable")
    order = order[count[order] > 0]
    edges = np.searchsorted(c.session_doctor[order], np.arange(len(groups.doctors) + 1))
    for doctor in range(len(groups.doctors)):
        rows = order[edges[doctor] : edges[doctor + 1]]
        if len(rows) >= _LEAST_SESSIONS:
            n, minutes = count[rows], total[rows]
            if _tells_better(n, minutes):
                base[groups.first_doctor + doctor], per_patient[groups.first_doctor + doctor] = _line(
                    n, minutes
                )
    return base, per_patient


def _tells_better(n: Floats, minutes: Floats) -> bool:
    import numpy as np

    early = slice(0, len(n) * 4 // 5)
    later = slice(len(n) * 4 // 5, len(n))
    base, per_patient = _line(n[early], minutes[early])
    mean = minutes[early].sum() / n[early].sum()
    by_line = np.abs(base + per_patient * n[later] - minutes[later]).mean()
    by_mean = np.abs(mean * n[later] - minutes[later]).mean()
    return bool(base > 0 and by_line <= _BETTER * by_mean)


def _line(n: Floats, minutes: Floats) -> tuple[float, float]:
    """Return base and slope of the straight line, both at least 0."""
    centred = n - n.mean()
    squares = float((centred**2).sum())
    slope = float((centred * minutes).sum()) / squares if squares > 0 else 0.0
    slope = min(max(slope, 0.0), float(minutes.sum() / n.sum()))
    return float(minutes.mean() - slope * n.mean()), slope
