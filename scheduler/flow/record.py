"""What is kept of every replication: how many stand where at each minute, how long patients wait, when sessions end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scheduler.draws import Floats
from scheduler.flow.replication import Queue, Visits, run_replication
from scheduler.flow.week import FlowWeek, Ints

DAY = 24 * 60
"""Minutes of a day: the grid on which halls and queues are counted."""

HALF_HOUR = 30
HALF_HOURS = DAY // HALF_HOUR

WINDOW_REPLICATIONS = 20
"""Replications of which the queues are kept patient by patient, to find how many windows are needed."""

Counts: TypeAlias = npt.NDArray[np.int16]
Waits: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ReplicationRow:
    """What is kept of one replication.

    `crowd` is by hall and minute: patients in the house who are not with a doctor. `queue` is by service, hall and
    minute: patients who wait at its windows. `arrivals` is by hall and half-hour. `wait` is each ticket's: minutes from the
    time told, or from the arrival where that is later, to the doctor's door; nan of those who stay away. By session:
    `patients` seen, the sums of their `waits` and of the minutes `in_hall` from arrival to door, and the minutes of
    `overtime` after its hours.
    """

    crowd: Counts
    queue: Counts
    arrivals: Ints
    wait: Waits
    patients: Ints
    waits: Floats
    in_hall: Floats
    overtime: Floats


class FlowRecord:
    """The replications of a week with one seed, so far.

    `queues` are those of the first ones, by service; `mean_waits` are the means of all patients' waits, 0 without any.
    """

    def __init__(self, week: FlowWeek, seed: int) -> None:
        self.week, self.seed = week, seed
        self.rows: list[ReplicationRow] = []
        self.queues: list[list[Queue]] = []
        self.mean_waits: list[float] = []

    def run(self, count: int) -> None:
        """Run so many more replications."""
        for number in range(len(self.rows), len(self.rows) + count):
            visits = run_replication(self.week, self.seed, number)
            row = self._row(visits)
            self.rows.append(row)
            self.mean_waits.append(float(row.waits.sum()) / max(1, int(row.patients.sum())))
            if number < WINDOW_REPLICATIONS:
                self.queues.append(visits.queues)

    def _row(self, visits: Visits) -> ReplicationRow:
        came, size = visits.came, len(self.week.halls)
        tickets, halls = self.week.tickets, self.week.hall_of[came]
        arrival, start = visits.arrival[came], visits.start[came]
        crowd = _present(halls, arrival, start, size)
        crowd += _present(halls, visits.end[came], visits.departure[came], size)
        waiting = [self._waiting(queue) for queue in visits.queues]
        half_hours = halls * HALF_HOURS + (arrival // HALF_HOUR).astype(np.int64)
        arrivals = np.bincount(half_hours, minlength=size * HALF_HOURS).reshape(size, HALF_HOURS)
        due = np.where(tickets.walk_in[came] >= 0, arrival, np.maximum(arrival, tickets.told[came]))
        wait = np.full(len(came), np.nan, dtype=np.float32)
        wait[came] = np.maximum(0.0, start - due)
        sessions, count = tickets.session[came], len(self.week.sessions)
        return ReplicationRow(
            crowd=crowd,
            queue=np.array(waiting, dtype=np.int16).reshape(len(waiting), size, DAY),
            arrivals=arrivals,
            wait=wait,
            patients=np.bincount(sessions, minlength=count),
            waits=_sums(sessions, np.maximum(0.0, start - due), count),
            in_hall=_sums(sessions, start - arrival, count),
            overtime=np.maximum(0.0, visits.ended - self._closes),
        )

    def _waiting(self, queue: Queue) -> Counts:
        size = len(self.week.halls)
        halls = np.repeat(np.arange(size), np.diff(queue.edges))
        return _present(halls, queue.arrivals, queue.starts, size)

    @cached_property
    def _closes(self) -> Floats:
        return np.array([row.hours.end for row in self.week.sessions], dtype=np.float64)


def _sums(groups: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of the values of each group, also where there is not one value."""
    sums: Floats = np.bincount(groups, values, minlength=count).astype(np.float64)
    return sums


def _present(halls: Ints, since: Floats, until: Floats, size: int) -> Counts:
    """Return how many are there at each whole minute, by hall: those with since <= minute < until."""

    def at(times: Floats) -> Ints:
        # What is later than midnight is counted in the last minute, where everybody has gone.
        places = halls * (DAY + 1) + np.minimum(np.ceil(times), DAY).astype(np.int64)
        counts: Ints = np.bincount(places, minlength=size * (DAY + 1)).reshape(size, DAY + 1)
        return counts

    present: Counts = np.cumsum(at(since) - at(until), axis=1)[:, :DAY].astype(np.int16)
    return present
