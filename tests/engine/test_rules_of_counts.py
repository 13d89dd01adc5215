from __future__ import annotations

import pytest

from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.engine.alone import choices, held_as, units

SOFT_OR_HARD = pytest.mark.parametrize("strictness", ["hard", "soft"])


COVER = Policy.model_validate({"leave": {"sessions": "cover"}})
"""Sessions of who is on leave stay in the week, for others to take over."""


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
