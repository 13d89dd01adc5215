"""How many tickets a rule on return visits needs: what is expected of each clinic and date, and the tickets for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from scheduler.clock import WEEKDAYS
from scheduler.roster import Roster, Slot
from scheduler.scenario.forecasts import NOT_AFTER_DISCHARGE
from scheduler.scenario.hospital import Clinic
from scheduler.scenario.policy import ChannelPolicy
from scheduler.scenario.week import Scenario

_DIGITS = 30
"""Digits of a calculation: a sum of twenty thousand terms has twenty right ones."""


def mean_returns(scenario: Scenario, clinic: Clinic, sessions: int) -> Fraction | None:
    """Return the return visits that a week of so many sessions of the clinic is expected to bring; None: no forecast."""
    rate = scenario.return_rates.get(clinic.clinic)
    if rate is not None:
        return rate.per_session * sessions
    return None if clinic.returns is None else Fraction(clinic.returns)


def sessions_of_clinics(roster: Roster) -> Mapping[str, int]:
    """Return how many sessions of each clinic take place and give out tickets."""
    return Counter(
        clinic
        for session in roster.held
        for clinic in {block.clinic for block in session.blocks if block.tickets}
    )


def tickets_of_clinics(
    scenario: Scenario, rule: ChannelPolicy, sessions: Mapping[str, int], base: Sequence[Slot]
) -> dict[str, int]:
    """Return the tickets that a service level needs of each clinic a week.

    `base` are the slots of the rule's base. The patients discharged who are expected on a date are shared out among the
    clinics of their specialty by its tickets of the date; a clinic's own return visits and its part of these are one
    number that varies, of which so many tickets serve the share `service_level`.
    """
    level = rule.service_level or Fraction(0)
    discharged = _discharged_of_clinics(scenario, base)
    needed = {}
    for key in {slot.clinic for slot in base}:
        own = mean_returns(scenario, scenario.clinic_of[key], sessions.get(key, 0)) or Fraction(0)
        rate = scenario.return_rates.get(key)
        variance = own * max(Fraction(1), rate.dispersion if rate else Fraction(1)) + discharged[key]
        needed[key] = tickets_for(own + discharged[key], variance, level)
    return needed


def tickets_of_dates(
    scenario: Scenario, rule: ChannelPolicy, base: Sequence[Slot]
) -> dict[tuple[str, dt.date], int]:
    """Return the tickets that a service level needs, for patients discharged, of each specialty on each date."""
    level = rule.service_level or Fraction(0)
    return {at: tickets_for(mean, mean, level) for at, mean in _discharged(scenario, base).items() if mean}


def takes_discharged(scenario: Scenario, slot: Slot) -> bool:
    """Return whether patients who leave the wards are sent to the slot's clinic."""
    return scenario.clinic_of[slot.clinic].kind not in NOT_AFTER_DISCHARGE


def _discharged(scenario: Scenario, base: Sequence[Slot]) -> dict[tuple[str, dt.date], Fraction]:
    """Return the patients discharged who are expected by specialty and date, where there are tickets for them.

    A week is like any other: who is discharged on Friday and comes after seven days is expected on this Friday. Whoever
    falls on a date without tickets of the specialty comes on the next one that has some, if need be on Monday.
    """
    opened: dict[str, set[dt.date]] = defaultdict(set)
    for slot in base:
        if slot.tickets and takes_discharged(scenario, slot):
            opened[scenario.clinic_of[slot.clinic].specialty].add(slot.date)
    expected: dict[tuple[str, dt.date], Fraction] = defaultdict(Fraction)
    for specialty, dates in opened.items():
        for row in scenario.discharges_of.get(specialty, ()):
            due = WEEKDAYS.index(row.weekday) + row.days
            date = min(dates, key=lambda date: (date.weekday() - due) % 7)
            expected[specialty, date] += row.patients * row.share
    return expected


def _discharged_of_clinics(scenario: Scenario, slots: Sequence[Slot]) -> Mapping[str, Fraction]:
    base = [slot for slot in slots if takes_discharged(scenario, slot)]
    tickets: Counter[tuple[str, dt.date]] = Counter()
    for slot in base:
        tickets[scenario.clinic_of[slot.clinic].specialty, slot.date] += slot.tickets
    expected = _discharged(scenario, base)
    parts: dict[str, Fraction] = defaultdict(Fraction)
    for slot in base:
        at = scenario.clinic_of[slot.clinic].specialty, slot.date
        if slot.tickets and at in expected:
            parts[slot.clinic] += expected[at] * slot.tickets / tickets[at]
    return parts


@lru_cache(maxsize=4096)
def tickets_for(mean: Fraction, variance: Fraction, level: Fraction) -> int:
    """Return the fewest tickets n with E min(D, n) >= level x E D for a week's return visits D.

    D is Poisson, or negative binomial where `variance` is above `mean`; `level` is below 1.
    """
    # Where hardly anybody comes, the chance that somebody does is what 1 is short of by so many digits more; and e to
    # the minus 20,000 is not nothing yet.
    digits = _DIGITS + len(str(mean.denominator))
    with localcontext(Context(prec=digits, Emin=-999_999, Emax=999_999)):
        needed, served, beyond = _decimal(level * mean), Decimal(0), Decimal(1)
        for tickets, probability in enumerate(_probabilities(mean, variance) if mean else ()):
            # One ticket more serves one patient more whenever there are more patients than tickets.
            if served >= needed:
                return tickets
            beyond -= probability
            served += beyond
    return 0


def _probabilities(mean: Fraction, variance: Fraction) -> Iterator[Decimal]:
    """Yield P(D = 0), P(D = 1) and so on, each from the one before."""
    if variance <= mean:
        probability, rate = (-_decimal(mean)).exp(), _decimal(mean)
        count = 0
        while True:
            yield probability
            count += 1
            probability *= rate / count
    size, stay = mean * mean / (variance - mean), mean / variance
    shape, more = _decimal(size), _decimal(1 - stay)
    probability, count = _decimal(stay) ** shape, 0
    while True:
        yield probability
        probability *= more * (shape + count) / (count + 1)
        count += 1


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
