"""The patient flow of a week for machines: crowd.csv, windows.csv, waits.csv and flow.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scheduler.clock import clock_text
from scheduler.flow.figures import FlowFigures, HalfHour, WaitRow, WindowLoad
from scheduler.flow.run import Flow
from scheduler.flow.windows import MOST_A_WINDOW, MOST_OFTEN
from scheduler.interval import Interval
from scheduler.report.versions import versions

CROWD = (
    "campus",
    "date",
    "half_hour",
    "arrivals",
    "crowd",
    "crowd_p95",
    "queue_a_window",
    "queue_p95",
    "over_15",
    "windows_needed",
    "service",
    "windows",
    "crowd_before",
)
"""Columns of crowd.csv: those from `queue_a_window` on are of the service whose queue is longest, named in `service`."""

WINDOWS = (
    "campus",
    "date",
    "half_hour",
    "service",
    "windows",
    "queue_a_window",
    "queue_p95",
    "over_15",
    "windows_needed",
)
"""Columns of windows.csv: a row a service."""

WAITS = (
    "scope",
    "key",
    "patients",
    "wait",
    "wait_low",
    "wait_high",
    "wait_p90",
    "in_hall",
    "in_hall_low",
    "in_hall_high",
    "wait_before",
)
"""Columns of waits.csv, in minutes; `low` and `high` hold the mean with 95 %."""


def crowd_rows(flow: Flow) -> Iterator[tuple[str, ...]]:
    """Yield the cells of crowd.csv: a row a hall and half-hour in which somebody is there, under either roster."""
    before = {} if flow.before is None else {_place(one): one for one in flow.before.half_hours}
    after = {_place(one): one for one in flow.figures.half_hours}
    for place in sorted({*before, *after}):
        hour, other = after.get(place), before.get(place)
        campus, date, start = place
        crowd = ("0.0000", "0.0000", "0") if hour is None else _crowd_cells(hour)
        load = None if hour is None else hour.fullest
        loads = ("",) * 6 if load is None else (*_load_cells(load), load.service, str(load.open))
        was = "" if flow.before is None else _text(0.0 if other is None else other.crowd)
        yield (campus, date, clock_text(start), *crowd, *loads, was)


def window_rows(figures: FlowFigures) -> Iterator[tuple[str, ...]]:
    """Yield the cells of windows.csv."""
    for hour in figures.half_hours:
        for load in hour.services:
            place = (hour.campus, hour.date.isoformat(), clock_text(hour.start))
            yield (*place, load.service, str(load.open), *_load_cells(load))


def wait_rows(flow: Flow) -> Iterator[tuple[str, ...]]:
    """Yield the cells of waits.csv; `wait_before` is empty where there is no other roster, or no such group in it."""
    before = {} if flow.before is None else {(row.scope, row.key): row for row in flow.before.waits}
    for row in flow.figures.waits:
        other = before.get((row.scope, row.key))
        yield (
            row.scope,
            row.key,
            _text(row.patients),
            *_interval_cells(row.wait),
            _text(row.wait_p90),
            *_interval_cells(row.in_hall),
            "" if other is None else str(other.wait.mean),
        )


def flow_json(flow: Flow) -> str:
    """Return flow.json: everything, keys sorted; the same flow, the same text."""
    content = flow_content(flow) | {
        "scenario": flow.scenario.name,
        "week": str(flow.scenario.week),
        "digest": flow.scenario.digest,
        "versions": dict(versions()),
        "most_a_window": MOST_A_WINDOW,
        "most_often": MOST_OFTEN,
        "assumptions": [str(sentence) for sentence in flow.assumptions],
    }
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def flow_content(flow: Flow) -> dict[str, Any]:
    """Return the figures of a flow, those of the other roster, their differences and the assumptions as plain data."""
    return {
        "figures": _figures_json(flow.figures),
        "before": None if flow.before is None else _figures_json(flow.before),
        "differences": None if flow.differences is None else _intervals(flow.differences),
        "assumptions": [sentence.to_json() for sentence in flow.assumptions],
    }


def _figures_json(figures: FlowFigures) -> dict[str, Any]:
    return {
        "seed": figures.seed,
        "replications": figures.replications,
        "measures": _intervals(figures.measures),
        "half_hours": [_hour_json(hour) for hour in figures.half_hours],
        "waits": [_wait_json(row) for row in figures.waits],
    }


def _hour_json(hour: HalfHour) -> dict[str, Any]:
    return {
        "campus": hour.campus,
        "date": hour.date.isoformat(),
        "half_hour": clock_text(hour.start),
        "arrivals": round(hour.arrivals, 4),
        "crowd": round(hour.crowd, 4),
        "crowd_p95": hour.crowd_p95,
        "services": [
            {
                "service": load.service,
                "windows": load.open,
                "queue_a_window": round(load.queue, 4),
                "queue_p95": round(load.queue_p95, 4),
                "over_15": round(load.over_15, 4),
                "windows_needed": load.needed,
            }
            for load in hour.services
        ],
    }


def _wait_json(row: WaitRow) -> dict[str, Any]:
    return {
        "scope": row.scope,
        "key": row.key,
        "patients": round(row.patients, 4),
        "wait": row.wait.to_json(),
        "wait_p90": round(row.wait_p90, 4),
        "in_hall": row.in_hall.to_json(),
    }


def _intervals(intervals: Mapping[str, Interval]) -> dict[str, Any]:
    return {key: interval.to_json() for key, interval in intervals.items()}


def _place(hour: HalfHour) -> tuple[str, str, int]:
    return hour.campus, hour.date.isoformat(), hour.start


def _crowd_cells(hour: HalfHour) -> Sequence[str]:
    return _text(hour.arrivals), _text(hour.crowd), str(hour.crowd_p95)


def _load_cells(load: WindowLoad) -> Iterable[str]:
    yield from map(_text, (load.queue, load.queue_p95, load.over_15))
    yield "" if load.needed is None else str(load.needed)


def _interval_cells(interval: Interval) -> Iterable[str]:
    for value in (interval.mean, interval.low, interval.high):
        yield "" if value is None else str(value)


def _text(value: float) -> str:
    return f"{value:.4f}"
