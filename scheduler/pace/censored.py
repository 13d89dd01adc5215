"""Means of logarithms of which some are known only as upper bounds: the lognormal fit to left-censored minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.pace.records import Bools, Floats, Ints

_ROUNDS = 200
_CLOSE = 1e-5
_PRIOR_ROWS = 5.0
"""Records that the group above counts as in a group of its own: a doctor with three calls has no spread to be sure of."""


def fit_lognormals(
    log_minutes: Floats, censored: Bools, group: Ints, groups: int, prior: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the logarithm in each of `groups`, by expectation and maximisation.

    Without a prior (mean and standard deviation of each group, worth five records) they are the maximum of the likelihood
    that scipy.stats.CensoredData has; here all groups are found at once.
    """
    import numpy as np

    known, hidden = group[~censored], group[censored]
    bound = log_minutes[censored]
    x = log_minutes[~censored]
    rows = _PRIOR_ROWS if prior is not None else 0.0
    mean_0, sd_0 = prior if prior is not None else (np.zeros(groups), np.zeros(groups))
    count = np.bincount(group, minlength=groups) + rows
    total = np.bincount(known, x, groups) + rows * mean_0
    squares = np.bincount(known, x * x, groups) + rows * (mean_0**2 + sd_0**2)
    mean = _over(np.bincount(group, log_minutes, groups) + rows * mean_0, count)
    every = np.bincount(group, log_minutes**2, groups) + rows * (mean_0**2 + sd_0**2)
    sd = np.sqrt(np.maximum(_over(every, count) - mean**2, 1e-4))
    for _ in range(_ROUNDS if len(bound) else 1):
        first, second = _moments_below(bound, mean[hidden], sd[hidden])
        new_mean = _over(total + np.bincount(hidden, first, groups), count)
        spread = _over(squares + np.bincount(hidden, second, groups), count) - new_mean**2
        new_sd = np.sqrt(np.maximum(spread, 1e-4))
        moved = max(np.abs(new_mean - mean).max(initial=0), np.abs(new_sd - sd).max(initial=0))
        mean, sd = new_mean, new_sd
        if moved < _CLOSE:
            break
    return mean, sd


def _over(numerator: Any, count: Any) -> Floats:
    import numpy as np

    mean: Floats = np.divide(numerator, count, out=np.zeros(len(count)), where=count > 0)
    return mean


def _moments_below(bound: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Return mean and mean square of normal values of which it is known that they are at most `bound`."""
    import numpy as np
    from scipy.special import log_ndtr

    z = (bound - mean) / sd
    # By logarithms, as both are 0 far below the mean while their ratio is not.
    ratio = np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
    first = mean - sd * ratio
    variance = sd * sd * np.maximum(1 - z * ratio - ratio * ratio, 0)
    return first, variance + first**2


def expected_minutes(bound: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance, in minutes, of lognormal values of which it is known that they are at most `bound`."""
    import numpy as np
    from scipy.special import log_ndtr

    z = (np.log(bound) - mean) / sd
    below = log_ndtr(z)
    first = np.exp(mean + sd**2 / 2 + log_ndtr(z - sd) - below)
    second = np.exp(2 * mean + 2 * sd**2 + log_ndtr(z - 2 * sd) - below)
    return first, np.maximum(second - first**2, 0)
