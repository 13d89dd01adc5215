"""Student's t for whole degrees of freedom, by the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4.

Written here since no library that Menzhen needs anyway has it, and a numerical library of 100 MB is much for one number.
"""

from __future__ import annotations

import math
from functools import lru_cache


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
