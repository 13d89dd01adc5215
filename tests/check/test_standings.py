"""The acceptance test of editing: what is told of an exchange of rows is the difference of two whole checks."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations, totals
from scheduler.check.standings import Effect, Standings
from scheduler.roster import Channel, Plan, Roster
from scheduler.rules import KEYS
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.week import Scenario
from tests.check.broken import BROKEN
from tests.check.small import MONDAY_ROWS, as_it_stands, monday, row, session, week_of, with_session
from tests.check.test_run import FULL, HOLDINGS, SESSIONS, SLOTS
from tests.random_weeks import weeks

Rows = tuple[list, list, list]
ROWS = st.tuples(st.lists(SESSIONS, max_size=4), st.lists(SLOTS, max_size=4), st.lists(HOLDINGS, max_size=3))


def plan_of(*parts: Rows) -> Plan:
    sessions, slots, holdings = ([row for part in parts for row in part[kind]] for kind in range(3))
    return Plan(Roster(tuple(sessions)), tuple(slots), tuple(holdings))


def agrees(week: Scenario, before: Plan, after: Plan, effect: Effect) -> bool:
    """The effect is what two whole checks differ in."""
    old, new = find_violations(week, before), find_violations(week, after)
    assert Counter(effect.vanished) == Counter(old) - Counter(new)
    assert Counter(effect.appeared) == Counter(new) - Counter(old)
    was, now = totals(old), totals(new)
    assert effect.units == {key: (was[key], now[key]) for key in KEYS if was[key] != now[key]}
    return True


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=120)
@given(st.one_of(weeks(), st.just(FULL)), ROWS, ROWS, ROWS)
def test_any_exchange_of_rows_is_told_as_two_whole_checks_would(week, stay, gone, come):
    before, after = plan_of(stay, gone), plan_of(stay, come)
    assert agrees(week, before, after, Standings(week, before).effect(plan_of(gone), plan_of(come)))


@pytest.mark.parametrize("key", KEYS)
def test_the_way_into_every_broken_week_and_out_of_it_is_told(key):
    week, broken = BROKEN[key]
    nothing = Plan(Roster(()))
    come, go = (
        Standings(week, nothing).effect(nothing, broken),
        Standings(week, broken).effect(broken, nothing),
    )
    assert agrees(week, nothing, broken, come)
    assert Counter(come.appeared) == Counter(go.vanished)
    assert Counter(come.vanished) == Counter(go.appeared)


def test_an_exchange_of_nothing_changes_nothing():
    week = monday()
    nothing = Plan(Roster(()))
    assert Standings(week, as_it_stands(week)).effect(nothing, nothing) == Effect((), (), {})


def test_a_violation_that_grows_vanishes_small_and_appears_large():
    week = monday(rooms=(Room(room="e1", pool="eye"),), template=())
    one, two, three = (session(who, "mon-am") for who in ("ann", "bob", "cid"))
    effect = Standings(week, week_of(one, two)).effect(Plan(Roster(())), week_of(three))
    grown = [(v.rule, v.amount) for v in (*effect.vanished, *effect.appeared) if v.rule == "rooms"]
    assert grown == [("rooms", 2), ("rooms", 3)]
    assert effect.units["rooms"] == (2, 3)


def test_only_hard_violations_that_are_new_or_larger_are_worse():
    week = monday(rooms=(Room(room="e1", pool="eye"),))
    plan = as_it_stands(week)
    moved = with_session(plan, 2, cell=week.week.cell("tue-am"))
    there = Standings(week, plan).effect(week_of(plan.roster.sessions[2]), week_of(moved.roster.sessions[2]))
    back = Standings(week, moved).effect(week_of(moved.roster.sessions[2]), week_of(plan.roster.sessions[2]))
    assert {violation.rule for violation in there.worse} == {"ratio_day", "rooms", "slot_length"}
    assert {(violation.rule, violation.amount) for violation in back.worse} == {("rooms", 1)}


def test_a_hard_violation_that_shrinks_is_not_worse():
    week = monday(rooms=(), template=(*MONDAY_ROWS[:3], row("bob", "tue-am", room="e2")))
    plan = as_it_stands(week)
    effect = Standings(week, plan).effect(week_of(plan.roster.sessions[0]), week_of())
    assert ("rooms", 1) in {(v.rule, v.amount) for v in effect.appeared}
    assert "rooms" not in {v.rule for v in effect.worse}


def test_sessions_above_the_budget_are_told_and_are_no_points():
    week = monday(policy=Policy(changes=ChangesPolicy(budget=0)))
    plan = as_it_stands(week)
    first = plan.roster.sessions[0]
    effect = Standings(week, plan).effect(week_of(first), week_of())
    assert "budget" in {violation.place for violation in effect.worse}
    assert effect.units["changes"] == (0, 4)


def only(*, slots: tuple = (), holdings: tuple = ()) -> Plan:
    return Plan(Roster(()), slots, holdings)


def test_a_channel_alone_touches_its_slot_and_its_specialtys_reserve():
    week = monday()
    plan = as_it_stands(week)
    held = next(h for h in plan.holdings if h.channel is Channel.PARTNER and h.tickets)
    effect = Standings(week, plan).effect(only(holdings=(held,)), only())
    assert {violation.rule for violation in effect.worse} == {"tickets_add_up", "reserve_expert"}
    after = Plan(plan.roster, plan.slots, tuple(h for h in plan.holdings if h is not held))
    assert agrees(week, plan, after, effect)


def test_a_slot_alone_touches_its_session_and_its_specialtys_reserve():
    week = monday()
    plan = as_it_stands(week)
    slot = next(slot for slot in plan.slots if slot.doctor == "ann" and slot.reserved)
    effect = Standings(week, plan).effect(only(slots=(slot,)), only())
    rules = {"slot_length", "tickets_add_up", "reserve_expert"}
    assert {violation.rule for violation in effect.worse} == rules
    after = Plan(plan.roster, tuple(s for s in plan.slots if s is not slot), plan.holdings)
    assert agrees(week, plan, after, effect)


def test_a_rule_that_is_off_is_not_looked_at():
    week = monday(rules={"changes": "off"})
    plan = as_it_stands(week)
    effect = Standings(week, plan).effect(week_of(plan.roster.sessions[0]), week_of())
    assert "changes" not in effect.units


def test_a_row_that_the_plan_does_not_have_cannot_go():
    week = monday()
    with pytest.raises(ValueError, match="not in list"):
        Standings(week, as_it_stands(week)).effect(week_of(session("ann", "fri-am")), week_of())
