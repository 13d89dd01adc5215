"""What is known of a figure that was drawn many times: its mean, Student's interval, and whether it sets variants apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Interval:
    """A figure's mean over replications and the interval it lies in; rounded decimals, in the figure's unit.

    `low` and `high` are none where there are too few replications. `differs` is whether the variant is
    called different from the base in this figure; none for the base itself and where there is no answer.
    """

    mean: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    differs: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it with its decimals as text."""
        return {
            "mean": str(self.mean),
            "low": None if self.low is None else str(self.low),
            "high": None if self.high is None else str(self.high),
            "differs": self.differs,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Interval:
        """Return what `to_json` gave."""
        low, high = content["low"], content["high"]
        return cls(
            Decimal(content["mean"]),
            None if low is None else Decimal(low),
            None if high is None else Decimal(high),
            content["differs"],
        )


def interval_of(values: Sequence[float]) -> Interval:
    """Return the mean of the values, at least one, and its interval: none of a single value."""
    mean, error = mean_and_error(values)
    if error is None:
        return Interval(_rounded(mean))
    reach = quantile(LEVEL, len(values) - 1) * error
    return Interval(_rounded(mean), _rounded(mean - reach), _rounded(mean + reach))


def mean_and_error(values: Sequence[float]) -> tuple[float, float | None]:
    """Return the mean and its standard error, none of a single value. Sums are exact: their order does not matter."""
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return mean, None
    if min(values) == max(values):
        return values[0], 0.0
    spread = math.fsum((value - mean) ** 2 for value in values)
    return mean, math.sqrt(spread / (count - 1) / count)


def within(t: float, freedom: int) -> float:
    """Return the chance of a value between -t and t, t >= 0, with so many degrees of freedom (>= 1)."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = cosine if odd else 1.0, 0.0
    for number in range(1 + odd, freedom, 2):
        total += term
        term *= cosine * cosine * number / (number + 1)
    return min(1.0, 2 / math.pi * (angle + sine * total) if odd else sine * total)


@lru_cache(maxsize=1024)
def quantile(level: float, freedom: int) -> float:
    """Return the t for which a value lies between -t and t with the chance `level`, 0 < level < 1."""
    high = 1.0
    while within(high, freedom) < level:
        high *= 2
    low = 0.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < level else (low, middle)
    return high


LEVEL = 0.95
"""How sure an interval is."""

_PLACES = Decimal("0.0001")


def _rounded(value: float) -> Decimal:
    # Decimal of a float is exact, so that the same numbers are rounded alike everywhere; 0 has no sign.
    return Decimal(value).quantize(_PLACES) + 0
