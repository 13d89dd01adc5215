"""The sessions that a variant puts elsewhere than the base's timetable, and those in which two variants differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scheduler.compare import compare_rosters
from scheduler.plan import Planned
from scheduler.report.specialties import specialty_of
from scheduler.roster import Session, template_roster
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class SessionPlace:
    """Where a session is held: its half-day such as `fri-pm`, by whom (a name), with how many tickets.

    Without a half-day it is not held, and nobody holds it.
    """

    at: str = ""
    holder: str = ""
    tickets: int = 0


NOWHERE = SessionPlace()
"""The place of a session that is not held."""


@dataclass(frozen=True)
class PlaceChange:
    """A session that a variant holds elsewhere than the base's timetable, by another doctor or with other tickets.

    `session` is its identity without the week; `doctor` the name of whose session it is. `was` is nowhere for one
    that the base's timetable does not have, `now` for one that is not held.
    """

    session: str
    doctor: str
    specialty: str
    clinics: tuple[str, ...]
    was: SessionPlace
    now: SessionPlace

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {"clinics": list(self.clinics)}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> PlaceChange:
        """Return the change from what `to_json` returned; raises KeyError or TypeError for anything else."""
        return cls(
            content["session"],
            content["doctor"],
            content["specialty"],
            tuple(content["clinics"]),
            SessionPlace(**content["was"]),
            SessionPlace(**content["now"]),
        )


def place_changes(planned: Planned, base: Scenario | None = None) -> tuple[PlaceChange, ...]:
    """Return the sessions that are not as in the template of `base`, sorted by identity; none without a roster.

    `base` is the scenario that variants are compared with; without it the planned one.
    """
    if planned.outcome.roster is None:
        return ()
    scenario = planned.scenario
    base = scenario if base is None else base
    places = []
    for change in compare_rosters(template_roster(base), planned.plan.roster):
        was, now = _place(base, change.before), _place(scenario, change.after)
        if was != now:
            of, session = (scenario if change.before is None else base), change.session
            clinics = tuple(block.clinic for block in sorted(session.blocks))
            owner, specialty = _name(of, session.owner), specialty_of(of, session)
            places.append(PlaceChange(change.key, owner, specialty, clinics, was, now))
    return tuple(sorted(places, key=lambda place: place.session))


def _place(scenario: Scenario, session: Session | None) -> SessionPlace:
    if session is None:
        return NOWHERE
    return SessionPlace(session.at.key, _name(scenario, session.doctor), session.tickets)


def _name(scenario: Scenario, doctor: str) -> str:
    return scenario.doctor_of[doctor].name or doctor


@dataclass(frozen=True)
class PlacePair:
    """A session that two variants hold at different places."""

    session: PlaceChange
    first: SessionPlace
    second: SessionPlace


def differing_places(first: Sequence[PlaceChange], second: Sequence[PlaceChange]) -> tuple[PlacePair, ...]:
    """Return the sessions in which two variants of one base differ, sorted by identity."""
    ones, others = ({change.session: change for change in side} for side in (first, second))
    pairs = []
    for key in sorted(ones.keys() | others.keys()):
        change = ones[key] if key in ones else others[key]
        here, there = (side[key].now if key in side else change.was for side in (ones, others))
        if here != there:
            pairs.append(PlacePair(change, here, there))
    return tuple(pairs)
