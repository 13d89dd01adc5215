"""Distributions of whole numbers as arrays: Poisson and binomial ones, and their sums and differences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_NEGLIGIBLE = 1e-16
"""Mass that is cut off at each end: hundreds of weeks later the sum is still right to a millionth."""


@dataclass(frozen=True)
class Distribution:
    """The probabilities of the whole numbers from `first` on."""

    first: int
    chances: NDArray[np.float64]

    @classmethod
    def at(cls, number: int) -> Distribution:
        """Return the distribution of a number that is certain."""
        return cls(number, np.ones(1))

    @classmethod
    def poisson(cls, mean: float) -> Distribution:
        """Return the Poisson distribution of this mean (at least 0)."""
        if mean <= 0:
            return cls.at(0)
        numbers = np.arange(int(mean + 12 * np.sqrt(mean) + 40))
        logs = numbers * np.log(mean) - mean - _log_factorials(len(numbers) - 1)
        return cls(0, np.exp(logs)).trimmed()

    @classmethod
    def binomial(cls, trials: int, chance: float) -> Distribution:
        """Return how many of so many trials succeed, each with a chance above 0."""
        if chance >= 1 or trials == 0:
            return cls.at(trials)
        numbers, logs = np.arange(trials + 1), _log_factorials(trials)
        ways = logs[-1] - logs - logs[::-1]
        chances = np.exp(ways + numbers * np.log(chance) + numbers[::-1] * np.log1p(-chance))
        return cls(0, chances).trimmed()

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.numbers @ self.chances)

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        return float(np.sqrt((self.numbers - self.mean) ** 2 @ self.chances))

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers that the probabilities belong to."""
        return np.arange(self.first, self.first + len(self.chances))

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        return np.minimum(np.cumsum(self.chances), 1.0)

    def at_most(self, number: int) -> float:
        """Return the probability of `number` or less."""
        return self.sum_at_most(Distribution.at(0), number)

    def sum_at_most(self, other: Distribution, number: int) -> float:
        """Return the probability that the sum of the two is `number` or less, without making the sum."""
        last = np.minimum(number - other.numbers - self.first, len(self.chances) - 1)
        return float(np.where(last >= 0, self._sums[np.maximum(last, 0)], 0.0) @ other.chances)

    def quantile(self, chance: float) -> int:
        """Return the smallest number that is not exceeded with this chance."""
        at = int(np.searchsorted(self._sums, chance - 1e-12))
        return self.first + min(at, len(self.chances) - 1)

    def __add__(self, other: Distribution) -> Distribution:
        """Return the sum of the two, which know nothing of each other."""
        return Distribution(self.first + other.first, np.convolve(self.chances, other.chances)).trimmed()

    def __neg__(self) -> Distribution:
        """Return the distribution of the number with the other sign."""
        return Distribution(1 - self.first - len(self.chances), self.chances[::-1])

    def not_below_zero(self) -> Distribution:
        """Return the larger of the number and 0."""
        if self.first >= 0:
            return self
        below, rest = self.chances[: -self.first], self.chances[-self.first :]
        if not len(rest):
            return Distribution.at(0)
        clamped = rest.copy()
        clamped[0] += below.sum()
        return Distribution(0, clamped)

    def trimmed(self) -> Distribution:
        """Return the distribution without ends that hardly ever come about."""
        sums = np.cumsum(self.chances)
        start = int(np.searchsorted(sums, _NEGLIGIBLE))
        end = len(sums) - int(np.searchsorted(np.cumsum(self.chances[::-1]), _NEGLIGIBLE))
        return Distribution(self.first + start, self.chances[start : max(end, start + 1)])


def _log_factorials(most: int) -> NDArray[np.float64]:
    """Return the logarithms of 0! to most!."""
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most + 1)))))
