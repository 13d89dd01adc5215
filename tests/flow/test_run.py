"""Whole flows: when replications stop, what is called different, how many windows are needed, what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.errors import SettingError
from scheduler.flow.figures import WaitScope, flow_figures
from scheduler.flow.record import FlowRecord
from scheduler.flow.run import FEWEST, PRECISION, flow_measures, simulate_flow
from scheduler.flow.windows import MOST_OFTEN
from scheduler.roster import Plan, Roster, template_roster
from scheduler.words import Words
from tests.check.small import row
from tests.flow.small_week import check_in, flow_week, one_session, pace, plan_of, week

UNPUNCTUAL = pace("9", early_mean=15, early_sd=20)


def test_replications_stop_once_the_mean_wait_is_known_to_2_percent():
    unsure = week(pace=(pace("13", early_mean=15, early_sd=20),))
    figures = simulate_flow(unsure, plan_of(unsure)).figures
    wait = figures.measures["wait"]
    assert figures.replications > FEWEST
    assert (wait.high - wait.low) / 2 <= float(wait.mean) * PRECISION
    earlier = simulate_flow(unsure, plan_of(unsure), replications=figures.replications - 10).figures
    before = earlier.measures["wait"]
    assert (before.high - before.low) / 2 > float(before.mean) * PRECISION


def test_a_roster_does_not_differ_from_itself_and_does_from_one_that_crowds():
    crowded = week(pace=(UNPUNCTUAL,))
    plan = plan_of(crowded)
    assert not any(
        gap.differs for gap in simulate_flow(crowded, plan, plan, replications=20).differences.values()
    )
    ann_and_bob = template_roster(crowded).sessions
    together = Roster(tuple(replace(s, cell=crowded.week.cell("mon-am")) for s in ann_and_bob[::2]))
    apart = Roster((ann_and_bob[0], replace(ann_and_bob[2], cell=crowded.week.cell("mon-pm"))))
    differences = simulate_flow(
        crowded, plan_of(crowded, together), plan_of(crowded, apart), replications=20
    ).differences
    assert differences["peak_crowd"].differs
    assert differences["peak_crowd"].low > 0
    assert differences["wait"].differs is False


def test_told_half_hours_crowd_the_hall_more_than_told_minutes():
    by_minute = week(pace=(UNPUNCTUAL,))
    slots = by_minute.policy.slots.model_copy(update={"told": "slot"})
    by_slot = by_minute.changed(policy=by_minute.policy.model_copy(update={"slots": slots}))
    minute, slot = (
        simulate_flow(one, plan_of(one), replications=100).figures.measures for one in (by_minute, by_slot)
    )
    assert slot["in_hall"].low > minute["in_hall"].high
    assert "over_15" not in minute


def test_a_study_has_the_measures_of_the_flow():
    long = week(pace=(pace("14", early_mean=15, early_sd=20),))
    assert (
        flow_measures(long, plan_of(long), 3) == simulate_flow(long, plan_of(long), seed=3).figures.measures
    )


def test_windows_needed_are_the_fewest_that_keep_the_queue_within_15_a_window():
    # Forty patients come at 08:00 sharp, and each takes ten minutes at the window.
    many = one_session(
        tickets=40,
        services=(check_in("08:00-12:00:1", minutes="10", cv=0),),
        policy={"slots": {"told": "slot", "length": 240, "limit": 240}},
    )
    record = FlowRecord(flow_week(many), 0)
    record.run(20)
    first = flow_figures(record).half_hours[0]
    (load,) = first.services
    # Of w windows 40 - w patients wait at first: 38 are more than 30 at two windows, 37 not more than 45 at three.
    assert (first.start, load.open, load.needed) == (480, 1, 3)
    assert load.over_15 > MOST_OFTEN
    opened = many.changed(services=(check_in("08:00-12:00:3", minutes="10", cv=0),))
    record = FlowRecord(flow_week(opened), 0)
    record.run(20)
    assert flow_figures(record).half_hours[0].services[0].over_15 == 0


def test_waits_are_told_of_every_group_and_add_up():
    both = week(pace=(UNPUNCTUAL,))
    rows = simulate_flow(both, plan_of(both), replications=3).figures.waits
    scopes = [(row.scope, row.key) for row in rows]
    assert scopes[0] == (WaitScope.HOSPITAL, "")
    assert (WaitScope.SPECIALTY, "eye") in scopes
    assert {key for scope, key in scopes if scope is WaitScope.HALF_DAY} == {"mon-am", "mon-pm"}
    doctors = [row for row in rows if row.scope is WaitScope.DOCTOR]
    assert sum(row.patients for row in doctors) == rows[0].patients == 80
    assert sum(float(row.wait.mean) * row.patients for row in doctors) / 80 == pytest.approx(
        float(rows[0].wait.mean), abs=1e-3
    )


def test_the_assumptions_say_where_nothing_is_recorded():
    recorded = simulate_flow(week(pace=(UNPUNCTUAL,)), plan_of(week()), replications=1).assumptions
    assumed = simulate_flow(week(pace=()), plan_of(week(pace=())), replications=1).assumptions
    texts = [" ".join(map(Words("en").say, sentences)) for sentences in (recorded, assumed)]
    assert (
        "4 sessions have consultations, no-shows, walk-ins and late starts as the table pace tells."
        in texts[0]
    )
    assert "4 sessions have no pace" in texts[1]
    assert "they come 15 minutes before it, standard deviation 20" in texts[1]
    assert "no pace" not in texts[0]


def test_a_week_without_tickets_has_no_figures():
    empty = simulate_flow(week(), Plan(Roster(())), replications=2).figures
    assert (empty.measures, empty.half_hours, empty.waits) == ({}, (), ())


@pytest.mark.parametrize(("replications", "seed", "field"), [(0, 0, "--replications"), (1, -1, "--seed")])
def test_numbers_out_of_range_are_refused(replications: int, seed: int, field: str):
    with pytest.raises(SettingError) as caught:
        simulate_flow(week(), plan_of(week()), replications=replications, seed=seed)
    assert caught.value.problems[0].where.field == field


def test_a_single_session_of_one_ticket_is_simulated():
    lone = week(template=(row("ann", "mon-am", tickets=1),), pace=())
    figures = simulate_flow(lone, plan_of(lone), replications=2).figures
    assert figures.waits[0].patients == 1
