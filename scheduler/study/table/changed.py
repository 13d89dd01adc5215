"""What a variant does with each session of the base's timetable: only what is not as it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scheduler.plan import Planned
from scheduler.report.specialties import specialty_of
from scheduler.roster import Session, template_roster
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Standing:
    """Where a session stands: its half-day such as `fri-pm`, who holds it (a name) and its tickets.

    Without a half-day it is not held, and nobody holds it.
    """

    at: str = ""
    holder: str = ""
    tickets: int = 0


NOWHERE = Standing()
"""Where a session stands that is not held."""


@dataclass(frozen=True)
class Changed:
    """A session that stands elsewhere than in the base's timetable, is held by another doctor or with other tickets.

    `session` is its identity without the week; `doctor` the name of whose session it is. `was` is nowhere for one
    that the base's timetable does not have, `now` for one that is not held.
    """

    session: str
    doctor: str
    specialty: str
    clinics: tuple[str, ...]
    was: Standing
    now: Standing

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {"clinics": list(self.clinics)}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Changed:
        """Return what `to_json` gave; raises KeyError or TypeError where that is something else."""
        return cls(
            content["session"],
            content["doctor"],
            content["specialty"],
            tuple(content["clinics"]),
            Standing(**content["was"]),
            Standing(**content["now"]),
        )


def changed_of(planned: Planned, base: Scenario | None = None) -> tuple[Changed, ...]:
    """Return the sessions that are not as in the template of `base`, sorted by identity; none without a roster.

    `base` is the scenario that variants are compared with; without it the planned one. Two variants of one base
    differ in a session where these say different things of it.
    """
    if planned.outcome.roster is None:
        return ()
    base = planned.scenario if base is None else base
    before = {_key(session): session for session in template_roster(base).sessions}
    after = {_key(session): session for session in planned.plan.roster.sessions}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was = _standing(base, before.get(key))
        now = _standing(planned.scenario, after.get(key))
        if was != now:
            scenario, session = (base, before[key]) if key in before else (planned.scenario, after[key])
            found.append(_changed(scenario, session, was, now))
    return tuple(found)


def _key(session: Session) -> str:
    """Return the identity without its week, so that a variant of another week can be compared too."""
    return session.session.partition(".")[2]


def _standing(scenario: Scenario, session: Session | None) -> Standing:
    if session is None or session.cell is None:
        return NOWHERE
    return Standing(session.cell.key, _name(scenario, session.doctor), session.tickets)


def _changed(scenario: Scenario, session: Session, was: Standing, now: Standing) -> Changed:
    return Changed(
        _key(session),
        _name(scenario, session.owner),
        specialty_of(scenario, session),
        tuple(block.clinic for block in sorted(session.blocks)),
        was,
        now,
    )


def _name(scenario: Scenario, doctor: str) -> str:
    return scenario.doctor_of[doctor].name or doctor


@dataclass(frozen=True)
class Pair:
    """A session that stands differently in two variants."""

    session: Changed
    first: Standing
    second: Standing


def pairs(first: Sequence[Changed], second: Sequence[Changed]) -> tuple[Pair, ...]:
    """Return the sessions in which two variants of one base differ, sorted by identity."""
    ones, others = ({one.session: one for one in side} for side in (first, second))
    found = []
    for key in sorted(ones.keys() | others.keys()):
        told = ones[key] if key in ones else others[key]
        here, there = (side[key].now if key in side else told.was for side in (ones, others))
        if here != there:
            found.append(Pair(told, here, there))
    return tuple(found)
