from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scheduler.scenario.hospital import Partner
from scheduler.tickets.advice import LEGAL_SHARE, advise, in_percent_up
from scheduler.tickets.queries import TicketUse

THIRD = Fraction(3, 10)


def use(
    partner: str, given: int, claimed: int, returned: int = 0, specialty: str = "eye", **more
) -> TicketUse:
    return TicketUse(
        "2026-W30",
        channel=more.pop("channel", "partner"),
        partner=partner,
        specialty=specialty,
        given=given,
        claimed=claimed,
        returned=returned,
        **more,
    )


def test_a_partner_that_needs_all_it_has_keeps_its_weight():
    (one,) = advise([use("north", 10, 10)], THIRD).partners
    assert (one.weight, str(one.reason)) == (10, "all 10 were needed")


def test_a_partner_that_needs_little_keeps_half():
    (one,) = advise([use("north", 10, 4, 3)], THIRD).partners
    assert (one.kept, one.weight) == (1, 5)


def test_claims_beyond_what_was_given_count():
    found = advise([use("north", 2, 6), use("", 10, 0, fallen_back=6)], THIRD)
    assert found.weights() == {"north": 6}


def test_where_all_was_needed_a_tenth_more_is_proposed():
    found = advise([use("north", 10, 10)], THIRD)
    assert found.share == Fraction(33, 100)
    assert "more may be wanted" in str(found.shares[0].reason)


def test_where_little_was_needed_the_share_goes_down_to_the_legal_one():
    found = advise([use("north", 50, 5)], Fraction(1, 2))
    assert found.share == LEGAL_SHARE
    assert "less may not be held than 30 %" in str(found.shares[0].reason)


def test_the_weeks_and_specialties_add_up_and_become_the_partners_referrals():
    found = advise([use("north", 4, 4), use("north", 4, 4), use("north", 2, 2, specialty="ent")], THIRD)
    partners = (Partner(partner="north", population=7), Partner(partner="south"))
    north, south = found.update_partners(partners)
    assert (north.referrals, north.population) == (10, 7)
    assert south == partners[1]


def test_tickets_of_other_channels_say_nothing_about_the_partners_share():
    found = advise([use("north", 10, 10), use("", 20, 0, channel="primary_care")], THIRD)
    assert found.share == Fraction(33, 100)


def test_an_empty_ledger_proposes_what_the_law_asks():
    found = advise([], THIRD)
    assert (found.partners, found.shares, found.share) == ((), (), LEGAL_SHARE)


COUNTS = st.tuples(st.sampled_from(["", "north", "south"]), *[st.integers(0, 40)] * 3)


@given(st.lists(COUNTS, max_size=8), st.fractions(THIRD, 1))
def test_no_share_is_below_the_legal_one_or_above_all_and_no_weight_below_half_of_what_was_given(
    counts, share
):
    uses = [use(name, given, claimed, min(claimed, back)) for name, given, claimed, back in counts]
    found = advise(uses, share)
    assert LEGAL_SHARE <= found.share <= 1
    assert all(one.weight >= Fraction(one.given, 2) for one in found.partners if one.partner)


@given(st.fractions(0, 2))
def test_percents_are_rounded_up_to_whole_ones(share):
    found = in_percent_up(share)
    assert (found * 100).denominator == 1
    assert 0 <= found - share < Fraction(1, 100)
