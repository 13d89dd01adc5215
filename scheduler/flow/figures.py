"""What many replications of a week come to: halls by half-hour, queues and the windows they need, waits and measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scheduler.draws import Floats
from scheduler.flow.record import HALF_HOUR, HALF_HOURS, Counts, FlowRecord, Waits
from scheduler.flow.week import FlowWeek, Ints
from scheduler.flow.windows import MOST_A_WINDOW, open_counts, windows_needed
from scheduler.interval import Interval, interval_of

MEASURES = ("wait", "in_hall", "peak_crowd", "over_15", "overtime")
"""What a week is judged by.

Minutes from the time told, or the arrival, to the doctor's door; minutes from the arrival to the door; most patients in a
hall; share of the minutes in which a service's queue is longer than 15 a window; minutes a session ends after its hours.
"""


class WaitScope(StrEnum):
    """Whose waits a row tells."""

    HOSPITAL = "hospital"
    CAMPUS = "campus"
    SPECIALTY = "specialty"
    HALF_DAY = "half_day"
    DOCTOR = "doctor"


@dataclass(frozen=True)
class WindowLoad:
    """The windows of a service in a half-hour: how many are `open` and the queue at each; `needed` is none while closed.

    `queue` is the mean of patients waiting a window, `queue_p95` what it is not above with 95 %, `over_15` the chance that
    it is above 15, each over the half-hour's whole minutes and all replications.
    """

    service: str
    open: int
    queue: float
    queue_p95: float
    over_15: float
    needed: int | None


@dataclass(frozen=True)
class HalfHour:
    """A hall in the half-hour from the minute `start` on: patients who arrive, who are there, and its services.

    `arrivals` and `crowd` are means, `crowd_p95` is what the crowd is not above with 95 %.
    """

    campus: str
    date: dt.date
    start: int
    arrivals: float
    crowd: float
    crowd_p95: int
    services: tuple[WindowLoad, ...]

    @property
    def fullest(self) -> WindowLoad | None:
        """The service whose queue is most often too long, and of several the one with the longest; none without any."""
        return max(self.services, key=lambda load: (load.over_15, load.queue), default=None)


@dataclass(frozen=True)
class WaitRow:
    """The waits of a group of sessions: patients seen, their waits and minutes in the hall; `wait_p90` is of patients."""

    scope: WaitScope
    key: str
    patients: float
    wait: Interval
    wait_p90: float
    in_hall: Interval


@dataclass(frozen=True)
class FlowFigures:
    """What the replications of a week come to. `measures` are by MEASURES, without those that the week does not have."""

    seed: int
    replications: int
    measures: Mapping[str, Interval]
    half_hours: tuple[HalfHour, ...]
    waits: tuple[WaitRow, ...]


def flow_figures(record: FlowRecord) -> FlowFigures:
    """Return the figures of the replications of a week, at least one."""
    return FlowFigures(
        record.seed,
        len(record.rows),
        {key: interval_of(values) for key, values in measure_values(record).items()},
        tuple(_half_hours(record)),
        tuple(_waits(record)),
    )


def measure_values(record: FlowRecord) -> dict[str, list[float]]:
    """Return each measure's value in every replication; a week without patients has none."""
    rows = record.rows
    if not any(row.patients.sum() for row in rows):
        return {}
    seen = [max(1, int(row.patients.sum())) for row in rows]
    values = {
        "wait": record.mean_waits,
        "in_hall": [float(row.in_hall.sum()) / count for row, count in zip(rows, seen, strict=True)],
        "peak_crowd": [float(row.crowd.max()) for row in rows],
        "overtime": [float(row.overtime.mean()) for row in rows],
    }
    opened = open_counts(record.week)
    if opened.any():
        values["over_15"] = [_share_over(opened, row.queue) for row in rows]
    return {key: values[key] for key in MEASURES if key in values}


def _share_over(opened: Counts, queue: Counts) -> float:
    counted = (opened > 0) | (queue > 0)
    return float((queue > MOST_A_WINDOW * np.maximum(opened, 1))[counted].mean())


def _half_hours(record: FlowRecord) -> Iterator[HalfHour]:
    """Yield the half-hours in which somebody is there, by campus, date and time."""
    crowd = np.stack([row.crowd for row in record.rows])
    queue = np.stack([row.queue for row in record.rows])
    arrivals = np.mean([row.arrivals for row in record.rows], axis=0)
    opened, needed = _served_by(record.week), windows_needed(record)
    for number, hall in enumerate(record.week.halls):
        for half_hour in range(HALF_HOURS):
            minutes = slice(half_hour * HALF_HOUR, (half_hour + 1) * HALF_HOUR)
            here = crowd[:, number, minutes]
            if not here.any() and not arrivals[number, half_hour]:
                continue
            loads = (
                _window_load(
                    service.service,
                    queue[:, place, number, minutes],
                    opened[place, number, minutes],
                    needed.get((place, number, half_hour)),
                )
                for place, service in enumerate(record.week.services)
                if service.spans[number]
            )
            yield HalfHour(
                hall.campus,
                hall.date,
                half_hour * HALF_HOUR,
                float(arrivals[number, half_hour]),
                float(here.mean()),
                int(_quantile(here, 0.95)),
                tuple(loads),
            )


def _served_by(week: FlowWeek) -> Counts:
    """Return the windows that a queue is shared by: those open; behind the last closing the last ones; else 1."""
    opened = open_counts(week)
    for number, service in enumerate(week.services):
        for hall, spans in enumerate(service.spans):
            if spans:
                opened[number, hall, int(spans[-1][1]) :] = spans[-1][2]
    return opened


def _window_load(service: str, queue: Counts, opened: Counts, needed: int | None) -> WindowLoad:
    a_window = queue / np.maximum(opened, 1)
    return WindowLoad(
        service,
        int(opened.max()),
        float(a_window.mean()),
        float(_quantile(a_window, 0.95)),
        float((a_window > MOST_A_WINDOW).mean()),
        needed,
    )


def _quantile(values: Counts | Floats | Waits, share: float) -> float:
    """Return the least of the values that this share of them is not above."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def _waits(record: FlowRecord) -> Iterator[WaitRow]:
    patients, waits, in_hall = (
        np.stack([getattr(row, field) for row in record.rows]) for field in ("patients", "waits", "in_hall")
    )
    single = np.stack([row.wait for row in record.rows])
    for (scope, key), sessions in sorted(session_groups(record.week).items(), key=_order):
        seen = patients[:, sessions].sum(axis=1)
        if not seen.all():
            continue
        tickets = single[:, np.isin(record.week.tickets.session, sessions)]
        yield WaitRow(
            scope,
            key,
            float(seen.mean()),
            interval_of((waits[:, sessions].sum(axis=1) / seen).tolist()),
            _quantile(tickets[~np.isnan(tickets)], 0.9),
            interval_of((in_hall[:, sessions].sum(axis=1) / seen).tolist()),
        )


def _order(group: tuple[tuple[WaitScope, str], Ints]) -> tuple[int, str]:
    (scope, key), _ = group
    return list(WaitScope).index(scope), key


def session_groups(week: FlowWeek) -> dict[tuple[WaitScope, str], Ints]:
    """Return the numbers of the sessions of every group whose waits are told."""
    groups: dict[tuple[WaitScope, str], list[int]] = {}
    for number, row in enumerate(week.sessions):
        clinic = week.scenario.clinic_of[min(row.session.blocks).clinic]
        own = {
            WaitScope.HOSPITAL: "",
            WaitScope.CAMPUS: clinic.campus,
            WaitScope.SPECIALTY: clinic.specialty,
            WaitScope.HALF_DAY: row.session.at.key,
            WaitScope.DOCTOR: row.session.doctor,
        }
        for group in own.items():
            groups.setdefault(group, []).append(number)
    return {group: np.array(numbers, dtype=np.int64) for group, numbers in groups.items()}
