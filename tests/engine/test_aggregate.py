from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler.engine.aggregate import Aggregate, Flows, merge
from scheduler.engine.columns import NOWHERE, list_columns
from scheduler.engine.model import build_full_program, build_program, order_tiers
from scheduler.engine.options import Options
from scheduler.engine.program import Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver
from scheduler.engine.week import solve_columns, solve_single
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


def merged(week: Scenario) -> Aggregate:
    return merge(list_columns(week))


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
@given(weeks(), st.integers(0, 9))
def test_every_roster_sums_to_an_answer_of_the_flows_at_the_same_cost(week, seed):
    answer = some_answer(week, seed)
    assume(answer is not None)
    program, values = answer
    columns = program.named["columns"]
    aggregate = merged(week)
    flows, variables = build_program(aggregate.columns, aggregate.rules())
    summed = np.zeros(len(variables), dtype=np.int64)
    np.add.at(summed, aggregate.member_of, values[columns])
    for key in filter(Flows.knows, order_tiers(week)):
        assert least_with(flows, variables, summed, key) == least_with(program, columns, values[columns], key)
    assert least_with(flows, variables, summed, "nothing") == 0


@EXAMPLES
@given(weeks(), st.integers(0, 9), st.integers(0, 2))
def test_a_roster_takes_only_choices_told_reached_and_as_often_as_the_ranges_say(week, seed, above):
    answer = some_answer(week, seed)
    assume(answer is not None)
    program, values = answer
    taken = values[program.named["columns"]]
    run = Run(Options(seconds=20.0))
    flows = Flows.of(list_columns(week), run)
    spent = [
        (key, int(program.cost_vector(key) @ values) + above) for key in order_tiers(week) if Flows.knows(key)
    ]
    reached = flows.reached(spent)
    assert not np.any(taken[~reached])
    for places, ones, lower, upper in flows.ranges(program.named["columns"], reached, spent):
        assert lower <= values[places] @ ones <= upper
    for key, value in spent:
        assert flows.least(key).bound <= value
        flows.hold(key, value)
    assert not np.any(taken[~flows.reached()])


def test_what_no_answer_of_a_value_takes_is_not_reached():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))
    people = list_columns(week)
    flows = Flows.of(people, Run(Options(seconds=20.0)))
    reached = flows.reached([("changes", 2)])
    names = {people.index.cells[cell].key for cell in people.array("cell")[reached] if cell != NOWHERE}
    assert names == {"mon-am", "mon-pm"}


def test_the_flows_know_how_many_move():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))
    people = list_columns(week)
    flows = Flows.of(people, Run(Options(seconds=20.0)))
    ranges = flows.ranges(np.arange(len(people)), np.ones(len(people), dtype=bool), [("changes", 2)])
    assert (1.0, 1.0) in {(lower, upper) for _, _, lower, upper in ranges}


@EXAMPLES
@given(weeks())
def test_what_the_loop_leaves_out_is_never_missed(week):
    quick = solve_columns(list_columns(week), Run(Options(seconds=20.0)))
    plain = solve_single(list_columns(week), Run(Options(seconds=20.0)))
    assert (quick.status, quick.tiers) == (plain.status, plain.tiers)


TWINS = (doctor("ann"), doctor("bob"))


def test_sessions_alike_become_one_flow():
    week = scenario(doctors=TWINS, template=(row("ann", "mon-am"), row("bob", "mon-am")))
    columns = list_columns(week)
    flow = merged(week).columns
    assert len(columns) == 2 * len(flow)
    assert set(flow.array("upper")) == {2}
    assert flow.group_sizes.tolist() == [2]


@pytest.mark.parametrize(
    "other",
    [
        {"template": (row("ann", "mon-am"), row("bob", "mon-pm"))},
        {"doctors": (doctor("ann"), doctor("bob", "chief"))},
    ],
)
def test_sessions_of_another_cell_or_rank_flow_apart(other):
    alike = {"doctors": TWINS, "template": (row("ann", "mon-am"), row("bob", "mon-am"))}
    assert len(merged(scenario(**{**alike, **other})).columns.group_sizes) == 2


def test_levels_that_no_demand_tells_apart_are_one():
    people = (doctor("ann", "resident"), doctor("bob", "attending"))
    demand = (DemandRow(clinic="eye", day="mon", half="AM", sessions=1),)
    assert flows(merged(scenario(doctors=people, demand=demand))) == 1
    asked = (demand[0].model_copy(update={"level": Level.ATTENDING}),)
    assert flows(merged(scenario(doctors=people, demand=asked))) == 2


def test_specialties_flow_together():
    people = (doctor("ann"), doctor("bob", specialty="ear"))
    rows = (row("ann", "mon-am"), row("bob", "mon-am", "ear"))
    week = scenario(doctors=people, clinics=(clinic(), clinic("ear", "ear")), template=rows)
    assert flows(merged(week)) * 2 == len(list_columns(week))


def test_every_choice_belongs_to_a_flow_with_its_cell_and_points():
    away = AvailabilityRow(doctor="ann", day="mon", half="PM")
    week = scenario(template=(row("ann", "mon-am"), row("bob", "tue-pm")), availability=(away,))
    people, aggregate = list_columns(week), merged(week)
    for field in ("cell", "points", "changed", "origin"):
        assert (aggregate.columns.array(field)[aggregate.member_of] == people.array(field)).all()
    assert np.bincount(aggregate.member_of).tolist() == aggregate.columns.array("upper").tolist()


def infeasible(week: Scenario) -> bool:
    aggregate = merged(week)
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
    demand = (DemandRow(clinic="eye", day="mon", half="PM", sessions=1),)
    columns = merged(scenario(doctors=TWINS, demand=demand)).columns
    assert columns.array("group").tolist() == [NOWHERE]
    assert columns.group_sizes.tolist() == []
