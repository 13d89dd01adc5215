"""One run of a week: who comes and when, through which windows, into the room and out of the house.

Common random numbers: every number is made of the seed, the replication and the name of what it happens to. So the same
ticket has the same patient under every roster, and rosters can be compared pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

import numpy as np

from scheduler.draws import Floats, Keys, keys_of, mix, normals, stream, uniforms
from scheduler.flow.queues import see_patients, serve_day
from scheduler.flow.week import Flags, FlowWeek, Ints, ServiceWindows
from scheduler.scenario.services import Visit

LAST_MINUTE = 24 * 60 - 1.0
"""Nobody arrives later, and nobody before midnight."""


class _About(IntEnum):
    """What a number is drawn for: each has a stream of its own."""

    SHOW = 0
    TIMES = 1
    ANGLE = 2
    LATE = 3
    WALK_INS = 4
    SESSION = 5
    SESSION_ANGLE = 6
    SERVICE = 7
    SERVICE_TIME = 8
    SERVICE_ANGLE = 9


@dataclass
class Visits:
    """What comes of the tickets in a replication, in minutes after midnight; of those who stay away nothing counts.

    `came` flags those who come. `arrival` is when they enter the house, `start` and `end` are those of the consultation,
    `departure` is when they have been at their last window. `ended` is when each session has ended. `queues` are of the
    week's services.
    """

    came: Flags
    arrival: Floats
    start: Floats
    end: Floats
    departure: Floats
    ended: Floats
    queues: list[Queue] = field(default_factory=list)


@dataclass(frozen=True)
class Queue:
    """The patients of a service, hall by hall in order of coming: their arrival, start, and minutes at the window.

    `edges` are where each hall's patients begin, and the end of all.
    """

    arrivals: Floats
    starts: Floats
    minutes: Floats
    edges: Ints


def run_replication(week: FlowWeek, seed: int, number: int) -> Visits:
    """Return what comes of the week in a replication (numbers from 0) of a study with this seed (>= 0)."""
    draw = _Draw(week, seed, number)
    came, arrival, minutes = draw.patients()
    visits = Visits(
        came, arrival, arrival.copy(), arrival.copy(), arrival.copy(), np.zeros(len(week.sessions))
    )
    present = arrival.copy()
    _pass_windows(week, draw, visits, present, Visit.BEFORE)
    _consult(week, draw, visits, present, minutes)
    visits.departure = visits.end.copy()
    _pass_windows(week, draw, visits, visits.departure, Visit.AFTER)
    return visits


def _pass_windows(week: FlowWeek, draw: _Draw, visits: Visits, present: Floats, visit: Visit) -> None:
    """Move `present`, when each patient is free, to when they have been at the windows of a visit."""
    patients = np.flatnonzero(visits.came)
    for service in week.services:
        if service.visit is visit:
            users, minutes = draw.users(service, patients)
            order = _sorted(week.hall_of[users], present[users])
            users, minutes = users[order], minutes[order]
            edges = np.searchsorted(week.hall_of[users], np.arange(len(week.halls) + 1))
            arrivals = present[users]
            starts = np.array(_serve_halls(service, arrivals.tolist(), minutes.tolist(), edges.tolist()))
            visits.queues.append(Queue(arrivals, starts, minutes, edges))
            present[users] = starts + minutes


def _sorted(group: Ints, time: Floats) -> Ints:
    """Return the order by group, then by time within the day; one key sorts three times as fast as two."""
    return np.argsort(group * 4096.0 + time, kind="stable")


def _serve_halls(
    service: ServiceWindows, arrivals: list[float], minutes: list[float], edges: list[int]
) -> list[float]:
    starts: list[float] = []
    for spans, (first, last) in zip(service.spans, pairwise(edges), strict=True):
        starts += serve_day(arrivals[first:last], minutes[first:last], spans)
    return starts


def _consult(week: FlowWeek, draw: _Draw, visits: Visits, present: Floats, minutes: Floats) -> None:
    """Let doctors see patients who are `present` from some time on, session after session."""
    tickets, came = week.tickets, np.flatnonzero(visits.came)
    order = came[_sorted(tickets.session[came], present[came])]
    edges = np.searchsorted(tickets.session[order], np.arange(len(week.sessions) + 1)).tolist()
    ready, lengths = present[order].tolist(), minutes[order].tolist()
    turns = np.where(tickets.walk_in >= 0, visits.arrival, tickets.turn)[order].tolist()
    begins, starts, ended = draw.begins().tolist(), list[float](), list[float]()
    for number, row in enumerate(week.sessions):
        own = slice(edges[number], edges[number + 1])
        begin = max([begins[number], *(ended[n] for n in row.after)])
        seen, end = see_patients(ready[own], turns[own], lengths[own], begin)
        starts += seen
        ended.append(end)
    visits.start[order] = starts
    visits.end[order] = visits.start[order] + minutes[order]
    visits.ended = np.array(ended)


@dataclass(frozen=True)
class _Draw:
    """The random numbers of a replication."""

    week: FlowWeek
    seed: int
    number: int

    def _uniforms(self, about: _About, keys: Keys) -> Floats:
        return uniforms(mix(keys ^ stream(self.seed, self.number, about)))

    def patients(self) -> tuple[Flags, Floats, Floats]:
        """Return who comes, when, and how long each is with the doctor."""
        tickets, names = self.week.tickets, self.week.names
        first = self._uniforms(_About.TIMES, tickets.key)
        arriving, consulting = normals(first, self._uniforms(_About.ANGLE, tickets.key))
        sessions, _ = normals(
            self._uniforms(_About.SESSION, names), self._uniforms(_About.SESSION_ANGLE, names)
        )
        arrival = tickets.told - tickets.early_mean + tickets.early_sd * arriving
        came = self._uniforms(_About.SHOW, tickets.key) >= tickets.no_show
        walking = tickets.walk_in >= 0
        if walking.any():
            hours = np.array([(row.hours.start, row.hours.end) for row in self.week.sessions])[
                tickets.session
            ]
            arrival = np.where(walking, hours[:, 0] + first * (hours[:, 1] - hours[:, 0]), arrival)
            came = np.where(walking, tickets.walk_in < self._walk_ins()[tickets.session], came)
        session_mean = tickets.minutes * _lognormal(sessions, self.week.session_sd)[tickets.session]
        return (
            came,
            np.clip(arrival, 0.0, LAST_MINUTE),
            session_mean * _lognormal(consulting, tickets.cv),
        )

    def _walk_ins(self) -> Ints:
        """Return how many patients come without ticket to each session: Poisson, by inversion."""
        means = self.week.walk_ins
        chances = self._uniforms(_About.WALK_INS, self.week.names)
        counts = np.zeros(len(means), dtype=np.int64)
        term = np.exp(-means)
        total = term.copy()
        for count in range(1, int(self.week.tickets.walk_in.max()) + 2):
            counts += chances >= total
            term = term * means / count
            total = total + term
        return counts

    def begins(self) -> Floats:
        """Return when each doctor is there: the session's time, and exponentially late."""
        late = -np.log(self._uniforms(_About.LATE, self.week.names))
        starts = np.array([row.hours.start for row in self.week.sessions], dtype=np.float64)
        begins: Floats = starts + self.week.late_start * late
        return begins

    def users(self, service: ServiceWindows, tickets: Ints) -> tuple[Ints, Floats]:
        """Return which of the tickets' patients come to a service, and how long each takes at the window."""
        keys = self.week.tickets.key[tickets] ^ keys_of([service.service])[0]
        uses = self._uniforms(_About.SERVICE, keys) < service.share[self.week.hall_of[tickets]]
        users, keys = tickets[uses], keys[uses]
        halls = self.week.hall_of[users]
        normal, _ = normals(
            self._uniforms(_About.SERVICE_TIME, keys), self._uniforms(_About.SERVICE_ANGLE, keys)
        )
        return users, service.minutes[halls] * _lognormal(normal, service.cv[halls])


def _lognormal(normal: Floats, cv: Floats) -> Floats:
    """Return lognormal numbers of mean 1 with these coefficients of variation; 0 makes them all 1."""
    variance = np.log1p(cv * cv)
    numbers: Floats = np.exp(np.sqrt(variance) * normal - variance / 2)
    return numbers
