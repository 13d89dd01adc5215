from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from scheduler.appointments.courses import Courses
from scheduler.appointments.queue import Weights, cost_gradient, costs, run_queue
from tests.appointments.exact import (
    number_in_system,
    poisson,
    wait_and_overtime,
    waits_and_end,
    workload,
)

SERVICE = {3.0: 0.9 * 0.2, 5.0: 0.9 * 0.3, 8.0: 0.9 * 0.5, 0.0: 0.1}
"""Minutes by probability; one in ten stays away, as a service of no length that counts in the mean wait."""

PUBLISHED = [
    ((2, 0, 0, 0, 0, 1), 1.83, 1.35),
    ((2, 2, 2, 2), 11.8166088105, 24.064827562971374),
    ((5, 2, 1, 0), 16.71509663325, 23.92331748953545),
    ((0, 1, 2, 5), 12.5150625, 29.8561207986),
    ((4, 4, 0, 0), 16.715970, 23.92482686022145),
    ((0, 0, 4, 4), 16.715970, 33.92194762296002),
    ((4, 0, 4, 0), 14.2334064, 23.95841024194273),
    ((2, 1, 1, 1, 1, 1, 1), 6.439653759761102, 9.820826086143853),
]


@pytest.mark.parametrize(("schedule", "wait", "overtime"), PUBLISHED)
def test_waits_and_overtime_are_those_of_published_schedules(schedule, wait, overtime):
    assert wait_and_overtime(schedule, 5, SERVICE) == pytest.approx((wait, overtime), abs=1e-6)


def test_a_schedule_checked_by_hand():
    service = {1.0: 0.9 * 0.5, 2.0: 0.9 * 0.3, 3.0: 0.9 * 0.2, 0.0: 0.1}
    assert wait_and_overtime((1,), 1, service)[1] == pytest.approx(0.63, abs=1e-9)
    wait, _ = wait_and_overtime((2, 0, 0, 0, 0, 0, 1), 1, service)
    assert 3 * wait == pytest.approx(1.53, abs=1e-9)


def test_the_best_of_all_schedules_of_six_patients_is_the_published_one():
    cost = {}
    total_cost = {}
    for schedule in (s for s in product(range(7), repeat=4) if sum(s) == 6):
        wait, overtime = wait_and_overtime(schedule, 5, SERVICE)
        cost[schedule] = 0.5 * wait + 0.5 * overtime
        total_cost[schedule] = 0.5 * 6 * wait + 0.5 * overtime
    assert len(cost) == 84
    best, second = sorted(cost, key=cost.__getitem__)[:2]
    assert (best, second) == ((2, 1, 1, 2), (1, 1, 1, 3))
    assert cost[best] == pytest.approx(9.89470545, abs=1e-8)
    assert cost[second] == pytest.approx(9.9075056625, abs=1e-8)
    best = min(total_cost, key=total_cost.__getitem__)
    assert best == (1, 1, 1, 3)
    assert total_cost[best] == pytest.approx(22.4745431625, abs=1e-8)


def exponential(schedule, interval: float, mean: float, no_show: float, runs: int = 100_000):
    draw = np.random.default_rng(5)
    times = np.repeat(np.arange(len(schedule)) * interval, schedule).astype(float)
    shown = draw.random((len(times), 1, runs)) >= no_show
    service = draw.exponential(mean, shown.shape) * shown
    return run_queue(
        times[:, None],
        Courses(service, shown, None, np.zeros((1, runs))),
        np.array([[len(schedule) * interval]]),
    ), shown


@pytest.mark.parametrize(
    ("schedule", "no_show", "wait", "tardiness", "idle"),
    [
        ((1,) * 10, 0.0, 10.594540, 19.395041, 18.143941),
        ((2, 1, 1, 1, 1, 1, 1, 1, 1, 0), 0.0, 13.712180, 14.800211, 10.407874),
        ((2, 0, 2, 0, 2, 0, 2, 0, 2, 0), 0.0, 13.518462, 17.827142, 15.324941),
        ((1,) * 10, 0.1, 8.816928, 15.397038, 23.335722),
        ((2, 1, 1, 1, 1, 1, 1, 1, 1, 0), 0.1, 11.316901, 11.014816, 14.919792),
        ((2, 0, 2, 0, 2, 0, 2, 0, 2, 0), 0.1, 11.417574, 13.802435, 20.066636),
    ],
)
def test_simulated_sessions_agree_with_the_exact_chain_of_exponential_services(
    schedule, no_show, wait, tardiness, idle
):
    exact = number_in_system(schedule, 10, 10, no_show)
    assert exact == pytest.approx((wait, tardiness, idle), abs=1e-6)
    outcomes, shown = exponential(schedule, 10, 10, no_show)
    assert outcomes.wait.sum() / shown.sum() == pytest.approx(wait, rel=0.02)
    assert outcomes.overtime.mean() == pytest.approx(tardiness, rel=0.02)
    assert outcomes.idle.mean() == pytest.approx(idle, rel=0.02)


@pytest.mark.parametrize(
    ("schedule", "cost", "wait", "idle", "tardiness"),
    [
        ((1, 1, 1, 0, 1, 1, 1, 0, 1, 1), 12.884757, 9.805312, 0.271053, 22.271053),
        ((2, 1, 1, 0, 1, 1, 1, 0, 1, 0), 14.906649, 15.251754, 0.009912, 22.009912),
        ((1, 1, 0, 1, 1, 0, 1, 1, 0, 2), 12.442210, 7.717445, 0.925387, 22.925387),
        ((1, 1, 0, 1, 1, 0, 1, 0, 1, 2), 12.406409, 7.208227, 1.205197, 23.205197),
    ],
)
def test_services_of_poisson_minutes_cost_what_a_chain_of_work_left_says(
    schedule, cost, wait, idle, tardiness
):
    pmf = poisson(9, 80)
    exact = workload(schedule, 5, pmf, 50)
    assert exact == pytest.approx((wait, idle, tardiness), abs=1e-6)
    assert 0.4 * exact[0] + 0.2 * exact[1] + 0.4 * exact[2] == pytest.approx(cost, abs=1e-6)
    times = np.repeat(np.arange(10) * 5.0, schedule)
    service = np.random.default_rng(7).poisson(9, (8, 1, 100_000)).astype(float)
    courses = Courses(service, np.ones(service.shape, bool), None, np.zeros((1, 100_000)))
    outcomes = run_queue(times[:, None], courses, np.array([[50]]))
    assert outcomes.wait.mean() == pytest.approx(wait, rel=0.01)
    assert outcomes.overtime.mean() == pytest.approx(tardiness, rel=0.01)


def starts(places, intervals: int) -> tuple[int, ...]:
    """Return how many patients are at each interval's start, of the intervals at which each of them is."""
    return tuple(np.bincount(list(places), minlength=intervals).tolist())


PAIR_THEN_EVERY_TEN_MINUTES = starts([0, *range(0, 45, 2)], 48)
HALF_A_TEN_EARLIER = starts([0, *range(1, 46, 2)], 48)


def test_a_long_session_costs_what_is_known_of_the_published_and_of_a_better_schedule():
    pmf = poisson(9, 80)
    wait, idle, tardiness = workload(PAIR_THEN_EVERY_TEN_MINUTES, 5, pmf, 240)
    assert 0.4 * wait + 0.2 * idle + 0.4 * tardiness == pytest.approx(6.9295, abs=5e-5)
    wait, idle, tardiness = workload(HALF_A_TEN_EARLIER, 5, pmf, 240)
    assert (wait, tardiness) == pytest.approx((2.974566, 1.078080), abs=1e-6)
    assert 0.4 * wait + 0.2 * idle + 0.4 * tardiness == pytest.approx(6.636674, abs=1e-6)


@pytest.mark.parametrize(
    ("patients", "mean", "no_show", "idle_weight", "cost", "wait", "idle", "tardiness", "idle_before_last"),
    [
        (6, 10, 0.0, 1, 31.518659, 10.466299, 10.526180, 10.526180, 5.349284),
        (6, 10, 0.2, 1, 32.189406, 7.518182, 18.335612, 6.335612, 9.644484),
        (8, 15, 0.0, 1, 56.488926, 18.279197, 19.104864, 19.104864, 11.986210),
        (8, 15, 0.15, 0.5, 41.877276, 13.957679, 30.613065, 12.613065, 19.589129),
    ],
)
def test_two_at_the_start_and_then_one_at_a_time_is_the_best_of_all_schedules(
    patients, mean, no_show, idle_weight, cost, wait, idle, tardiness, idle_before_last
):
    def idle_of(tardiness: float) -> float:
        return patients * mean + tardiness - patients * (1 - no_show) * mean

    def cost_of(schedule) -> float:
        wait, tardiness, _ = number_in_system(schedule, mean, mean, no_show)
        return wait + idle_weight * idle_of(tardiness) + tardiness

    bailey_welch = (2, *[1] * (patients - 2), 0)
    exact = number_in_system(bailey_welch, mean, mean, no_show)
    assert exact == pytest.approx((wait, tardiness, idle_before_last), abs=1e-6)
    assert idle_of(exact[1]) == pytest.approx(idle, abs=1e-6)
    assert cost_of(bailey_welch) == pytest.approx(cost, abs=1e-6)
    schedules = (
        starts(places, patients) for places in combinations_with_replacement(range(patients), patients)
    )
    assert min(schedules, key=cost_of) == bailey_welch


@pytest.mark.parametrize(
    ("come", "weight", "cost", "waits", "end", "gaps"),
    [
        (1, 1, 4.639715, 1.054512, 3.585203, (0.8890, 1.0527)),
        (1, 1, 8.762523, 2.115910, 6.646613, (0.9746, 1.4225, 1.4004, 1.1136)),
        (0.8, 1, 7.240865, 1.948045, 5.292820, (0.6350, 1.1072, 1.0893, 0.8070)),
        (
            *(1, 1, 19.387086, 4.580576, 14.806510),
            (1.0060, 1.5092, 1.5895, 1.6111, 1.6100, 1.5908, 1.5455, 1.4417, 1.1253),
        ),
        (
            *(1, 10, 122.660762, 17.034102, 10.562666),
            (0.1686, 0.6439, 0.8259, 0.8926, 0.9122, 0.9025, 0.8651, 0.7863, 0.5947),
        ),
        (
            *(0.8, 10, 98.428747, 14.489796, 8.393895),
            (0, 0.3263, 0.5655, 0.6405, 0.6656, 0.6610, 0.6293, 0.5587, 0.3709),
        ),
    ],
)
def test_intervals_that_grow_and_shrink_again_cost_what_is_known(come, weight, cost, waits, end, gaps):
    waited, ended = waits_and_end(gaps, come)
    assert waited + weight * ended == pytest.approx(cost, abs=1e-6)
    # The intervals are known to four digits: only their cost, the least there is, hardly depends on the others.
    assert (waited, ended) == pytest.approx((waits, end), abs=1e-3)


@pytest.mark.parametrize(("no_show", "wait"), [(0.0, 25.0), (0.2, 20.0)])
def test_all_at_once_wait_for_those_before_them_and_the_doctor_never(no_show, wait):
    assert number_in_system((6,), 1e9, 10, no_show)[0] == pytest.approx(wait)
    outcomes, shown = exponential((6,), 1000, 10, no_show)
    assert outcomes.wait.sum() / shown.sum() == pytest.approx(wait, rel=0.02)
    assert outcomes.idle.max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("punctual", [True, False])
def test_the_gradient_is_the_slope_of_the_cost(punctual):
    draw = np.random.default_rng(2)
    shown = draw.random((9, 2, 300)) >= 0.1
    early = None if punctual else 5 + 8 * draw.standard_normal(shown.shape)
    courses = Courses(draw.gamma(4, 3, shown.shape) * shown, shown, early, draw.random((2, 300)))
    weights, minutes = Weights(np.array([[1.5], [5.0]]), 7.5), np.array([[90], [110]])
    times = np.sort(draw.uniform(0, 90, (9, 2)), axis=0)
    cost, slope = cost_gradient(times, courses.by_arrival(times), minutes, weights)
    assert cost == pytest.approx(costs(run_queue(times, courses, minutes), weights).mean(axis=-1))
    for ticket in range(9):
        step = np.zeros((9, 2))
        step[ticket] = 1e-6
        above, below = (
            costs(run_queue(times + sign * step, courses, minutes), weights).mean(axis=-1) for sign in (1, -1)
        )
        assert slope[ticket] == pytest.approx((above - below) / 2e-6, abs=1e-5)


def test_taking_a_patient_out_makes_no_other_wait_longer():
    draw = np.random.default_rng(3)
    times, minutes = np.sort(draw.uniform(0, 200, (20, 1)), axis=0), np.array([[210]])
    shown = np.ones((20, 1, 500), bool)
    service, late = draw.gamma(4, 3, shown.shape), draw.random((1, 500))
    before = run_queue(times, Courses(service, shown, None, late), minutes).wait
    for gone in range(20):
        without = shown.copy()
        without[gone] = False
        after = run_queue(times, Courses(service * without, without, None, late), minutes).wait
        assert (after <= before + 1e-9).all()


def test_an_early_patient_is_taken_early_and_waits_from_the_time_on_the_ticket():
    courses = Courses(
        np.full((3, 1, 1), 10.0),
        np.ones((3, 1, 1), bool),
        np.array([0.0, 25.0, 0.0])[:, None, None],
        np.zeros((1, 1)),
    )
    outcomes = run_queue(np.array([[0.0], [30.0], [40.0]]), courses, np.array([[60]]))
    assert outcomes.wait.ravel().tolist() == [0, 0, 0]
    assert outcomes.idle.tolist() == [[20.0]]
