from __future__ import annotations

import pytest

from scheduler.clock import Half
from scheduler.engine.columns import list_columns
from scheduler.engine.options import Event, Options, ignore_progress
from scheduler.engine.run import Run, StageClock
from scheduler.engine.week import WeekSolution, solve_columns, solve_single
from scheduler.outcome import Status, Tier
from scheduler.roster import Change
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, clinic, doctor, row, scenario

WAYS = pytest.mark.parametrize("solve", [solve_columns, solve_single])


def solved(solve, week: Scenario, seconds: float = 20.0, on_progress=ignore_progress) -> WeekSolution:
    return solve(list_columns(week), Run(Options(seconds=seconds), on_progress))


def values(weekly: WeekSolution) -> dict[str, int]:
    """The tiers that are not 0."""
    return {tier.key: tier.value for tier in weekly.tiers if tier.value}


def told(weekly: WeekSolution) -> dict[str, str]:
    """Each session by identity, with its half-day or what became of it."""
    return {s.session: s.cell.key if s.cell else "dropped" for s in weekly.roster.sessions}


def only_at(who: str, *days: str) -> tuple[AvailabilityRow, ...]:
    return tuple(
        AvailabilityRow(doctor=who, day=d) for d in ("mon", "tue", "wed", "thu", "fri") if d not in days
    )


@WAYS
def test_the_cheapest_week_is_found_and_proved(solve):
    weekly = solved(solve, scenario(template=(row("ann", "mon-am"), row("bob", "mon-am"))))
    assert weekly.status is Status.OPTIMAL
    assert Tier("changes", 2, 2) in weekly.tiers
    assert sorted(s.at.half for s in weekly.roster.held) == [Half.AM, Half.PM]


@WAYS
def test_tiers_come_in_the_scenarios_order_and_those_not_soft_are_left_out(solve):
    week = scenario(
        template=(row("ann", "mon-pm"),),
        rules={"cover": "off", "fairness": "hard"},
        tiers=("preferences", "same_room", "changes", "ratio_target", "ratio_experts", "expert_presence"),
    )
    assert [tier.key for tier in solved(solve, week).tiers] == [
        "preferences",
        "changes",
        "ratio_target",
        "ratio_experts",
        "expert_presence",
    ]


@WAYS
def test_with_a_budget_the_changes_come_last(solve):
    week = scenario(policy={"changes": {"budget": 5}}, template=(row("ann", "mon-am"), row("bob", "mon-am")))
    assert [tier.key for tier in solved(solve, week).tiers][-2:] == ["preferences", "changes"]


@WAYS
def test_rules_that_cannot_hold_together_have_no_week(solve):
    week = scenario(template=(row("ann", "mon-am", pinned=True), row("bob", "mon-am", pinned=True)))
    assert solved(solve, week) == WeekSolution(Status.INFEASIBLE, None)


@WAYS
def test_a_pinned_session_of_a_doctor_who_is_away_is_not_held(solve):
    week = scenario(
        template=(row("ann", "mon-am", pinned=True),), availability=(AvailabilityRow(doctor="ann"),)
    )
    weekly = solved(solve, week)
    assert (weekly.status, weekly.roster.sessions) == (Status.OPTIMAL, ())


@WAYS
def test_a_week_of_nothing_is_proved_best(solve):
    weekly = solved(solve, Scenario(week=WEEK))
    assert (weekly.status, weekly.roster.sessions, values(weekly)) == (Status.OPTIMAL, (), {})


@WAYS
def test_a_week_that_is_closed_holds_nothing(solve):
    closed = tuple(CalendarRow(date=date, kind="closed") for date in WEEK.dates)
    demand = (DemandRow(clinic="eye", sessions=2, hard=True),)
    weekly = solved(solve, scenario(template=(row("ann", "mon-am"),), demand=demand, calendar=closed))
    assert (weekly.status, weekly.roster.sessions) == (Status.OPTIMAL, ())


@WAYS
def test_a_kept_a_moved_a_dropped_and_an_added_session_are_told_apart(solve):
    week = scenario(
        doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid")),
        template=(row("ann", "mon-pm"), row("bob", "tue-am"), row("cid", "wed-pm")),
        availability=(
            AvailabilityRow(doctor="ann", half="AM"),
            AvailabilityRow(doctor="bob", day="tue", half="AM"),
            *only_at("bob", "tue"),
            *only_at("cid"),
        ),
        demand=(DemandRow(clinic="eye", day="fri", half="PM", sessions=1),),
        policy={"changes": {"other_date": 9, "cover": 9}, "leave": {"sessions": "cover"}},
        rules={"session_limits": "off"},
    )
    roster = solved(solve, week).roster
    assert {s.session: (s.change, s.cell and s.cell.key) for s in roster.sessions} == {
        "2026-W30.ann.mon-pm": (Change.KEPT, "mon-pm"),
        "2026-W30.ann.fri-pm.new": (Change.ADDED, "fri-pm"),
        "2026-W30.bob.tue-am": (Change.MOVED, "tue-pm"),
        "2026-W30.cid.wed-pm": (Change.DROPPED, None),
    }


@WAYS
def test_an_added_session_has_the_clinics_tickets_or_the_policys(solve):
    week = scenario(
        clinics=(clinic(tickets=7), clinic("lid", "eye")),
        demand=tuple(DemandRow(clinic=name, day="mon", half="PM", sessions=1) for name in ("eye", "lid")),
        policy={"tickets": {"default": 31}},
    )
    held = solved(solve, week).roster.held
    assert sorted(block for s in held for block in ((s.blocks[0].clinic, s.tickets),)) == [
        ("eye", 7),
        ("lid", 31),
    ]


@WAYS
def test_sessions_added_for_one_doctor_at_one_cell_are_numbered(solve):
    week = scenario(
        doctors=(doctor("ann", "chief"),),
        clinics=(clinic(), clinic("lid", "eye")),
        demand=tuple(DemandRow(clinic=name, day="mon", half="PM", sessions=1) for name in ("eye", "lid")),
        rules={"one_place": "off"},
    )
    assert told(solved(solve, week)) == {
        "2026-W30.ann.mon-pm.new": "mon-pm",
        "2026-W30.ann.mon-pm.new2": "mon-pm",
    }


@WAYS
def test_bounds_of_doctors_counted_together_do_not_outlast_what_single_doctors_can_do(solve):
    # Together ann and bob could give three mornings; ann can only come on Wednesday, so it is two.
    week = scenario(
        doctors=(doctor("ann", max_sessions=2), doctor("bob", max_sessions=1)),
        availability=(*only_at("ann", "wed"), *only_at("bob", "mon", "tue", "wed")),
        demand=tuple(DemandRow(clinic="eye", day=d, half="AM", sessions=1) for d in ("mon", "tue", "wed")),
        rules={"ratio_day": "off", "ratio_specialties": "off"},
        tiers=(
            "cover",
            "ratio_target",
            "ratio_experts",
            "expert_presence",
            "fairness",
            "changes",
            "preferences",
        ),
    )
    weekly = solved(solve, week)
    assert weekly.status is Status.OPTIMAL
    assert weekly.tiers[:2] == (Tier("cover", 1, 1), Tier("ratio_target", 2, 2))


@WAYS
def test_wishes_of_single_doctors_are_kept_among_weeks_with_as_few_changes(solve):
    week = scenario(
        doctors=(doctor("ann"), doctor("bob")),
        template=(row("ann", "mon-am"), row("bob", "mon-am")),
        availability=(AvailabilityRow(doctor="ann", day="mon", half="PM", state="avoid"),),
    )
    assert told(solved(solve, week)) == {"2026-W30.ann.mon-am": "mon-am", "2026-W30.bob.mon-am": "mon-pm"}


def test_without_time_no_reference_is_found():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))
    assert solved(solve_single, week, seconds=0.0) == WeekSolution(Status.TIMED_OUT, None)


def test_without_time_a_roster_by_hand_keeps_the_rules_and_nothing_is_proved():
    weekly = solved(
        solve_columns, scenario(template=(row("ann", "mon-am"), row("bob", "mon-am"))), seconds=0.0
    )
    assert weekly.status is Status.FEASIBLE
    assert sorted(told(weekly).values()) == ["mon-am", "mon-pm"]
    assert {tier.bound for tier in weekly.tiers} == {0}


def test_without_time_the_template_stands_where_no_roster_is_found_by_hand():
    # By hand Ann is moved; that Bob may not stay is no matter of counts.
    week = scenario(
        doctors=(doctor("ann"), doctor("bob")),
        template=(row("ann", "mon-am"), row("bob", "mon-am")),
        rules={"preferences": "hard"},
        availability=(AvailabilityRow(doctor="bob", day="mon", half="AM", state="avoid"),),
    )
    weekly = solved(solve_columns, week, seconds=0.0)
    assert weekly.status is Status.TIMED_OUT
    assert told(weekly) == {"2026-W30.ann.mon-am": "mon-am", "2026-W30.bob.mon-am": "mon-am"}
    assert {tier.bound for tier in weekly.tiers} == {0}


def test_whoever_listens_hears_the_stages_before_the_tiers():
    heard: list[Event] = []
    solved(
        solve_columns,
        scenario(template=(row("ann", "mon-am"), row("bob", "mon-am"))),
        on_progress=heard.append,
    )
    assert heard[0] == Event("cover")
    assert Event("changes", 2, 2) in heard


def test_the_time_of_a_stage_adds_up():
    stages = StageClock()
    for _ in range(2):
        with stages.time("build"):
            pass
    first = stages.seconds["build"]
    with pytest.raises(ZeroDivisionError), stages.time("build"):
        _ = 1 // 0
    assert stages.seconds["build"] > first > 0
    assert list(stages.seconds) == ["build"]
