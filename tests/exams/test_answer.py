from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from scheduler.errors import ScenarioError
from scheduler.exams.answer import CHANCE, answer_exams
from scheduler.scenario.forecasts import Exam
from tests.check.small import scenario

EIGHT_WEEKS = dt.date(2026, 9, 13)


def exam(**more) -> Exam:
    """Five sessions of 20 places, 97 requests a week, 400 waiting, two weeks to be reached in eight."""
    told = {"slots": 20, "sessions": 5, "requests": 97, "waiting": 400, "target_days": 14, "by": EIGHT_WEEKS}
    return Exam(exam="MRI", **(told | more))


def answered(**more):
    (answer,) = answer_exams(scenario(exams=(exam(**more),)))
    return answer


def test_rounding_the_averages_up_is_not_enough():
    # 398 + 8 x 97 - 8 x 100 - 20 n is to be at most 200: n = 8.7, rounded up 9.
    answer = answered(waiting=398)
    assert (answer.fluid.extra, answer.course.extra) == (9, 10)
    assert answer.fluid.chance_at_date == pytest.approx(0.58, abs=0.005)
    assert answer.course.chance_at_date == pytest.approx(0.82, abs=0.005)
    assert replace(answer.course, extra=9).chance_at_date < CHANCE <= answer.course.chance_at_date


def test_the_chance_on_the_date_agrees_with_a_simulation():
    random = np.random.default_rng(1)
    course = answered().course
    waiting = np.full(100_000, 400)
    for sessions in course.sessions:
        waiting = np.maximum(waiting + random.poisson(97, 100_000) - 20 * sessions, 0)
    assert course.chance_at_date == pytest.approx((waiting < 200).mean(), abs=0.005)


def test_extra_sessions_are_spread_evenly_the_first_weeks_having_one_more():
    course = answered().course
    assert course.sessions == (7, 7, 6, 6, 6, 6, 6, 6)
    assert [week.sessions for week in course.by_week(dt.date(2026, 7, 20))] == [
        5,
        *course.sessions,
        5,
        5,
        5,
        5,
    ]


def test_where_the_sessions_of_now_hold_it_afterwards_none_is_for_good():
    answer = answered()
    assert answer.course.for_good == 0
    assert answer.course.lowest_after >= CHANCE
    assert answer.course.chance_for_good > 0.99


def test_a_target_that_is_met_needs_nothing():
    answer = answered(waiting=30)
    assert answer.is_met
    assert answer.course.extra == answer.course.for_good == 0


@pytest.mark.parametrize("requests", [100, 130])
def test_capacity_under_demand_is_held_by_sessions_for_good_alone(requests):
    answer = answered(requests=requests)
    assert replace(answer.now, extra=40).chance_for_good == 0
    assert answer.course.for_good == (requests - 80) // 20
    assert replace(answer.course, for_good=answer.course.for_good - 1).chance_for_good < CHANCE


def test_no_more_sessions_than_a_week_may_have_are_looked_for():
    assert answered(requests=15_000).course is None
    short = answered(waiting=100_000, by=dt.date(2026, 7, 26))
    assert (short.course, short.fluid.for_good) == (None, 0)


def test_empty_places_and_urgent_requests_cost_sessions():
    plain, lost, urgent = answered(), answered(no_show="1/10"), answered(urgent_share="1/5")
    assert lost.course.for_good == 1
    assert urgent.course.extra > plain.course.extra


def test_more_sessions_never_lower_the_chance():
    now = answered(no_show="1/20", urgent_share="1/10").now
    chances = [replace(now, extra=n).chance_at_date for n in range(0, 30, 3)]
    assert chances == sorted(chances)


def test_the_weeks_begin_with_the_list_as_it_is():
    first, second, *_ = answered().now.by_week(dt.date(2026, 7, 20))
    assert (first.ends, first.waiting, first.lead.mean) == (dt.date(2026, 7, 19), 400, 29)
    assert (second.ends, second.waiting) == (dt.date(2026, 7, 26), pytest.approx(397))
    assert second.waiting_low < 397 < second.waiting_high


@pytest.mark.parametrize("by", [dt.date(2026, 7, 25), dt.date(2026, 1, 1), dt.date(2031, 1, 1)])
def test_a_date_that_no_week_ends_before_is_refused(by):
    with pytest.raises(ScenarioError) as error:
        answered(by=by)
    (problem,) = error.value.problems
    assert (problem.where.row, problem.where.column, problem.value) == (2, "by", by.isoformat())
    assert str(problem.remedy) == "Write a date from 2026-07-26 to 2029-07-15."


def test_without_any_examination_the_table_is_named():
    with pytest.raises(ScenarioError) as error:
        answer_exams(scenario())
    assert error.value.problems[0].where.file == "exams"
