"""One replication of a week drawn: who does not come, which patients do not, and how many want a ticket.

Common random numbers: every number is made of the seed, the replication and the name of what it happens to, and of
nothing else. So the same doctor is ill in all variants of a replication, and variants can be compared pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scheduler.draws import STEP, Keys, mix, stream
from scheduler.study.uncertainty.distributions import MOST_DEMAND, Distributions

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

POSSIBLE_PER_TICKET = MOST_DEMAND
"""Possible patients for each ticket of the template; each of a clinic's half-day comes with the same chance."""

_BITS = 64


class _About(IntEnum):
    """What a number is drawn for: each has a stream of its own."""

    RATE = 0
    DOCTOR = 1
    SESSION = 2
    TICKET = 3
    LEVEL = 4
    PATIENT = 5


class Many:
    """Things that are drawn one by one, `counts` of them under each name, such as the tickets of a block."""

    def __init__(self, names: Keys, counts: Ints) -> None:
        self.names, self.counts = names, counts
        self.ends: Ints = np.cumsum(counts)
        self.name_of: Ints = np.repeat(np.arange(len(counts)), counts)
        order = np.arange(len(self.name_of)) - np.repeat(self.ends - counts, counts)
        self.steps: Keys = (order + 1).astype(np.uint64) * STEP

    def counted(self, which: Flags, first: Ints | None = None) -> Ints:
        """Return how many of the things of each name are among `which`; of the first so many, where that is stated."""
        sums = np.concatenate(([0], np.cumsum(which, dtype=np.int64)))
        starts = self.ends - self.counts
        counts: Ints = sums[self.ends if first is None else starts + first] - sums[starts]
        return counts


@dataclass(frozen=True)
class Draw:
    """What happens in replication `number` (>= 0) of a study with this `seed` (>= 0)."""

    seed: int
    number: int
    distributions: Distributions

    @cached_property
    def rate(self) -> Fraction:
        """The chance of a session to be stopped in this week."""
        between = self.distributions.stopped
        return between.low + (between.high - between.low) * Fraction(int(self._stream(_About.RATE)), 2**_BITS)

    def away(self, doctors: Keys) -> Flags:
        """Return which of the doctors do not come all week."""
        return self._mixed(_About.DOCTOR, doctors) < _threshold(self._away_all_week)

    def stopped(self, sessions: Keys, away: Flags) -> Flags:
        """Return which of the sessions are stopped; `away` flags those whose doctors do not come all week.

        Each is stopped with the chance `rate`, be it for itself or with all of its doctor's.
        """
        week = self._away_all_week
        alone = (self.rate - week) / (1 - week) if week < 1 else Fraction(0)
        return away | (self._mixed(_About.SESSION, sessions) < _threshold(alone))

    @property
    def _away_all_week(self) -> Fraction:
        return self.rate * self.distributions.whole_week

    def not_coming(self, tickets: Many) -> Flags:
        """Return for each ticket, named by its block, whether a patient who has it stays away."""
        return self._each(_About.TICKET, tickets) < _threshold(self.distributions.no_show)

    def demand(self, possible: Many) -> Ints:
        """Return how many patients want a ticket at each place, a clinic's half-day, out of those possible there."""
        between = self.distributions.demand
        low, high = (_threshold(share / POSSIBLE_PER_TICKET) for share in (between.low, between.high))
        # Half of the bits are far more than a level needs, and the product stays within 64.
        half = np.uint64(_BITS // 2)
        levels = low + ((high - low) >> half) * (self._mixed(_About.LEVEL, possible.names) >> half)
        return possible.counted(self._each(_About.PATIENT, possible) < levels[possible.name_of])

    def _stream(self, about: _About) -> np.uint64:
        return stream(self.seed, self.number, about)

    def _mixed(self, about: _About, names: Keys) -> Keys:
        return mix(names ^ self._stream(about))

    def _each(self, about: _About, things: Many) -> Keys:
        """Return a number for each of the things: SplitMix64, started from the number of their name."""
        return mix(self._mixed(about, things.names)[things.name_of] + things.steps)


def _threshold(share: Fraction) -> np.uint64:
    """Return the number of 64 bits below which such a share of all of them lies."""
    return np.uint64(min(max(0, share * 2**_BITS // 1), 2**_BITS - 1))
