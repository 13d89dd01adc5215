from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations, totals
from scheduler.engine.rules_of_people import PEOPLE_RULES
from scheduler.roster import Plan, template_roster
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.engine.alone import units


def held_as(rule: str, strictness: str, **parts) -> Scenario:
    """A week with the rule at this strictness; whether somebody is twice at a place is left to the rule."""
    rules = {"one_place": "off", rule: strictness}
    return scenario(rules=rules, tiers=(rule,), **parts)


def both_ways(rule: str, cost: int, *told: str, **parts) -> None:
    """Soft, the week costs so many units; hard, it is possible only where it costs none."""
    assert units(held_as(rule, "soft", **parts), rule, *told) == cost
    assert units(held_as(rule, "hard", **parts), rule, *told) == (None if cost else 0)


TWO = (row("ann", "mon-am"), row("ann", "mon-pm"))


@pytest.mark.parametrize(
    ("told", "cost"), [((), 0), (("ann mon-am > mon-pm",), 1), (("ann mon-am > tue-pm",), 0)]
)
def test_a_doctor_in_one_place_twice_is_one_unit(told, cost):
    both_ways("one_place", cost, *told, template=TWO)


def test_three_sessions_at_one_place_are_two_units():
    both_ways(
        "one_place", 2, "ann mon-am > tue-am", "ann mon-pm > tue-am", template=(*TWO, row("ann", "tue-am"))
    )


def test_two_doctors_may_be_there_at_once():
    both_ways("one_place", 0, template=(row("ann", "mon-am"), row("bob", "mon-am")))


def test_added_sessions_of_two_clinics_at_once_are_one_too_many():
    demand = tuple(DemandRow(clinic=name, day="mon", half="AM", sessions=1) for name in ("eye", "lid"))
    told = ("ann + mon-am eye", "ann + mon-am lid")
    both_ways("one_place", 1, *told, demand=demand, clinics=(clinic(), clinic("lid", "eye")))


APART = {"eye": {"AM": "08:00-09:45"}, "lid": {"AM": "10:15-11:30"}}
CLINICS = (clinic(), clinic("lid", "eye"))


def test_two_sessions_of_a_half_are_possible_where_their_hours_do_not_overlap():
    rows = (row("ann", "mon-am"), row("ann", "tue-am", "lid"))
    told = ("ann tue-am > mon-am",)
    both_ways("one_place", 0, *told, template=rows, clinics=CLINICS, local_halves=APART)
    both_ways("one_place", 1, *told, template=rows, clinics=CLINICS)
    later = {**APART, "lid": {"AM": "09:30-11:30"}}
    both_ways("one_place", 1, *told, template=rows, clinics=CLINICS, local_halves=later)


def test_a_whole_half_beside_two_parts_of_it_is_one_unit():
    rows = (
        row("ann", "mon-am", hours="08:00-09:45"),
        row("ann", "mon-am", "lid", hours="10:15-11:30"),
        row("ann", "tue-am", "lens"),
    )
    clinics = (*CLINICS, clinic("lens", "eye"))
    both_ways("one_place", 0, template=rows, clinics=clinics)
    both_ways("one_place", 1, "ann tue-am > mon-am", template=rows, clinics=clinics)


def test_a_session_that_runs_into_the_evening_of_another_campus_is_one_too_many():
    clinics = (clinic(campus="west"), clinic("lid", "eye", campus="east"))
    rows = (row("ann", "mon-pm"), row("ann", "mon-eve", "lid"))
    late = {"west": {"PM": "14:30-17:30"}}
    both_ways("one_place", 0, template=rows, clinics=clinics)
    both_ways("one_place", 1, template=rows, clinics=clinics, local_halves=late)


LIMITED = (doctor("ann", min_sessions=1, max_sessions=2), doctor("bob"))
ASKED = (DemandRow(clinic="eye", sessions=9),)
ADDED = tuple(f"ann + {day}-{half} eye" for day in ("mon", "tue") for half in ("am", "pm"))


@pytest.mark.parametrize(("sessions", "cost"), [(0, 1), (1, 0), (2, 0), (3, 1), (4, 2)])
def test_sessions_outside_a_doctors_limits_are_units(sessions, cost):
    both_ways("session_limits", cost, *ADDED[:sessions], doctors=LIMITED, demand=ASKED)


def test_limits_follow_the_calendar():
    closed = CalendarRow(date="2026-07-21", kind="closed")
    people = (doctor("ann", min_sessions=2, max_sessions=2),)
    template = (row("ann", "mon-am"), row("ann", "tue-am"))
    both_ways("session_limits", 0, doctors=people, template=template, calendar=(closed,))
    both_ways("session_limits", 1, "ann mon-am >", doctors=people, template=template, calendar=(closed,))


def test_a_soft_limit_may_be_missed_by_any_number_of_sessions():
    clinics = tuple(clinic(name, "eye") for name in ("eye", "lid", "lens"))
    demand = tuple(DemandRow(clinic=c.clinic, sessions=1) for c in clinics)
    told = [
        f"ann + {day}-{half} {c.clinic}"
        for day in ("mon", "tue", "wed", "thu", "fri")
        for half in ("am", "pm")
        for c in clinics
    ]
    week = held_as(
        "session_limits",
        "soft",
        doctors=(doctor("ann", max_sessions=0),),
        clinics=clinics,
        demand=demand,
    )
    assert units(week, "session_limits", *told) == 30


def wish(state: str, day: str, half: str | None, weight: int = 1) -> AvailabilityRow:
    return AvailabilityRow(doctor="ann", day=day, half=half, state=state, weight=weight)


@pytest.mark.parametrize(("told", "cost"), [((), 6), (("ann mon-am > tue-am",), 3), (("ann mon-am >",), 3)])
def test_every_session_at_a_cell_to_avoid_costs_the_wishs_weight(told, cost):
    both_ways("preferences", cost, *told, template=TWO, availability=(wish("avoid", "mon", None, 3),))


@pytest.mark.parametrize(
    ("told", "cost"), [((), 2), (("ann mon-am > fri-pm",), 0), (("ann mon-am > fri-am",), 2)]
)
def test_a_wish_to_come_costs_its_weight_once_where_it_is_not_met(told, cost):
    both_ways("preferences", cost, *told, template=TWO, availability=(wish("prefer", "fri", "PM", 2),))


def test_wishes_of_a_day_and_of_its_half_add_up():
    wishes = (wish("avoid", "mon", None, 2), wish("avoid", "mon", "PM", 5))
    both_ways("preferences", 9, template=TWO, availability=wishes)


def test_a_wish_binds_only_its_own_doctor():
    both_ways("preferences", 0, template=(row("bob", "mon-am"),), availability=(wish("avoid", "mon", "AM"),))


FOUR_AFTERNOONS = tuple(row("ann", f"{day}-pm") for day in ("mon", "tue")) + tuple(
    row("bob", f"{day}-am") for day in ("mon", "tue")
)


def test_afternoons_above_a_doctors_fair_share_are_units():
    both_ways("fairness", 1, template=FOUR_AFTERNOONS)
    both_ways("fairness", 0, "ann mon-pm > mon-am", "bob mon-am > mon-pm", template=FOUR_AFTERNOONS)


def test_past_weeks_count_towards_the_share():
    borne = (doctor("ann", past_afternoons=4), doctor("bob"))
    both_ways("fairness", 2, template=FOUR_AFTERNOONS, doctors=borne)
    spared = (doctor("ann"), doctor("bob", past_afternoons=4))
    both_ways("fairness", 0, template=FOUR_AFTERNOONS, doctors=spared)


def test_fridays_and_weekends_are_burdens_of_their_own():
    fridays = (row("ann", "fri-am"), row("ann", "fri-pm"), row("bob", "mon-am"), row("bob", "tue-am"))
    both_ways("fairness", 1, template=fridays)
    weekends = (row("ann", "sat-am"), row("ann", "sun-am"), row("bob", "mon-am"), row("bob", "tue-am"))
    both_ways("fairness", 1, template=weekends)


def test_demand_is_shared_out_where_the_specialty_has_no_template():
    demand = (DemandRow(clinic="eye", half="PM", sessions=2),)
    both_ways("fairness", 1, "ann + mon-pm eye", "ann + tue-pm eye", demand=demand)
    both_ways("fairness", 0, "ann + mon-pm eye", "bob + tue-pm eye", demand=demand)


def test_who_may_have_more_sessions_bears_more():
    people = (doctor("ann", max_sessions=4), doctor("bob", max_sessions=2))
    demand = (DemandRow(clinic="eye", half="PM", sessions=3),)
    told = ("ann + mon-pm eye", "ann + tue-pm eye", "bob + tue-pm eye")
    both_ways("fairness", 0, *told, doctors=people, demand=demand)
    both_ways("fairness", 1, "bob + mon-pm eye", *told[1:], doctors=people, demand=demand)


def test_a_specialty_that_may_not_work_has_no_fair_share():
    people = (doctor("ann", max_sessions=0), doctor("bob", max_sessions=0))
    both_ways(
        "fairness", 0, "ann + mon-pm eye", doctors=people, demand=(DemandRow(clinic="eye", sessions=1),)
    )


CELLS = st.sampled_from([f"{day}-{half}" for day in ("mon", "fri", "sat") for half in ("am", "pm", "eve")])
PERSON = st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(PERSON, min_size=2, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), CELLS), max_size=8, unique=True),
)
def test_burdens_above_the_fair_share_are_those_the_checker_finds(people, places):
    names = ("ann", "bob", "cid")[: len(people)]
    week = held_as(
        "fairness",
        "soft",
        doctors=tuple(
            doctor(name, max_sessions=most, past_afternoons=pm, past_fridays=fri, past_weekends=weekend)
            for name, (most, pm, fri, weekend) in zip(names, people, strict=True)
        ),
        template=tuple(
            row(names[who % len(names)], at) for who, at in dict.fromkeys(places) if who < len(names)
        ),
    )
    found = find_violations(week, Plan(template_roster(week)), rules=["fairness"])
    assert units(week, "fairness") == totals(found)["fairness"]


@pytest.mark.parametrize("rule", dict(PEOPLE_RULES))
def test_an_empty_week_costs_nothing(rule):
    assert units(held_as(rule, "soft", doctors=(), clinics=(), rooms=()), rule) == 0
