"""What a scenario alone says, indexed: the same for every plan of it, and kept while a plan is edited."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from scheduler.clock import DayKind, Half
from scheduler.scenario.rows import DemandRow, Origin, StandingSession
from scheduler.scenario.week import Scenario

_Made = TypeVar("_Made")


class Frame:
    """A scenario, indexed by the places that rules speak of; every index is made when first needed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._made: dict[Callable[[Frame], Any], Any] = {}

    def once(self, make: Callable[[Frame], _Made]) -> _Made:
        """Return what `make` makes of this frame, made only the first time; `make` is a function with a name."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(_Made, self._made[make])

    @cached_property
    def afternoon_halves(self) -> frozenset[Half]:
        """Halves that count as afternoons in the ratios."""
        evening_too = self.scenario.policy.ratio.evening == "as_afternoon"
        return frozenset({Half.PM, Half.EVE} if evening_too else {Half.PM})

    @cached_property
    def working_dates(self) -> frozenset[dt.date]:
        """Dates of the week that are working days."""
        return frozenset(self.scenario.working_dates)

    @cached_property
    def weekend_dates(self) -> frozenset[dt.date]:
        """Dates of the week that are weekend days, adjusted working days left out."""
        return frozenset(day.date for day in self.scenario.days if day.kind is DayKind.WEEKEND)

    @cached_property
    def standing_at(self) -> Mapping[Origin, StandingSession]:
        """Standing sessions by their key, with those that leave stops: a colleague may still hold them."""
        sessions = (*self.scenario.on_leave, *self.scenario.standing)
        return {standing.key: standing for standing in sessions}

    @cached_property
    def stopped_by_leave(self) -> frozenset[Origin]:
        """Keys of standing sessions that need not be held: not to hold them is no change."""
        if self.scenario.policy.leave.sessions == "cover":
            return frozenset()
        return frozenset(session.key for session in self.scenario.on_leave)

    @cached_property
    def demand_of(self) -> Mapping[str, tuple[tuple[int, DemandRow], ...]]:
        """Demand rows of each clinic, each with its number in the table."""
        found: dict[str, list[tuple[int, DemandRow]]] = defaultdict(list)
        for number, row in enumerate(self.scenario.demand):
            found[row.clinic].append((number, row))
        return {clinic: tuple(rows) for clinic, rows in found.items()}

    def shared_specialty(self, clinic_key: str) -> str | None:
        """Return the consortium specialty in whose reserve the clinic's expert tickets count, or None."""
        return self._shared.get(clinic_key)

    @cached_property
    def _shared(self) -> Mapping[str, str]:
        scenario = self.scenario
        return {
            key: clinic.specialty
            for key, clinic in scenario.clinic_of.items()
            if clinic.kind not in scenario.policy.reserve.leave_out
            and clinic.specialty in scenario.consortium_specialties
        }
