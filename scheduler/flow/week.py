"""A planned week as arrays: a row a ticket, and a row a session, ready to be run many times."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scheduler.appointment_times import ticket_times
from scheduler.clock import Hours
from scheduler.draws import STEP, Floats, Keys, keys_of
from scheduler.flow.queues import Span, open_spans
from scheduler.flow.session_pace import SessionPace, session_pace
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Plan, Session, Slot, session_hours
from scheduler.scenario.services import Service, Visit, services_at
from scheduler.scenario.week import Scenario

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tickets:
    """A row a ticket and, behind the tickets of a session, a row a patient who may come without one.

    `session` is the number of the session, `turn` the ticket's own time and `told` what its patient is told, in minutes
    after midnight. `walk_in` numbers a session's patients without ticket from 0 (-1: with ticket). `key` is what its
    random numbers are made of. The others are those of `SessionPace`.
    """

    session: Ints
    turn: Floats
    told: Floats
    walk_in: Ints
    key: Keys
    no_show: Floats
    early_mean: Floats
    early_sd: Floats
    minutes: Floats
    cv: Floats


@dataclass(frozen=True)
class Hall:
    """A campus on a date."""

    campus: str
    date: dt.date


@dataclass(frozen=True)
class ServiceWindows:
    """A service in every hall: the share of patients, minutes and their `cv`, and when how many windows are open.

    In a hall that does not have it the share is 0 and no span is open.
    """

    service: str
    visit: Visit
    share: Floats
    minutes: Floats
    cv: Floats
    spans: tuple[Sequence[Span], ...]


@dataclass(frozen=True)
class SessionRow:
    """A session that has tickets: its hours, its hall's number, and the sessions that must have ended before it begins.

    These, by their number, are those of its doctor and in its room earlier on that day. `paces` are
    those of its clinics, sorted.
    """

    session: Session
    hours: Hours
    hall: int
    after: tuple[int, ...]
    paces: Mapping[str, SessionPace]


class FlowWeek:
    """The sessions of a plan that have tickets, by date and time, and their tickets as arrays.

    A plan without slots gets those that `scenario.policy.slots` cuts.
    """

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario = scenario
        slots = plan.slots or cut_sessions(scenario, plan.roster)
        self._slots: dict[str, list[Slot]] = defaultdict(list)
        for slot in slots:
            if slot.tickets:
                self._slots[slot.session].append(slot)
        held = [
            (session.at, session_hours(scenario, session), session)
            for session in plan.roster.held
            if session.session in self._slots
        ]
        held.sort(key=lambda row: (row[0].date, row[1].start, row[2].session))
        dated = sorted({(self._campus(session), at.date) for at, _, session in held})
        self.halls = tuple(Hall(campus, date) for campus, date in dated)
        number = {(hall.campus, hall.date): n for n, hall in enumerate(self.halls)}
        after = _earlier(scenario, [(session, hours) for _, hours, session in held])
        self.sessions = tuple(
            SessionRow(
                session,
                hours,
                number[self._campus(session), at.date],
                after[n],
                self._paces(session, hours),
            )
            for n, (at, hours, session) in enumerate(held)
        )
        self.names = keys_of(self._lasting_name(row.session) for row in self.sessions)

    def _campus(self, session: Session) -> str:
        return self.scenario.clinic_of[min(session.blocks).clinic].campus

    def _lasting_name(self, session: Session) -> str:
        # Without its week: a session keeps its patients wherever it is moved, and whoever takes it over.
        return session.session.removeprefix(f"{self.scenario.week}.")

    def _paces(self, session: Session, hours: Hours) -> dict[str, SessionPace]:
        slots = self._slots[session.session]
        tickets = sum(slot.tickets for slot in slots)
        return {
            clinic: session_pace(self.scenario, session.doctor, clinic, hours, tickets)
            for clinic in sorted({slot.clinic for slot in slots})
        }

    @cached_property
    def tickets(self) -> Tickets:
        """All tickets, session by session."""
        rows = [
            ticket for number, row in enumerate(self.sessions) for ticket in self._tickets_of(number, row)
        ]
        columns = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        session, clinic, place, walk_in = (columns[n].astype(np.int64) for n in (0, 1, 2, 3))
        blocks = [(number, clinic) for number, row in enumerate(self.sessions) for clinic in row.paces]
        firsts = np.cumsum([0, *(len(row.paces) for row in self.sessions)])
        block = firsts[session] + clinic
        names = keys_of(f"{self._lasting_name(self.sessions[n].session)}@{clinic}" for n, clinic in blocks)
        # Patients without ticket have numbers of their own, far behind those of tickets.
        steps = (place + 1 + (walk_in << 20)).astype(np.uint64) * STEP
        paces = [self.sessions[number].paces[clinic] for number, clinic in blocks]

        def of_block(field: str) -> Floats:
            values: Floats = np.array([getattr(pace, field) for pace in paces], dtype=np.float64)
            column: Floats = values[block]
            return column

        fields = ("no_show", "early_mean", "early_sd", "minutes", "cv")
        return Tickets(
            session,
            columns[4],
            columns[5],
            np.where(walk_in, place, -1),
            names[block] + steps,
            *map(of_block, fields),
        )

    def _tickets_of(self, number: int, row: SessionRow) -> Iterator[tuple[float, ...]]:
        """Yield session, clinic, place among its tickets, whether it is a patient without one, time, told time."""
        clinics = {clinic: n for n, clinic in enumerate(row.paces)}
        places = dict.fromkeys(clinics, 0)
        for slot in self._slots[row.session.session]:
            times = ticket_times(self.scenario.policy.slots, slot)
            known = len(slot.starts) == slot.tickets
            for n, time in enumerate(times):
                start = slot.starts[n] if known else slot.window.start + slot.window.minutes * n / len(times)
                yield number, clinics[slot.clinic], places[slot.clinic], 0, start, time.told
                places[slot.clinic] += 1
        mean = next(iter(row.paces.values())).walk_ins
        for place in range(math.ceil(mean + 5 * math.sqrt(mean))):
            yield number, 0, place, 1, row.hours.start, row.hours.start

    @cached_property
    def hall_of(self) -> Ints:
        """The number of each ticket's hall."""
        halls = np.array([row.hall for row in self.sessions], dtype=np.int64)
        return halls[self.tickets.session]

    def _of_session(self, field: str) -> Floats:
        # Doctors have one pace of these in a session: that of its first clinic.
        firsts = (next(iter(row.paces.values())) for row in self.sessions)
        return np.array([getattr(pace, field) for pace in firsts], dtype=np.float64)

    @cached_property
    def late_start(self) -> Floats:
        """Minutes that each session begins late, in the mean."""
        return self._of_session("late_start")

    @cached_property
    def session_sd(self) -> Floats:
        """By how much each session's consultations are longer or shorter than usual, as a share of the mean."""
        return self._of_session("session_sd")

    @cached_property
    def walk_ins(self) -> Floats:
        """Patients without ticket of each session, in the mean."""
        return self._of_session("walk_ins")

    @cached_property
    def services(self) -> tuple[ServiceWindows, ...]:
        """The services of all halls in the order in which patients come to them."""
        by_hall = [
            {(one.visit, one.service): one for one in services_at(self.scenario.services, hall.campus)}
            for hall in self.halls
        ]
        visits = list(Visit)
        every = sorted(
            {key for rows in by_hall for key in rows}, key=lambda key: (visits.index(key[0]), key[1])
        )
        return tuple(_service_windows(key, [rows.get(key) for rows in by_hall]) for key in every)


def _service_windows(key: tuple[Visit, str], rows: Sequence[Service | None]) -> ServiceWindows:
    def column(field: str) -> Floats:
        return np.array([0.0 if row is None else float(getattr(row, field)) for row in rows])

    spans = tuple(() if row is None else open_spans(row.windows) for row in rows)
    return ServiceWindows(key[1], key[0], column("share"), column("minutes"), column("cv"), spans)


def _earlier(scenario: Scenario, held: list[tuple[Session, Hours]]) -> list[tuple[int, ...]]:
    """Return, for sessions in order of time, the last ones before each of its doctor and in its room on its day."""
    last: dict[tuple[object, ...], int] = {}
    after = []
    for number, (session, hours) in enumerate(held):
        date, pool = session.at.date, scenario.clinic_of[min(session.blocks).clinic].pool
        places = [(date, "doctor", session.doctor)]
        places += [(date, pool, session.room)] if session.room else []
        before = {last[place] for place in places if place in last}
        after.append(tuple(sorted(n for n in before if held[n][1].end <= hours.start)))
        last |= dict.fromkeys(places, number)
    return after
