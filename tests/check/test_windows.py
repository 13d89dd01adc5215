from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from scheduler.roster import Channel, Holding, Plan
from scheduler.scenario.policy import ChannelPolicy, Policy
from tests.check.small import as_it_stands, found_in, monday

SLOT = "2026-W30.ann.mon-am/eye/2"
HOUR = dt.timedelta(hours=1)


def with_holding(plan: Plan, of: Channel, **changed) -> Plan:
    """The plan with the channel of one slot changed."""
    there = {(h.slot, h.channel): h for h in plan.holdings}
    there[SLOT, of] = replace(there[SLOT, of], **changed)
    return replace(plan, holdings=tuple(there.values()))


def holding(plan: Plan, channel: Channel) -> Holding:
    return next(h for h in plan.holdings if h.slot == SLOT and h.channel is channel)


@pytest.mark.parametrize("field", ["opens_at", "falls_back_at"])
@pytest.mark.parametrize("hours", [-1, 1])
def test_tickets_that_open_or_fall_back_at_another_hour_are_units(field, hours):
    week = monday()
    plan = as_it_stands(week)
    moved = getattr(holding(plan, Channel.PARTNER), field) + hours * HOUR
    broken = with_holding(plan, Channel.PARTNER, **{field: moved})
    tickets = holding(plan, Channel.PARTNER).tickets
    assert tickets > 0
    assert found_in("channel_shares", week, broken) == [(f"{SLOT}, partner", tickets)]


def test_tickets_that_never_fall_back_or_to_another_channel_are_units():
    week = monday()
    plan = as_it_stands(week)
    never = with_holding(plan, Channel.PARTNER, falls_back_at=None, falls_back_to=None)
    elsewhere = with_holding(plan, Channel.PARTNER, falls_back_to=Channel.ON_SITE)
    for broken in (never, elsewhere):
        assert [place for place, _ in found_in("channel_shares", week, broken)] == [f"{SLOT}, partner"]


def test_public_tickets_open_on_the_day_of_release_and_stay():
    week = monday()
    plan = as_it_stands(week)
    public = holding(plan, Channel.PUBLIC)
    early = with_holding(plan, Channel.PUBLIC, opens_at=public.opens_at - HOUR)
    back = with_holding(
        plan, Channel.PUBLIC, falls_back_at=public.opens_at + HOUR, falls_back_to=Channel.ON_SITE
    )
    for broken in (early, back):
        assert found_in("channel_shares", week, broken) == [(f"{SLOT}, public", public.tickets)]


def test_the_same_moment_in_another_time_zone_is_the_same():
    week = monday()
    plan = as_it_stands(week)
    opens = holding(plan, Channel.PARTNER).opens_at.astimezone(dt.UTC)
    assert found_in("channel_shares", week, with_holding(plan, Channel.PARTNER, opens_at=opens)) == []


def test_a_holder_is_named_with_its_channel():
    week = monday()
    plan = as_it_stands(week)
    opens = holding(plan, Channel.PARTNER).opens_at + HOUR
    broken = with_holding(plan, Channel.PARTNER, opens_at=opens, holder="P01")
    assert [place for place, _ in found_in("channel_shares", week, broken)] == [f"{SLOT}, partner, P01"]


def test_a_rule_may_never_let_its_tickets_fall_back():
    own = ChannelPolicy(name="desk", channel="on_site", number=0, opens_days=7, falls_back_hours=None)
    week = monday(policy=Policy(channels=(own,)))
    plan = as_it_stands(week)
    desk = with_holding(plan, Channel.PUBLIC, channel=Channel.ON_SITE)
    assert found_in("channel_shares", week, desk) == []


def test_a_channel_that_no_rule_gives_is_the_planners_own_word():
    week = monday()
    plan = as_it_stands(week)
    early = holding(plan, Channel.PUBLIC).opens_at - HOUR
    desk = with_holding(plan, Channel.PUBLIC, channel=Channel.ON_SITE, opens_at=early)
    assert found_in("channel_shares", week, desk) == []


def test_no_ticket_in_a_window_and_no_slot_of_a_holding_is_no_unit():
    week = monday()
    plan = as_it_stands(week)
    late = holding(plan, Channel.PARTNER).opens_at + HOUR
    assert (
        found_in("channel_shares", week, with_holding(plan, Channel.PARTNER, opens_at=late, tickets=0)) == []
    )
    lost = Holding("nowhere", Channel.PARTNER, "", 3, late)
    assert found_in("channel_shares", week, replace(plan, holdings=(*plan.holdings, lost))) == []
