from __future__ import annotations

import numpy as np
import pytest

from scheduler.exams.distribution import Distribution
from scheduler.exams.lead import Supply


@pytest.mark.parametrize(
    ("waiting", "days"), [(0, 1), (9, 1), (10, 2), (69, 7), (70, 8), (139, 14), (140, 15)]
)
def test_one_is_examined_on_the_day_on_which_more_places_have_passed_than_patients_waited(waiting, days):
    lead = Supply((), 70).lead(Distribution.at(waiting))
    assert (lead.mean, lead.low, lead.high) == (days, days, days)


def test_further_sessions_of_the_weeks_ahead_are_in_the_lead_time():
    # 100 wait: 14 places of the first week, 14 of the second, then 7 a week.
    assert Supply((14, 14), 7).places(30) == 14 + 14 + 14 + 2
    assert Supply((14, 14), 7).lead(Distribution.at(27)).mean == 14
    assert Supply((), 7).lead(Distribution.at(27)).mean == 28


def test_mean_and_range_are_those_of_the_distribution():
    waiting = Distribution(0, np.array([0.05, 0.9, 0.05]))
    lead = Supply((), 7).lead(waiting)
    assert (lead.mean, lead.low, lead.high) == (pytest.approx(2), 2, 2)
    lead = Supply((), 7).lead(Distribution(0, np.array([0.2, 0.6, 0.2])))
    assert (lead.mean, lead.low, lead.high) == (pytest.approx(2), 1, 3)


def test_urgent_requests_and_lost_places_make_it_longer_by_their_part():
    # 70 places a week, of which 7 are lost and 21 urgent: 42 are left for 42 who wait.
    lead = Supply((), 70, kept=0.9, urgent=21).lead(Distribution.at(41))
    assert lead.mean == pytest.approx(7, abs=0.8)
    assert lead.low < lead.mean < lead.high


def test_the_chance_agrees_with_a_simulation():
    random = np.random.default_rng(1)
    waiting = Distribution.poisson(400)
    supply = Supply((130, 130), 100, kept=0.9, urgent=15)
    kept = random.binomial(130, 0.9, (200_000, 2)).sum(1) + random.binomial(100, 0.9, (200_000, 2)).sum(1)
    ahead = random.poisson(400, 200_000) + random.poisson(4 * 15, 200_000)
    assert supply.chance_within(waiting, 28) == pytest.approx((kept > ahead).mean(), abs=0.005)


def test_who_is_not_examined_in_ten_years_has_no_lead_time():
    lead = Supply((), 10, urgent=12).lead(Distribution.at(50))
    assert (lead.mean, lead.low, lead.high) == (None, None, None)
    assert Supply((), 0).lead(Distribution.at(0)).mean is None
