"""The lead time of an examination: after how many days somebody is examined who asks for it at the end of a week."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.exams.distribution import Distribution

MOST_DAYS = 3660
"""Lead times beyond ten years are not told apart."""

_DAYS = 7


@dataclass(frozen=True)
class Supply:
    """The places that follow a moment: those of `weeks`, one after the other, then `steady` ones every week.

    A week's places lie evenly over its days. Each is kept with the chance `kept`. `urgent` requests a week (their
    mean) go before all others.
    """

    weeks: tuple[int, ...]
    steady: int
    kept: float = 1.0
    urgent: float = 0.0

    def places(self, days: int) -> int:
        """Return the places of so many days, in whole numbers."""
        whole, rest = divmod(days, _DAYS)
        full = sum(self.weeks[:whole]) + self.steady * max(0, whole - len(self.weeks))
        return full + (self.weeks[whole] if whole < len(self.weeks) else self.steady) * rest // _DAYS

    def chance_within(self, waiting: Distribution, days: int) -> float:
        """Return the chance to be examined within so many days behind those `waiting`.

        It is the chance that the places kept of these days, less the urgent requests of these days, are more than
        those who wait.
        """
        ahead = Distribution.poisson(self.urgent * days / _DAYS)
        return waiting.sum_at_most(ahead + -Distribution.binomial(self.places(days), self.kept), -1)

    def lead(self, waiting: Distribution) -> Lead:
        """Return the lead time behind those `waiting`."""
        low, high = (self._days_of(waiting, chance) for chance in (0.1, 0.9))
        return Lead(self._mean(waiting, low), low, high)

    def _days_of(self, waiting: Distribution, chance: float) -> int | None:
        """Return the fewest days within which one is examined with this chance; None: not within ten years."""
        low, high = -1, _DAYS
        while self.chance_within(waiting, high) < chance:
            if high == MOST_DAYS:
                return None
            low, high = high, min(2 * high, MOST_DAYS)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.chance_within(waiting, middle) >= chance else (middle, high)
        return high

    def _mean(self, waiting: Distribution, near: int | None) -> float | None:
        if near is None:
            return None
        # Days on which nobody or everybody has been examined yet are passed over: they are most of them.
        sooner, later, mean = near - 1, near, float(near)
        while sooner >= 0 and (chance := self.chance_within(waiting, sooner)) > 1e-9:
            mean -= chance
            sooner -= 1
        while later < MOST_DAYS and (chance := self.chance_within(waiting, later)) < 1 - 1e-9:
            mean += 1 - chance
            later += 1
        return mean if later < MOST_DAYS else None


@dataclass(frozen=True)
class Lead:
    """A lead time in days: its mean, and the days that it keeps within with the chances 0.1 and 0.9.

    None: ten years are not enough.
    """

    mean: float | None
    low: int | None
    high: int | None
