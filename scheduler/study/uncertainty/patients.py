"""Patients of a week: how many want a ticket of which clinic when, who gets one, and who comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.draws import keys_of
from scheduler.scenario.week import Scenario
from scheduler.study.uncertainty.arrays import ClinicTime, SessionArrays, time_name, time_of
from scheduler.study.uncertainty.draw import POSSIBLE_PER_TICKET, Draw, Flags, Ints, Many

Forecast = Mapping[ClinicTime, int]
"""Tickets of the template by clinic and half-day of the week: what demand is drawn around."""


def forecast_of(scenario: Scenario) -> Forecast:
    """Return the tickets that the scenario's template gives in its week, stopped sessions counted.

    A study takes the forecast of its base for all variants: patients know nothing of a plan.
    """
    tickets: Counter[ClinicTime] = Counter()
    for session in scenario.standing:
        for block in session.blocks:
            tickets[block.clinic, time_of(session.cell)] += block.tickets
    return {at: tickets[at] for at in sorted(tickets)}


@dataclass(frozen=True)
class Patients:
    """Patients of a week: those who want a ticket, those without one, those with one who do not come, those seen."""

    demand: int
    unmet: int
    no_shows: int
    seen: int


class Seating:
    """Who gets which ticket of the sessions `arrays`, where demand is drawn around `forecast`.

    A patient wants a clinic at a half-day. Those who find no ticket there take one that is left at another half-day of
    the clinic, the stated share of them, the earliest tickets first; the others stay without.
    """

    def __init__(self, arrays: SessionArrays, forecast: Forecast) -> None:
        self.arrays = arrays
        at = sorted({*forecast, *arrays.block_at})
        number = {place: n for n, place in enumerate(at)}
        clinics = {clinic: n for n, clinic in enumerate(sorted({clinic for clinic, _ in at}))}
        self._clinic: Ints = np.array([clinics[clinic] for clinic, _ in at], dtype=np.int64)
        self._block_at: Ints = np.array([number[place] for place in arrays.block_at], dtype=np.int64)
        names = keys_of(f"{clinic}@{time_name(time)}" for clinic, time in at)
        forecasts: Ints = np.array([forecast.get(place, 0) for place in at], dtype=np.int64)
        self._possible = Many(names, forecasts * POSSIBLE_PER_TICKET)
        self._tickets = Many(arrays.block_names, arrays.block_tickets)

    def patients(self, draw: Draw, run: Flags) -> Patients:
        """Return the patients of a replication in which the sessions run that `run` flags."""
        tickets = np.where(run[self.arrays.block_session], self.arrays.block_tickets, 0)
        demand = draw.demand(self._possible)
        booked = self._booked(demand, tickets, draw.distributions.elsewhere)
        with_ticket = _given_out(booked, tickets, self._block_at)
        no_shows = int(self._tickets.counted(draw.not_coming(self._tickets), with_ticket).sum())
        wanted, got = int(demand.sum()), int(booked.sum())
        return Patients(wanted, wanted - got, no_shows, got - no_shows)

    def _booked(self, demand: Ints, tickets: Ints, elsewhere: Fraction) -> Ints:
        """Return how many tickets are taken of each clinic and half-day."""
        supply = _summed(self._block_at, tickets, len(demand))
        direct = np.minimum(demand, supply)
        turned_away = _summed(self._clinic, demand - direct, len(demand))
        willing = turned_away * elsewhere.numerator // elsewhere.denominator
        patients: Ints = direct + _given_out(willing, supply - direct, self._clinic)
        return patients


def _summed(group: Ints, counts: Ints, groups: int) -> Ints:
    """Return the sum of the counts in each group."""
    sums = np.zeros(groups, dtype=np.int64)
    np.add.at(sums, group, counts)
    return sums


def _given_out(wanted: Ints, free: Ints, group: Ints) -> Ints:
    """Return what of `free` is taken where each group, its members side by side, wants so many, the first ones first."""
    if not len(group):
        return free
    before = np.cumsum(free) - free
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    sizes = np.diff(np.append(first, len(group)))
    before -= np.repeat(before[first], sizes)
    taken: Ints = np.clip(wanted[group] - before, 0, free)
    return taken
