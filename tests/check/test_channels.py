from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.roster import Channel, Plan
from scheduler.scenario.policy import ChannelPolicy, Policy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import (
    as_it_stands,
    clinic,
    doctor,
    found_in,
    monday,
    publish,
    scenario,
    session,
    week_of,
)

ANN, BOB = "2026-W30.ann.mon-am", "2026-W30.bob.mon-am"


def asking(channel: str = "on_site", **more) -> Policy:
    """A policy with the rule `desk` beside the partners' reserve."""
    return Policy(channels=(ChannelPolicy(name="desk", channel=channel, falls_back_hours=None, **more),))


def given(plan: Plan, counts: dict[str, int], channel: Channel = Channel.ON_SITE) -> Plan:
    """Take so many public tickets of each session, from its first slots on, into a channel that never falls back."""
    left, opens = dict(counts), {h.slot: h.opens_at for h in plan.holdings if h.channel is Channel.PARTNER}
    session_of = {slot.slot: slot.session for slot in plan.slots}
    holdings = []
    for one in plan.holdings:
        taken = min(one.tickets, left.get(session_of[one.slot], 0)) if one.channel is Channel.PUBLIC else 0
        holdings.append(replace(one, tickets=one.tickets - taken))
        if taken:
            left[session_of[one.slot]] -= taken
            own = replace(one, channel=channel, tickets=taken, opens_at=opens[one.slot])
            holdings.append(own)
    return replace(plan, holdings=tuple(holdings))


def checked(policy: Policy, counts: dict[str, int], **parts) -> list[tuple[str, int]]:
    week = monday(policy=policy, **parts)
    return found_in("channel_shares", week, given(as_it_stands(week), counts))


@pytest.mark.parametrize(("rounding", "needed"), [("up", 14), ("down", 13), ("nearest", 13)])
def test_every_ticket_short_of_a_share_is_a_unit(rounding, needed):
    # A sixth of 80 is 13 1/3.
    policy = asking(share="1/6", rounding=rounding)
    assert checked(policy, {ANN: 5, BOB: needed - 5}) == []
    assert checked(policy, {ANN: 5, BOB: needed - 7}) == [("desk, eye", 2)]


def test_a_number_is_asked_of_every_session():
    found = checked(asking(number=2), {ANN: 2, BOB: 1})
    others = [f"desk, eye, 2026-W30.{who}.mon-pm" for who in ("ann", "bob")]
    assert found == [(others[0], 2), (f"desk, eye, {BOB}", 1), (others[1], 2)]


def test_a_session_smaller_than_the_number_owes_all_its_tickets():
    week = scenario(policy=asking(number=2))
    plan = publish(week, week_of(session("bob", "mon-am", blocks=(Block("eye", 1),))).roster)
    assert found_in("channel_shares", week, plan) == [(f"desk, eye, {BOB}.new", 1)]


def test_a_return_share_is_of_the_forecast_whatever_the_tickets():
    clinics = (clinic(returns=30), clinic("dry", returns=5), clinic("none"))
    found = checked(asking(return_share="1/2"), {ANN: 10}, clinics=clinics)
    assert found == [("desk, dry", 3), ("desk, eye", 5)]


def test_a_forecast_of_nothing_needs_nothing():
    assert checked(asking(return_share=1), {}, clinics=(clinic(returns=0),)) == []


@pytest.mark.parametrize(("counts", "short"), [({ANN: 4, BOB: 4}, 0), ({ANN: 3, BOB: 5}, 1)])
def test_the_experts_part_is_told_apart_from_the_share(counts, short):
    found = checked(asking(share="1/10", experts_share="1/2"), counts)
    assert found == ([("desk, eye, experts", short)] if short else [])


def test_no_more_expert_tickets_are_asked_for_than_there_are():
    people = (doctor("ann"), doctor("bob"))
    assert checked(asking(share="1/10", experts_share="1/2"), {BOB: 8}, doctors=people) == []


@pytest.mark.parametrize(
    "more",
    [
        {"specialties": ("ear",)},
        {"clinics": ("vip",)},
        {"kinds": ("special_need",)},
        {"leave_out": ("ordinary",)},
        {"from_level": "known_expert"},
    ],
)
def test_what_is_not_in_the_base_owes_nothing(more):
    clinics = (clinic(), clinic("vip", kind="special_need"), clinic("ear", "ear"))
    assert checked(asking(share="1/10", **more), {}, clinics=clinics) == []


def test_a_level_and_those_above_are_in_the_base():
    # Only ann is a chief: 40 tickets.
    assert checked(asking(share="1/10", from_level="chief"), {BOB: 4}) == [("desk, eye", 4)]
    assert checked(asking(share="1/10", from_level="chief"), {ANN: 4}) == []


def test_tickets_of_another_channel_count_only_where_the_rule_says_so():
    # Partners hold 12 of the 80.
    assert checked(asking(share="1/5"), {ANN: 4}) == [("desk, eye", 12)]
    assert checked(asking(share="1/5", counts=("partner",)), {ANN: 4}) == []


def test_the_partners_share_itself_is_left_to_its_own_rule():
    week = monday()
    plan = as_it_stands(week)
    public = [replace(h, tickets=0) if h.channel is Channel.PARTNER else h for h in plan.holdings]
    assert found_in("channel_shares", week, replace(plan, holdings=tuple(public))) == []
    assert found_in("reserve_expert", week, replace(plan, holdings=tuple(public))) != []


def test_a_session_told_twice_has_its_channels_once():
    week: Scenario = monday(policy=asking(share="1/10"))
    plan = given(as_it_stands(week), {ANN: 8})
    twice = replace(
        plan, roster=replace(plan.roster, sessions=(*plan.roster.sessions, plan.roster.sessions[0]))
    )
    # The base grows by 20 tickets, and so the need by 2.
    assert found_in("channel_shares", week, twice) == [("desk, eye", 2)]
