"""One run of a week: the same as SimPy's, the same every time, and right where it can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scheduler.flow.record import DAY, FlowRecord
from scheduler.flow.replication import run_replication
from scheduler.flow.week import FlowWeek
from scheduler.roster import Plan, Roster, template_roster
from tests.check.small import row
from tests.flow.simpy_model import simulate
from tests.flow.small_week import check_in, flow_week, one_session, pace, plan_of, week

CROWDED = week(
    pace=(pace("9", cv="0.6", session_sd="0.2", no_show="0.1", walk_ins="2", early_mean=15, early_sd=20, late_start=6),),
    services=(
        check_in("07:00-08:30:2;08:30-11:00:1;12:30-16:00:1"),
        check_in("08:00-09:00:1;09:00-17:00:2", service="payment", visit="after", share="0.8", minutes="5", cv="1"),
        check_in("08:00-17:00:1", service="pharmacy", visit="after", share="0.5", minutes="3"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("number", range(5))
def test_a_week_is_that_of_simpy(number: int):
    crowded = flow_week(CROWDED)
    came, starts, exits = simulate(crowded, 11, number)
    visits = run_replication(crowded, 11, number)
    assert np.array_equal(came, visits.came)
    assert 0 < came.sum() < len(came)
    assert np.abs(starts - visits.start)[came].max() < 1e-9
    assert np.abs(exits - visits.departure)[came].max() < 1e-9


def test_the_same_seed_gives_the_same_week_and_another_one_another():
    first, again, other = (run_replication(flow_week(CROWDED), seed, 3) for seed in (1, 1, 2))
    assert np.array_equal(first.departure, again.departure)
    assert not np.array_equal(first.departure, other.departure)


def test_a_session_that_moves_keeps_its_patients():
    here = one_session()
    moved = template_roster(here).sessions[0]
    there = Roster((type(moved)(**{**vars(moved), "cell": here.week.cell("mon-pm")}),))
    before, after = (
        run_replication(FlowWeek(here, plan_of(here, r)), 5, 0) for r in (Roster((moved,)), there)
    )
    assert np.array_equal(before.came, after.came)
    assert (before.end - before.start).tolist() == pytest.approx((after.end - after.start).tolist())
    assert np.allclose(after.arrival - before.arrival, after.arrival[0] - before.arrival[0])


def test_punctual_patients_of_a_doctor_who_takes_the_same_for_each_never_wait():
    calm = one_session(tickets=21, pace=(pace("10", cv=0),))
    visits = run_replication(flow_week(calm), 0, 0)
    assert visits.start.tolist() == [480.0 + 10 * n for n in range(21)]
    assert visits.departure.tolist() == visits.end.tolist()
    assert visits.ended.tolist() == [690.0]


def test_the_next_session_in_a_room_or_of_a_doctor_waits_for_the_one_before():
    long = week(
        pace=(pace("30", cv=0),), template=(row("ann", "mon-am", room="e1"), row("bob", "mon-pm", room="e1"))
    )
    visits = run_replication(flow_week(long), 0, 0)
    assert visits.ended[0] == 480 + 20 * 30
    assert visits.start[20] == visits.ended[0]


def test_expected_arrivals_are_those_of_the_normal_distribution():
    usual = one_session(pace=(pace(early_mean=15, early_sd=20, no_show="0.2"),))
    ready = flow_week(usual)
    record = FlowRecord(ready, 4)
    record.run(2000)
    told = ready.tickets.told
    counted = np.mean([row.arrivals[0] for row in record.rows], axis=0)
    for half_hour in range(14, 24):
        edges = (np.array([half_hour, half_hour + 1]) * 30)[:, None] - told + 15
        low, high = (sum(math.erf(x / 20 / math.sqrt(2)) for x in edge) / 2 for edge in edges)
        assert counted[half_hour] == pytest.approx(0.8 * (high - low), abs=0.1)


def test_walk_ins_come_as_many_as_are_said_and_within_the_sessions_hours():
    walking = flow_week(one_session(pace=(pace(walk_ins=3),)))
    counts, arrivals = [], []
    for number in range(400):
        visits = run_replication(walking, 0, number)
        who = visits.came & (walking.tickets.walk_in >= 0)
        counts.append(int(who.sum()))
        arrivals += visits.arrival[who].tolist()
    assert np.mean(counts) == pytest.approx(3, abs=0.3)
    assert np.var(counts) == pytest.approx(3, abs=0.8)
    assert 480 <= min(arrivals) < max(arrivals) <= 690


def test_the_crowd_of_all_minutes_is_the_sum_of_the_minutes_that_everybody_is_in_the_hall():
    ready = flow_week(CROWDED)
    record = FlowRecord(ready, 2)
    record.run(20)
    counted = sum(int(row.crowd.sum()) for row in record.rows)
    spent = 0.0
    for number in range(20):
        visits = run_replication(ready, 2, number)
        in_house = (visits.start - visits.arrival) + (visits.departure - visits.end)
        spent += float(in_house[visits.came].sum())
    assert counted == pytest.approx(spent, rel=0.01)
    assert all(row.crowd[:, DAY - 1].max() == 0 for row in record.rows)


def test_littles_law_holds_of_every_queue():
    ready = flow_week(CROWDED)
    record = FlowRecord(ready, 9)
    record.run(200)
    for place in range(len(ready.services)):
        waiting = np.mean([row.queue[place].sum() for row in record.rows])
        waited = [
            (queues[place].starts - queues[place].arrivals).sum()
            for number in range(200)
            for queues in [run_replication(ready, 9, number).queues]
        ]
        # The integral of the queue over the day is arrivals times the mean wait.
        assert waiting == pytest.approx(np.mean(waited), rel=0.03)


def test_a_week_without_sessions_is_empty():
    nothing = FlowWeek(CROWDED, Plan(Roster(())))
    record = FlowRecord(nothing, 0)
    record.run(2)
    assert record.rows[0].patients.size == 0
