from __future__ import annotations

import pytest

from scheduler.clock import Half, Window
from scheduler.plan import make_plan
from scheduler.rules import Strictness
from scheduler.scenario.hospital import Travel
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import AvailabilityRow, DemandRow, Presence
from scheduler.scenario.week import DEFAULT_HALVES, Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.engine.alone import held_as, units


def both_ways(rule: str, cost: int, *told: str, **parts) -> None:
    """Soft, the week costs so many units; hard, it is possible only where it costs none."""
    assert units(held_as(rule, "soft", **parts), rule, *told) == cost
    assert units(held_as(rule, "hard", **parts), rule, *told) == (None if cost else 0)


EVENING_AND_MORNING = (row("ann", "mon-eve"), row("ann", "tue-am"))


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ((), 1),
        (("ann tue-am > tue-pm",), 0),
        (("ann tue-am > wed-am",), 0),
        (("ann mon-eve > mon-pm",), 0),
        (("ann tue-am >",), 0),
        (("ann mon-eve >",), 0),
    ],
)
def test_a_morning_after_an_evening_is_one_unit(told, cost):
    both_ways("rest", cost, *told, template=EVENING_AND_MORNING)


def test_the_morning_of_another_doctor_costs_nothing():
    both_ways("rest", 0, template=(row("ann", "mon-eve"), row("bob", "tue-am")))


def test_a_pinned_evening_counts_as_any_other():
    pinned = (row("ann", "mon-eve", pinned=True), row("ann", "tue-am", pinned=True))
    both_ways("rest", 1, template=pinned)


def test_each_night_is_a_unit_of_its_own():
    rows = (*EVENING_AND_MORNING, row("ann", "tue-eve"), row("ann", "wed-am"))
    both_ways("rest", 2, template=rows)


@pytest.mark.parametrize(("hours", "cost"), [("12.5", 0), ("12.6", 1), ("15", 1), ("15.1", 1)])
def test_the_hours_are_exact(hours, cost):
    # From 19:30 to 8:00 are twelve and a half hours.
    both_ways("rest", cost, template=EVENING_AND_MORNING, policy=Policy(rest={"hours": hours}))


def test_with_more_hours_an_afternoon_is_late_too_and_a_night_is_still_one_unit():
    # From 17:00 to 8:00 are fifteen hours.
    rows = (row("ann", "mon-pm"), row("ann", "tue-am"))
    both_ways("rest", 0, template=rows, policy=Policy(rest={"hours": 15}))
    both_ways("rest", 1, template=rows, policy=Policy(rest={"hours": 16}))
    both_ways("rest", 1, template=(*rows, row("ann", "mon-eve")), policy=Policy(rest={"hours": 16}))


def test_a_shorter_evening_leaves_enough_rest():
    early = {**DEFAULT_HALVES, Half.EVE: Window.parse("17:00-19:00")}
    both_ways("rest", 0, template=EVENING_AND_MORNING, halves=early)


def test_an_added_morning_after_an_evening_is_a_unit():
    asked = (DemandRow(clinic="eye", day="tue", half="AM", sessions=1),)
    both_ways("rest", 1, "ann + tue-am eye", template=(row("ann", "mon-eve"),), demand=asked)
    both_ways("rest", 0, "bob + tue-am eye", template=(row("ann", "mon-eve"),), demand=asked)


TWO_CAMPUSES = (clinic("eye", campus="west"), clinic("lid", campus="east"), clinic("any"))
WEST_THEN_EAST = (row("ann", "mon-am"), row("ann", "mon-pm", "lid"))


def travel(minutes: int, from_campus: str = "west", to_campus: str = "east") -> Travel:
    return Travel(from_campus=from_campus, to_campus=to_campus, minutes=minutes)


def campuses(cost: int, *told: str, **parts) -> None:
    both_ways("one_campus", cost, *told, **{"clinics": TWO_CAMPUSES, **parts})


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ((), 1),
        (("ann mon-pm > tue-pm",), 0),
        (("ann mon-pm >",), 0),
        (("ann mon-am > tue-am", "ann mon-pm > tue-pm"), 1),
    ],
)
def test_two_campuses_on_a_day_are_one_unit(told, cost):
    campuses(cost, *told, template=WEST_THEN_EAST)


def test_three_sessions_at_two_campuses_are_one_unit_too():
    campuses(1, template=(*WEST_THEN_EAST, row("ann", "mon-eve")))


def test_one_campus_through_the_day_or_one_that_nobody_tells_costs_nothing():
    campuses(0, template=(row("ann", "mon-am"), row("ann", "mon-pm"), row("ann", "mon-eve", "any")))


# From 11:30 to 13:30 are 120 minutes.
@pytest.mark.parametrize(("minutes", "cost"), [(120, 0), (121, 1)])
def test_with_time_to_travel_the_campus_may_change(minutes, cost):
    campuses(cost, template=WEST_THEN_EAST, travel=(travel(minutes),))


def test_the_way_back_takes_as_long_unless_it_is_told():
    rows = (row("ann", "mon-am", "lid"), row("ann", "mon-pm"))
    campuses(0, template=rows, travel=(travel(60),))
    campuses(1, template=rows, travel=(travel(60), travel(180, "east", "west")))


def test_there_is_no_time_between_afternoon_and_evening():
    rows = (row("ann", "mon-pm"), row("ann", "mon-eve", "lid"))
    campuses(1, template=rows, travel=(travel(1),))
    campuses(0, template=rows, travel=(travel(0),))


def test_two_campuses_at_once_are_a_unit_where_a_doctor_may_be_in_two_places():
    rows = (row("ann", "mon-am"), row("ann", "mon-pm", "lid"))
    for strictness, cost in (("soft", 1), ("hard", None)):
        week = scenario(
            rules={"one_campus": strictness, "one_place": "off"},
            tiers=("one_campus",),
            template=rows,
            clinics=TWO_CAMPUSES,
            travel=(travel(0),),
        )
        assert units(week, "one_campus", "ann mon-pm > mon-am") == cost


DAY = (row("ann", "mon-am"), row("ann", "mon-pm"), row("ann", "mon-eve"))


@pytest.mark.parametrize(("most", "cost"), [(1, 2), (2, 1), (3, 0)])
def test_sessions_of_a_day_beyond_the_most_are_units(most, cost):
    both_ways("daily_sessions", cost, template=DAY, policy=Policy(daily_sessions={"most": most}))


def test_a_session_moved_to_another_day_is_none_too_many():
    both_ways("daily_sessions", 0, "ann mon-am > tue-am", template=DAY)


DAYS = tuple(row("ann", f"{day}-am") for day in ("mon", "tue", "wed"))


@pytest.mark.parametrize(("most", "cost"), [(1, 2), (2, 1), (3, 0)])
def test_days_of_the_week_beyond_the_most_are_units(most, cost):
    both_ways("daily_sessions", cost, template=DAYS, policy=Policy(daily_sessions={"most_days": most}))


def test_two_sessions_on_one_day_are_one_day():
    policy = Policy(daily_sessions={"most_days": 2})
    both_ways("daily_sessions", 0, "ann wed-am > tue-pm", template=DAYS, policy=policy)
    both_ways("daily_sessions", 0, "ann wed-am >", template=DAYS, policy=policy)


def test_a_day_and_a_week_count_together():
    policy = Policy(daily_sessions={"most": 1, "most_days": 1})
    both_ways("daily_sessions", 2, "ann wed-am > tue-pm", template=DAYS, policy=policy)


def covered(strictness: str) -> Scenario:
    """Ann has the evening; bob, on leave on Tuesday morning, can be covered by her or by cid."""
    return scenario(
        doctors=(doctor("ann"), doctor("bob"), doctor("cid")),
        rules={"rest": strictness, "ratio_day": "off", "ratio_specialties": "off"},
        tiers=("rest", "changes"),
        template=(row("ann", "mon-eve"), row("bob", "tue-am")),
        availability=(AvailabilityRow(doctor="bob", day="tue", half=Half.AM, state=Presence.AWAY),),
        policy=Policy(leave={"sessions": "cover"}),
    )


def test_a_colleagues_session_taken_over_counts_for_who_holds_it():
    for strictness in ("soft", "hard"):
        week = covered(strictness)
        assert week.strictness("rest") is Strictness(strictness)
        (held,) = [s for s in make_plan(week).plan.roster.held if s.at.key == "tue-am"]
        assert (held.doctor, held.was_doctor) == ("cid", "bob")
