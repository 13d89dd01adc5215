"""The two recursions: against formulas, against another program, and against what a queue can never do."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.flow.queues import WindowQueue, open_spans, see_patients, serve_day
from scheduler.scenario.services import OpenWindows

ALL_DAY = 0.0, math.inf
CUSTOMERS = 1_000_000
"""So many that chance moves the mean wait at one window by about one percent at a load of 0.75."""


def mean_wait(interarrival: float, minutes: list[float], windows: int, seed: int) -> float:
    gaps = np.random.default_rng(seed).exponential(interarrival, len(minutes))
    arrivals = np.cumsum(gaps).tolist()
    starts = serve_day(arrivals, minutes, [(*ALL_DAY, windows)])
    return float(np.mean(np.subtract(starts, arrivals)))


def wait_less_chance(interarrival: float, minutes: list[float], windows: int, known: float) -> float:
    """Return the mean wait over that at one window as fast as all of them, times the wait `known` of the latter.

    Chance does to both much the same, and so most of it falls out.
    """
    faster = [length / windows for length in minutes]
    by_chance = mean_wait(interarrival, faster, 1, seed=8) / known
    return mean_wait(interarrival, minutes, windows, seed=8) / by_chance


def erlang_c(interarrival: float, service: float, windows: int) -> float:
    load = service / interarrival
    terms = [load**n / math.factorial(n) for n in range(windows)]
    last = load**windows / math.factorial(windows) * windows / (windows - load)
    waits = last / (sum(terms) + last)
    return waits * service / (windows - load)


def pollaczek(rate: float, service: float) -> float:
    """Return the mean wait at one window that takes the same for everybody (Pollaczek and Khinchine)."""
    load = rate * service
    return load * service / (2 * (1 - load))


@pytest.mark.parametrize(("interarrival", "service", "wait"), [(4, 3, 9.0), (8, 4, 4.0)])
def test_a_window_waits_as_erlang_says(interarrival: float, service: float, wait: float):
    assert erlang_c(interarrival, service, 1) == pytest.approx(wait, abs=1e-6)
    minutes = np.random.default_rng(7).exponential(service, CUSTOMERS).tolist()
    assert mean_wait(interarrival, minutes, 1, seed=8) == pytest.approx(wait, rel=0.02)


@pytest.mark.parametrize(
    ("interarrival", "service", "windows", "wait"),
    [
        (10, 3, 2, 0.069054),
        (6, 4, 2, 0.5),
        (5.5, 5, 3, 0.171715),
        (4, 10, 4, 2.132378),
        (60, 10, 15, 0.0),
    ],
)
def test_windows_wait_as_erlang_says(interarrival: float, service: float, windows: int, wait: float):
    assert erlang_c(interarrival, service, windows) == pytest.approx(wait, abs=1e-6)
    minutes = np.random.default_rng(7).exponential(service, CUSTOMERS // 2).tolist()
    one = erlang_c(interarrival, service / windows, 1)
    simulated = wait_less_chance(interarrival, minutes, windows, one)
    assert simulated == pytest.approx(wait, rel=0.02, abs=2e-3)


@pytest.mark.parametrize(("rate", "wait"), [(0.9, 4.5), (0.5, 0.5)])
def test_a_window_that_takes_the_same_for_everybody_waits_as_is_known(rate: float, wait: float):
    assert pollaczek(rate, 1.0) == pytest.approx(wait, abs=1e-6)
    assert mean_wait(1 / rate, [1.0] * (2 * CUSTOMERS), 1, seed=3) == pytest.approx(wait, rel=0.02)


@pytest.mark.parametrize(
    ("rate", "windows", "wait"), [(1.8, 2, 2.146923), (2.7, 3, 1.377912), (4.5, 5, 0.776695)]
)
def test_windows_that_take_the_same_for_everybody_wait_as_is_known(rate: float, windows: int, wait: float):
    one = pollaczek(rate, 1.0 / windows)
    simulated = wait_less_chance(1 / rate, [1.0] * (CUSTOMERS // 4), windows, one)
    assert simulated == pytest.approx(wait, rel=0.02)


TIMES = st.lists(st.floats(0, 300), min_size=1, max_size=25)
SPANS = st.lists(st.integers(1, 3), min_size=1, max_size=3)


@given(TIMES, st.data(), SPANS)
def test_taking_a_patient_out_never_makes_another_wait_longer_at_a_window(times, data, counts):
    arrivals = sorted(times)
    minutes = data.draw(st.lists(st.floats(0, 30), min_size=len(arrivals), max_size=len(arrivals)))
    spans = [(n * 60.0, (n + 1) * 60.0, counts[0]) for n in range(len(counts))]
    gone = data.draw(st.integers(0, len(arrivals) - 1))
    starts = serve_day(arrivals, minutes, spans)
    without = serve_day(arrivals[:gone] + arrivals[gone + 1 :], minutes[:gone] + minutes[gone + 1 :], spans)
    others = starts[:gone] + starts[gone + 1 :]
    assert all(less <= more + 1e-9 for less, more in zip(without, others, strict=True))


@given(TIMES, st.data())
def test_taking_a_punctual_patient_out_never_makes_another_wait_longer_at_the_doctors(times, data):
    arrivals = sorted(times)
    minutes = data.draw(st.lists(st.floats(0, 30), min_size=len(arrivals), max_size=len(arrivals)))
    gone = data.draw(st.integers(0, len(arrivals) - 1))
    starts, _ = see_patients(arrivals, arrivals, minutes, 30.0)
    rest = arrivals[:gone] + arrivals[gone + 1 :]
    without, _ = see_patients(rest, rest, minutes[:gone] + minutes[gone + 1 :], 30.0)
    others = starts[:gone] + starts[gone + 1 :]
    assert all(less <= more + 1e-9 for less, more in zip(without, others, strict=True))


@given(TIMES, st.data())
def test_where_all_are_punctual_a_doctor_is_lindleys_queue(times, data):
    arrivals = sorted(times)
    minutes = data.draw(st.lists(st.floats(0, 30), min_size=len(arrivals), max_size=len(arrivals)))
    starts, end = see_patients(arrivals, arrivals, minutes, 30.0)
    lindley = list(
        accumulate(zip(arrivals, minutes, strict=True), lambda now, p: max(now, p[0]) + p[1], initial=30.0)
    )
    ends = [start + length for start, length in zip(starts, minutes, strict=True)]
    assert ends == lindley[1:]
    assert end == lindley[-1]


def test_a_doctor_calls_the_earliest_ticket_of_those_who_are_there():
    starts, end = see_patients([0.0, 1.0, 2.0], [30.0, 20.0, 10.0], [5.0, 5.0, 5.0], 0.0)
    assert starts == [0.0, 10.0, 5.0]
    assert end == 15.0


def test_a_doctor_who_is_late_lets_everybody_wait_and_calls_by_ticket():
    starts, _ = see_patients([0.0, 1.0, 2.0], [30.0, 20.0, 10.0], [5.0, 5.0, 5.0], 40.0)
    assert starts == [50.0, 45.0, 40.0]


def test_nobody_starts_at_a_window_before_it_opens_or_after_it_has_closed_but_at_the_last():
    spans = open_spans(OpenWindows.parse("08:00-08:10:1;09:00-09:10:2"))
    arrivals = [470.0, 471.0, 472.0, 473.0, 474.0]
    starts = serve_day(arrivals, [6.0] * 5, spans)
    assert starts == [480.0, 486.0, 540.0, 540.0, 546.0]
    late = serve_day([600.0], [6.0], spans)
    assert late == [600.0]


def test_where_windows_close_those_stay_that_are_free_first():
    queue = WindowQueue()
    assert queue.serve([0.0, 0.0], [100.0, 20.0], (0.0, 10.0, 2)) == [0.0, 0.0]
    assert queue.serve([0.0, 0.0, 1.0], [100.0, 20.0, 1.0], (10.0, 60.0, 1)) == [20.0]
