"""The list of an examination from week to week, B' = max(B + requests - places kept, 0), as exact distributions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from scheduler.exams.distribution import Distribution

_TAIL = 40
"""Logarithm of what is left out at the end of a steady state: e to the minus 40."""

_MOST_CELLS = 2**22
"""A list longer than this many patients does not settle in any time that planners speak of."""


@dataclass(frozen=True)
class Week:
    """A week of an examination: Poisson `requests` (a mean), `places`, each of which is kept with the chance `kept`.

    Who stays away asks again, so that an empty place takes nobody off the list.
    """

    requests: float
    places: int
    kept: float = 1.0

    @cached_property
    def change(self) -> Distribution:
        """By how many patients the list grows in the week, were there always somebody to examine."""
        return Distribution.poisson(self.requests) + -Distribution.binomial(self.places, self.kept)

    @property
    def grows(self) -> bool:
        """Whether the list grows without end, or as good as that."""
        return self.requests >= self.places * self.kept

    def after(self, waiting: Distribution) -> Distribution:
        """Return the list at the end of the week that `waiting` stood on at its beginning."""
        return (waiting + self.change).not_below_zero()

    def steady(self) -> Distribution | None:
        """Return the list after very many such weeks; None where it grows, or would hardly ever settle.

        It is the highest point that a walk of these steps ever reaches. By Spitzer's identity its generating function is
        exp(sum over n of E(z^max(S_n, 0) - 1) / n); the sums come from one Fourier transform of the logarithm,
        on a circle wider than 1 on which the series converge quickly on both sides.
        """
        if self.grows:
            return None
        if self.change.numbers[-1] <= 0:
            return Distribution.at(0)
        tilt = _best_tilt(self.change)
        cells = 2 ** int(np.ceil(np.log2(max(2 * _TAIL / tilt, 8 * len(self.change.chances), 64))))
        if cells > _MOST_CELLS:
            return None
        steps = self.change.numbers
        tilted = np.zeros(cells)
        np.add.at(tilted, steps % cells, self.change.chances * np.exp(tilt * steps))
        logs = np.fft.irfft(-np.log(1 - np.fft.rfft(tilted)), cells)
        rising = np.zeros(cells)
        ahead = np.arange(1, cells // 2)
        rising[ahead] = logs[ahead] * np.exp(-tilt * ahead)
        chances = np.fft.irfft(np.exp(np.fft.rfft(rising) - rising.sum()), cells)
        return Distribution(0, np.maximum(chances, 0)).trimmed()


def _best_tilt(change: Distribution) -> float:
    """Return the t above 0 that makes E exp(t x change) smallest; the change is below 0 on average, not always."""
    steps = change.numbers

    def slope(tilt: float) -> float:
        return float((steps * np.exp(tilt * steps)) @ change.chances)

    low, high = 0.0, 1e-6
    while slope(high) < 0:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return high


def relief_capacity(requests: Fraction, waiting: Fraction, target: Fraction, weeks: int) -> Fraction:
    """Return the places a week that bring a list to the length `target` in so many weeks, if nothing ever varied.

    The relief capacity of NHSRwaitinglist (Fong and others, medRxiv 2022.08.23.22279117). Requests vary: rounded up to
    whole sessions it is a promise that is often kept no more than every second time.
    """
    return requests + (waiting - target) / weeks


def target_queue(places: Fraction, weeks: Fraction) -> Fraction:
    """Return the length of a list on which patients wait so many weeks at so many places a week, if nothing ever varied."""
    return places * weeks
