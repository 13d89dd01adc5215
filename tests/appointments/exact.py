"""Outcomes of a session without chance: every course that services can take, each with its probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
) -> tuple[float, float]:
    """Return wait per patient who comes, and tardiness, for exponential services.

    The number of patients at each interval's start is a Markov chain; nobody waits for those who stay away.
    """
    rate, total = 1 / mean, sum(schedule)
    state = np.zeros(total + 1)
    state[0] = 1.0
    waited = 0.0
    for count in schedule:
        for _ in range(count):
            waited += (1 - no_show) * mean * float((state * np.arange(total + 1)).sum())
            state = no_show * state + (1 - no_show) * np.concatenate([[0.0], state[:-1]])
        left = np.zeros_like(state)
        for n, share in enumerate(state):
            terms = poisson(rate * interval, n)
            left[1 : n + 1] += share * terms[:n][::-1]
            left[0] += share * (1 - terms[:n].sum())
        state = left
    tardy = float((state * np.arange(total + 1)).sum()) * mean
    return waited / (total * (1 - no_show)), tardy


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
