from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.check.reserve import uneven_beginnings, within_one
from scheduler.roster import Channel, Plan
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import (
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
)

ANN_AM, ANN_PM = "2026-W30.ann.mon-am", "2026-W30.ann.mon-pm"


def reserve(plan: Plan, *counts: int, session: str = ANN_AM) -> Plan:
    """Give the partner channel these tickets of a session's slots, in order; the public has the rest."""
    want = {f"{session}/eye/{number}": count for number, count in enumerate(counts, start=1)}
    tickets = {slot.slot: slot.tickets for slot in plan.slots}
    holdings = tuple(
        replace(
            one,
            tickets=want[one.slot] if one.channel is Channel.PARTNER else tickets[one.slot] - want[one.slot],
        )
        if one.slot in want
        else one
        for one in plan.holdings
    )
    slots = tuple(replace(s, reserved=want.get(s.slot, s.reserved)) for s in plan.slots)
    return Plan(plan.roster, slots, holdings)


def one_block(tickets: int, **parts) -> tuple[Scenario, Plan]:
    week = scenario(**parts)
    return week, publish(week, week_of(session("ann", "mon-am", blocks=(Block("eye", tickets),))).roster)


@pytest.mark.parametrize(("tickets", "units"), [(20, 0), (25, 1), (10, 0), (1, 1), (0, 0)])
def test_the_share_of_the_base_is_rounded_up(tickets, units):
    # The builder reserves 3 of 10, rounded down: 7 of 25, and 8 are needed.
    found = found_in("reserve_expert", *one_block(tickets))
    assert found == ([("eye", units)] if units else [])


@pytest.mark.parametrize(("counts", "units"), [((0, 1, 1, 1, 1, 1, 1), 0), ((0, 1, 1, 0, 1, 1, 1), 1)])
def test_every_ticket_short_of_the_share_is_a_unit(counts, units):
    week, plan = one_block(20)
    plan = reserve(plan, *counts, session="2026-W30.ann.mon-am.new")
    assert found_in("reserve_expert", week, plan) == ([("eye", units)] if units else [])


def test_only_experts_tickets_are_the_base():
    week = scenario()
    plan = publish(week, week_of(session("bob", "mon-am")).roster)
    assert found_in("reserve_expert", week, plan) == []


def test_kinds_left_out_and_specialties_outside_the_consortium_have_no_base():
    nobody = scenario().doctors
    bare = Plan(week_of(session("ann", "mon-am")).roster)
    assert found_in("reserve_expert", scenario(doctors=nobody), bare) == [("eye", 6)]
    assert found_in("reserve_expert", scenario(clinics=(clinic(kind="special_need"),)), bare) == []
    outside = scenario(policy=Policy(reserve={"specialties": ()}))
    assert found_in("reserve_expert", outside, bare) == []
    taken_in = Policy(reserve={"leave_out": ()})
    week = scenario(clinics=(clinic(kind="special_need"),), policy=taken_in)
    assert found_in("reserve_expert", week, bare) == [("eye", 6)]


def test_the_base_is_counted_block_by_block():
    week = scenario(clinics=(clinic("eye"), clinic("vip", kind="international"), clinic("ear", "ear")))
    blocks = (Block("ear", 10), Block("eye", 10), Block("vip", 10))
    bare = Plan(week_of(session("ann", "mon-am", blocks=blocks)).roster)
    assert found_in("reserve_expert", week, bare) == [("ear", 3), ("eye", 3)]


def test_reserved_tickets_of_others_do_not_make_up_the_share():
    week = monday()
    plan = as_it_stands(week)
    partner = tuple(
        replace(one, channel=Channel.PARTNER) if ".bob." in one.slot else one for one in plan.holdings
    )
    bobs_only = tuple(replace(one, channel=Channel.PUBLIC) if ".ann." in one.slot else one for one in partner)
    assert found_in("reserve_expert", week, replace(plan, holdings=bobs_only)) == [("eye", 12)]


@pytest.mark.parametrize(
    ("mornings", "afternoons", "found"),
    [
        ((1, 1, 1, 1, 1, 1, 1), (0, 1, 1, 1, 1, 0, 1), []),
        ((1, 1, 1, 1, 1, 1, 2), (0, 1, 1, 1, 0, 1, 0), [(f"{ANN_AM}, eye", 1), (f"{ANN_PM}, eye", 1)]),
    ],
    ids=["one off", "two off"],
)
def test_a_block_is_within_one_ticket_of_its_part(mornings, afternoons, found):
    week = monday()
    plan = reserve(as_it_stands(week), *mornings)
    assert found_in("reserve_expert", week, reserve(plan, *afternoons, session=ANN_PM)) == found


def test_a_date_is_within_one_ticket_of_its_part():
    # Each block is one ticket off, which is allowed; Monday's two together are two off, which is not.
    week = scenario(
        template=tuple(row("ann", at) for at in ("mon-am", "mon-pm", "tue-am", "tue-pm")),
        doctors=scenario().doctors,
    )
    plan = as_it_stands(week)
    more, fewer = (1, 1, 1, 1, 1, 1, 1), (0, 1, 1, 1, 1, 0, 1)
    for at, counts in (("mon-am", more), ("mon-pm", more), ("tue-am", fewer), ("tue-pm", fewer)):
        plan = reserve(plan, *counts, session=f"2026-W30.ann.{at}")
    assert found_in("reserve_expert", week, plan) == [("eye, 2026-07-20", 1), ("eye, 2026-07-21", 1)]


@pytest.mark.parametrize(
    ("counts", "units"),
    [((0, 1, 1, 1, 1, 1, 1), 0), ((0, 0, 0, 0, 0, 3, 3), 5), ((2, 3, 1, 0, 0, 0, 0), 5)],
    ids=["even", "tail", "head"],
)
def test_the_reserve_is_nobodys_tail(counts, units):
    week = monday()
    plan = reserve(as_it_stands(week), *counts)
    expected = [("reserve_expert", f"{ANN_AM}, eye, slots", units)] if units else []
    assert everything_in(week, plan) == expected


def test_a_beginning_exactly_one_ticket_off_is_even():
    assert uneven_beginnings([(10, 0), (10, 2)]) == 0
    assert uneven_beginnings([(10, 0), (10, 3)]) == 1
    assert uneven_beginnings([(10, 2), (10, 0)]) == 0
    assert uneven_beginnings([]) == 0


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(1, 10))
def test_rounding_each_beginning_down_is_always_even(tickets, tenths):
    seen = have = 0
    runs = []
    for count in tickets:
        seen += count
        runs.append((count, seen * tenths // 10 - have))
        have = seen * tenths // 10
    assert uneven_beginnings(runs) == 0


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(1, 200))
def test_within_one_is_the_distance_of_fractions(have, part, total, base):
    assert within_one(have, part, total, base) == (abs(have - Fraction(total * part, base)) <= 1)
