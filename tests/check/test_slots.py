from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.check.slots import tiles
from scheduler.clock import Hours, Window
from scheduler.roster import Channel, Holding, Plan, Roster
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import Block
from tests.check.small import (
    OPENS,
    WEEK,
    as_it_stands,
    clinic,
    everything_in,
    found_in,
    monday,
    publish,
    row,
    scenario,
    session,
    week_of,
    with_session,
)

ANN = "2026-W30.ann.mon-am"
FIRST = f"{ANN}/eye/1"


def change_slot(plan: Plan, key: str, **changed) -> Plan:
    return replace(plan, slots=tuple(replace(s, **changed) if s.slot == key else s for s in plan.slots))


def without_slot(plan: Plan, key: str) -> Plan:
    return replace(plan, slots=tuple(s for s in plan.slots if s.slot != key))


def test_a_published_week_keeps_every_rule():
    week = monday()
    assert everything_in(week, as_it_stands(week)) == []


def test_slots_may_stand_in_any_order():
    week = monday()
    plan = as_it_stands(week)
    assert everything_in(week, replace(plan, slots=plan.slots[::-1], holdings=plan.holdings[::-1])) == []


def test_a_slot_above_the_limit_is_one_unit():
    week = monday(policy=Policy(slots={"limit": 29}))
    found = found_in("slot_length", week, as_it_stands(week))
    assert len(found) == 28
    assert (FIRST, 1) in found


def test_a_slot_that_runs_into_the_next_is_too_long_and_overlaps():
    week = monday()
    plan = change_slot(as_it_stands(week), FIRST, window=Window.parse("08:00-08:31"))
    assert found_in("slot_length", week, plan) == [(ANN, 1), (FIRST, 1)]


@pytest.mark.parametrize("window", ["08:05-08:30", "08:00-08:25"], ids=["late start", "gap"])
def test_a_gap_is_one_unit_of_its_session(window):
    week = monday()
    start = Window.parse(window).start
    plan = change_slot(as_it_stands(week), FIRST, window=Window.parse(window), starts=(start, start))
    assert everything_in(week, plan) == [("slot_length", ANN, 1)]


def test_slots_on_another_date_leave_their_session_uncovered():
    week = monday()
    plan = as_it_stands(week)
    for number in range(1, 8):
        plan = change_slot(plan, f"{ANN}/eye/{number}", date=WEEK.dates[1])
    # On another date its channels have other hours, too.
    found = [one for one in everything_in(week, plan) if one[0] != "channel_shares"]
    assert found == [("slot_length", ANN, 1)]


def test_held_sessions_without_slots_are_not_covered():
    week = monday()
    bare = Plan(as_it_stands(week).roster)
    assert [amount for _, amount in found_in("slot_length", week, bare)] == [1, 1, 1, 1]


def test_slots_of_several_blocks_run_side_by_side():
    week = scenario(clinics=(clinic("eye"), clinic("lens")))
    both = week_of(session("ann", "mon-am", blocks=(Block("eye", 20), Block("lens", 7))))
    plan = publish(week, both.roster)
    key = plan.roster.sessions[0].session
    assert found_in("slot_length", week, plan) == []
    assert found_in("tickets_add_up", week, plan) == []
    assert found_in("slot_length", week, without_slot(plan, f"{key}/lens/7")) == [(key, 1)]


@given(st.sets(st.integers(481, 689), max_size=6))
def test_any_way_of_cutting_the_hours_fills_them(cuts):
    hours = Hours.parse("08:00-11:30")
    edges = [hours.start, *sorted(cuts), hours.end]
    pieces = [Window(a, b) for a, b in pairwise(edges)]
    assert tiles(hours, pieces)
    for n in range(len(pieces)):
        assert not tiles(hours, pieces[:n] + pieces[n + 1 :])
        assert not tiles(hours, pieces[: n + 1] + pieces[n:])


def test_slots_leave_a_breaks_minutes_out_and_nothing_else():
    hours = Hours.parse("08:00-10:00;10:15-11:30")
    assert tiles(hours, [Window(480, 540), Window(540, 600), Window(615, 690)])
    assert not tiles(hours, [Window(480, 690)])
    assert not tiles(hours, [Window(480, 600), Window(600, 615), Window(615, 690)])
    assert not tiles(hours, [Window(480, 600), Window(620, 690)])


def test_the_slots_of_a_session_with_hours_of_its_own_fill_those():
    week = monday(template=(row("ann", "mon-am", room="e1", hours="08:00-10:00"),))
    plan = as_it_stands(week)
    assert found_in("slot_length", week, plan) == []
    assert found_in("slot_length", week, publish(monday(), plan.roster)) == [(ANN, 1)]


def test_a_block_and_its_slots_have_the_same_tickets():
    week = monday()
    plan = with_session(as_it_stands(week), 2, blocks=(Block("eye", 23),))
    assert everything_in(week, plan) == [("tickets_add_up", "2026-W30.bob.mon-am, eye", 3)]


def test_a_slot_and_its_channels_have_the_same_tickets():
    week = monday()
    plan = as_it_stands(week)
    extra = Holding(FIRST, Channel.ON_SITE, "", 2, OPENS)
    assert everything_in(week, replace(plan, holdings=(*plan.holdings, extra))) == [
        ("tickets_add_up", FIRST, 2)
    ]
    bare = replace(plan, holdings=())
    found = found_in("tickets_add_up", week, bare)
    assert sum(amount for place, amount in found if "reserved" not in place) == 80


def test_what_a_slot_says_is_reserved_is_in_its_partner_channel():
    week = monday()
    plan = as_it_stands(week)
    assert everything_in(week, change_slot(plan, FIRST, reserved=2)) == [
        ("tickets_add_up", f"{FIRST}, reserved", 2)
    ]
    assert everything_in(week, change_slot(plan, FIRST, reserved=None)) == []


def test_slots_and_channels_of_nothing_count_all_their_tickets():
    week = monday()
    plan = as_it_stands(week)
    gone = replace(plan.slots[0], session="gone", slot="lost", reserved=None, tickets=5)
    held = Holding("nowhere", Channel.PUBLIC, "", 3, OPENS)
    odd = replace(plan, slots=(*plan.slots, gone), holdings=(*plan.holdings, held))
    assert everything_in(week, odd) == [
        ("tickets_add_up", "gone, eye", 5),
        ("tickets_add_up", "lost", 5),
        ("tickets_add_up", "nowhere", 3),
        ("appointments", "lost, session", 1),
        ("appointments", "lost, tickets", 3),
    ]


def test_slots_of_a_dropped_session_are_slots_of_nothing():
    week = monday()
    dropped = with_session(as_it_stands(week), 2, cell=None)
    assert found_in("tickets_add_up", week, dropped) == [("2026-W30.bob.mon-am, eye", 20)]


def test_a_session_told_twice_needs_its_tickets_twice():
    week = monday()
    plan = as_it_stands(week)
    twice = replace(plan, roster=Roster((*plan.roster.sessions, plan.roster.sessions[2])))
    assert found_in("tickets_add_up", week, twice) == [("2026-W30.bob.mon-am, eye", 20)]
