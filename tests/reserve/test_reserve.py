from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations
from scheduler.clock import BEIJING
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Channel, Holding, Plan, Roster, Slot
from scheduler.scenario.hospital import Kind
from scheduler.scenario.policy import AppointmentRule, Policy, ReleasePolicy, ReservePolicy, SlotPolicy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, scenario, session


def held(week: Scenario, *sessions) -> tuple[tuple[Slot, ...], tuple[Holding, ...]]:
    roster = Roster(sessions)
    return hold_tickets(week, roster, cut_sessions(week, roster))


def tickets(who: str, at: str, *blocks: tuple[str, int]):
    return session(who, at, blocks=tuple(Block(*block) for block in blocks))


def reserved(week: Scenario, *sessions) -> dict[str, int]:
    """Reserved tickets by session."""
    slots, _ = held(week, *sessions)
    found: Counter[str] = Counter()
    for slot in slots:
        found[slot.session.removeprefix("2026-W30.").removesuffix(".new")] += slot.reserved or 0
    return dict(found)


def test_three_of_ten_expert_tickets_are_held_rounded_up():
    assert reserved(scenario(), tickets("ann", "mon-am", ("eye", 21))) == {"ann.mon-am": 7}
    assert reserved(scenario(), tickets("ann", "mon-am", ("eye", 20))) == {"ann.mon-am": 6}
    assert reserved(scenario(), tickets("ann", "mon-am", ("eye", 1))) == {"ann.mon-am": 1}


def test_the_share_is_rounded_up_once_a_week_not_once_a_session():
    sessions = [tickets("ann", f"{day}-am", ("eye", 1)) for day in ("mon", "tue", "wed", "thu", "fri")]
    assert sum(reserved(scenario(), *sessions).values()) == 2


def test_who_is_no_expert_holds_nothing():
    assert reserved(scenario(), tickets("bob", "mon-am", ("eye", 20))) == {"bob.mon-am": 0}


@pytest.mark.parametrize(
    ("policy", "kind", "expected"),
    [
        ({}, Kind.EXPERT, 6),
        ({}, Kind.SPECIAL_NEED, 0),
        ({}, Kind.INTERNATIONAL, 0),
        ({"leave_out": ()}, Kind.SPECIAL_NEED, 6),
        ({"specialties": ("eye",)}, Kind.EXPERT, 6),
        ({"specialties": ("ear",)}, Kind.EXPERT, 0),
        ({"share": "1"}, Kind.EXPERT, 20),
        ({"share": "0"}, Kind.EXPERT, 0),
    ],
)
def test_the_policy_says_what_is_shared(policy, kind, expected):
    week = scenario(
        doctors=(doctor("ann", "chief"), doctor("bob", specialty="ear")),
        clinics=(clinic(kind=kind),),
        policy=Policy(reserve=ReservePolicy(**policy)),
    )
    assert reserved(week, tickets("ann", "mon-am", ("eye", 20))) == {"ann.mon-am": expected}


def test_where_the_rule_is_off_every_ticket_is_public():
    week = scenario(rules={"reserve_expert": "off"})
    slots, holdings = held(week, tickets("ann", "mon-am", ("eye", 20)))
    assert {slot.reserved for slot in slots} == {0}
    assert {holding.channel for holding in holdings} == {Channel.PUBLIC}


def test_each_specialty_has_a_share_of_its_own():
    week = scenario(
        doctors=(doctor("ann", "chief"), doctor("cid", "chief", "ear")),
        clinics=(clinic(), clinic("ear", "ear")),
    )
    found = reserved(week, tickets("ann", "mon-am", ("eye", 1)), tickets("cid", "mon-am", ("ear", 1)))
    assert found == {"ann.mon-am": 1, "cid.mon-am": 1}


def test_a_session_of_a_shared_and_an_unshared_clinic_holds_only_of_the_shared():
    week = scenario(clinics=(clinic(), clinic("vip", "eye", kind=Kind.SPECIAL_NEED)))
    slots, _ = held(week, tickets("ann", "mon-am", ("eye", 10), ("vip", 30)))
    assert sum(slot.reserved for slot in slots if slot.clinic == "eye") == 3
    assert sum(slot.reserved for slot in slots if slot.clinic == "vip") == 0


def test_the_reserve_is_nobodys_tail():
    slots, _ = held(scenario(), tickets("ann", "mon-am", ("eye", 70)))
    assert [slot.reserved for slot in slots] == [3] * 7
    slots, _ = held(scenario(), tickets("ann", "mon-am", ("eye", 7)))
    assert [slot.reserved for slot in slots] == [0, 1, 0, 1, 0, 1, 0]


# channels


def test_partners_claim_and_the_public_books_at_the_policys_hours():
    policy = Policy(
        reserve=ReservePolicy(opens_days=10, opens_minute=450, falls_back_hours=30),
        release=ReleasePolicy(opens_days=3, opens_minute=600),
    )
    _, holdings = held(scenario(policy=policy), tickets("ann", "fri-pm", ("eye", 70)))
    partner, public = holdings[:2]
    assert partner == Holding(
        "2026-W30.ann.fri-pm.new.01",
        Channel.PARTNER,
        "",
        3,
        dt.datetime(2026, 7, 14, 7, 30, tzinfo=BEIJING),
        dt.datetime(2026, 7, 23, 7, 30, tzinfo=BEIJING),
        Channel.PUBLIC,
    )
    assert public == Holding(
        partner.slot, Channel.PUBLIC, "", 7, dt.datetime(2026, 7, 21, 10, tzinfo=BEIJING), None
    )


def test_a_channel_of_nothing_is_not_told():
    slots, holdings = held(scenario(), tickets("ann", "mon-am", ("eye", 3)))
    assert [slot.tickets for slot in slots] == [1, 0, 1, 0, 1, 0, 0]
    assert all(holding.tickets > 0 for holding in holdings)
    assert len(holdings) == 3


LISTS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid"]),
        st.sampled_from([f"{day}-{half}" for day in ("mon", "wed", "fri") for half in ("am", "pm", "eve")]),
        st.integers(0, 80),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda s: s[:2],
)
SHARES = st.fractions(0, 1, max_denominator=20)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(LISTS, SHARES, st.sampled_from(AppointmentRule))
def test_every_sum_is_exact_and_every_part_within_one_ticket_of_even(sessions, share, rule):
    week = scenario(
        doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid", "known_expert")),
        clinics=(clinic(), clinic("vip", "eye", kind=Kind.SPECIAL_NEED)),
        policy=Policy(reserve=ReservePolicy(share=share), slots=SlotPolicy(rule=rule)),
    )
    roster = Roster(tuple(tickets(who, at, ("eye", eye), ("vip", vip)) for who, at, eye, vip in sessions))
    slots, holdings = hold_tickets(week, roster, cut_sessions(week, roster))
    base = sum(eye for who, _, eye, _ in sessions if who != "bob")
    assert sum(slot.reserved for slot in slots) == -(-share.numerator * base // share.denominator)
    assert all(0 <= slot.reserved <= slot.tickets for slot in slots)
    in_channels: Counter[str] = Counter()
    for holding in holdings:
        in_channels[holding.slot] += holding.tickets
    assert in_channels == Counter({slot.slot: slot.tickets for slot in slots if slot.tickets})
    found = find_violations(
        week, Plan(roster, slots, holdings), rules=["reserve_expert", "tickets_add_up", "slot_length"]
    )
    assert found == ()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 80), min_size=1, max_size=6), SHARES)
def test_beginnings_of_sessions_are_within_one_ticket_of_even(counts, share):
    """Told here once more without the checker: sessions, dates and beginnings of a session."""
    days = ("mon-am", "mon-pm", "tue-am", "wed-pm", "wed-eve", "fri-am")
    week = scenario(policy=Policy(reserve=ReservePolicy(share=share)))
    sessions = [tickets("ann", at, ("eye", n)) for at, n in zip(days, counts, strict=False)]
    slots, _ = held(week, *sessions)
    total, base = sum(slot.reserved for slot in slots), sum(counts)
    rate = Fraction(total, base)
    for held_session in sessions:
        mine = [slot for slot in slots if slot.session == held_session.session]
        own = sum(slot.reserved for slot in mine)
        assert abs(own - rate * held_session.tickets) <= 1
        for n in range(1, len(mine)):
            part = Fraction(sum(s.tickets for s in mine[:n]), held_session.tickets)
            assert abs(sum(s.reserved for s in mine[:n]) - own * part) <= 1
    for date in {slot.date for slot in slots}:
        of_date = [slot for slot in slots if slot.date == date]
        even = rate * sum(slot.tickets for slot in of_date)
        assert abs(sum(slot.reserved for slot in of_date) - even) <= 1


def test_slots_that_keep_their_reserve_count_and_the_others_are_laid_out_around_them():
    week = scenario()
    roster = Roster((tickets("ann", "mon-am", ("eye", 20)), tickets("ann", "tue-am", ("eye", 20))))
    slots = cut_sessions(week, roster)
    monday = {slot.slot: 1 for slot in slots if slot.date == roster.sessions[0].at.date}
    filled, holdings = hold_tickets(week, roster, slots, held=monday)
    assert {slot.slot: slot.reserved for slot in filled if slot.slot in monday} == monday
    assert sum(slot.reserved or 0 for slot in filled) == 12
    assert monday.keys() & {holding.slot for holding in holdings} == set()


def test_more_than_the_share_is_made_up_for_as_soon_as_it_can_be():
    week = scenario()
    roster = Roster((tickets("ann", "mon-am", ("eye", 20)), tickets("ann", "tue-am", ("eye", 20))))
    slots = cut_sessions(week, roster)
    monday = {slot.slot: slot.tickets for slot in slots if slot.date == roster.sessions[0].at.date}
    filled, _ = hold_tickets(week, roster, slots, held=monday)
    assert [slot.reserved for slot in filled if slot.slot not in monday] == [0] * (len(slots) - len(monday))
