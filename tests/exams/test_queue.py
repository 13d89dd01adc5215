from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from scheduler.exams.distribution import Distribution
from scheduler.exams.queue import Week, relief_capacity, target_queue


@pytest.mark.parametrize(
    ("requests", "places", "mean", "empty"),
    [
        (28, 30, 4.5041, 0.4632),
        (29, 30, 11.7396, 0.2604),
        (95, 100, 5.0774, 0.5578),
        (98, 100, 19.3554, 0.2680),
        (114, 120, 4.7484, 0.5910),
    ],
)
def test_the_list_in_the_long_run_is_the_exact_one_and_not_that_of_heavy_traffic(
    requests, places, mean, empty
):
    steady = Week(requests, places).steady()
    assert steady is not None
    assert (steady.mean, steady.at_most(0)) == pytest.approx((mean, empty), abs=5e-5)
    assert requests / 2 / (places - requests) > 1.2 * steady.mean


def test_the_long_run_is_where_the_weeks_lead_to_patients_who_stay_away_too():
    week = Week(28, 33, 0.9)
    waiting, steady = Distribution.at(40), week.steady()
    for _ in range(800):
        waiting = week.after(waiting)
    assert steady is not None
    assert steady.mean == pytest.approx(waiting.mean, abs=1e-6)
    assert [steady.at_most(n) for n in range(60)] == pytest.approx(
        [waiting.at_most(n) for n in range(60)], abs=1e-8
    )


def test_the_long_run_by_hand():
    # One place a week and Poisson 1/2 requests: the list is empty with (1 - 1/2) e^(1/2), its mean 1/4.
    steady = Week(0.5, 1).steady()
    assert steady is not None
    assert steady.at_most(0) == pytest.approx(0.5 * np.exp(0.5), abs=1e-9)
    assert steady.mean == pytest.approx(0.25, abs=1e-9)


@pytest.mark.parametrize(
    ("requests", "places", "kept"), [(100, 100, 1), (95, 100, 0.95), (101, 100, 1), (1, 0, 1)]
)
def test_a_list_grows_where_the_places_kept_are_not_more_than_the_requests(requests, places, kept):
    assert Week(requests, places, kept).steady() is None


def test_a_heavy_list_of_eight_weeks_varies_by_what_comes():
    # 1,300 wait, 100 come a week, 160 places: 820 on average, with the variance of the 800 who come.
    waiting = Distribution.at(1300)
    for _ in range(8):
        waiting = Week(100, 160).after(waiting)
    assert waiting.mean == pytest.approx(820, abs=1e-6)
    assert waiting.deviation == pytest.approx(800**0.5, abs=1e-6)
    # Simulated: mean 819.9, deviation 28.5.
    assert (waiting.mean, waiting.deviation) == pytest.approx((819.9, 28.5), rel=0.01)


@pytest.mark.parametrize(
    ("requests", "waiting", "target", "weeks", "capacity"),
    [(30, 1200, 390, 26, 61.153846), (33, 800, 200, 30, 53), (35, 250, 100, 15, 45)],
)
def test_relief_capacity_is_the_published_one(requests, waiting, target, weeks, capacity):
    found = relief_capacity(*map(Fraction, (requests, waiting, target)), weeks)
    assert float(found) == pytest.approx(capacity, abs=1e-6)


@pytest.mark.parametrize(("target", "factor", "length"), [(52, 4, 390), (50, 6, 250)])
def test_the_target_queue_is_the_published_one_of_a_mean_wait(target, factor, length):
    # Published: nearly everybody within 52 weeks, the mean a quarter of it.
    assert target_queue(Fraction(30), Fraction(target, factor)) == length


def test_distributions_are_those_of_the_textbook():
    assert Distribution.poisson(2).chances[:3] == pytest.approx(np.exp(-2) * np.array([1, 2, 2]), abs=1e-12)
    two = Distribution.binomial(2, 0.9)
    assert (two.first, list(two.chances)) == (0, pytest.approx([0.01, 0.18, 0.81]))
    assert (-two).numbers.tolist() == [-2, -1, 0]
    assert (two + -two).mean == pytest.approx(0, abs=1e-12)
    assert two.sum_at_most(two, 3) == pytest.approx(1 - 0.81**2)
    assert [two.quantile(chance) for chance in (0.005, 0.19, 0.2, 1)] == [0, 1, 2, 2]


def test_nobody_waits_less_than_nobody():
    left = (Distribution.at(3) + -Distribution.binomial(5, 0.5)).not_below_zero()
    # Of five places 3, 4 or 5 are kept with the chance 16/32.
    assert left.at_most(0) == pytest.approx(16 / 32)
    assert Distribution.at(-4).not_below_zero().at_most(0) == 1
