"""The published weeks: which version of which roster stands for each, with its tickets as the ledger has them now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, func, select

from api.memory import Memory
from api.rosters import Rosters
from api.store.approvals import list_current, list_publications
from api.store.scenarios import Scenarios
from scheduler.clock import Week
from scheduler.report.exports.calendar import (
    CalendarSession,
    PublishedVersion,
    calendar_sessions,
    doctor_calendar,
    sessions_from_json,
    sessions_to_json,
)
from scheduler.report.exports.fhir import resources
from scheduler.report.exports.fhir_search import Found, searchable
from scheduler.report.voice import Voice
from scheduler.roster import Plan, Roster
from scheduler.scenario.week import Scenario
from scheduler.tickets.held_tickets import HeldTickets, read_held_tickets
from scheduler.tickets.models import EventRow, HoldingRow
from scheduler.tickets.store import Store

_SESSION_BYTES, _RESOURCE_BYTES = 1_500, 2_500
"""Memory that a session of a calendar and a resource of FHIR take at most."""


@dataclass(frozen=True)
class PublishedWeek:
    """The version of a roster that stands for a week, when it was published, and its number in the ledger."""

    week: str
    scenario: str
    job: str
    version: int
    at: dt.datetime
    number: int


@dataclass(frozen=True)
class _Moment:
    """A state of the ledger: its last event, and how many holdings are due. Equal ones have the same tickets."""

    events: int
    due: int
    at: dt.datetime = field(compare=False)


class PublishedWeeks:
    """The published weeks of one store."""

    def __init__(self, store: Store, scenarios: Scenarios, rosters: Rosters, memory: Memory) -> None:
        self._store, self._scenarios, self._rosters, self._memory = store, scenarios, rosters, memory

    def current(self) -> Mapping[str, PublishedWeek]:
        """Return what stands for each week, in order of the weeks."""
        return self._store.read(_current)

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return the scenario of each published week."""
        return {week: self._scenarios.get(one.scenario) for week, one in self.current().items()}

    def sessions(self, job: str, version: int) -> tuple[CalendarSession, ...]:
        """Return the sessions of a version as calendars show them; worked out once, and kept in the database."""
        make = partial(self._read_sessions, job, version)
        return self._memory.get(("sessions", job, version), make, lambda made: _SESSION_BYTES * len(made))

    def _read_sessions(self, job: str, version: int) -> tuple[CalendarSession, ...]:
        def make() -> bytes:
            view = self._rosters.view(job, version)
            return sessions_to_json(calendar_sessions(view.scenario, view.plan or Plan(Roster(()))))

        return sessions_from_json(self._rosters.derived(job, version, "calendar.json", make))

    def calendar(self, doctor: str, language: str, since: Week, last: int) -> bytes:
        """Return a doctor's calendar over the published weeks from `since` on; `last` numbers the last publication."""

        def make() -> bytes:
            published = self._store.read(lambda connection: list_publications(connection, str(since)))
            weeks: dict[str, list[PublishedVersion]] = defaultdict(list)
            for one in published:
                version = PublishedVersion(one.made_at, self.sessions(one.job, one.version))
                weeks[one.week].append(version)
            scenarios = (self._scenarios.get(one.scenario) for one in reversed(published))
            name = next((week.doctor_name(doctor) for week in scenarios if doctor in week.doctor_of), doctor)
            return doctor_calendar(name, [weeks[week] for week in sorted(weeks)], doctor, Voice(language))

        return self._rosters.answer(("calendar", doctor, language, str(since), last), make)

    def plan(self, job: str, version: int, at: dt.datetime) -> Plan:
        """Return a version's plan; what stands for its week has its tickets as they are at `at`."""
        view = self._rosters.view(job, version)
        plan, held = view.plan or Plan(Roster(())), self.held(job, version, at)
        return plan if held is None else held.in_plan(plan)

    def held(self, job: str, version: int, at: dt.datetime) -> HeldTickets | None:
        """Return the tickets of a version as they are at `at`; None where it does not stand for its week."""
        week = str(self._rosters.view(job, version).scenario.week)

        def step(connection: Connection) -> HeldTickets | None:
            current = _current(connection).get(week)
            if current is None or (current.job, current.version) != (job, version):
                return None
            held = read_held_tickets(connection, week, at)
            # The command line may have published another version since.
            return held if held is not None and held.version == current.number else None

        return self._store.read(step)

    def found(self, kind: str, at: dt.datetime) -> list[Found]:
        """Return the FHIR resources of a kind of all published weeks, as they are searched."""
        weeks, moment = self._store.read(lambda connection: (_current(connection), _moment(connection, at)))
        return [
            found
            for one in weeks.values()
            for found in self._found(one.job, one.version, one.at, kind, moment)
        ]

    def found_of(self, job: str, version: int, made: dt.datetime, kind: str, at: dt.datetime) -> list[Found]:
        """Return the FHIR resources of a kind of one version, made at `made`, as they are searched."""
        moment = self._store.read(lambda connection: _moment(connection, at))
        return self._found(job, version, made, kind, moment)

    def _found(self, job: str, version: int, made: dt.datetime, kind: str, moment: _Moment) -> list[Found]:
        def make() -> list[Found]:
            view, held = self._rosters.view(job, version), self.held(job, version, moment.at)
            plan = view.plan or Plan(Roster(()))
            plan, changed = (plan, {}) if held is None else (held.in_plan(plan), held.changed_at)
            return searchable(resources(view.scenario, plan), kind, changed, made)

        key = ("found", job, version, made, kind, moment)
        return self._memory.get(key, make, lambda found: _RESOURCE_BYTES * len(found))


def _moment(connection: Connection, at: dt.datetime) -> _Moment:
    row = HoldingRow
    due = row.current.is_(True) & row.released.is_(False) & (row.falls_back_at <= at)
    events = connection.scalar(select(func.max(EventRow.number))) or 0
    return _Moment(events, connection.scalar(select(func.count()).where(due)) or 0, at)


def _current(connection: Connection) -> dict[str, PublishedWeek]:
    return {
        row.week: PublishedWeek(
            row.week, row.scenario, row.job, row.version, row.made_at, row.outcome["version"]
        )
        for row in list_current(connection)
    }
