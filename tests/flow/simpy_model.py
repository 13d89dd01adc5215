"""The same week as processes of SimPy: patients, windows and doctors that know nothing of our recursions."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from scheduler.flow.replication import _Draw
from scheduler.flow.week import FlowWeek
from scheduler.scenario.services import Visit

Steps = Generator[Any, Any, None]


class Windows:
    """The windows of a service in a hall: a line of patients, and windows that open and close by the clock."""

    def __init__(self, env: simpy.Environment, spans) -> None:
        self.env, self.line, self.idle, self.busy, self.is_open = env, [], 0, {}, False
        env.process(self._by_the_clock(spans))

    def _by_the_clock(self, spans) -> Steps:
        for number, (begin, end, count) in enumerate(spans, start=1):
            yield self.env.timeout(begin - self.env.now)
            stay = max(0, count - self.idle)
            self.idle = min(self.idle, count)
            kept = sorted(self.busy, key=self.busy.get)[:stay]
            self.busy = {window: self.busy[window] for window in kept}
            self.idle += count - self.idle - len(kept)
            self.is_open = True
            self._call()
            if number < len(spans):
                yield self.env.timeout(end - self.env.now)
                self.is_open = False

    def _call(self) -> None:
        while self.is_open and self.line and self.idle:
            self.idle -= 1
            called, minutes = self.line.pop(0)
            window = object()
            self.busy[window] = self.env.now + minutes
            called.succeed()
            self.env.process(self._serve(window, minutes))

    def _serve(self, window: object, minutes: float) -> Steps:
        yield self.env.timeout(minutes)
        if window in self.busy:
            del self.busy[window]
            self.idle += 1
            self._call()

    def visit(self, minutes: float) -> Steps:
        called = self.env.event()
        self.line.append((called, minutes))
        self._call()
        yield called
        yield self.env.timeout(minutes)


class Doctor:
    """A session's doctor, who comes at some time once earlier sessions have ended, and sees so many patients."""

    def __init__(self, env: simpy.Environment, begin: float, earlier: list[Doctor], patients: int) -> None:
        self.env, self.begin, self.earlier, self.patients = env, begin, earlier, patients
        self.there, self.somebody_came, self.ended = [], env.event(), 0.0
        self.process = env.process(self._work())

    def _work(self) -> Steps:
        yield self.env.timeout(self.begin)
        for other in self.earlier:
            yield other.process
        for _ in range(self.patients):
            while not self.there:
                self.somebody_came = self.env.event()
                yield self.somebody_came
            patient = min(self.there)
            self.there.remove(patient)
            _, _, called, minutes = patient
            called.succeed()
            yield self.env.timeout(minutes)
        self.ended = self.env.now

    def visit(self, turn: float, number: int, minutes: float, starts: np.ndarray) -> Steps:
        called = self.env.event()
        self.there.append((turn, self.env.now, called, minutes))
        if not self.somebody_came.triggered:
            self.somebody_came.succeed()
        yield called
        starts[number] = self.env.now
        yield self.env.timeout(minutes)


def simulate(week: FlowWeek, seed: int, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who comes, when each consultation starts, and when each patient leaves; nan of those who do not come."""
    env, draw, tickets = simpy.Environment(), _Draw(week, seed, number), week.tickets
    came, arrival, minutes = draw.patients()
    halls = [[Windows(env, service.spans[n]) for service in week.services] for n in range(len(week.halls))]
    seen = np.bincount(tickets.session[came], minlength=len(week.sessions))
    doctors: list[Doctor] = []
    for place, (row, begin) in enumerate(zip(week.sessions, draw.begins(), strict=True)):
        doctors.append(Doctor(env, begin, [doctors[n] for n in row.after], int(seen[place])))
    patients = np.flatnonzero(came)
    uses = [dict(zip(*draw.users(service, patients), strict=True)) for service in week.services]
    starts, exits = np.full(len(came), np.nan), np.full(len(came), np.nan)

    def patient(n: int) -> Steps:
        yield env.timeout(arrival[n])
        windows = halls[week.hall_of[n]]
        for place, service in enumerate(week.services):
            if service.visit is Visit.BEFORE and n in uses[place]:
                yield from windows[place].visit(uses[place][n])
        turn = arrival[n] if tickets.walk_in[n] >= 0 else tickets.turn[n]
        yield from doctors[tickets.session[n]].visit(turn, n, minutes[n], starts)
        for place, service in enumerate(week.services):
            if service.visit is Visit.AFTER and n in uses[place]:
                yield from windows[place].visit(uses[place][n])
        exits[n] = env.now

    for n in patients:
        env.process(patient(n))
    env.run()
    return came, starts, exits
