"""Leave never makes a week impossible: who is away holds nothing, whatever is pinned or owed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.check.run import find_violations
from scheduler.engine.options import Options
from scheduler.infeasible.explain import explain
from scheduler.outcome import Status
from scheduler.plan import make_plan, plan_roster
from scheduler.report.facts import ReportFacts
from scheduler.report.html import html_text
from scheduler.results import write_results
from scheduler.roster import Change, Plan, Roster
from scheduler.scenario.changes import stop, with_settings
from scheduler.scenario.policy import LeavePolicy, Policy
from scheduler.scenario.rows import AvailabilityRow, DemandRow
from tests.check.small import clinic, doctor, row, scenario, session
from tests.random_weeks import DAYS, WEEKLY, weeks
from tests.test_agreement import examples

COVER = Policy(leave=LeavePolicy(sessions="cover"))
KEPT_BY_LEAVE = ("availability", "one_place", "eligible", "rooms", "pinned", "session_limits")
"""Hard rules that leave cannot break: it takes sessions, and what it takes is not owed."""


def away(who: str, day: str = "", half: str | None = None) -> AvailabilityRow:
    return AvailabilityRow(doctor=who, day=day, half=half, state="away")


def pinned_week(*absences: AvailabilityRow, **parts):
    """Ann and Bob owe a morning and an afternoon each, all pinned."""
    people = (doctor("ann", "chief", min_sessions=2), doctor("bob", "chief", min_sessions=2))
    rows = [row(who, at, pinned=True) for who in ("ann", "bob") for at in ("mon-am", "mon-pm")]
    parts = {"doctors": people, "template": tuple(rows), **parts}
    return scenario(availability=absences, **parts)


def test_a_pinned_session_is_stopped_where_its_doctor_is_away():
    week = pinned_week(away("ann", "mon", "AM"), away("bob", "mon", "PM"))
    planned = make_plan(week)
    assert planned.outcome.status is Status.OPTIMAL
    assert [(s.doctor, s.at.key) for s in planned.plan.roster.held] == [("ann", "mon-pm"), ("bob", "mon-am")]
    assert [v.sentence for v in planned.violations if v.hard] == []
    assert planned.plan.roster.changed == ()


def test_leave_takes_its_sessions_off_the_fewest_and_nothing_off_the_most():
    week = pinned_week(away("ann", "mon", "AM"), away("bob"))
    assert (week.limits("ann"), week.limits("bob")) == ((1, 2), (0, 2))


def test_a_session_that_leave_stops_costs_no_points_and_no_budget():
    week = pinned_week(away("ann"), away("bob"))
    assert week.standing == ()
    assert [v.rule for v in find_violations(week, Plan(Roster(())), rules=["changes", "pinned"])] == []


def test_the_checker_refuses_a_session_whose_doctor_is_away():
    week = pinned_week(away("ann", "mon", "AM"))
    plan = Plan(Roster((session("ann", "mon-am", was="mon-am"),)))
    (violation,) = find_violations(week, plan, rules=["availability"])
    assert violation.hard and "ann" in str(violation.sentence)


def test_the_checker_takes_a_colleague_in_a_stopped_session_for_a_cover():
    week = pinned_week(away("ann", "mon", "AM"), doctors=(doctor("ann"), doctor("bob", max_sessions=2)))
    covered = replace(session("ann", "mon-am", was="mon-am"), doctor="bob", was_doctor="ann")
    (violation,) = find_violations(week, Plan(Roster((covered,))), rules=["changes"])[:1]
    assert violation.amount == week.policy.changes.cover


def test_a_colleague_covers_where_the_policy_says_so():
    people = (doctor("ann", "chief"), doctor("bob", "chief"), doctor("cid", "chief"))
    week = pinned_week(away("ann"), doctors=people, policy=COVER)
    planned = make_plan(week)
    covered = [s for s in planned.plan.roster.sessions if s.change is Change.COVERED]
    assert [(s.was_doctor, s.doctor, s.at.key) for s in covered] == [
        ("ann", "cid", "mon-am"),
        ("ann", "cid", "mon-pm"),
    ]
    assert [v for v in planned.violations if v.hard] == []
    assert ReportFacts(week, planned.outcome, planned.plan).stopped_by_leave == ()


def test_a_session_that_nobody_can_cover_is_dropped_and_listed():
    week = pinned_week(away("ann"), policy=COVER, clinics=(clinic(min_level="chief"),))
    planned = make_plan(week)
    assert planned.outcome.status is Status.OPTIMAL
    facts = ReportFacts(week, planned.outcome, planned.plan)
    assert [(s.doctor, s.cell.key) for s in facts.stopped_by_leave] == [("ann", "mon-am"), ("ann", "mon-pm")]


def test_a_clinic_that_must_be_served_and_whose_doctors_are_all_away_is_told():
    must = DemandRow(clinic="eye", day="mon", half="AM", sessions=1, hard=True)
    week = pinned_week(away("ann", "mon", "AM"), away("bob", "mon", "AM"), demand=(must,))
    assert plan_roster(week).status is Status.INFEASIBLE
    reasons, _ = explain(week, Options(), lambda progress: None)
    assert any("0 of 1 session" in str(reason) for reason in reasons)


def test_a_study_that_stops_a_half_day_counts_it_off_once():
    week = pinned_week()
    assert stop(week, "ann", "mon-am").scenario.limits("ann") == (1, 2)


@pytest.mark.parametrize(("language", "words"), [("en", "stopped by leave"), ("zh", "请假停诊")])
def test_the_report_lists_what_leave_stops(language, words):
    week = pinned_week(away("ann", "mon", "AM"))
    planned = make_plan(week)
    assert words in html_text(ReportFacts(week, planned.outcome, planned.plan), language)


def test_leave_csv_has_a_row_a_session_and_clinic(tmp_path):
    planned = make_plan(pinned_week(away("ann", "mon", "AM")))
    write_results(planned, tmp_path, "en")
    lines = (tmp_path / "leave.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["doctor,date,half,clinic", "ann,2026-07-20,AM,eye"]


@pytest.mark.parametrize("policy", ["stop", "cover"])
@examples(60)
@given(data=st.data())
def test_a_week_that_can_be_planned_can_be_planned_with_any_leave(policy, data):
    off = {key: "soft" for key in WEEKLY if key not in KEPT_BY_LEAVE}
    week = data.draw(weeks(**off, **dict.fromkeys(KEPT_BY_LEAVE, "hard")))
    # What is owed beyond the template, and what must be served, leave may truly make impossible.
    owed = {
        d.doctor: len({(r.day, r.half) for r in week.template if r.doctor == d.doctor}) for d in week.doctors
    }
    people = tuple(
        d.model_copy(update={"min_sessions": min(d.min_sessions, owed[d.doctor])}) for d in week.doctors
    )
    soft = tuple(demand.model_copy(update={"hard": False}) for demand in week.demand)
    week = with_settings(
        week.changed(doctors=people, demand=soft, availability=()),
        {"policy.changes.budget": None, "policy.leave.sessions": policy},
    ).scenario
    assume(plan_roster(week).status is Status.OPTIMAL)
    absences = data.draw(
        st.lists(
            st.builds(
                away,
                st.sampled_from(sorted(week.doctor_of)),
                st.sampled_from(("", *DAYS)),
                st.sampled_from([None, "AM", "PM"]),
            ),
            min_size=1,
            max_size=4,
        )
    )
    week = week.changed(availability=tuple(absences))
    planned = make_plan(week)
    assert planned.outcome.status is Status.OPTIMAL
    assert [str(v.sentence) for v in planned.violations if v.hard and v.rule in WEEKLY] == []
    assert not any(
        a.covers(s.at) and a.doctor == s.doctor for a in absences for s in planned.plan.roster.held
    )
