"""Reserves shared out among partners: sums, whole tickets, monotony, and what a year of credits comes to."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.reserve import apportion as module
from scheduler.reserve.apportion import (
    Claimant,
    Portion,
    apportion,
    apportion_specialty,
    entitlements,
    partner_weights,
)
from scheduler.scenario.hospital import Credit, Partner
from scheduler.scenario.policy import PartnerPolicy, Policy
from tests.check.small import scenario

METHODS = st.sampled_from(["sainte_lague", "hamilton"])
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=40)
RESERVES = st.integers(0, 120)
YEAR = 52


def claimants(weights, minimums=None, owed=None) -> list[Claimant]:
    minimums = minimums or [0] * len(weights)
    owed = owed or [Fraction(0)] * len(weights)
    rows = zip(weights, minimums, owed, strict=True)
    return [Claimant(f"{n:02}", Fraction(w), m, c) for n, (w, m, c) in enumerate(rows)]


def portions(reserve, weights, method="sainte_lague", **more) -> tuple[Portion, ...]:
    return apportion(reserve, claimants(weights, **more), method).portions


def tickets(reserve, weights, method="sainte_lague", **more) -> list[int]:
    return [portion.tickets for portion in portions(reserve, weights, method, **more)]


def a_year(weights, reserves, method="sainte_lague", minimums=None) -> Fraction:
    """Return how far anybody is from what it was entitled to at the end of any week, at most."""
    owed, furthest = [Fraction(0)] * len(weights), Fraction(0)
    for reserve in reserves:
        owed = [p.carried for p in portions(reserve, weights, method, minimums=minimums, owed=owed)]
        furthest = max(furthest, *map(abs, owed))
    return furthest


@given(RESERVES, WEIGHTS, METHODS)
def test_tickets_sum_to_the_reserve_and_round_each_part_up_or_down(reserve, weights, method):
    found = portions(reserve, weights, method)
    assert sum(p.tickets for p in found) == reserve
    assert sum(p.entitled for p in found) == reserve
    assert all(floor(p.claim) <= p.tickets <= ceil(p.claim) for p in found)


@given(RESERVES, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=12), METHODS)
def test_guaranteed_tickets_are_given_where_they_fit(reserve, rows, method):
    weights, minimums = [w for w, _ in rows], [m for _, m in rows]
    found = apportion(reserve, claimants(weights, minimums), method)
    assert found.minimums_fit == (sum(minimums) <= reserve)
    assert sum(p.tickets for p in found.portions) == reserve
    if found.minimums_fit:
        assert all(p.tickets >= m and p.entitled >= m for p, m in zip(found.portions, minimums, strict=True))


@given(
    RESERVES,
    st.lists(st.tuples(st.integers(0, 50), st.fractions(-4, 4, max_denominator=60)), min_size=1, max_size=12),
    METHODS,
)
def test_whatever_is_owed_tickets_and_claims_sum_to_the_reserve(reserve, rows, method):
    found = portions(reserve, [w for w, _ in rows], method, owed=[c for _, c in rows])
    assert sum(p.tickets for p in found) == reserve
    if reserve:
        assert sum(p.claim for p in found) == reserve
    assert all(p.tickets >= 0 for p in found)


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2)), min_size=2, max_size=20),
    st.integers(1, 200),
    st.data(),
    METHODS,
)
def test_a_larger_weight_never_gets_less(reserve, rows, more, data, method):
    weights, minimums = [w for w, _ in rows], [m for _, m in rows]
    who = data.draw(st.integers(0, len(weights) - 1))
    raised = [weight + more * (n == who) for n, weight in enumerate(weights)]
    before = tickets(reserve, weights, method, minimums=minimums)
    if any(weights):
        assert tickets(reserve, raised, method, minimums=minimums)[who] >= before[who]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=40), st.integers(1, 60), METHODS)
def test_over_a_year_everybody_stays_within_one_ticket_of_its_part(weights, reserve, method):
    assert a_year(weights, [reserve] * YEAR, method) < 1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=40),
    st.lists(st.integers(0, 60), min_size=YEAR, max_size=YEAR),
    METHODS,
)
def test_so_do_they_where_the_reserve_changes_from_week_to_week(weights, reserves, method):
    assert a_year(weights, reserves, method) < 1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 2)), min_size=1, max_size=12),
    st.integers(0, 40),
    METHODS,
)
def test_so_do_they_with_guaranteed_tickets(rows, spare, method):
    weights, minimums = [w for w, _ in rows], [m for _, m in rows]
    assert a_year(weights, [sum(minimums) + spare] * YEAR, method, minimums) < 1


UNEVEN = ([8, 3, 1, 1, 8, 1], [3, 2, 30, 1])
"""Weights, and reserves that swing: the method alone leaves somebody behind."""


def test_the_method_alone_would_leave_somebody_more_than_a_ticket_behind(monkeypatch):
    assert a_year(*UNEVEN) < 1
    monkeypatch.setattr(module, "_slack", lambda deadlines, arrivals, left: [left] * len(deadlines))
    assert a_year(*UNEVEN) > 1


def test_two_fifths_of_a_ticket_a_week_are_two_tickets_in_five_weeks():
    owed, got = [Fraction(0), Fraction(0)], 0
    for _ in range(5):
        found = portions(1, [2, 3], owed=owed)
        owed, got = [p.carried for p in found], got + found[0].tickets
    assert got == 2
    assert owed == [0, 0]


def test_sainte_lague_favours_the_small_where_hamilton_goes_by_the_remainder():
    # Parts of 10.55, 0.51 and 0.94: one ticket is left for the first two.
    assert tickets(12, [1055, 51, 94]) == [10, 1, 1]
    assert tickets(12, [1055, 51, 94], "hamilton") == [11, 0, 1]


def test_of_equals_the_first_by_name_gets_the_odd_ticket():
    assert tickets(4, [1, 1, 1]) == [2, 1, 1]


def test_guaranteed_tickets_that_do_not_fit_are_scaled_down():
    found = apportion(3, claimants([1, 1], [4, 2]))
    assert not found.minimums_fit
    assert [(p.entitled, p.tickets) for p in found.portions] == [(2, 2), (1, 1)]


def test_the_others_share_what_guaranteed_tickets_leave_by_weight():
    assert entitlements(10, claimants([1, 2, 97], [1, 1, 0])) == [1, 1, 8]


def test_nobody_gets_fewer_than_it_keeps():
    found = apportion(3, claimants([1, 1, 1]), kept={"02": 2})
    assert [p.tickets for p in found.portions] == [1, 0, 2]


def test_what_is_kept_goes_before_what_is_guaranteed():
    found = apportion(3, claimants([1, 1], [2, 0]), kept={"01": 2})
    assert [p.tickets for p in found.portions] == [1, 2]


def test_an_empty_reserve_leaves_every_credit_as_it_is():
    found = portions(0, [1, 2], owed=[Fraction(1, 3), Fraction(-1, 3)])
    assert [(p.tickets, p.carried) for p in found] == [(0, Fraction(1, 3)), (0, Fraction(-1, 3))]


def test_a_new_partner_and_one_that_left_change_what_is_owed_to_the_others_by_their_parts():
    # The one who left took half a ticket too many with it: the two others bear it as they share.
    found = portions(3, [2, 1], owed=[Fraction(1, 2), Fraction(0)])
    assert [p.claim for p in found] == [Fraction(1, 2) + Fraction(5, 3), Fraction(5, 6)]


def partner(key: str, **more) -> Partner:
    return Partner(partner=key, **more)


def test_weights_are_parts_of_what_the_policy_counts():
    people = (partner("a", population=30, referrals=1), partner("b", population=10, referrals=3))
    assert partner_weights(people, PartnerPolicy()) == {"a": Fraction(3, 4), "b": Fraction(1, 4)}
    both = PartnerPolicy(by_referrals=1)
    assert partner_weights(people, both) == {"a": Fraction(1), "b": Fraction(1)}


def test_where_nothing_tells_all_weigh_the_same():
    people = (partner("a", contract=5), partner("b"))
    assert partner_weights(people, PartnerPolicy()) == {"a": 1, "b": 1}
    assert partner_weights(people, PartnerPolicy(by_contract=2)) == {"a": 2, "b": 0}


def test_a_specialty_is_shared_by_its_partners_with_their_credits():
    week = scenario(
        partners=(partner("a"), partner("b"), partner("c", specialties=("eye",))),
        policy=Policy(reserve={"specialties": ()}),
        credits=(Credit(partner="c", specialty="eye", credit="2/5"),),
    )
    (only,) = apportion_specialty(week, "eye", 3).portions
    assert (only.partner, only.credit, only.tickets) == ("c", Fraction(2, 5), 3)


EXAMPLE = Path(__file__).parents[2] / "docs" / "consortium.md"


def example() -> list[list[str]]:
    """The rows of the worked example: week, then entitled, credit, claim, tickets and carried of each partner."""
    text = EXAMPLE.read_text(encoding="utf-8").partition("### A worked example")[2]
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_worked_example_is_what_the_program_reckons():
    owed = [Fraction(0)] * 3
    rows = example()
    assert len(rows) == 15
    for week in range(5):
        found = portions(2, [5, 3, 2], owed=owed)
        owed = [p.carried for p in found]
        for portion, row in zip(found, rows[3 * week : 3 * week + 3], strict=True):
            told = [Fraction(cell) for cell in row[2:]]
            assert told == [portion.credit, portion.claim, portion.tickets, portion.carried]
    assert owed == [0, 0, 0]


@pytest.mark.parametrize("method", ["sainte_lague", "hamilton"])
def test_no_partner_no_portion(method):
    assert portions(5, [], method) == ()
