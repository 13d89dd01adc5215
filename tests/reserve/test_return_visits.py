from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.return_visits import tickets_to_serve
from scheduler.check.run import find_violations
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.return_visits import tickets_for
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Plan, Roster
from scheduler.scenario.forecasts import Discharge, ReturnRate
from scheduler.scenario.hospital import Channel
from scheduler.scenario.policy import ChannelPolicy, Policy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, scenario, session

NINE_TENTHS = Fraction(9, 10)
PEOPLE = (doctor("ann", "chief"), doctor("bob"), doctor("cid", "chief", "ear"))


def week_with(**more) -> Scenario:
    return scenario(doctors=PEOPLE, policy=Policy(presets=("return-visits-90",)), **more)


def at(who: str, when: str, *blocks: tuple[str, int]):
    return session(who, when, blocks=tuple(Block(*block) for block in blocks))


def published(week: Scenario, *sessions) -> Plan:
    roster = Roster(sessions)
    return Plan(roster, *hold_tickets(week, roster, cut_sessions(week, roster)))


def held(plan: Plan) -> dict[tuple[str, str], int]:
    """Tickets of return visits by clinic and weekday."""
    slots = {slot.slot: slot for slot in plan.slots}
    found: Counter[tuple[str, str]] = Counter()
    for holding in plan.holdings:
        if holding.channel is Channel.RETURN_VISIT:
            slot = slots[holding.slot]
            found[slot.clinic, f"{slot.date:%a}"] += holding.tickets
    return dict(found)


def broken(week: Scenario, plan: Plan) -> list[tuple[str, int]]:
    return [(one.place, one.amount) for one in find_violations(week, plan, rules=["channel_shares"])]


@pytest.mark.parametrize(("mean", "tickets"), [(2, 4), (5, 6), (10, 11), (20, 20), (40, 38), (80, 74)])
def test_the_fewest_tickets_that_serve_nine_tenths_of_a_poisson_number(mean, tickets):
    assert tickets_for(Fraction(mean), Fraction(mean), NINE_TENTHS) == tickets
    assert tickets_to_serve(NINE_TENTHS, Fraction(mean), Fraction(mean)) == tickets


def test_one_return_visit_by_hand():
    # Poisson 1: one ticket serves 1 - 1/e = .632, two serve .632 + .264 = .896, three .896 + .080 = .977.
    served = {Fraction(632, 1000): 1, Fraction(633, 1000): 2, Fraction(896, 1000): 2, Fraction(897, 1000): 3}
    for level, tickets in served.items():
        assert tickets_for(Fraction(1), Fraction(1), level) == tickets


def test_a_number_that_varies_more_needs_more_tickets():
    # Geometric with mean 4, variance 20: E min(D, n) = 4 (1 - .8^n), so n >= ln .1 / ln .8 = 10.3.
    assert (
        tickets_for(Fraction(4), Fraction(20), NINE_TENTHS) == 11 == math.ceil(math.log(0.1) / math.log(0.8))
    )
    assert tickets_for(Fraction(4), Fraction(4), NINE_TENTHS) == 6


def test_less_than_poisson_counts_as_poisson_and_nothing_expected_needs_nothing():
    assert tickets_for(Fraction(20), Fraction(1), NINE_TENTHS) == 20
    assert tickets_for(Fraction(0), Fraction(0), NINE_TENTHS) == 0


def test_a_forecast_as_large_as_it_may_be_is_served_too():
    # e to the minus 20,000 is no float.
    assert tickets_for(Fraction(20_000), Fraction(20_000), NINE_TENTHS) == 18_000


@settings(max_examples=120, deadline=None)
@given(
    st.fractions(0, 400, max_denominator=10**6) | st.just(Fraction(1, 10**40)),
    st.fractions(0, 30, max_denominator=10**12),
    st.fractions(0, Fraction(999, 1000), max_denominator=1000),
)
def test_the_checkers_sums_and_the_recursion_come_to_the_same_number(mean, dispersion, level):
    assert tickets_to_serve(level, mean, mean * dispersion) == tickets_for(mean, mean * dispersion, level)


def test_what_is_learned_a_session_grows_with_the_sessions_planned_and_replaces_the_forecast():
    rates = (ReturnRate(clinic="eye", per_session=5, weeks=12),)
    week = week_with(clinics=(clinic(returns=80),), returns=rates)
    one = published(week, at("ann", "mon-am", ("eye", 20)))
    two = published(week, at("ann", "mon-am", ("eye", 20)), at("bob", "tue-am", ("eye", 20)))
    assert [sum(held(plan).values()) for plan in (one, two)] == [6, 11]
    assert broken(week, one) == broken(week, two) == []


def test_a_return_share_is_taken_of_what_is_learned_too():
    rates = (ReturnRate(clinic="eye", per_session="7/2"),)
    back = ChannelPolicy(name="back", channel=Channel.RETURN_VISIT, return_share=1)
    week = scenario(doctors=PEOPLE, policy=Policy(channels=(back,)), returns=rates)
    plan = published(week, at("bob", "mon-am", ("eye", 20)))
    assert held(plan) == {("eye", "Mon"): 4}
    assert broken(week, plan) == []


def test_patients_discharged_come_so_many_days_later_and_on_the_next_date_with_tickets():
    # On Friday 10 leave, half come after 4 days: Tuesday. On Wednesday 4 leave and come on Saturday: on Monday.
    rows = (
        Discharge(specialty="eye", weekday="fri", patients=10, share="1/2", days=4),
        Discharge(specialty="eye", weekday="wed", patients=4, share="1/2", days=3),
    )
    week = week_with(discharges=rows)
    plan = published(week, *(at("bob", f"{day}-am", ("eye", 20)) for day in ("mon", "tue", "wed")))
    # 5 expected need 6, 2 need 4; of all 7 together 8 are enough, which the dates' ten are.
    assert held(plan) == {("eye", "Mon"): 4, ("eye", "Tue"): 6}
    assert broken(week, plan) == []


def test_patients_discharged_are_shared_out_by_tickets_and_add_to_a_clinics_own_return_visits():
    rows = (Discharge(specialty="eye", weekday="mon", patients=40, share="1/2", days=7),)
    clinics = (clinic(returns=5), clinic("dry"))
    week = week_with(clinics=clinics, discharges=rows)
    plan = published(week, at("ann", "mon-am", ("eye", 30)), at("bob", "mon-pm", ("dry", 10)))
    # eye: 5 + 15 expected need 20, dry: 5 need 6; the date has 20, which need 20.
    assert held(plan) == {("eye", "Mon"): 20, ("dry", "Mon"): 6}
    assert broken(week, plan) == []


def test_patients_discharged_are_not_sent_to_special_need_clinics_though_these_have_return_visits():
    rows = (Discharge(specialty="eye", weekday="mon", patients=5, share=1, days=5),)
    week = week_with(clinics=(clinic(), clinic("vip", kind="special_need", returns=2)), discharges=rows)
    plan = published(week, at("ann", "sat-am", ("vip", 30)), at("bob", "mon-pm", ("eye", 20)))
    assert held(plan) == {("vip", "Sat"): 4, ("eye", "Mon"): 6}
    assert broken(week, plan) == []


def test_the_checker_tells_the_date_on_which_patients_discharged_find_too_few_tickets():
    rows = (Discharge(specialty="eye", weekday="mon", patients=5, share=1, days=1),)
    week = week_with(discharges=rows)
    sessions = at("bob", "mon-am", ("eye", 20)), at("bob", "tue-am", ("eye", 3))
    assert broken(week, published(week, *sessions)) == [("return-visits-90, eye, 2026-07-21", 3)]


def test_a_specialty_without_tickets_expects_nobody_discharged():
    rows = (Discharge(specialty="eye", weekday="mon", patients=5, share=1, days=1),)
    week = week_with(discharges=rows)
    assert broken(week, published(week, at("bob", "mon-am", ("eye", 0)))) == []


DAYS = ("mon", "tue", "thu", "sun")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob"]),
            st.sampled_from([f"{day}-am" for day in DAYS]),
            st.integers(0, 60),
            st.integers(0, 30),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: row[:2],
    ),
    st.lists(
        st.builds(
            Discharge,
            specialty=st.just("eye"),
            weekday=st.sampled_from(DAYS),
            patients=st.integers(0, 30),
            share=st.fractions(0, Fraction(1, 3)),
            days=st.integers(0, 20),
        ),
        max_size=3,
        unique_by=lambda row: (row.weekday, row.days),
    ),
    st.fractions(0, 8),
    st.fractions(0, 4),
    st.sampled_from(["resident", "chief"]),
    st.sampled_from(["disease", "special_need"]),
    st.none() | st.integers(0, 9),
)
def test_the_checker_misses_only_what_no_public_ticket_could_make_up(
    counts, rows, rate, dispersion, level, kind, told
):
    back = ChannelPolicy(
        name="back", channel=Channel.RETURN_VISIT, service_level="4/5", from_level=level, experts_share="1/4"
    )
    week = scenario(
        doctors=PEOPLE,
        clinics=(clinic(), clinic("dry", kind=kind, returns=told)),
        policy=Policy(presets=(), channels=(back,)),
        returns=(ReturnRate(clinic="eye", per_session=rate, dispersion=dispersion),),
        discharges=tuple(rows),
    )
    plan = published(week, *(at(who, when, ("eye", n), ("dry", more)) for who, when, n, more in counts))
    experts = {slot.slot for slot in plan.slots if slot.doctor != "bob"}
    able = experts if level == "chief" else {slot.slot for slot in plan.slots}
    public = {h.slot for h in plan.holdings if h.channel is Channel.PUBLIC}
    for one in find_violations(week, plan, rules=["channel_shares"]):
        key, *more = one.place.removeprefix("back, ").split(", ")
        dates = [word for word in more if word != "experts"]
        wards = {"eye"} if kind == "special_need" else {"eye", "dry"}
        group = {
            s.slot
            for s in plan.slots
            if (s.date.isoformat() in dates and s.clinic in wards if dates else s.clinic == key)
        }
        assert not group & able & (experts if "experts" in more else able) & public
