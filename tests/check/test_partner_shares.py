"""Partners' shares as the checker sees them: a good plan is silent, every way to spoil it is told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations
from scheduler.reserve.partners import give_to_partners
from scheduler.roster import Channel, Plan, Roster, template_roster
from scheduler.scenario.hospital import Credit, Partner
from scheduler.scenario.policy import Policy
from scheduler.scenario.week import Scenario
from tests.check.small import doctor, found_in, monday, publish, row, scenario

EAST, WEST = Partner(partner="east"), Partner(partner="west")
TWO_DAYS = (row("ann", "mon-am", room="e1"), row("ann", "tue-pm", room="e1"))


def two_days(*partners: Partner, **more) -> Scenario:
    """An expert's 40 tickets on Monday and Tuesday, 12 of them for partners, 6 a day."""
    return scenario(template=TWO_DAYS, partners=partners, **more)


def shared_out(week: Scenario) -> Plan:
    plan = publish(week, template_roster(week))
    given = give_to_partners(week, plan.roster, plan.slots, plan.holdings)
    return replace(plan, holdings=given.holdings)


def held_by(plan: Plan, holder: str) -> list[tuple[str, int]]:
    days = {slot.slot: slot.date.strftime("%a") for slot in plan.slots}
    return [
        (days[h.slot], h.tickets)
        for h in plan.holdings
        if h.channel is Channel.PARTNER and h.holder == holder
    ]


def count(plan: Plan, holder: str) -> int:
    return sum(tickets for _, tickets in held_by(plan, holder))


def given_over(plan: Plan, old: str, new: str, tickets: int, day: str = "") -> Plan:
    """The plan with so many tickets of one holder (on a day, if told) in the hands of another."""
    days = {slot.slot: slot.date.strftime("%a") for slot in plan.slots}
    rows, left = [], tickets
    for holding in plan.holdings:
        takes = holding.channel is Channel.PARTNER and holding.holder == old and days[holding.slot] >= day
        if takes and left and (not day or days[holding.slot] == day):
            part = min(left, holding.tickets)
            left -= part
            rows.append(replace(holding, holder=new, tickets=part))
            if part < holding.tickets:
                rows.append(replace(holding, tickets=holding.tickets - part))
        else:
            rows.append(holding)
    assert not left
    return replace(plan, holdings=tuple(rows))


def test_what_was_shared_out_keeps_the_rule():
    week = two_days(EAST, WEST)
    plan = shared_out(week)
    assert (count(plan, "east"), count(plan, "west")) == (6, 6)
    assert found_in("partner_shares", week, plan) == []


def test_one_ticket_more_or_less_is_within_the_rule_and_a_second_is_not():
    week = two_days(EAST, WEST)
    plan = shared_out(week)
    assert found_in("partner_shares", week, given_over(plan, "east", "west", 1)) == []
    assert found_in("partner_shares", week, given_over(plan, "east", "west", 3)) == [
        ("eye, east, number", 2),
        ("eye, west, number", 2),
    ]


def test_a_guaranteed_ticket_that_is_missing_is_told_though_the_claim_is_near():
    week = two_days(Partner(partner="east", minimum=6), WEST)
    plan = given_over(shared_out(week), "east", "west", 1)
    assert found_in("partner_shares", week, plan) == [("eye, east, number", 1)]


def test_guaranteed_tickets_that_do_not_fit_bind_nobody():
    week = two_days(Partner(partner="east", minimum=10), Partner(partner="west", minimum=10))
    assert found_in("partner_shares", week, shared_out(week)) == []


def test_a_holder_that_nobody_knows_is_told():
    week = two_days(EAST, WEST)
    plan = given_over(shared_out(week), "east", "north", 1)
    assert found_in("partner_shares", week, plan) == [("eye, north", 1)]


def test_a_partner_of_other_specialties_is_unknown_here():
    week = two_days(EAST, WEST)
    plan = shared_out(week)
    bone = week.changed(
        doctors=(*week.doctors, doctor("cat", specialty="bone")),
        partners=(EAST, Partner(partner="west", specialties=("bone",))),
    )
    assert ("eye, west", 6) in found_in("partner_shares", bone, plan)


def test_tickets_of_a_day_on_which_a_partner_cannot_send_are_told():
    week = two_days(EAST, WEST)
    plan = shared_out(week)
    mondays = week.changed(partners=(EAST, Partner(partner="west", days=("mon",))))
    tuesday = sum(tickets for day, tickets in held_by(plan, "west") if day == "Tue")
    assert tuesday
    assert ("eye, west, 2026-07-21", tuesday) in found_in("partner_shares", mondays, plan)


def test_a_partner_that_finds_no_more_on_its_days_leaves_the_rest_and_is_not_short():
    week = two_days(EAST, Partner(partner="west", days=("mon",), population=90), policy=Policy())
    week = week.changed(partners=(Partner(partner="east", population=10), week.partners[1]))
    plan = shared_out(week)
    assert (count(plan, "west"), count(plan, "")) == (6, 5)
    assert found_in("partner_shares", week, plan) == []


def test_tickets_left_that_a_short_partner_could_have_are_told():
    week = two_days(EAST, Partner(partner="west", days=("mon",)))
    plan = given_over(shared_out(week), "west", "", 2)
    assert ("eye", 2) in found_in("partner_shares", week, plan)


def test_tickets_left_that_a_change_with_another_would_free_are_told():
    """West's days are full of east's tickets, which east could have on the day that is left."""
    week = two_days(EAST, Partner(partner="west", days=("mon",)))
    plan = shared_out(week)
    assert held_by(plan, "west") and {day for day, _ in held_by(plan, "west")} == {"Mon"}
    swapped = given_over(given_over(plan, "east", "", 2, "Tue"), "west", "east", 2)
    assert ("eye", 2) in found_in("partner_shares", week, swapped)


def test_credits_are_claimed():
    owed = (
        Credit(partner="east", specialty="eye", credit=3),
        Credit(partner="west", specialty="eye", credit=-3),
    )
    week = two_days(EAST, WEST, credits=owed)
    plan = shared_out(week)
    assert (count(plan, "east"), count(plan, "west")) == (9, 3)
    assert found_in("partner_shares", week, plan) == []
    assert found_in("partner_shares", week.changed(credits=()), plan) != []


def test_a_plan_without_holders_breaks_the_rule_once_there_are_partners():
    week = monday()
    plan = publish(week, template_roster(week))
    assert found_in("partner_shares", week, plan) == []
    assert found_in("partner_shares", week.changed(partners=(EAST,)), plan) != []


def test_where_the_rule_is_off_nobody_in_particular_holds_tickets():
    week = two_days(EAST, WEST, rules={"partner_shares": "off"})
    assert count(shared_out(week), "") == 12


PARTNERS = st.lists(
    st.builds(
        lambda population, minimum, days: {"population": population, "minimum": minimum, "days": days},
        st.integers(0, 90),
        st.integers(0, 3),
        st.sampled_from([(), (), ("mon",), ("tue",), ("wed",)]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(PARTNERS, st.lists(st.fractions(-1, 1, max_denominator=20), min_size=6, max_size=6))
def test_the_checker_agrees_with_whatever_is_shared_out(rows, owed):
    partners = tuple(Partner(partner=f"p{n}", **fields) for n, fields in enumerate(rows))
    week = two_days(
        *partners,
        credits=tuple(
            Credit(partner=p.partner, specialty="eye", credit=c) for p, c in zip(partners, owed, strict=False)
        ),
    )
    plan = shared_out(week)
    assert find_violations(week, plan, rules=["partner_shares"]) == ()
    assert find_violations(week, plan, rules=["tickets_add_up"]) == ()


def test_no_tickets_no_shares():
    week = two_days(EAST)
    assert found_in("partner_shares", week, Plan(Roster(()))) == []
