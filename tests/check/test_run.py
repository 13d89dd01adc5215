from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations, totals
from scheduler.clock import Window
from scheduler.roster import Channel, Holding, Plan, Roster, Slot
from scheduler.rules import KEYS, RULES, Stage
from scheduler.scenario.hospital import Room
from scheduler.scenario.rows import AvailabilityRow, Block
from tests.check.broken import BROKEN
from tests.check.small import (
    OPENS,
    WEEK,
    as_it_stands,
    clinic,
    doctor,
    monday,
    row,
    scenario,
    session,
    week_of,
)


def test_a_week_that_keeps_every_rule_has_no_violations():
    week = monday()
    assert find_violations(week, as_it_stands(week)) == ()


def test_violations_come_in_catalogue_order_then_by_place():
    for week, plan in BROKEN.values():
        found = [(KEYS.index(one.rule), one.place) for one in find_violations(week, plan)]
        assert found == sorted(found)


def test_rules_that_are_off_are_not_looked_at_unless_named():
    week = monday(rules={"preferences": "off"}, availability=(AvailabilityRow(doctor="ann", state="avoid"),))
    plan = as_it_stands(week)
    assert find_violations(week, plan) == ()
    (found,) = find_violations(week, plan, rules=["preferences"])
    assert (found.rule, found.hard) == ("preferences", False)


def test_only_the_named_rules_are_looked_at():
    week = monday(availability=(AvailabilityRow(doctor="ann", day="mon", half="AM"),))
    weekly = [rule.key for rule in RULES if rule.stage is Stage.WEEK]
    bare = Plan(as_it_stands(monday()).roster)
    assert {one.rule for one in find_violations(week, bare, rules=weekly)} == {"availability"}
    assert "slot_length" in {one.rule for one in find_violations(week, bare)}
    assert find_violations(week, bare, rules=[]) == ()


def test_a_key_that_is_no_rules_is_refused():
    with pytest.raises(KeyError, match="ratio_weekly"):
        find_violations(scenario(), week_of(), rules=["ratio_weekly"])


@pytest.mark.parametrize(("strictness", "hard"), [("hard", True), ("soft", False)])
def test_a_violation_is_as_hard_as_the_scenario_holds_its_rule(strictness, hard):
    wish = AvailabilityRow(doctor="ann", day="mon", half="AM", state="avoid")
    week = monday(rules={"preferences": strictness}, availability=(wish,))
    (found,) = find_violations(week, as_it_stands(week))
    assert found.hard is hard


def test_totals_hold_every_rule_and_add_up_its_units():
    week = monday(availability=(AvailabilityRow(doctor="ann", day="mon", state="away"),))
    units = totals(find_violations(week, as_it_stands(monday())))
    assert tuple(units) == KEYS
    assert units.pop("availability") == 2
    assert set(units.values()) == {0}


def test_a_plan_of_nonsense_is_named_and_never_breaks_the_checker():
    week = monday(rooms=(Room(room="e1", pool="eye"),), clinics=(clinic(), clinic("lens", "eye")))
    odd = replace(session("zoe", "mon-am"), session="x", blocks=(), room="nowhere")
    slot = Slot("s", "x", WEEK.dates[6], Window(0, 1440), "gone", "nobody", "", 7)
    sessions = (odd, odd, replace(odd, doctor="ann"), session("bob", "sun-eve", was="wed-pm"))
    plan = Plan(Roster(sessions), (slot, slot), (Holding("t", Channel.PARTNER, "", 3, OPENS),))
    hard = {one.rule for one in find_violations(week, plan) if one.hard}
    assert {"availability", "one_place", "rooms", "ratio_day", "slot_length", "tickets_add_up"} <= hard


HALVES = [f"{day}-{half}" for day in ("mon", "fri", "sat") for half in ("am", "pm", "eve")]
SESSIONS = st.builds(
    session,
    st.sampled_from(["ann", "bob", "zoe"]),
    st.sampled_from([*HALVES, None]),
    was=st.sampled_from(HALVES),
    room=st.sampled_from(["", "e1", "e2", "x1"]),
    blocks=st.sampled_from([(Block("eye", 20),), (Block("eye", 9), Block("ear", 5)), (Block("gone", 3),)]),
)
SLOTS = st.builds(
    Slot,
    st.sampled_from(["s1", "s2", "s3"]),
    st.sampled_from([f"2026-W30.{who}.{at}" for who in ("ann", "bob") for at in HALVES[:4]]),
    st.sampled_from(WEEK.dates),
    st.sampled_from([Window(480, 510), Window(510, 540), Window(480, 690)]),
    st.sampled_from(["eye", "ear"]),
    st.just("ann"),
    st.just(""),
    st.integers(0, 9),
    reserved=st.sampled_from([None, 0, 3]),
)
HOLDINGS = st.builds(
    Holding,
    st.sampled_from(["s1", "s2", "s4"]),
    st.sampled_from(Channel),
    st.just(""),
    st.integers(0, 5),
    st.just(OPENS),
)
FULL = scenario(
    doctors=(doctor("ann", "chief", min_sessions=2), doctor("bob", max_sessions=2)),
    clinics=(clinic(), clinic("ear", "ear")),
    template=(
        row("ann", "mon-am", room="e1", pinned=True),
        row("ann", "fri-pm"),
        row("bob", "mon-pm", room="e2"),
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(SESSIONS, max_size=8), st.lists(SLOTS, max_size=8), st.lists(HOLDINGS, max_size=6), st.randoms()
)
def test_the_order_of_rows_does_not_matter(sessions, slots, holdings, chance):
    plan = Plan(Roster(tuple(sessions)), tuple(slots), tuple(holdings))
    for rows in (sessions, slots, holdings):
        chance.shuffle(rows)
    shuffled = Plan(Roster(tuple(sessions)), tuple(slots), tuple(holdings))
    assert find_violations(FULL, shuffled) == find_violations(FULL, plan)
