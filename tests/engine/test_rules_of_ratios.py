from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.ratios import most_mornings
from scheduler.engine.rules_of_ratios import countable
from scheduler.rules import DEFAULT_TIERS
from scheduler.scenario.policy import Policy, RatioPolicy
from scheduler.scenario.rows import CalendarRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.engine.alone import held_as, units

SOFT_OR_HARD = pytest.mark.parametrize("strictness", ["hard", "soft"])


def mornings(rule: str, strictness: str, am: int, pm: int, ratio: str = "6/5", **parts) -> Scenario:
    people = tuple(doctor(f"d{n}", "chief") for n in range(am + pm))
    rows = tuple(row(f"d{n}", "mon-am" if n < am else "mon-pm") for n in range(am + pm))
    policy = Policy(ratio=RatioPolicy(limit=ratio, target=ratio))
    return held_as(rule, strictness, doctors=people, template=rows, **{"policy": policy, **parts})


# ratio_day, ratio_target, ratio_experts


@pytest.mark.parametrize("rule", ["ratio_day", "ratio_target", "ratio_experts"])
@pytest.mark.parametrize(
    ("am", "pm", "ratio", "above"),
    [
        (6, 5, "6/5", 0),
        (7, 5, "6/5", 1),
        (1, 0, "6/5", 1),
        (0, 3, "1/2", 0),
        (2, 3, "1/2", 1),
        (4, 1, "2", 2),
    ],
)
def test_mornings_above_the_ratio_are_units(rule, am, pm, ratio, above):
    assert units(mornings(rule, "soft", am, pm, ratio), rule) == above
    assert units(mornings(rule, "hard", am, pm, ratio), rule) == (None if above else 0)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 9), st.integers(0, 9), st.fractions(Fraction(1, 2), 3, max_denominator=7))
def test_the_ratio_is_held_exactly(am, pm, ratio):
    week = mornings("ratio_day", "soft", am, pm, str(ratio))
    assert units(week, "ratio_day") == max(0, am - most_mornings(ratio, pm))


def test_each_day_stands_for_itself():
    rows = (row("ann", "mon-am"), row("bob", "tue-pm"))
    assert units(held_as("ratio_day", "soft", template=rows), "ratio_day") == 1


def test_moving_a_morning_to_the_afternoon_mends_the_day():
    assert units(mornings("ratio_day", "hard", 2, 0), "ratio_day") is None
    assert units(mornings("ratio_day", "hard", 2, 0), "ratio_day", "d0 mon-am > mon-pm") == 0


@pytest.mark.parametrize(("evening", "above"), [("leave_out", 1), ("as_afternoon", 0)])
def test_evenings_count_as_afternoons_only_where_the_policy_says_so(evening, above):
    policy = Policy(ratio=RatioPolicy(evening=evening))
    rows = (row("ann", "mon-am"), row("bob", "mon-eve"))
    assert units(held_as("ratio_day", "soft", template=rows, policy=policy), "ratio_day") == above


def test_weekends_have_no_ratio():
    assert units(held_as("ratio_day", "hard", template=(row("ann", "sat-am"),)), "ratio_day") == 0


def test_an_adjusted_saturday_has_a_ratio():
    works = CalendarRow(date="2026-07-25", kind="working")
    week = held_as("ratio_day", "hard", template=(row("ann", "sat-am"),), calendar=(works,))
    assert units(week, "ratio_day") is None


def test_only_experts_count_towards_the_experts_ratio():
    rows = (row("ann", "mon-am"), row("bob", "mon-pm"))
    assert units(held_as("ratio_experts", "soft", template=rows), "ratio_experts") == 1
    others = (row("ann", "mon-pm"), row("bob", "mon-am"))
    assert units(held_as("ratio_experts", "hard", template=others), "ratio_experts") == 0


# ratio_specialties


def two_specialties(strictness: str, eye: tuple[int, int], ear: tuple[int, int], **ratio) -> Scenario:
    """Specialties with (mornings, afternoons) over Monday and Tuesday, at most two of each a doctor."""
    rows, people = [], []
    for name, (am, pm) in (("eye", eye), ("ear", ear)):
        for half, count in (("am", am), ("pm", pm)):
            for number in range(count):
                people.append(doctor(f"{name}{half}{number}", specialty=name))
                rows.append(row(f"{name}{half}{number}", f"{('mon', 'tue')[number % 2]}-{half}", name))
    return held_as(
        "ratio_specialties",
        strictness,
        doctors=tuple(people),
        clinics=(clinic(), clinic("ear", "ear")),
        template=tuple(rows),
        policy=Policy(ratio=RatioPolicy(**ratio)),
    )


@pytest.mark.parametrize(
    ("eye", "ear", "share", "missing"),
    [
        ((1, 1), (2, 2), "1", 0),
        ((2, 1), (1, 0), "1", 0),  # one more is near enough
        ((3, 1), (1, 1), "1", 1),
        ((3, 1), (2, 0), "1", 2),
        ((3, 1), (1, 1), "1/2", 0),
        ((3, 1), (2, 0), "1/2", 1),
        ((3, 1), (1, 1), "4/5", 1),  # 4/5 of two specialties are both
        ((3, 1), (2, 0), "0", 0),
    ],
)
def test_specialties_missing_from_the_share_are_units(eye, ear, share, missing):
    found = two_specialties("soft", eye, ear, specialties_share=share)
    assert units(found, "ratio_specialties") == missing
    found = two_specialties("hard", eye, ear, specialties_share=share)
    assert units(found, "ratio_specialties") == (None if missing else 0)


@pytest.mark.parametrize(
    ("am", "pm", "meets"), [(1, 2, True), (2, 2, True), (1, 3, True), (3, 4, True), (4, 6, False)]
)
def test_with_a_limit_below_one_fewer_mornings_may_still_be_too_many(am, pm, meets):
    week = two_specialties("hard", (am, pm), (0, 1), limit="1/2", specialties_share="1")
    assert (units(week, "ratio_specialties") == 0) is meets


def test_a_specialty_without_sessions_or_demand_is_not_looked_at():
    week = held_as(
        "ratio_specialties",
        "hard",
        clinics=(clinic(), clinic("ear", "ear")),
        template=(row("ann", "mon-pm"),),
        policy=Policy(ratio=RatioPolicy(specialties_share=1)),
    )
    assert units(week, "ratio_specialties") == 0


def test_a_specialty_that_drops_all_its_mornings_meets_the_limit():
    week = two_specialties("hard", (2, 0), (1, 1), specialties_share="1")
    assert units(week, "ratio_specialties") is None
    assert units(week, "ratio_specialties", "eyeam0 mon-am >") == 0


def test_specialties_may_be_named_as_they_like():
    names = ("eye", "eye, near", "eye]")
    week = held_as(
        "ratio_specialties",
        "hard",
        doctors=tuple(doctor(name, specialty=name) for name in names),
        clinics=tuple(clinic(name, name) for name in names),
        template=tuple(row(name, "mon-am", name) for name in names),
    )
    assert units(week, "ratio_specialties") == 0


# numbers of many digits


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.fractions(0, 4, max_denominator=10**12), st.integers(1, 80))
def test_a_limit_in_small_numbers_tells_the_same_counts_apart(limit, most):
    small = countable(limit, most)
    assert small <= limit
    assert small.denominator <= most
    for pm in range(1, most + 1):
        assert limit * pm // 1 == small * pm // 1


@pytest.mark.parametrize(("ratio", "above"), [("1.19999999", 1), ("1.20000000000000000001", 0), ("1.2", 0)])
def test_a_ratio_of_any_number_of_digits_is_held_exactly(ratio, above):
    people = tuple(doctor(f"d{number:02}") for number in range(22))
    rows = tuple(row(f"d{n:02}", "mon-am" if n < 12 else "mon-pm") for n in range(22))
    week = scenario(
        doctors=people,
        template=rows,
        policy={"ratio": {"limit": ratio}},
        rules={"ratio_day": "soft", "rooms": "off"},
        tiers=("ratio_day", *DEFAULT_TIERS),
    )
    assert units(week, "ratio_day") == above
