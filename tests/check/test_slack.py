from __future__ import annotations

import random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations, totals
from scheduler.check.slack import UNITS, Slack, slacks
from scheduler.roster import Plan, Roster, Session, session_key, template_roster
from scheduler.rules import RULES, Stage
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import AvailabilityRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import (
    MONDAY,
    as_it_stands,
    balanced,
    doctor,
    monday,
    row,
    scenario,
    session,
    week_of,
)
from tests.random_weeks import weeks

COUNTED = (
    "session_limits",
    "ratio_day",
    "ratio_specialties",
    "ratio_target",
    "ratio_experts",
    "cover",
    "expert_presence",
    "fairness",
    "daily_sessions",
)
"""Rules whose units are exactly what their slack is below 0."""


def of(rule: str, week: Scenario, plan: Plan) -> Slack:
    return slacks(week, plan)[rule]


def binding(slack: Slack) -> list[str]:
    return [spot.place for spot in slack.binding]


def test_a_day_tells_how_many_more_mornings_fit():
    # Four afternoons allow 4.8 mornings; days without sessions are no places.
    assert of("ratio_day", *balanced(3, 4)) == Slack("ratio_day", 1, 1, ())
    assert binding(of("ratio_day", *balanced(4, 4))) == [MONDAY]


def test_a_day_above_the_target_is_missed_by_what_is_too_many():
    found = of("ratio_target", *balanced(6, 4))
    assert found.least == -2
    assert binding(found)[0] == MONDAY


def test_the_fullest_pool_and_half_day_tells_the_free_rooms():
    week = scenario(
        rooms=tuple(Room(room=f"e{n}", pool="eye", closed=("mon-am",) * (n == 3)) for n in (1, 2, 3))
    )
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-am"), session("ann", "tue-am"))
    found = of("rooms", week, plan)
    assert (found.least, found.places, binding(found)) == (0, 2, ["eye, mon-am"])


def test_a_doctor_binds_who_can_take_no_more_or_give_up_none():
    people = (
        doctor("ann", max_sessions=3),
        doctor("bob", max_sessions=1),
        doctor("cid", min_sessions=1, max_sessions=9),
    )
    week = scenario(doctors=people)
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-am"), session("cid", "tue-am"))
    found = of("session_limits", week, plan)
    assert (found.least, found.places, binding(found)) == (0, 3, ["bob", "cid"])


def test_a_doctor_is_bound_by_absence_when_no_open_half_day_is_left():
    away = tuple(AvailabilityRow(doctor="ann", day=day) for day in ("tue", "wed", "thu", "fri"))
    week = scenario(availability=away)
    plan = week_of(session("ann", "mon-am"), session("ann", "mon-pm"), session("bob", "mon-am"))
    found = of("availability", week, plan)
    assert (found.least, found.places, binding(found)) == (0, 2, ["ann"])


def test_cover_tells_the_sessions_beyond_those_asked_for():
    asked = (DemandRow(clinic="eye", day="mon", sessions=1), DemandRow(clinic="eye", day="tue", sessions=2))
    plan = week_of(session("ann", "mon-am"), session("bob", "mon-am"), session("ann", "tue-am"))
    found = of("cover", scenario(demand=asked), plan)
    assert (found.least, binding(found)) == (-1, ["eye, tue-any, resident"])


def test_a_specialty_day_binds_with_its_only_expert():
    plan = week_of(session("ann", "mon-am"), session("ann", "mon-pm"), session("ann", "tue-am"))
    assert binding(of("expert_presence", scenario(), plan)) == ["eye, 2026-07-21"]


def test_the_budget_tells_the_changes_that_are_left():
    def left(budget: int | None) -> Slack | None:
        week = scenario(template=(row("ann", "mon-am"),), policy=Policy(changes=ChangesPolicy(budget=budget)))
        return slacks(week, week_of(session("ann", "mon-pm", was="mon-am"))).get("changes")

    assert left(3).least == 2
    assert binding(left(1)) == ["budget"]
    assert left(None) is None


def test_slots_of_the_whole_length_leave_nothing_to_grow():
    found = of("slot_length", monday(), as_it_stands(monday()))
    assert (found.least, binding(found)) == (0, ["am", "pm"])
    longer = Policy(slots={"limit": 45})
    assert of("slot_length", monday(policy=longer), as_it_stands(monday())).least == 15


def test_the_reserve_tells_the_tickets_beyond_the_share():
    week = monday(policy=Policy(reserve={"share": "0.25"}))
    found = of("reserve_expert", week, as_it_stands(week))
    # Of 40 expert tickets the week reserves three of ten, where a quarter must be.
    assert found.least == 2
    assert found.binding == ()


def test_rules_that_are_off_or_only_kept_or_broken_have_no_slack():
    found = slacks(monday(rules={"rooms": "off"}), as_it_stands(monday()))
    assert "rooms" not in found
    assert {"one_place", "eligible", "pinned", "preferences", "tickets_add_up"}.isdisjoint(found)
    assert set(found) <= set(UNITS)


WITHOUT_SLACK = {
    "one_place": "a doctor has one session in a half-day or none: there is nothing between",
    "eligible": "a doctor has the clinic's level and approval or not",
    "one_campus": "a doctor's day has a change of campus or not",
    "pinned": "a session stays where it is pinned or not",
    "preferences": "a wish is met or not",
}
"""Weekly rules without slack, and why."""


def test_every_weekly_rule_has_slack_or_a_reason_for_none():
    weekly = {rule.key for rule in RULES if rule.stage is Stage.WEEK}
    assert weekly - set(UNITS) == set(WITHOUT_SLACK)


def test_what_binds_most_comes_first_whatever_the_order_of_the_plan():
    week, plan = balanced(6, 4)
    turned = Plan(Roster(plan.roster.sessions[::-1]))
    assert slacks(week, turned) == slacks(week, plan)
    found = of("ratio_target", week, plan).binding
    assert [spot.room for spot in found] == sorted(spot.room for spot in found)


@settings(
    max_examples=80, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
@given(weeks(), st.integers(0, 2**16))
def test_slack_below_nought_is_what_the_checker_counts(week: Scenario, seed: int):
    plan = Plan(_disturbed(week, seed))
    found = slacks(week, plan)
    units = totals(find_violations(week, plan, rules=COUNTED))
    for rule in COUNTED:
        if week.is_on(rule):
            missed = sum(-min(0, spot.room) for spot in found[rule].binding) if rule in found else 0
            assert (rule, missed) == (rule, units[rule])


def _disturbed(week: Scenario, seed: int) -> Roster:
    """The template with sessions thrown to any half-day, and some more thrown in."""
    chance = random.Random(seed)
    sessions = {
        s.session: Session(s.session, s.doctor, chance.choice(week.cells), s.blocks, s.was, s.room)
        for s in template_roster(week).held
    }
    for who in week.doctor_of:
        cell = chance.choice(week.cells)
        key = session_key(week.week, who, cell, added=True)
        some = next(iter(template_roster(week).held), None)
        if some is not None:
            sessions[key] = Session(key, who, cell, some.blocks, None)
    return Roster(tuple(sessions[key] for key in sorted(sessions)))
