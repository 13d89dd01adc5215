from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.engine.columns import NOWHERE, list_columns
from scheduler.engine.greedy import repair_by_hand
from scheduler.engine.model import build_full_program
from scheduler.engine.options import Options
from scheduler.engine.run import Run
from scheduler.engine.week import solve_columns
from scheduler.outcome import Status
from scheduler.scenario.rows import AvailabilityRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.random_weeks import weeks


def by_hand(week: Scenario) -> dict[str, str] | None:
    """Where each session of the template goes, by doctor and half-day."""
    columns = list_columns(week)
    program, variables = build_full_program(columns)
    answer = repair_by_hand(columns, program)
    if answer is None:
        return None
    taken = columns.table[answer[variables] > 0]
    cells = columns.index.cells
    return {
        f"{columns.index.doctors[r.doctor]} {cells[r.origin].key}": ""
        if r.cell == NOWHERE
        else cells[r.cell].key
        for r in taken.itertuples()
    }


def test_a_week_within_its_limits_stays_as_it_is():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm")))
    assert by_hand(week) == {"ann mon-am": "mon-am", "bob mon-pm": "mon-pm"}


def test_a_morning_moves_to_the_afternoon_of_its_date():
    moved = by_hand(scenario(template=(row("ann", "mon-am"), row("bob", "mon-am"))))
    assert sorted(moved.values()) == ["mon-am", "mon-pm"]


def test_who_cannot_come_in_the_afternoon_is_passed_over():
    away = AvailabilityRow(doctor="ann", day="mon", half="PM")
    moved = by_hand(scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")), availability=(away,)))
    assert moved == {"ann mon-am": "mon-am", "bob mon-am": "mon-pm"}


def test_a_full_pool_takes_no_more():
    week = scenario(
        doctors=(doctor("ann"), doctor("bob"), doctor("cid", specialty="ear")),
        clinics=(clinic(), clinic("ear", "ear")),
        template=(row("ann", "mon-am"), row("bob", "mon-am"), row("cid", "mon-pm", "ear")),
        policy={"ratio": {"limit": 1}},
    )
    columns = list_columns(week)
    program, _ = build_full_program(columns)
    answer = repair_by_hand(columns, program)
    assert answer is None or program.holds(answer)


@pytest.mark.parametrize("pinned", [True, False])
def test_what_cannot_be_mended_is_no_roster(pinned):
    week = scenario(template=(row("ann", "mon-am", pinned=pinned), row("bob", "mon-am", pinned=pinned)))
    assert (by_hand(week) is None) is pinned


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(weeks())
def test_a_roster_by_hand_keeps_every_rule_and_no_answer_is_worse_however_short_the_time(week):
    columns = list_columns(week)
    program, _ = build_full_program(columns)
    answer = repair_by_hand(columns, program)
    if answer is None:
        return
    assert program.holds(answer)
    hurried = solve_columns(columns, Run(Options(seconds=0.001)))
    if not week.template:
        return
    assert hurried.status in (Status.OPTIMAL, Status.FEASIBLE)
    costs = [int(program.cost_vector(tier.key) @ answer) for tier in hurried.tiers]
    assert [tier.value for tier in hurried.tiers] <= costs
