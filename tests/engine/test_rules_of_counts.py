from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.ratios import most_mornings
from scheduler.engine.rules_of_counts import COUNT_RULES, countable
from scheduler.rules import DEFAULT_TIERS
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChangesPolicy, Policy, RatioPolicy
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.engine.alone import choices, units

SOFT_OR_HARD = pytest.mark.parametrize("strictness", ["hard", "soft"])


COVER = Policy.model_validate({"leave": {"sessions": "cover"}})
"""Sessions of who is on leave stay in the week, for others to take over."""


def held_as(rule: str, strictness: str, **parts) -> Scenario:
    """A week with the rule at this strictness and with a place in the tiers."""
    return scenario(rules={rule: strictness}, tiers=(rule,), **parts)


def mornings(rule: str, strictness: str, am: int, pm: int, ratio: str = "6/5", **parts) -> Scenario:
    people = tuple(doctor(f"d{n}", "chief") for n in range(am + pm))
    rows = tuple(row(f"d{n}", "mon-am" if n < am else "mon-pm") for n in range(am + pm))
    policy = Policy(ratio=RatioPolicy(limit=ratio, target=ratio))
    return held_as(rule, strictness, doctors=people, template=rows, **{"policy": policy, **parts})


# availability, eligible and pinned: hard ones are choices that are not there


def test_a_doctor_who_is_away_has_no_choice_to_come():
    away = AvailabilityRow(doctor="ann", day="mon", half="AM")
    week = held_as(
        "availability", "hard", template=(row("ann", "mon-am"),), availability=(away,), policy=COVER
    )
    assert "ann mon-am" not in choices(week)
    assert "ann mon-am > mon-pm" in choices(week)


def test_where_availability_is_soft_a_session_away_is_one_unit():
    away = AvailabilityRow(doctor="ann", day="mon", half="AM")
    week = held_as(
        "availability", "soft", template=(row("ann", "mon-am"),), availability=(away,), policy=COVER
    )
    assert units(week, "availability") == 1
    assert units(week, "availability", "ann mon-am > mon-pm") == 0


def test_evenings_and_weekends_are_only_for_who_has_them_or_opens_them():
    opened = AvailabilityRow(doctor="bob", day="sat", half="AM", state="open")
    week = scenario(template=(row("ann", "mon-eve"), row("bob", "mon-pm")), availability=(opened,))
    assert {word for word in choices(week) if word.endswith(("eve", "sat-am", "sat-pm"))} == {
        "ann mon-eve",
        "bob mon-pm > sat-am",
    }


def test_a_doctor_without_approval_or_level_has_no_choice_to_serve():
    demand = (DemandRow(clinic="eye", day="mon", half="AM", sessions=1),)
    week = scenario(clinics=(clinic(min_level="chief"),), demand=demand)
    assert choices(week) == {"ann + mon-am eye"}


def test_a_standing_session_without_approval_can_only_be_dropped():
    week = scenario(clinics=(clinic(min_level="chief"),), template=(row("bob", "mon-am"),))
    assert choices(week) == {"bob mon-am >"}


def test_where_eligible_is_soft_every_block_without_approval_is_one_unit():
    clinics = (clinic(min_level="chief"), clinic("lid", "eye", min_level="chief"), clinic("plain", "eye"))
    rows = tuple(row("bob", "mon-am", name) for name in ("eye", "lid", "plain"))
    week = held_as("eligible", "soft", clinics=clinics, template=rows)
    assert units(week, "eligible") == 2
    assert units(week, "eligible", "bob mon-am >") == 0


def test_a_pinned_session_has_no_other_choice():
    week = held_as("pinned", "hard", template=(row("ann", "mon-am", pinned=True),))
    assert choices(week) == {"ann mon-am"}


@pytest.mark.parametrize(("told", "cost"), [((), 0), (("ann mon-am > mon-pm",), 1), (("ann mon-am >",), 1)])
def test_where_pinned_is_soft_a_pinned_session_moved_or_dropped_is_one_unit(told, cost):
    week = held_as("pinned", "soft", template=(row("ann", "mon-am", pinned=True), row("bob", "mon-am")))
    assert units(week, "pinned", *told) == cost
    assert units(week, "pinned", *told, "bob mon-am >") == cost


# rooms


ROOMS = (Room(room="e1", pool="eye"), Room(room="e2", pool="eye", closed=("mon-pm",)))
THREE = tuple(doctor(name) for name in ("ann", "bob", "cid"))


@pytest.mark.parametrize(("at", "missing"), [("mon-am", 1), ("mon-pm", 2), ("tue-am", 1)])
def test_sessions_beyond_the_open_rooms_of_a_pool_are_units(at, missing):
    rows = tuple(row(who.doctor, at) for who in THREE)
    for strictness, expected in (("soft", missing), ("hard", None)):
        week = held_as("rooms", strictness, doctors=THREE, rooms=ROOMS, template=rows)
        assert units(week, "rooms") == expected


@SOFT_OR_HARD
def test_as_many_sessions_as_rooms_have_their_rooms(strictness):
    rows = (row("ann", "mon-am"), row("bob", "mon-am"), row("cid", "mon-pm"))
    week = held_as("rooms", strictness, doctors=THREE, rooms=ROOMS, template=rows)
    assert units(week, "rooms") == 0


@SOFT_OR_HARD
def test_rooms_of_another_pool_do_not_help(strictness):
    rooms = (Room(room="e1", pool="eye"), Room(room="x1", pool="ear"), Room(room="x2", pool="ear"))
    clinics = (clinic(), clinic("ear", "ear"))
    week = held_as(
        "rooms",
        strictness,
        clinics=clinics,
        rooms=rooms,
        template=(row("ann", "mon-am"), row("bob", "mon-am")),
    )
    assert units(week, "rooms") == (1 if strictness == "soft" else None)


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


# cover


def asked(strictness: str, *rows: DemandRow, **parts) -> Scenario:
    return held_as("cover", strictness, demand=rows, **parts)


@pytest.mark.parametrize(
    ("told", "short"),
    [
        ((), 2),
        (("ann + mon-am eye",), 1),
        (("ann + mon-am eye", "bob + mon-pm eye"), 0),
        (("ann + mon-am eye", "bob + mon-am eye"), 0),
        (("ann + mon-am eye", "bob + mon-am eye", "bob + mon-pm eye"), 0),
    ],
)
def test_sessions_short_of_demand_are_units(told, short):
    row = DemandRow(clinic="eye", day="mon", sessions=2)
    assert units(asked("soft", row), "cover", *told) == short
    assert units(asked("hard", row), "cover", *told) == (None if short else 0)


def test_a_row_marked_hard_must_be_met_where_the_rule_is_soft():
    row = DemandRow(clinic="eye", day="mon", sessions=1, hard=True)
    assert units(asked("soft", row), "cover") is None
    assert units(asked("soft", row), "cover", "bob + mon-am eye") == 0


def test_only_doctors_of_the_level_or_above_count():
    row = DemandRow(clinic="eye", day="mon", half="AM", level="deputy_chief", sessions=1)
    assert units(asked("soft", row), "cover", "bob + mon-am eye") == 1
    assert units(asked("soft", row), "cover", "ann + mon-am eye") == 0


def test_rows_of_any_half_and_of_one_half_of_a_day_stand_side_by_side():
    rows = (
        DemandRow(clinic="eye", day="mon", sessions=2),
        DemandRow(clinic="eye", day="mon", half="PM", sessions=1),
    )
    assert units(asked("soft", *rows), "cover", "ann + mon-am eye") == 2
    assert units(asked("soft", *rows), "cover", "ann + mon-pm eye") == 1


def test_standing_sessions_count_wherever_they_move():
    row_asked = DemandRow(clinic="eye", day="mon", half="PM", sessions=1)
    week = asked("soft", row_asked, template=(row("ann", "tue-am"),))
    assert units(week, "cover") == 1
    assert units(week, "cover", "ann tue-am > mon-pm") == 0


def test_a_session_of_two_clinics_counts_for_both():
    rows = (DemandRow(clinic="eye", sessions=1), DemandRow(clinic="lid", sessions=1))
    clinics = (clinic(), clinic("lid", "eye"))
    week = asked("soft", *rows, clinics=clinics, template=(row("ann", "mon-am"), row("ann", "mon-am", "lid")))
    assert units(week, "cover") == 0


def test_demand_on_a_closed_day_asks_for_nothing():
    row = DemandRow(clinic="eye", day="mon", sessions=1, hard=True)
    closed = CalendarRow(date="2026-07-20", kind="closed")
    assert units(asked("hard", row, calendar=(closed,)), "cover") == 0


def test_demand_that_nobody_may_serve_is_short():
    row = DemandRow(clinic="eye", day="mon", sessions=3)
    assert units(asked("soft", row, clinics=(clinic(min_level="known_expert"),)), "cover") == 3


# expert_presence


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ((), 1),
        (("ann tue-am > mon-pm",), 0),
        (("bob mon-am > tue-pm",), 0),
        (("bob mon-am >",), 0),
        (("ann tue-am >",), 1),
    ],
)
def test_a_specialtys_day_with_sessions_and_no_expert_is_one_unit(told, days):
    rows = (row("bob", "mon-am"), row("ann", "tue-am"))
    assert units(held_as("expert_presence", "soft", template=rows), "expert_presence", *told) == days
    hard = held_as("expert_presence", "hard", template=rows)
    assert units(hard, "expert_presence", *told) == (None if days else 0)


def test_a_day_without_an_expert_is_one_unit_however_many_sessions_it_has():
    rows = (row("bob", "mon-am"), row("bob", "mon-pm"), row("cid", "mon-am"))
    week = held_as(
        "expert_presence",
        "soft",
        doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid")),
        template=rows,
    )
    assert units(week, "expert_presence") == 1


def test_an_expert_of_another_specialty_or_on_a_weekend_is_of_no_account():
    people = (doctor("ann", "chief", "ear"), doctor("bob"))
    rows = (row("ann", "mon-am", "ear"), row("bob", "mon-am"), row("bob", "sat-am"))
    week = held_as(
        "expert_presence", "soft", doctors=people, clinics=(clinic(), clinic("ear", "ear")), template=rows
    )
    assert units(week, "expert_presence") == 1


# changes


PRICES = ChangesPolicy(same_date=2, other_date=3, drop=5, add=7)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ((), 0),
        (("ann mon-am > mon-pm",), 2),
        (("ann mon-am > tue-am",), 3),
        (("ann mon-am >",), 5),
        (("ann + fri-pm eye",), 7),
        (("ann mon-am > mon-pm", "ann + fri-pm eye"), 9),
    ],
)
def test_every_change_costs_its_points(told, points):
    week = held_as(
        "changes",
        "soft",
        policy=Policy(changes=PRICES),
        template=(row("ann", "mon-am"),),
        demand=(DemandRow(clinic="eye", day="fri", half="PM", sessions=1),),
    )
    assert units(week, "changes", *told) == points


def test_without_a_template_nothing_is_a_change():
    week = held_as("changes", "soft", demand=(DemandRow(clinic="eye", day="fri", sessions=1),))
    assert units(week, "changes", "ann + fri-pm eye") == 0


@pytest.mark.parametrize(
    ("strictness", "budget", "allowed"), [("hard", None, 0), ("soft", 1, 1), ("hard", 2, 2)]
)
def test_a_budget_is_a_limit_on_changed_sessions(strictness, budget, allowed):
    policy = Policy(changes=ChangesPolicy(budget=budget))
    rows = tuple(row("ann", f"{day}-am") for day in ("mon", "tue", "wed"))
    week = held_as("changes", strictness, policy=policy, template=rows)
    moves = [f"ann {day}-am > {day}-pm" for day in ("mon", "tue", "wed")]
    feasible = [n for n in range(4) if units(week, "changes", *moves[:n]) is not None]
    assert feasible == list(range(allowed + 1))


def test_a_session_that_a_holiday_closes_costs_nothing():
    closed = CalendarRow(date="2026-07-20", kind="closed")
    week = held_as("changes", "hard", template=(row("ann", "mon-am"),), calendar=(closed,))
    assert units(week, "changes") == 0


# all of them


@pytest.mark.parametrize("rule", dict(COUNT_RULES))
def test_an_empty_week_costs_nothing(rule):
    assert units(held_as(rule, "soft", doctors=(), clinics=(), rooms=()), rule) == 0


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
