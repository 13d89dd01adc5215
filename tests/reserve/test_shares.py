"""What partners were entitled to, got and carry on, read off a plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from scheduler.reserve.partners import give_to_partners
from scheduler.reserve.shares import Share, credits_after, partner_shares
from scheduler.roster import Plan, template_roster
from scheduler.scenario.hospital import Credit, Level, Partner
from scheduler.scenario.week import Scenario
from tests.check.small import publish, row, scenario


def week(*partners: Partner, **more) -> Scenario:
    """6 tickets for partners on Monday morning, all of a chief's."""
    return scenario(template=(row("ann", "mon-am", room="e1"),), partners=partners, **more)


def shared_out(found: Scenario) -> Plan:
    plan = publish(found, template_roster(found))
    return replace(plan, holdings=give_to_partners(found, plan.roster, plan.slots, plan.holdings).holdings)


def test_a_share_tells_the_part_the_tickets_and_what_is_carried():
    found = week(Partner(partner="east", population=3), Partner(partner="west", population=2))
    east, west = partner_shares(found, shared_out(found))
    assert (east.entitled, east.given, east.carried) == (Fraction(18, 5), 4, Fraction(-2, 5))
    assert (west.entitled, west.given, west.carried) == (Fraction(12, 5), 2, Fraction(2, 5))
    assert west.levels == {Level.CHIEF: 2}


def test_positions_of_all_tickets_lie_around_the_middle():
    found = week(Partner(partner="east"), Partner(partner="west"))
    shares = partner_shares(found, shared_out(found))
    assert sum(share.positions for share in shares) == Fraction(6, 2)
    assert all(abs(share.mean_position - Fraction(1, 2)) <= Fraction(1, 6) for share in shares)


def test_a_partner_without_tickets_has_no_position():
    assert (
        Share("east", "eye", Fraction(0), Fraction(0), 0, Fraction(0), Fraction(0), {}).mean_position is None
    )


def test_what_its_own_days_keep_a_partner_from_is_not_carried():
    found = week(Partner(partner="east"), Partner(partner="west", days=("tue",)))
    plan = shared_out(found)
    _, west = partner_shares(found, plan)
    assert (west.entitled, west.given, west.carried) == (3, 0, 0)
    assert [(c.partner, c.credit) for c in credits_after(found, plan)] == [("east", 0), ("west", 0)]


def test_credits_that_the_week_does_not_touch_stay():
    found = week(Partner(partner="east"), credits=(Credit(partner="east", specialty="eye", credit="1/2"),))
    assert credits_after(found, Plan(template_roster(found))) == found.credits


def test_credits_stay_short_enough_to_be_read_again():
    odd = Credit(partner="east", specialty="eye", credit=Fraction(1, 3**60))
    found = week(Partner(partner="east"), Partner(partner="west"), credits=(odd,))
    assert all(c.credit.denominator <= 10**9 for c in credits_after(found, shared_out(found)))


def test_without_partners_or_the_rule_there_are_no_shares():
    without = week()
    assert partner_shares(without, shared_out(without)) == ()
    off = week(Partner(partner="east"), rules={"partner_shares": "off"})
    assert partner_shares(off, shared_out(off)) == ()
