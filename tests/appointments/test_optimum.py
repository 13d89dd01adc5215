from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from scheduler.appointments import optimum
from scheduler.appointments.certificate import certify, saa_optimum
from scheduler.appointments.courses import FRESH, Courses, draw_courses
from scheduler.appointments.optimum import even_times, learned_times, open_minutes, weights_of
from scheduler.appointments.queue import Weights, costs, run_queue
from scheduler.appointments.session import TimedSession
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import Policy

MORNING = TimedSession(
    tickets=18,
    minutes=210,
    mean=11.0,
    cv=0.5,
    session_sd=0.1,
    no_show=0.0,
    walk_ins=0.0,
    early_mean=0.0,
    early_sd=0.0,
    late_start=0.0,
    idle_weight=5.0,
    overtime_weight=7.5,
)
COURSE = replace(
    MORNING,
    tickets=12,
    minutes=180,
    mean=13.0,
    cv=5 / 13,
    session_sd=0.0,
    idle_weight=0.0,
    overtime_weight=24.0,
)
"""The session of a university course: mean wait and twice the overtime."""


def mean_cost(session: TimedSession, times, courses: int = 20_000) -> float:
    drawn = draw_courses([session], courses, FRESH + 10, exact=True)
    outcomes = run_queue(np.array(times, float)[:, None], drawn, open_minutes([session]))
    return float(costs(outcomes, weights_of([session])).mean())


def learned(session: TimedSession) -> tuple[int, ...]:
    return learned_times([session])[session]


@pytest.mark.parametrize(
    ("times", "cost"),
    [
        (range(0, 180, 15), 10.524),
        (range(0, 168, 14), 7.761),
        ((0, 10, 20, *range(35, 156, 15)), 7.288),
        ((0, 10, 25, 35, 50, 65, 80, 95, 110, 125, 140, 155), 7.281),
        ((0, 10, 23, 37, 51, 66, 80, 95, 110, 125, 140, 156), 7.132),
    ],
)
def test_drawn_courses_cost_what_a_million_runs_do(times, cost):
    assert mean_cost(COURSE, list(times)) == pytest.approx(cost, rel=0.01)


def test_learned_times_of_the_course_are_within_one_percent_of_the_known_optimum():
    assert mean_cost(COURSE, learned(COURSE)) == pytest.approx(7.132, rel=0.01)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"idle_weight": 1.5},
        {"no_show": 0.15, "tickets": 21},
        {"no_show": 0.15, "walk_ins": 3.0},
        {"late_start": 10.0},
        {"mean": 20.0},
        {"tickets": 3},
    ],
)
def test_learned_times_cost_less_than_even_ones_and_are_near_the_certified_optimum(more):
    session = replace(MORNING, **more)
    times = learned(session)
    assert mean_cost(session, times) < mean_cost(session, even_times(session.tickets, session.minutes))
    certificate = certify(session, times)
    assert -0.01 < certificate.gap < 0.025


def test_with_patients_who_come_early_or_late_hardly_anything_is_gained_and_nothing_lost():
    session = replace(MORNING, idle_weight=1.5, early_mean=15.0, early_sd=20.0)
    even = mean_cost(session, even_times(18, 210))
    assert 0.9 * even < mean_cost(session, learned(session)) <= even


def test_the_same_seed_gives_the_same_times_alone_or_with_others():
    sessions = [replace(MORNING, mean=9 + n / 4, early_sd=3.0 * (n % 2)) for n in range(20)]
    optimum._known.clear()
    together = learned_times(sessions)
    optimum._known.clear()
    alone = {session: learned(session) for session in reversed(sessions)}
    assert alone == together


def test_two_patients_share_the_start_where_idle_time_is_dear_and_many_stay_away():
    session = replace(
        MORNING, tickets=10, minutes=600, mean=20.0, cv=1.0, session_sd=0.0, no_show=0.2, idle_weight=10.0
    )
    times = learned(session)
    assert times[1] <= 3
    gaps = np.diff(times[1:])
    middle = gaps[3:6].mean()
    assert middle > gaps[0]
    assert middle > gaps[-1]


def exponential_courses(patients: int, courses: int) -> Courses:
    service = np.random.default_rng(11).exponential(1.0, (patients, 1, courses))
    return Courses(service, np.ones(service.shape, bool), None, np.zeros((1, courses)))


@pytest.mark.parametrize(
    ("patients", "weight", "cost"),
    [(3, 1, 4.639715), (5, 1, 8.762523), (10, 1, 19.387086), (10, 10, 122.660762)],
)
def test_the_optimum_of_exponential_services_costs_what_is_known(patients, weight, cost):
    courses = exponential_courses(patients, 20_000)
    # Waits, and the end weighted: the end is all services and the idle time between them.
    weights = Weights(np.array([[weight]]), np.array([[0.0]]))
    _, found = saa_optimum(list(range(patients)), courses, np.array([[1000]]), weights)
    assert found * patients + weight * patients == pytest.approx(cost, rel=0.02)


def test_l_bfgs_finds_what_linear_programming_does():
    session = replace(MORNING, tickets=8, minutes=93)
    drawn = draw_courses([session], 500, 5, exact=True)
    _, cost = saa_optimum(even_times(8, 93), drawn, open_minutes([session]), weights_of([session]))
    assert cost == pytest.approx(by_linear_program(session, drawn.service[:, 0]), rel=1e-6)


def by_linear_program(session: TimedSession, service: np.ndarray) -> float:
    """Return the least mean cost: times, and for each course the starts (at times and after the one before) and overtime."""
    tickets, courses = service.shape
    size = tickets + courses * (tickets + 1)
    cost, entries, bounds = np.zeros(size), [], []

    def at_most(pairs, bound: float) -> None:
        entries.extend((len(bounds), place, factor) for place, factor in pairs)
        bounds.append(bound)

    for course in range(courses):
        first = tickets + course * (tickets + 1)
        end, over = first + tickets - 1, first + tickets
        for n in range(tickets):
            at_most([(n, 1), (first + n, -1)], 0)
            cost[first + n] += 1
            cost[n] -= 1
            if n:
                at_most([(first + n - 1, 1), (first + n, -1)], -service[n - 1, course])
        at_most([(end, 1), (over, -1)], session.minutes - service[-1, course])
        cost[over] += session.overtime_weight
        cost[end] += session.idle_weight
    rows, places, factors = zip(*entries, strict=True)
    matrix = csr_matrix((factors, (rows, places)), shape=(len(bounds), size))
    limits = [(0, session.minutes - 1)] * tickets + [(0, None)] * (size - tickets)
    found = linprog(cost, A_ub=matrix, b_ub=bounds, bounds=limits, method="highs")
    # Idle time is the end less all services, of which the end's own last one is none of the starts.
    work = session.idle_weight * (service[-1] - service.sum(axis=0)).sum()
    return float(found.fun + work) / (courses * tickets)


def test_a_session_depends_on_pace_policy_and_size_alone():
    pace = PaceRow(
        scope="doctor",
        key="ann",
        minutes=8,
        low=7,
        high=9,
        cv="0.4",
        session_sd="0.1",
        base=40,
        per_patient=5,
        no_show="0:0;1:0.16",
        walk_ins=2,
        early_mean=10,
        early_sd=12,
        late_start=6,
    )
    session = TimedSession.of(20, 210, pace, Policy())
    assert session.no_show == pytest.approx(0.14)
    assert session.patients == pytest.approx(20 * 0.86 + 2)
    assert session.mean == pytest.approx(40 / 19.2 + 5)
    assert session.session_sd > 0.1
    assert (session.idle_weight, session.overtime_weight) == (1.5, 7.5)


def test_tickets_that_fit_are_those_whose_patients_have_the_minutes():
    assert replace(MORNING, mean=10.0, minutes=200).fits == 20
    assert replace(MORNING, mean=10.0, minutes=200, walk_ins=4.0, no_show=0.2).fits == 20
