"""Infeasible weeks of many kinds: the reason names the planted cause, and every remedy really is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenarios.smallest.infeasible import no_afternoon_doctors, too_few_rooms
from scenarios.smallest.parts import (
    BONE,
    EYE,
    EYE_EAST,
    asks,
    avoids,
    away,
    doctor,
    rooms,
    says,
    stands,
    week,
)
from scheduler.check.run import find_violations
from scheduler.clock import WEEKDAYS, Half
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ignore_progress
from scheduler.infeasible.reasons import bent, clashes, held_hard, reasons
from scheduler.infeasible.remedies import WITHOUT_REMEDY, find_remedies
from scheduler.outcome import Outcome, Status
from scheduler.plan import make_plan
from scheduler.roster import Roster
from scheduler.rules import RULES, Stage, Strictness
from scheduler.scenario.hospital import Level, Room
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import Presence
from scheduler.scenario.week import Scenario

CHIEFS = EYE.model_copy(update={"min_level": Level.CHIEF})


def a_room_that_is_closed() -> Scenario:
    shut = Room(room="102", pool=EYE.pool, campus=EYE.campus, closed=("mon-pm",))
    return week("w", (doctor(1), doctor(2)), rooms=(*rooms(1), shut), demand=(asks("mon-pm", 2, hard=True),))


def too_few_doctors() -> Scenario:
    return week(
        "w", (doctor(1, max_sessions=1),), demand=(asks("mon-pm", hard=True), asks("tue-pm", hard=True))
    )


def nobody_of_the_level() -> Scenario:
    return week("w", (doctor(1),), clinics=(CHIEFS,), demand=(asks("mon-pm", hard=True),))


def nobody_approved() -> Scenario:
    return week(
        "w",
        (doctor(1, clinics=("眼科门诊",)),),
        clinics=(EYE, EYE.model_copy(update={"clinic": "青光眼门诊"})),
        demand=(asks("mon-pm", clinic=EYE.model_copy(update={"clinic": "青光眼门诊"}), hard=True),),
    )


def pinned_in_the_morning() -> Scenario:
    return week(
        "w", (doctor(1, min_sessions=1, max_sessions=1),), template=(stands(1, "mon-am", pinned=True),)
    )


def no_budget_for_changes() -> Scenario:
    return week(
        "w",
        tuple(doctor(n, min_sessions=1, max_sessions=1) for n in (1, 2, 3)),
        template=(stands(1, "mon-am"), stands(2, "mon-am"), stands(3, "mon-pm")),
        policy=Policy(changes=ChangesPolicy(budget=0)),
    )


def wishes_insisted_on() -> Scenario:
    return week(
        "w",
        (doctor(1, min_sessions=1, max_sessions=1),),
        template=(stands(1, "mon-pm"),),
        availability=(avoids(1, ""),),
        rules={"preferences": Strictness.HARD},
    )


def every_specialty_out_of_balance() -> Scenario:
    return week(
        "w",
        (doctor(1), doctor(2), doctor(3, "骨科"), doctor(4, "骨科")),
        clinics=(EYE, BONE),
        rooms=(*rooms(2), *rooms(2, BONE)),
        template=(
            stands(1, "mon-am", pinned=True),
            stands(2, "tue-am", pinned=True),
            stands(3, "mon-pm", BONE, pinned=True),
            stands(4, "tue-pm", BONE, pinned=True),
        ),
    )


def fewest_that_nobody_asks_for() -> Scenario:
    return week(
        "w",
        (doctor(1, min_sessions=6, max_sessions=8),),
        template=(stands(1, "mon-pm"),),
        availability=tuple(
            away(1, f"{day}-{half}") for day in ("tue", "wed", "thu") for half in ("am", "pm")
        ),
        rules={"ratio_day": Strictness.OFF, "ratio_specialties": Strictness.OFF},
    )


def no_night_between() -> Scenario:
    return week(
        "w",
        (doctor(1, max_sessions=3),),
        template=(stands(1, "mon-eve", pinned=True), stands(1, "tue-pm", pinned=True)),
        demand=(asks("tue-am", hard=True),),
        rules={"rest": Strictness.HARD},
    )


def two_campuses_insisted_on() -> Scenario:
    return week(
        "w",
        (doctor(1, max_sessions=2),),
        clinics=(EYE, EYE_EAST),
        rooms=(*rooms(1), *rooms(1, EYE_EAST)),
        template=(stands(1, "mon-am", pinned=True),),
        demand=(asks("mon-pm", clinic=EYE_EAST, hard=True),),
        rules={"one_campus": Strictness.HARD},
    )


def three_sessions_insisted_on() -> Scenario:
    return week(
        "w",
        (doctor(1, max_sessions=3),),
        template=(stands(1, "mon-am", pinned=True), stands(1, "mon-pm", pinned=True)),
        availability=(says(1, Presence.OPEN, "mon-eve"),),
        demand=(asks("mon-eve", hard=True),),
        rules={"daily_sessions": Strictness.HARD},
    )


KINDS: tuple[tuple[Callable[[], Scenario], str, tuple[str, ...]], ...] = (
    (no_afternoon_doctors, "ratio_day", ("availability", "pinned", "ratio_day")),
    (too_few_rooms, "cover", ("rooms", "cover")),
    (a_room_that_is_closed, "cover", ("rooms", "cover")),
    (too_few_doctors, "cover", ("session_limits", "cover")),
    (nobody_of_the_level, "cover", ("eligible", "cover")),
    (nobody_approved, "cover", ("eligible", "cover")),
    (pinned_in_the_morning, "ratio_day", ("pinned", "ratio_day")),
    (no_budget_for_changes, "changes", ("changes", "ratio_day")),
    (wishes_insisted_on, "preferences", ("preferences", "session_limits")),
    (no_night_between, "rest", ("rest", "cover", "pinned")),
    (two_campuses_insisted_on, "one_campus", ("one_campus", "cover")),
    (three_sessions_insisted_on, "daily_sessions", ("daily_sessions", "cover")),
    (every_specialty_out_of_balance, "ratio_specialties", ("ratio_specialties", "pinned")),
    (fewest_that_nobody_asks_for, "session_limits", ("session_limits",)),
)


def solve(scenario: Scenario) -> Outcome:
    return solve_week(scenario, Options(seconds=20), ignore_progress)


@pytest.mark.parametrize(("build", "cause", "ways"), KINDS, ids=[kind[0].__name__ for kind in KINDS])
def test_the_reason_names_the_planted_cause_and_each_way_out_makes_the_week_possible(build, cause, ways):
    scenario = build()
    assert solve(scenario).status is Status.INFEASIBLE
    least = solve(bent(scenario))
    assert least.roster is not None
    assert cause in {violation.rule for violation in clashes(scenario, least.roster)}
    remedies = find_remedies(scenario, solve)
    assert set(ways) <= {key for remedy in remedies for key in remedy.rules}
    for remedy in remedies:
        planned = make_plan(remedy.scenario, Options(seconds=20))
        assert planned.outcome.status is Status.OPTIMAL, [str(step) for step in remedy.steps]
        assert not [violation for violation in planned.violations if violation.hard]


PLANTED = {key for *_, ways in KINDS for key in ways}
WEEKLY = [rule.key for rule in RULES if rule.stage is Stage.WEEK and rule.key not in WITHOUT_REMEDY]


@pytest.mark.parametrize("key", [key for key in WEEKLY if key not in PLANTED])
def test_a_weekly_rule_can_at_least_be_strived_for_instead(key):
    insisted = too_few_rooms().changed(rules={key: Strictness.HARD})

    def solve_without(scenario: Scenario) -> Outcome:
        possible = key not in held_hard(scenario)
        return Outcome(Status.OPTIMAL, Roster(())) if possible else Outcome(Status.INFEASIBLE, None)

    (remedy,) = [r for r in find_remedies(insisted, solve_without) if r.rules == (key,)]
    assert str(remedy.steps[0]).startswith(f"strive for the rule {key} instead of insisting: ")


def test_sessions_that_a_doctor_owes_are_owed_less_or_asked_for():
    scenario = fewest_that_nobody_asks_for()
    roster = solve(bent(scenario)).roster
    assert roster is not None
    assert [str(reason) for reason in reasons(scenario, roster)] == [
        "D001 has 1 session this week; at least 4 are owed: the fewest of 6, less what leave and closed half-days take",
        "No clinic asks for a further session of D001",
    ]
    steps = [[str(step) for step in remedy.steps] for remedy in find_remedies(scenario, solve)]
    assert steps == [
        ["let D001 林一帆 hold only 1 session"],
        ["ask 眼科门诊 for 3 sessions more, for D001 林一帆"],
    ]


def test_three_ways_out_are_told_where_three_exist():
    remedies = find_remedies(no_afternoon_doctors(), solve)
    assert len(remedies) >= 3


def test_the_ways_out_are_ranked_by_what_gives_way_and_then_by_changes():
    remedies = find_remedies(no_afternoon_doctors(), solve)
    price = [(r.units, next((t.value for t in r.outcome.tiers if t.key == "changes"), 0)) for r in remedies]
    assert price == sorted(price)


def test_the_limit_that_is_proposed_is_the_smallest_in_hundredths():
    (limit,) = [r for r in find_remedies(no_afternoon_doctors(), solve) if r.rules == ("ratio_day",)]
    below = limit.scenario.policy.ratio.limit - (limit.scenario.policy.ratio.limit * 100).__class__(1, 100)
    ratio = limit.scenario.policy.ratio.model_copy(update={"limit": below})
    tighter = limit.scenario.changed(policy=limit.scenario.policy.model_copy(update={"ratio": ratio}))
    assert solve(tighter).status is Status.INFEASIBLE


def two_ways_above_the_limit() -> Scenario:
    """One morning too many: on Monday, where it stands (2 to 1), or on Tuesday (5 to 4)."""
    pinned = {5: ("mon-am", "mon-pm")} | dict.fromkeys(range(1, 5), ("tue-am", "tue-pm"))
    elsewhere = {f"{day}-{half.lower()}" for day in WEEKDAYS for half in Half} - {"mon-am", "tue-am"}
    return week(
        "w",
        (*(doctor(n, min_sessions=2, max_sessions=2) for n in pinned), doctor(6, min_sessions=1)),
        rooms=rooms(5),
        template=(
            *(stands(n, cell, pinned=True) for n, cells in pinned.items() for cell in cells),
            stands(6, "mon-am"),
        ),
        availability=tuple(away(6, cell) for cell in sorted(elsewhere)),
    )


def test_the_limit_is_the_smallest_though_the_least_bent_roster_would_ask_for_more():
    remedies = find_remedies(two_ways_above_the_limit(), solve)
    assert [str(step) for r in remedies if r.rules == ("ratio_day",) for step in r.steps] == ["limit 1.25"]


def test_a_room_that_is_closed_is_opened_before_one_is_built():
    (opened,) = [r for r in find_remedies(a_room_that_is_closed(), solve) if r.rules == ("rooms",)]
    assert [str(step) for step in opened.steps] == [
        "open room 102 (本部-眼科) on Monday 2026-07-20 afternoon"
    ]


def test_too_few_doctors_in_an_afternoon_are_counted():
    scenario = no_afternoon_doctors()
    roster = solve(bent(scenario)).roster
    assert roster is not None
    told = [str(reason) for reason in reasons(scenario, roster)]
    assert any("2 sessions needed for 2 mornings; doctors who can come: 1" in reason for reason in told)


def test_a_possible_week_bends_nothing():
    scenario = week("w", (doctor(1),), demand=(asks("mon-pm"),))
    roster = solve(bent(scenario)).roster
    assert roster is not None
    assert clashes(scenario, roster) == ()


def test_an_infeasible_plan_carries_its_reasons_and_proposals():
    planned = make_plan(too_few_rooms(), Options(seconds=20))
    assert planned.outcome.status is Status.INFEASIBLE
    assert planned.outcome.reasons
    assert {key for way in planned.outcome.proposals for key in way.rules} >= {"rooms", "cover"}
    assert find_violations(planned.scenario, planned.plan, rules=("ratio_day",)) == ()
