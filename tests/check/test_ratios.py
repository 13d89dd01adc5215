from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.ratios import meets, most_mornings
from scheduler.check.run import find_violations
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import Block, CalendarRow, DemandRow
from tests.check.small import (
    MONDAY,
    WEEK,
    balanced,
    clinic,
    doctor,
    found_in,
    row,
    scenario,
    session,
    week_of,
)

LIMIT = Fraction(6, 5)


@pytest.mark.parametrize(
    ("am", "pm", "units"),
    [(12, 10, 0), (13, 10, 1), (1, 1, 0), (2, 1, 1), (3, 0, 3), (0, 3, 0), (0, 0, 0), (8, 6, 1), (7, 6, 0)],
)
def test_a_day_has_at_most_six_mornings_for_five_afternoons(am, pm, units):
    week, plan = balanced(am, pm)
    assert found_in("ratio_day", week, plan) == ([(MONDAY, units)] if units else [])


@pytest.mark.parametrize(("am", "pm", "units"), [(11, 10, 0), (12, 10, 1), (10, 9, 1)])
def test_the_target_is_stricter_than_the_limit(am, pm, units):
    week, plan = balanced(am, pm)
    assert found_in("ratio_day", week, plan) == []
    assert found_in("ratio_target", week, plan) == ([(MONDAY, units)] if units else [])


def test_the_experts_ratio_looks_at_experts_only():
    experts, plan = balanced(3, 2, level="deputy_chief")
    others, same_plan = balanced(3, 2, level="attending")
    assert found_in("ratio_experts", experts, plan) == [(MONDAY, 1)]
    assert found_in("ratio_experts", others, same_plan) == []


def test_days_are_judged_one_by_one():
    week = scenario(doctors=tuple(doctor(key) for key in "abcd"))
    plan = week_of(
        session("a", "mon-am"), session("b", "mon-am"), session("c", "tue-pm"), session("d", "tue-pm")
    )
    assert found_in("ratio_day", week, plan) == [(MONDAY, 2)]


def test_weekends_do_not_count_and_adjusted_working_days_do():
    week, plan = balanced(2, 0, day="sat")
    assert found_in("ratio_day", week, plan) == []
    adjusted = scenario(
        doctors=week.doctors, calendar=(CalendarRow(date=WEEK.dates[5], kind="working", follows="mon"),)
    )
    assert found_in("ratio_day", adjusted, plan) == [("2026-07-25", 2)]


def test_evenings_are_afternoons_only_where_the_policy_says_so():
    week = scenario()
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-eve"))
    counted = scenario(policy=Policy(ratio={"evening": "as_afternoon"}))
    assert found_in("ratio_day", week, plan) == [(MONDAY, 1)]
    assert found_in("ratio_day", counted, plan) == []


def test_a_session_with_two_blocks_is_one_session():
    week, plan = balanced(1, 1)
    plan = week_of(
        session("d000", "mon-am", blocks=(Block("eye", 5), Block("lens", 5))), *plan.roster.sessions[1:]
    )
    assert found_in("ratio_day", week, plan) == []


def test_the_sentence_tells_the_day_and_its_numbers():
    week, plan = balanced(3, 1, day="fri")
    said = str(find_violations(week, plan, rules=["ratio_day"])[0].sentence)
    assert said == (
        "Friday 2026-07-24: 3 morning sessions, 1 afternoon one; at most 1 morning fits the limit 1.2"
    )


def specialties(above: int, within: int, share: str = "0.8"):
    """A week where so many specialties have two mornings, and so many others a morning and an afternoon."""
    names = [f"s{number}" for number in range(above + within)]
    week = scenario(
        doctors=tuple(doctor(f"{name}-{n}", specialty=name) for name in names for n in (1, 2)),
        clinics=tuple(clinic(name, name) for name in names),
        demand=tuple(DemandRow(clinic=name, sessions=0) for name in names),
        policy=Policy(ratio={"specialties_share": share}),
    )
    plan = week_of(
        *(session(f"{name}-1", "mon-am", blocks=(Block(name, 5),)) for name in names),
        *(
            session(f"{name}-2", "tue-am" if number < above else "tue-pm", blocks=(Block(name, 5),))
            for number, name in enumerate(names)
        ),
    )
    return week, plan


@pytest.mark.parametrize(
    ("above", "within", "share", "units"),
    [
        (1, 4, "0.8", 0),
        (2, 3, "0.8", 1),
        (1, 3, "0.8", 1),
        (2, 0, "0.8", 2),
        (2, 0, "0", 0),
        (1, 2, "2/3", 0),
    ],
)
def test_the_share_of_specialties_is_rounded_up(above, within, share, units):
    assert found_in("ratio_specialties", *specialties(above, within, share)) == (
        [("week", units)] if units else []
    )


def test_a_specialty_that_neither_stands_nor_is_asked_for_is_not_looked_at():
    week = scenario()
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-am"))
    asked = scenario(demand=(DemandRow(clinic="eye", sessions=0),))
    standing = scenario(template=(row("ann", "mon-am"),))
    assert found_in("ratio_specialties", week, plan) == []
    assert found_in("ratio_specialties", asked, plan) == [("week", 1)]
    assert found_in("ratio_specialties", standing, plan) == [("week", 1)]


@pytest.mark.parametrize(
    ("am", "pm", "met"),
    [(1, 0, True), (2, 0, False), (2, 1, True), (3, 1, False), (6, 5, True), (0, 9, True)],
)
def test_a_specialty_within_one_session_meets_the_limit(am, pm, met):
    assert meets(LIMIT, am, pm) is met


@settings(deadline=None)
@given(st.fractions(Fraction(1, 2), 10, max_denominator=50), st.integers(0, 500), st.integers(0, 500))
def test_the_most_mornings_are_the_last_number_that_keeps_the_ratio(ratio, afternoons, mornings):
    most = most_mornings(ratio, afternoons)
    assert (mornings <= ratio * afternoons) == (mornings <= most)
