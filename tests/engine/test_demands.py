from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.engine.columns import list_columns
from scheduler.engine.demands import FORCED, with_demands
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Attendance, Demands, Options, ignore_progress
from scheduler.outcome import Outcome, Status
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, clinic, doctor, row, scenario
from tests.random_weeks import weeks

ENGINES = pytest.mark.parametrize("engine", ["aggregate", "single"])


def at(who: str, cell: str, clinic: str = "") -> Attendance:
    return Attendance(who, WEEK.cell(cell), clinic)


def answered(week: Scenario, demands: Demands, engine: str = "aggregate") -> Outcome:
    return solve_week(week, Options(seconds=20.0, engine=engine), ignore_progress, demands=demands)


def held(outcome: Outcome, who: str) -> list[str]:
    return [
        session.at.key for session in sorted(outcome.roster.held, key=lambda s: s.at) if session.doctor == who
    ]


def changes(outcome: Outcome) -> tuple[int, int]:
    return next((tier.value, tier.bound) for tier in outcome.tiers if tier.key == "changes")


@ENGINES
def test_a_forced_half_day_is_held_and_its_price_is_proved(engine):
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm")))
    outcome = answered(week, Demands(forced=(at("ann", "tue-pm"),)), engine)
    assert outcome.status is Status.OPTIMAL
    assert held(outcome, "ann") == ["tue-pm"]
    assert changes(outcome) == (3, 3)


@ENGINES
def test_a_forbidden_half_day_is_left(engine):
    week = scenario(template=(row("ann", "mon-pm"), row("bob", "mon-am")))
    outcome = answered(week, Demands(forbidden=(at("bob", "mon-am"),)), engine)
    assert "mon-am" not in held(outcome, "bob")
    assert changes(outcome) == (2, 2)


@ENGINES
def test_a_forced_half_day_where_the_doctor_is_anyway_costs_nothing(engine):
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm")))
    assert changes(answered(week, Demands(forced=(at("ann", "mon-am"),)), engine)) == (0, 0)


def test_several_half_days_are_forced_together():
    week = scenario(template=(row("ann", "mon-am"), row("ann", "mon-pm"), row("bob", "mon-pm")))
    demands = Demands(forced=(at("ann", "tue-am"), at("ann", "tue-pm")))
    assert held(answered(week, demands), "ann") == ["tue-am", "tue-pm"]


def test_only_sessions_of_the_named_clinic_count():
    clinics = (clinic(), clinic("lens", "eye"))
    week = scenario(
        clinics=clinics,
        template=(row("ann", "mon-pm"), row("ann", "tue-pm", clinic="lens"), row("bob", "mon-pm")),
    )
    outcome = answered(week, Demands(forced=(at("ann", "mon-pm", "lens"),)))
    served = {
        session.at.key: session.blocks[0].clinic for session in outcome.roster.held if session.doctor == "ann"
    }
    assert served["mon-pm"] == "lens"
    assert answered(week, Demands(forced=(at("bob", "mon-pm", "lens"),))).status is Status.INFEASIBLE


@ENGINES
@pytest.mark.parametrize("cell", ["mon-pm", "sat-am"])
def test_what_no_choice_can_meet_is_infeasible(engine, cell):
    week = scenario(doctors=(doctor("ann"), doctor("bob")), template=(row("ann", "mon-am", pinned=True),))
    assert answered(week, Demands(forced=(at("ann", cell),)), engine).status is Status.INFEASIBLE
    assert answered(week, Demands(forced=(at("bob", cell),)), engine).status is Status.INFEASIBLE


@ENGINES
def test_a_pinned_session_cannot_be_forbidden(engine):
    week = scenario(template=(row("ann", "mon-pm", pinned=True),))
    assert answered(week, Demands(forbidden=(at("ann", "mon-pm"),)), engine).status is Status.INFEASIBLE


def test_a_session_that_demand_asks_for_can_be_forced():
    week = scenario(demand=(DemandRow(clinic="eye", day="mon", half="PM", sessions=1),))
    for who in ("ann", "bob"):
        assert held(answered(week, Demands(forced=(at(who, "mon-pm"),))), who) == ["mon-pm"]


def test_without_demands_the_columns_are_as_they_were():
    columns = list_columns(scenario(template=(row("ann", "mon-am"),)))
    same = with_demands(columns, Demands())
    assert FORCED not in same.table
    assert same.table.equals(columns.table)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(weeks(), st.data())
def test_aggregate_and_full_model_give_the_same_price_of_what_is_forced(week, data):
    if not week.cells:
        return
    cell = data.draw(st.sampled_from(week.cells))
    presence = Attendance(data.draw(st.sampled_from(sorted(week.doctor_of))), cell)
    demands = data.draw(st.sampled_from([Demands(forced=(presence,)), Demands(forbidden=(presence,))]))
    quick, plain = answered(week, demands), answered(week, demands, "single")
    assert quick.status is plain.status
    assert [t for t in quick.tiers if t.key != "same_room"] == [
        t for t in plain.tiers if t.key != "same_room"
    ]
    if quick.roster is not None:
        there = any(s.doctor == presence.doctor and s.at == cell for s in quick.roster.held)
        assert there == bool(demands.forced)
