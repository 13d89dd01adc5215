"""What rules on return visits need, worked out from the tables alone: sums of probabilities instead of a recursion.

It shares no line that decides with `scheduler.reserve.return_visits`, which lays these tickets out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil, exp, lgamma, log, log1p, sqrt

from scheduler.check.facts import Facts
from scheduler.check.held_sessions import specialties_of
from scheduler.clock import WEEKDAYS

TicketsOfDates = Mapping[dt.date, int]
"""Tickets of a clinic, or of a whole specialty, on each date that has any."""


def has_forecast(facts: Facts, clinic: str) -> bool:
    """Return whether return visits are expected of the clinic, those of patients discharged left out."""
    scenario = facts.scenario
    return clinic in scenario.return_rates or scenario.clinic_of[clinic].returns is not None


def own_returns(facts: Facts, clinic: str) -> tuple[Fraction, Fraction]:
    """Return mean and variance of the clinic's return visits in the week, those of patients discharged left out."""
    scenario = facts.scenario
    rate = scenario.return_rates.get(clinic)
    if rate is None:
        mean = Fraction(scenario.clinic_of[clinic].returns or 0)
        return mean, mean
    same = facts.held.by(specialties_of).get(scenario.clinic_of[clinic].specialty, ())
    sessions = {held.session for held in same for b in held.blocks if b.clinic == clinic and b.tickets}
    mean = rate.per_session * len(sessions)
    return mean, mean * max(rate.dispersion, Fraction(1))


def discharged_on(facts: Facts, specialty: str, dates: Iterable[dt.date]) -> dict[dt.date, Fraction]:
    """Return how many patients who left the wards are expected on each of `dates`, those with tickets.

    Weeks are alike, so that a date of next week stands for the same weekday of this one. Who would come on
    another date comes on the first of these after it, beginning anew after Sunday.
    """
    at = {date.weekday(): date for date in dates}
    expected: dict[dt.date, Fraction] = defaultdict(Fraction)
    for row in facts.scenario.discharges:
        day = (WEEKDAYS.index(row.weekday) + row.days) % 7
        if row.specialty == specialty and at:
            while day not in at:
                day = (day + 1) % 7
            expected[at[day]] += row.patients * row.share
    return {date: mean for date, mean in expected.items() if mean}


def discharged_to(
    discharged: Mapping[dt.date, Fraction], of_specialty: TicketsOfDates, of_clinic: TicketsOfDates
) -> Fraction:
    """Return how many of the patients discharged a clinic gets: each date's by its part of the date's tickets."""
    return sum(
        (mean * of_clinic.get(date, 0) / of_specialty[date] for date, mean in discharged.items()), Fraction(0)
    )


@lru_cache(maxsize=4096)
def tickets_to_serve(level: Fraction, mean: Fraction, variance: Fraction) -> int:
    """Return the fewest tickets with which the share `level` (below 1) of return visits is served on average.

    Their number has this mean and variance: it is negative binomial, or Poisson where the variance is no larger.
    """
    if not mean or not level:
        return 0
    chances = _chances(mean, max(mean, variance))
    # Summed from the rare ones on: what is left of 1 would be all rounding where hardly anybody comes.
    at_least = list(accumulate(reversed(chances)))[::-1]
    wanted, few = float(level * mean), 0.0
    for tickets, chance in enumerate(chances):
        # Where fewer come than there are tickets all are served, else one for each ticket.
        if few + tickets * at_least[tickets] >= wanted:
            return tickets
        few += tickets * chance
    return len(chances)


def _chances(mean: Fraction, variance: Fraction) -> list[float]:
    """Return the probabilities of 0, 1, 2 ... return visits, as far as they matter; by logarithms, since they are tiny."""
    spread, more = float(variance / mean), float((variance - mean) / variance)
    most = ceil(float(mean) + 40 * sqrt(variance) + 40 * spread)
    if variance == mean:
        rate = log(mean)
        return [exp(n * rate - float(mean) - lgamma(n + 1)) for n in range(most)]
    size = float(mean * mean / (variance - mean))
    # Of a size in the billions lgamma leaves no digits of the difference, the sum of steps does.
    steps = (log((size + n) * more / (n + 1)) for n in range(most))
    return [exp(size * log1p(-more) + step) for step in accumulate(steps, initial=0.0)]
