from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.check.run import find_violations, totals
from scheduler.clock import Cell
from scheduler.engine.options import Options
from scheduler.engine.process import run_apart
from scheduler.errors import SettingError
from scheduler.explain.question import Question, Reply, Verdict
from scheduler.explain.why import why
from scheduler.plan import make_plan
from scheduler.roster import Plan, template_roster
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import MONDAY_ROWS, WEEK, clinic, doctor, monday, row, scenario, session, week_of

REAL = Path(__file__).parents[2] / ".." / "shared/data" / "puh3_2025w43.csv"


def asked(week: Scenario, who: str, at: str, *, clinic: str = "", absent: bool = False, **more) -> Reply:
    """The reply about the template as it stands, or about `plan`."""
    plan = more.get("plan") or Plan(template_roster(week))
    question = Question(who, WEEK.cell(at), clinic, absent)
    return why(week, plan, question, Options(seconds=more.get("seconds", 20.0)))


def said(reply: Reply) -> list[str]:
    return [str(sentence) for sentence in reply.sentences]


def changed(reply: Reply) -> dict[str, tuple[int, int]]:
    return {tier.key: (tier.before, tier.after) for tier in reply.tiers if tier.before != tier.after}


def test_a_doctor_who_is_there_already_needs_no_solve():
    reply = asked(monday(), "ann", "mon-pm", seconds=0.0)
    assert reply.verdict is Verdict.SO_ALREADY
    assert said(reply) == ["ann has a session on Monday 2026-07-20 afternoon in this roster already."]
    assert asked(monday(), "ann", "tue-pm", absent=True, seconds=0.0).verdict is Verdict.SO_ALREADY


def test_a_half_day_that_costs_changes_is_told_by_tier():
    reply = asked(monday(), "ann", "tue-pm")
    assert reply.verdict is Verdict.WORSE
    assert changed(reply) == {"changes": (0, 3), "fairness": (0, 1)}
    assert [tier.key for tier in reply.binding] == ["changes", "fairness"]
    assert reply.proved
    assert said(reply)[0].startswith(
        "With ann on Tuesday 2026-07-21 afternoon the week is worse: first in changes, from 0 to 3"
    )
    assert said(reply)[1] == "It would be their session of Monday 2026-07-20 morning."


def test_the_converse_tells_where_the_session_would_go():
    reply = asked(monday(), "ann", "mon-am", absent=True)
    assert reply.verdict is Verdict.WORSE
    assert changed(reply)["changes"] == (0, 3)
    assert said(reply)[1].startswith("Their session would be on ")


def two_experts(**parts) -> Scenario:
    return scenario(doctors=(doctor("ann", "chief"), doctor("bob", "chief")), **parts)


def test_a_tie_costs_nothing():
    week = two_experts(demand=(DemandRow(clinic="eye", day="mon", half="PM", sessions=1),))
    plan = week_of(session("ann", "mon-pm", room="e1"))
    reply = asked(week, "bob", "mon-pm", plan=plan)
    assert reply.verdict is Verdict.FREE
    assert said(reply)[0].startswith("It costs nothing: another roster, as good in every tier, has bob")
    assert said(reply)[1] == "It would be a further session."
    converse = asked(week, "ann", "mon-pm", plan=plan, absent=True)
    assert converse.verdict is Verdict.FREE
    assert said(converse)[1] == "Their session would not be held."


def test_a_roster_that_is_not_the_best_is_told_so():
    week = two_experts(demand=(DemandRow(clinic="eye", day="mon", half="PM", sessions=1),))
    reply = asked(week, "ann", "mon-pm")
    assert reply.verdict is Verdict.BETTER
    assert changed(reply) == {"cover": (1, 0)}
    assert said(reply)[0].startswith("This roster is not the best")


def test_a_roster_that_breaks_hard_rules_is_told_so():
    week = monday(template=(*MONDAY_ROWS[:1], *MONDAY_ROWS[2:]))
    reply = asked(week, "ann", "tue-pm")
    assert said(reply)[-1] == "This roster itself breaks hard rules, which the other one keeps."


def test_an_absence_is_told_first_and_then_its_price():
    week = monday(availability=(AvailabilityRow(doctor="ann", day="tue"),))
    reply = asked(week, "ann", "tue-pm")
    assert said(reply)[:2] == [
        "ann is away on Tuesday 2026-07-21 afternoon.",
        "If that were open to them:",
    ]
    assert reply.verdict is Verdict.WORSE
    assert changed(reply)["changes"] == (0, 3)


def test_where_only_the_absence_stands_against_it_the_week_would_be_better():
    week = monday(
        availability=(
            AvailabilityRow(doctor="bob", day="tue", half="PM"),
            AvailabilityRow(doctor="bob", day="tue", half="PM", state="prefer"),
        ),
        tiers=("preferences", "changes", "same_room"),
        rules={
            "ratio_target": "off",
            "ratio_experts": "off",
            "cover": "off",
            "expert_presence": "off",
            "fairness": "off",
        },
    )
    reply = asked(week, "bob", "tue-pm")
    assert reply.verdict is Verdict.BETTER
    assert said(reply)[2].startswith(
        "With bob on Tuesday 2026-07-21 afternoon the week would be better: preferences 0"
    )


@pytest.mark.parametrize("cell", ["sat-am", "mon-eve"])
def test_an_unusual_half_day_is_priced_as_if_it_were_open(cell):
    reply = asked(monday(), "bob", cell)
    assert "only where the availability says open" in said(reply)[0]
    assert reply.verdict is Verdict.WORSE


def test_a_closed_day_is_answered_at_once():
    closed = CalendarRow(date=WEEK.dates[1], kind="closed", reason="holiday")
    reply = asked(monday(calendar=(closed,)), "bob", "tue-am", seconds=0.0)
    assert reply.verdict is Verdict.IMPOSSIBLE
    assert said(reply) == ["Tuesday 2026-07-21 morning: the clinic is closed. holiday"]


@pytest.mark.parametrize(
    ("week", "reason"),
    [
        (monday(template=(*MONDAY_ROWS[:3], row("bob", "mon-pm", room="e2", pinned=True))), None),
        (
            scenario(template=(row("bob", "mon-pm", pinned=True),)),
            "bob's session on Monday 2026-07-20 afternoon is pinned and is not held there",
        ),
        (
            monday(rooms=()),
            "eye, Tuesday 2026-07-21 afternoon: 1 session sits in 0 of the pool's 0 open rooms",
        ),
    ],
)
def test_what_forbids_it_is_named(week, reason):
    reply = asked(week, "bob", "tue-pm")
    if reason is None:
        assert reply.verdict is Verdict.WORSE
    else:
        assert reply.verdict is Verdict.IMPOSSIBLE
        assert (
            said(reply)[0] == "No roster that keeps every hard rule has bob on Tuesday 2026-07-21 afternoon."
        )
        assert any(sentence.startswith(reason) for sentence in said(reply)[1:])


def test_a_pinned_session_is_why_the_doctor_is_there():
    week = scenario(template=(row("bob", "mon-pm", pinned=True),))
    reply = asked(week, "bob", "mon-pm", absent=True)
    assert said(reply) == [
        "No roster that keeps every hard rule does without bob on Monday 2026-07-20 afternoon.",
        "bob's session on Monday 2026-07-20 afternoon is pinned and is not held there",
    ]


def test_a_doctor_without_any_session_to_put_there_is_told_so():
    week = monday(doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid")))
    assert "no session that could be put there" in said(asked(week, "cid", "tue-pm"))[1]


def test_a_named_clinic_narrows_the_question():
    week = monday(
        clinics=(clinic(), clinic("lens", "eye")),
        template=(*MONDAY_ROWS, row("ann", "wed-pm", clinic="lens")),
    )
    reply = asked(week, "ann", "mon-pm", clinic="lens")
    assert reply.verdict is Verdict.WORSE
    assert said(reply)[0].startswith("With ann in lens on Monday 2026-07-20 afternoon the week is worse")
    already = asked(week, "ann", "wed-pm", clinic="lens")
    assert already.verdict is Verdict.SO_ALREADY
    assert said(already) == [
        "ann in lens has a session on Wednesday 2026-07-22 afternoon in this roster already."
    ]


def test_doctor_and_clinic_may_be_typed_by_name():
    named = tuple(d.model_copy(update={"name": "王安"}) if d.doctor == "ann" else d for d in monday().doctors)
    reply = asked(monday(doctors=named), "王 安", "mon-pm", clinic="Eye", seconds=0.0)
    assert said(reply) == ["ann in eye has a session on Monday 2026-07-20 afternoon in this roster already."]


def test_without_time_nothing_is_claimed():
    reply = asked(monday(), "ann", "tue-pm", seconds=0.0)
    assert reply.verdict is Verdict.UNDECIDED
    assert reply.tiers == ()


def test_everything_unknown_is_named_at_once():
    question = Question("anne", Cell(WEEK.next().dates[0], WEEK.cell("mon-am").half), "eyes")
    with pytest.raises(SettingError) as error:
        why(monday(), Plan(template_roster(monday())), question, Options())
    assert [str(problem.remedy) for problem in error.value.problems] == [
        "Did you mean ann?",
        "Did you mean eye?",
        "Name a half-day of the week 2026-W30.",
    ]


def test_the_engine_may_run_in_a_process_of_its_own():
    week = monday()
    question = Question("ann", WEEK.cell("tue-pm"))
    reply = why(week, Plan(template_roster(week)), question, Options(seconds=20.0), runner=run_apart)
    assert changed(reply)["changes"] == (0, 3)


@pytest.mark.skipif(not REAL.exists(), reason="the real week is not here")
@pytest.mark.parametrize("absent", [False, True])
def test_a_real_week_is_answered_with_a_proof(absent):
    from scheduler.tables.published.timetable import read_published, to_scenario

    week = to_scenario(read_published(REAL)).scenario
    plan = make_plan(week).plan
    doctor, cell = ("PUH3-D0054", "fri-am")
    if absent:
        kept = next(s for s in plan.roster.held if s.cell == s.was and s.at.key == "wed-am")
        doctor, cell = kept.doctor, "wed-am"
    reply = why(week, plan, Question(doctor, week.week.cell(cell), "", absent), Options(seconds=50.0))
    assert reply.verdict in (Verdict.WORSE, Verdict.FREE)
    units = totals(find_violations(week, Plan(plan.roster)))
    assert {tier.key: tier.before for tier in reply.tiers} == {
        tier.key: units[tier.key] for tier in reply.tiers
    }
    changes = next(tier for tier in reply.tiers if tier.key == "changes")
    assert changes.after == changes.bound >= changes.before
