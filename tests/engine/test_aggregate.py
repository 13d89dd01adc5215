from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler.engine.aggregate import Aggregate, Grain, merge
from scheduler.engine.columns import NOWHERE, list_columns
from scheduler.engine.model import build_full_program, build_program, order_tiers
from scheduler.engine.options import Options
from scheduler.engine.program import Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver
from scheduler.engine.week import solve_aggregate, solve_single
from scheduler.outcome import Status
from scheduler.scenario.hospital import Level
from scheduler.scenario.rows import AvailabilityRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.random_weeks import weeks

EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def solver(program: Program) -> TierSolver:
    return TierSolver(program, Run(Options(seconds=20.0)))


def crews(week: Scenario) -> Aggregate:
    return merge(list_columns(week), Grain.CREWS)


def flows(aggregate: Aggregate) -> int:
    """How many choices the aggregate has."""
    return len(aggregate.columns)


def some_answer(week: Scenario, seed: int) -> tuple[Program, Ints] | None:
    """An answer of the full model, the best for costs drawn by lot; None where the week has none."""
    program, variables = build_full_program(list_columns(week))
    lot = np.zeros(program.width, dtype=np.int64)
    lot[variables] = np.random.default_rng(seed).integers(0, 9, len(variables))
    found = solver(program).solve(lot)
    return None if found.values is None else (program, found.values)


def least_with(program: Program, variables: Ints, taken: Ints, key: str) -> int | None:
    """The least cost of a tier where these variables are as often taken as told; None where they cannot be."""
    one = solver(program)
    left = np.zeros(program.width, dtype=bool)
    left[variables[taken == 0]] = True
    one.forbid(left)
    for place in np.flatnonzero(taken):
        only = np.zeros(program.width, dtype=np.int64)
        only[variables[place]] = 1
        one.limit(only, int(taken[place]))
        one.limit(-only, -int(taken[place]))
    found = one.solve(program.cost_vector(key))
    return None if found.values is None else found.value


@EXAMPLES
@given(weeks(), st.integers(0, 9), st.sampled_from(Grain))
def test_every_answer_of_the_full_model_sums_to_one_of_the_aggregate_at_the_same_cost(week, seed, grain):
    assume(grain is Grain.CREWS or not week.demand)
    answer = some_answer(week, seed)
    assume(answer is not None)
    program, values = answer
    columns = program.named["columns"]
    aggregate = merge(list_columns(week), grain)
    merged, variables = build_program(aggregate.columns, aggregate.rules())
    summed = np.zeros(len(variables), dtype=np.int64)
    np.add.at(summed, aggregate.member_of, values[columns])
    for key in filter(aggregate.knows, order_tiers(week)):
        assert least_with(merged, variables, summed, key) == least_with(
            program, columns, values[columns], key
        )
    assert least_with(merged, variables, summed, "nothing") == 0


@EXAMPLES
@given(weeks())
def test_what_the_aggregate_leaves_out_is_never_missed(week):
    quick = solve_aggregate(list_columns(week), Run(Options(seconds=20.0)))
    plain = solve_single(list_columns(week), Run(Options(seconds=20.0)))
    assert (quick.status, quick.tiers) == (plain.status, plain.tiers)


TWINS = (doctor("ann"), doctor("bob"))


def test_sessions_alike_become_one_flow():
    week = scenario(doctors=TWINS, template=(row("ann", "mon-am"), row("bob", "mon-am")))
    columns = list_columns(week)
    merged = crews(week).columns
    assert len(columns) == 2 * len(merged)
    assert set(merged.array("upper")) == {2}
    assert merged.group_sizes.tolist() == [2]


@pytest.mark.parametrize(
    "other",
    [
        {"template": (row("ann", "mon-am"), row("bob", "mon-pm"))},
        {"doctors": (doctor("ann"), doctor("bob", "chief"))},
        {
            "clinics": (clinic(), clinic("lid", "eye", pool="lid")),
            "template": (row("ann", "mon-am"), row("bob", "mon-am", "lid")),
        },
    ],
)
def test_sessions_of_another_cell_rank_or_pool_flow_apart(other):
    alike = {"doctors": TWINS, "template": (row("ann", "mon-am"), row("bob", "mon-am"))}
    assert len(crews(scenario(**{**alike, **other})).columns.group_sizes) == 2


def test_levels_that_no_demand_tells_apart_are_one():
    people = (doctor("ann", "resident"), doctor("bob", "attending"))
    demand = (DemandRow(clinic="eye", day="mon", half="AM", sessions=1),)
    assert flows(crews(scenario(doctors=people, demand=demand))) == 1
    asked = (demand[0].model_copy(update={"level": Level.ATTENDING}),)
    assert flows(crews(scenario(doctors=people, demand=asked))) == 2


def test_the_hospital_is_coarser_than_its_crews():
    people = (doctor("ann"), doctor("bob", specialty="ear"))
    rows = (row("ann", "mon-am"), row("bob", "mon-am", "ear"))
    columns = list_columns(scenario(doctors=people, clinics=(clinic(), clinic("ear", "ear")), template=rows))
    assert flows(merge(columns, Grain.HOSPITAL)) * 2 == flows(merge(columns, Grain.CREWS))


def test_every_choice_belongs_to_a_flow_with_its_cell_and_points():
    away = AvailabilityRow(doctor="ann", day="mon", half="PM")
    week = scenario(template=(row("ann", "mon-am"), row("bob", "tue-pm")), availability=(away,))
    people = list_columns(week)
    for grain in Grain:
        aggregate = merge(people, grain)
        for field in ("cell", "points", "changed", "origin"):
            assert (aggregate.columns.array(field)[aggregate.member_of] == people.array(field)).all()
        assert np.bincount(aggregate.member_of).tolist() == aggregate.columns.array("upper").tolist()


def infeasible(week: Scenario) -> bool:
    aggregate = crews(week)
    program, _ = build_program(aggregate.columns, aggregate.rules())
    return solver(program).solve().status is Status.INFEASIBLE


def test_a_crew_has_no_more_sessions_than_its_doctors_may_have_together():
    asks = DemandRow(clinic="eye", sessions=4, hard=True)
    for most, short in ((2, False), (1, True)):
        people = (doctor("ann", max_sessions=2), doctor("bob", max_sessions=most))
        assert infeasible(scenario(doctors=people, demand=(asks,), rules={"ratio_day": "off"})) is short


def test_a_crew_holds_no_more_sessions_at_a_cell_than_it_has_doctors_who_can_be_there():
    asks = DemandRow(clinic="eye", day="mon", half="PM", sessions=2, hard=True)
    assert not infeasible(scenario(doctors=TWINS, demand=(asks,)))
    away = AvailabilityRow(doctor="bob", day="mon", half="PM")
    assert infeasible(scenario(doctors=TWINS, demand=(asks,), availability=(away,)))


def test_added_sessions_are_no_flow():
    merged = crews(
        scenario(doctors=TWINS, demand=(DemandRow(clinic="eye", day="mon", half="PM", sessions=1),))
    )
    assert merged.columns.array("group").tolist() == [NOWHERE]
    assert merged.columns.group_sizes.tolist() == []
