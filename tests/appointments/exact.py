"""Outcomes of a session without chance: every course that services can take, each with its probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np

from scheduler.appointments.courses import Courses
from scheduler.appointments.queue import run_queue


def every_course(patients: int, service: Mapping[float, float]) -> tuple[Courses, np.ndarray]:
    """Return all courses of independent services (minutes by probability), and the probability of each."""
    courses = np.array(list(product(service, repeat=patients)), dtype=float).T
    share = np.array([np.prod(p) for p in product(service.values(), repeat=patients)])
    late = np.zeros((1, courses.shape[1]))
    shown = np.ones(courses.shape, bool)
    return Courses(courses[:, None, :], shown[:, None, :], None, late), share


def wait_and_overtime(
    schedule: Sequence[int], interval: float, service: Mapping[float, float]
) -> tuple[float, float]:
    """Return mean wait and expected overtime of patients at the starts of intervals; `schedule` is how many at each."""
    times = np.repeat(np.arange(len(schedule)) * interval, schedule)
    courses, share = every_course(len(times), service)
    outcomes = run_queue(times[:, None], courses, np.array([[len(schedule) * interval]]))
    return float((outcomes.wait.mean(axis=0)[0] * share).sum()), float((outcomes.overtime[0] * share).sum())


def number_in_system(
    schedule: Sequence[int], interval: float, mean: float, no_show: float = 0.0
) -> tuple[float, float, float]:
    """Return wait per patient who comes, tardiness, and idle time before the last one leaves, for exponential services.

    The number of patients at each interval's start is a Markov chain; nobody waits for those who stay away.
    """
    total, come = sum(schedule), 1 - no_show
    numbers = np.arange(total + 1)
    state = (numbers == 0).astype(float)
    waited, yet, remaining = 0.0, total, len(schedule) * interval
    # The doctor's time after the last patient: all of it where nobody comes.
    after = remaining * no_show**total
    left = departures(total, interval / mean)
    for count in schedule:
        for _ in range(count):
            yet -= 1
            waited += come * mean * float(state @ numbers)
            joined = np.concatenate([[0.0], state[:-1]])
            if last := come * no_show**yet:
                after += last * float(joined @ minutes_left_over(total, remaining, mean))
            state = no_show * state + come * joined
        state = state @ left
        remaining -= interval
    tardy = float(state @ numbers) * mean
    idle = len(schedule) * interval + tardy - total * come * mean - after
    return waited / (total * come), tardy, idle


def waits_and_end(gaps: Sequence[float], come: float) -> tuple[float, float]:
    """Return the sum of waits, and the later of last appointment and last departure, for exponential services of mean 1."""
    total = len(gaps) + 1
    numbers = np.arange(total + 1)
    state = (numbers == 0).astype(float)
    waited = 0.0
    for gap in (*gaps, 0.0):
        waited += come * float(state @ numbers)
        state = (1 - come) * state + come * np.concatenate([[0.0], state[:-1]])
        state = state @ departures(total, gap)
    return waited, sum(gaps) + float(state @ numbers)


@cache
def departures(most: int, services: float) -> np.ndarray:
    """Return the chances of how many patients are left of 0 to `most`, after the time of so many mean services."""
    terms = poisson(services, most)
    chances = np.zeros((most + 1, most + 1))
    for n in range(most + 1):
        chances[n, 1 : n + 1] = terms[:n][::-1]
        chances[n, 0] = 1 - terms[:n].sum()
    return chances


@cache
def minutes_left_over(most: int, minutes: float, mean: float) -> np.ndarray:
    """Return what is left on average of some minutes after 0 to `most` exponential services, 0 where they take longer."""
    done = 1 - np.concatenate([[0.0], np.cumsum(poisson(minutes / mean, most + 1))])
    numbers = np.arange(most + 1)
    return minutes * done[: most + 1] - numbers * mean * done[1 : most + 2]


def workload(
    schedule: Sequence[int], interval: int, pmf: np.ndarray, minutes: int
) -> tuple[float, float, float]:
    """Return mean wait, idle time (that after the last patient too) and tardiness, for services of whole minutes.

    The minutes of work that are left at each interval's start are a Markov chain.
    """
    left, patients, waited, busy = np.array([1.0]), 0, 0.0, 0.0
    for count in schedule:
        for _ in range(count):
            waited += float((left * np.arange(len(left))).sum())
            left = np.convolve(left, pmf)
            patients += 1
        ahead = left[interval:].copy()
        ahead[0] += left[:interval].sum()
        left = ahead
    busy = patients * float((pmf * np.arange(len(pmf))).sum())
    tardy = float((left * np.arange(len(left))).sum())
    return waited / patients, minutes + tardy - busy, tardy


def poisson(mean: float, most: int) -> np.ndarray:
    """Return the probabilities of 0 to `most` events."""
    terms = [np.exp(-mean)]
    for k in range(1, most + 1):
        terms.append(terms[-1] * mean / k)
    return np.array(terms)
