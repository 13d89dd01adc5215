from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.smallest import RULES
from scheduler.check.run import find_violations
from scheduler.clock import BEIJING
from scheduler.reserve.layout import hold_tickets, rounded
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Holding, Plan, Roster, template_roster
from scheduler.scenario.hospital import Channel, Kind
from scheduler.scenario.policy import ChannelPolicy, Policy, Preset, Rounding
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, scenario, session

PEOPLE = (doctor("ann", "chief"), doctor("bob"), doctor("cid", "chief", "ear"))
PARTNER, PRIMARY, RETURN, DESK = list(Channel)[:4]


def rule(name: str = "desk", channel: Channel = DESK, **more) -> ChannelPolicy:
    return ChannelPolicy(name=name, channel=channel, **more)


def tickets(who: str, at: str, *blocks: tuple[str, int]):
    return session(who, at, blocks=tuple(Block(*block) for block in blocks))


def published(week: Scenario, *sessions) -> Plan:
    roster = Roster(sessions)
    return Plan(roster, *hold_tickets(week, roster, cut_sessions(week, roster)))


def of_doctors(plan: Plan) -> dict[tuple[str, str], int]:
    """Tickets by doctor and channel."""
    doctors = {slot.slot: slot.doctor for slot in plan.slots}
    found: Counter[tuple[str, str]] = Counter()
    for holding in plan.holdings:
        found[doctors[holding.slot], holding.channel] += holding.tickets
    return dict(found)


def in_slots(plan: Plan, *channels: Channel) -> Counter[tuple[str, Channel]]:
    found: Counter[tuple[str, Channel]] = Counter()
    for holding in plan.holdings:
        if holding.channel in channels:
            found[holding.slot, holding.channel] += holding.tickets
    return found


def week_with(*rules: ChannelPolicy, presets=(), **more) -> Scenario:
    return scenario(doctors=PEOPLE, policy=Policy(presets=presets, channels=rules), **more)


def broken(week: Scenario, plan: Plan) -> list[tuple[str, int]]:
    found = find_violations(week, plan, rules=["tickets_add_up", "reserve_expert", "channel_shares"])
    return [(one.place, one.amount) for one in found]


def test_the_example_of_the_documents():
    week = RULES["channel_shares"]()
    roster = template_roster(week)
    plan = Plan(roster, *hold_tickets(week, roster, cut_sessions(week, roster)))
    assert of_doctors(plan) == {
        ("D001", "partner"): 6,
        ("D001", "primary_care"): 7,
        ("D002", "primary_care"): 7,
        ("D001", "return_visit"): 3,
        ("D002", "return_visit"): 7,
        ("D001", "on_site"): 2,
        ("D002", "on_site"): 2,
        ("D001", "public"): 2,
        ("D002", "public"): 9,
    }
    assert broken(week, plan) == []


@pytest.mark.parametrize(("rounding", "held"), [("up", 3), ("down", 2), ("nearest", 3)])
def test_a_share_is_rounded_once_a_specialty_and_week(rounding, held):
    week = week_with(rule(share="1/4", rounding=rounding))
    plan = published(week, tickets("ann", "mon-am", ("eye", 5)), tickets("bob", "tue-am", ("eye", 5)))
    assert sum(in_slots(plan, DESK).values()) == held


def test_a_number_is_held_of_every_session_or_all_of_a_smaller_one():
    week = week_with(rule(number=3))
    plan = published(week, tickets("ann", "mon-am", ("eye", 20)), tickets("bob", "mon-am", ("eye", 2)))
    assert of_doctors(plan) == {("ann", "on_site"): 3, ("ann", "public"): 17, ("bob", "on_site"): 2}
    assert broken(week, plan) == []


def test_a_return_share_is_of_each_clinics_forecast():
    clinics = (clinic(returns=10), clinic("ear", "ear", returns=3), clinic("other", "ear"))
    week = week_with(rule("back", RETURN, return_share="9/10"), clinics=clinics)
    plan = published(
        week, tickets("ann", "mon-am", ("eye", 20)), tickets("cid", "tue-am", ("ear", 20), ("other", 9))
    )
    assert of_doctors(plan) == {
        ("ann", "return_visit"): 9,
        ("ann", "public"): 11,
        ("cid", "return_visit"): 3,
        ("cid", "public"): 26,
    }


def test_experts_tickets_are_taken_first_as_far_as_they_are_asked_for():
    week = week_with(rule(share="1/2", experts_share="1/2"))
    plan = published(week, tickets("ann", "mon-am", ("eye", 10)), tickets("bob", "mon-am", ("eye", 30)))
    assert of_doctors(plan)["ann", "on_site"] == of_doctors(plan)["bob", "on_site"] == 10


def test_where_an_even_spread_has_experts_enough_nobodys_tickets_are_taken_first():
    week = week_with(rule(share="1/2", experts_share="1/2"))
    plan = published(week, tickets("ann", "mon-am", ("eye", 30)), tickets("bob", "mon-am", ("eye", 4)))
    assert of_doctors(plan) == {
        ("ann", "on_site"): 15,
        ("ann", "public"): 15,
        ("bob", "on_site"): 2,
        ("bob", "public"): 2,
    }


def test_a_specialty_without_experts_owes_no_expert_tickets():
    week = week_with(presets=("beijing-general",))
    plan = published(week, tickets("bob", "mon-am", ("eye", 20)))
    assert of_doctors(plan) == {("bob", "primary_care"): 6, ("bob", "public"): 14}
    assert broken(week, plan) == []


def test_from_a_level_on_is_that_level_and_above():
    week = week_with(rule(share="1/2", from_level="chief"))
    plan = published(week, tickets("ann", "mon-am", ("eye", 10)), tickets("bob", "mon-am", ("eye", 10)))
    assert of_doctors(plan) == {("ann", "on_site"): 5, ("ann", "public"): 5, ("bob", "public"): 10}


def test_where_too_few_are_free_all_are_held_and_the_checker_tells_how_many_are_missing():
    week = week_with(
        rule(number=15), rule("nurse", RETURN, return_share="1/2"), clinics=(clinic(returns=20),)
    )
    plan = published(week, tickets("ann", "mon-am", ("eye", 20)))
    assert of_doctors(plan) == {("ann", "on_site"): 15, ("ann", "return_visit"): 5}
    assert broken(week, plan) == [("nurse, eye", 5)]


def test_a_forecast_without_any_session_is_told_as_a_whole():
    week = week_with(presets=("return-visits-90",), clinics=(clinic(returns=20),))
    assert broken(week, published(week)) == [("return-visits-90, eye", 20)]


def test_what_a_rule_counts_of_another_channel_it_need_not_hold():
    week = week_with(rule(share="1/2", counts=(PARTNER,)), presets=("beijing-2019-specialty",))
    plan = published(week, tickets("ann", "mon-am", ("eye", 20)))
    assert of_doctors(plan) == {("ann", "partner"): 6, ("ann", "on_site"): 4, ("ann", "public"): 10}
    assert broken(week, plan) == []


def test_channels_open_and_fall_back_when_and_where_the_rule_says():
    week = week_with(
        rule(number=1, opens_days=3, opens_minute=90, falls_back_hours=2, falls_back_to=PRIMARY),
        rule("nurse", RETURN, share="1/10", falls_back_hours=None),
    )
    desk, nurse = (
        h
        for h in published(week, tickets("ann", "wed-am", ("eye", 10))).holdings
        if h.channel is not Channel.PUBLIC
    )
    opens = dt.datetime(2026, 7, 19, 1, 30, tzinfo=BEIJING)
    ends = dt.datetime(2026, 7, 22, 9, 30 if desk.slot.endswith(".04") else 0, tzinfo=BEIJING)
    assert desk.opens_at == opens
    assert desk.falls_back_at is not None
    assert desk.falls_back_at.date() == ends.date()
    assert desk.falls_back_to is PRIMARY
    assert (nurse.falls_back_at, nurse.falls_back_to) == (None, None)


def test_with_the_rule_off_only_the_reserve_is_held():
    week = scenario(
        policy=Policy(presets=tuple(Preset), channels=(rule(number=2),)), rules={"channel_shares": "off"}
    )
    plan = published(week, tickets("ann", "mon-am", ("eye", 20)))
    assert of_doctors(plan) == {("ann", "partner"): 6, ("ann", "public"): 14}


def test_without_the_preset_nothing_is_reserved_and_nothing_is_broken():
    week = week_with()
    plan = published(week, tickets("ann", "mon-am", ("eye", 20)))
    assert of_doctors(plan) == {("ann", "public"): 20}
    assert broken(week, plan) == []


def test_slots_that_are_kept_keep_every_channel():
    week = week_with(rule(share="1/2"), presets=("beijing-2019-specialty",))
    roster = Roster((tickets("ann", "mon-am", ("eye", 20)), tickets("ann", "tue-am", ("eye", 20))))
    slots = cut_sessions(week, roster)
    monday = {slot.slot: 0 for slot in slots if slot.date == roster.sessions[0].at.date}
    opens = dt.datetime(2026, 7, 6, 8, tzinfo=BEIJING)
    kept = tuple(Holding(key, DESK, "", 1, opens) for key in monday)
    filled, fresh = hold_tickets(week, roster, slots, held=monday, kept=kept)
    assert monday.keys() & {holding.slot for holding in fresh} == set()
    # Of the 12 for partners and the 20 on site, 7 are kept on Monday; Tuesday has no more than 8 besides the 12.
    plan = Plan(roster, filled, (*kept, *fresh))
    assert sum(in_slots(plan, PARTNER).values()) == 12
    assert sum(in_slots(plan, DESK).values()) == 7 + 8


SHARES = st.fractions(0, 1, max_denominator=12)
COUNTS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid"]),
        st.sampled_from([f"{day}-{half}" for day in ("mon", "wed", "fri") for half in ("am", "pm")]),
        st.integers(0, 60),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda s: s[:2],
)


@st.composite
def rules(draw: st.DrawFn) -> tuple[ChannelPolicy, ...]:
    """Up to three rules of different channels, whose shares come to no more than 7/10."""
    found = []
    for channel in draw(st.lists(st.sampled_from([PRIMARY, RETURN, DESK]), unique=True)):
        how = draw(st.sampled_from(["share", "number", "return_share"]))
        amount = draw(st.integers(0, 9) if how == "number" else SHARES)
        if how == "share":
            amount *= Fraction(7, 30)
        found.append(
            rule(
                channel.value,
                channel,
                **{how: amount},
                rounding=draw(st.sampled_from(Rounding)),
                experts_share=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])),
                leave_out=draw(st.sampled_from([(), (Kind.SPECIAL_NEED,)])),
                from_level=draw(st.sampled_from(["resident", "chief"])),
                counts=tuple(draw(st.sampled_from([[], [PARTNER]]))),
            )
        )
    return tuple(found)


CLINICS = (
    clinic(returns=25),
    clinic("vip", kind=Kind.SPECIAL_NEED),
)


def drawn(counts, found: tuple[ChannelPolicy, ...], presets=(Preset.BEIJING_2019_SPECIALTY,)) -> Plan:
    week = week_with(*found, presets=presets, clinics=CLINICS)
    return published(week, *(tickets(who, at, ("eye", n), ("vip", more)) for who, at, n, more in counts))


@settings(max_examples=80, deadline=None)
@given(COUNTS, rules())
def test_the_tickets_of_every_slot_are_all_in_its_channels_and_each_in_one(counts, found):
    plan = drawn(counts, found)
    sums: Counter[str] = Counter()
    for holding in plan.holdings:
        assert holding.tickets > 0
        sums[holding.slot] += holding.tickets
    assert sums == Counter({slot.slot: slot.tickets for slot in plan.slots if slot.tickets})
    assert len({(holding.slot, holding.channel) for holding in plan.holdings}) == len(plan.holdings)


@settings(max_examples=80, deadline=None)
@given(COUNTS, rules())
def test_another_rule_never_changes_what_earlier_ones_hold(counts, found):
    earlier = (PARTNER, *(one.channel for one in found[:-1]))
    assert in_slots(drawn(counts, found), *earlier) == in_slots(drawn(counts, found[:-1]), *earlier)


@settings(max_examples=80, deadline=None)
@given(COUNTS, st.lists(SHARES, min_size=3, max_size=3), st.sampled_from(Rounding))
def test_shares_are_exact_under_every_rounding(counts, parts, rounding):
    whole = {Rounding.UP: ceil, Rounding.DOWN: floor, Rounding.NEAREST: lambda x: floor(x + Fraction(1, 2))}
    channels = (PRIMARY, RETURN, DESK)
    found = tuple(
        rule(channel.value, channel, share=part / 4, rounding=rounding)
        for channel, part in zip(channels, parts, strict=True)
    )
    plan, base = drawn(counts, found, ()), sum(n + more for _, _, n, more in counts)
    left = base
    for one in found:
        assert one.share is not None
        need = min(left, whole[rounding](one.share * base))
        left -= need
        assert sum(in_slots(plan, one.channel).values()) == need


@settings(max_examples=80, deadline=None)
@given(COUNTS, rules())
def test_the_checker_misses_only_what_no_public_ticket_could_make_up(counts, found):
    week = week_with(*found, presets=(Preset.BEIJING_2019_SPECIALTY,), clinics=CLINICS)
    plan = drawn(counts, found)
    public = in_slots(plan, Channel.PUBLIC)
    experts = {slot.slot for slot in plan.slots if slot.doctor != "bob"}
    for one in find_violations(week, plan, rules=["tickets_add_up", "reserve_expert", "channel_shares"]):
        name, _, rest = one.place.partition(", ")
        (short,) = [own for own in found if own.name == name]
        spoken = {
            slot.slot
            for slot in plan.slots
            if (slot.clinic == "eye" or (not short.leave_out and short.return_share is None))
            and (slot.doctor != "bob" or short.from_level == "resident")
            and (short.number is None or slot.session in rest)
            and (not rest.endswith("experts") or slot.slot in experts)
        }
        assert all(n == 0 for (slot, _), n in public.items() if slot in spoken)


@given(st.fractions(0, 1000))
def test_rounding_is_that_of_the_words(value):
    assert rounded(value, Rounding.UP) == ceil(value)
    assert rounded(value, Rounding.DOWN) == floor(value)
    assert abs(rounded(value, Rounding.NEAREST) - value) <= Fraction(1, 2)
    assert rounded(Fraction(5, 2), Rounding.NEAREST) == 3
