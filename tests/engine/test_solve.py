from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.math_opt.python import mathopt

from scheduler.engine.options import SOLVER_NAMES, Event, Options
from scheduler.engine.program import FREE, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.slice import Answer, Slice
from scheduler.engine.solve import SOLVERS, TierSolver
from scheduler.outcome import Status, Tier

ALL_SOLVERS = pytest.mark.parametrize("name", SOLVER_NAMES)


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def covering(*rows: tuple[int, ...], most: int = 1) -> Program:
    """Binary variables (or up to `most`); of every row's variables at least one is taken."""
    program = Program()
    width = 1 + max(itertools.chain(*rows))
    program.add_variables(ints(*[0] * width), ints(*[most] * width))
    names = [f"{place}: {row}" for place, row in enumerate(rows)]
    numbers = program.add_rows(names, [1] * len(rows), [FREE] * len(rows))
    for number, row in zip(numbers, rows, strict=True):
        program.fill(np.repeat(number, len(row)), ints(*row), 1)
    return program


def solver(program: Program, name: str = "highs", seconds: float = 10.0) -> TierSolver:
    return TierSolver(program, Run(Options(name, seconds=seconds)))


def test_every_solver_that_can_be_named_is_there():
    assert tuple(SOLVERS) == SOLVER_NAMES


@ALL_SOLVERS
def test_an_optimum_is_found_and_proved(name):
    found = solver(covering((0, 1), (1, 2), (2, 3)), name).solve(ints(1, 3, 3, 1))
    assert (found.status, found.value, found.bound) == (Status.OPTIMAL, 4, 4)
    assert int(ints(1, 3, 3, 1) @ found.values) == 4


@ALL_SOLVERS
def test_rows_that_cannot_hold_together_are_infeasible(name):
    program = covering((0, 1))
    program.fill(program.add_rows(["none"], [0], [0]).repeat(2), ints(0, 1), 1)
    found = solver(program, name).solve(ints(1, 1))
    assert (found.status, found.values) == (Status.INFEASIBLE, None)


@ALL_SOLVERS
def test_without_a_cost_any_answer_will_do(name):
    found = solver(covering((0, 1), (1, 2)), name).solve()
    assert (found.status, found.value, found.bound) == (Status.OPTIMAL, 0, 0)
    assert found.values[0] + found.values[1] >= 1


def test_without_time_there_is_nothing():
    found = solver(covering((0,)), seconds=0.0).solve(ints(1))
    assert (found.status, found.values) == (Status.TIMED_OUT, None)


def test_a_clock_never_shows_less_than_nothing():
    assert Run(Options(seconds=-5.0)).seconds_left() == 0.0
    assert 0.0 < Run(Options(seconds=5.0)).seconds_left() <= 5.0


def test_a_row_given_with_a_solve_holds_for_that_one_only():
    one = solver(covering((0, 1, 2)))
    named = (ints(1, 2), ints(1, 1), 1.0, FREE)
    assert one.solve(ints(1, 5, 5), rows=[named]).value == 5
    assert one.solve(ints(1, 5, 5)).value == 1


def test_all_variables_but_those_named_are_0_for_that_solve_only():
    one = solver(covering((0, 1), (1, 2)))
    assert one.solve(ints(1, 9, 1), only=np.array([True, True, False])).value == 9
    assert one.solve(ints(1, 9, 1)).value == 2


def test_a_kept_tier_stays_within_its_value():
    one = solver(covering((0, 1), (0, 2)))
    one.limit(ints(5, 1, 1), 2)
    assert one.solve(ints(0, 1, 1)).values.tolist() == [0, 1, 1]


def test_a_forbidden_variable_is_not_taken():
    one = solver(covering((0, 1)))
    one.forbid(np.array([True, False]))
    assert one.solve(ints(1, 9)).value == 9


@ALL_SOLVERS
def test_a_wrong_hint_does_no_harm(name):
    found = solver(covering((0, 1), (1, 2)), name).solve(ints(2, 3, 2), ints(0, 0, 0))
    assert (found.status, found.value) == (Status.OPTIMAL, 3)


@pytest.mark.parametrize(
    ("dual", "bound"), [(2.2, 3), (3.0, 3), (3.0 + 1e-9, 3), (3.0 - 1e-9, 3), (3.9, 4), (4.0, 4)]
)
def test_a_solver_stopped_at_its_limit_proves_its_bound_rounded_up_to_whole_units_and_no_more(
    dual, bound, monkeypatch
):
    whole = Slice.ask

    def stopped(*args, **more):
        return replace(whole(*args, **more), reason=mathopt.TerminationReason.FEASIBLE, bound=dual)

    monkeypatch.setattr(Slice, "ask", stopped)
    found = solver(covering((0, 1), (1, 2), (2, 3))).solve(ints(1, 3, 3, 1))
    assert (found.value, found.bound) == (4, bound)
    assert found.status is (Status.OPTIMAL if bound == 4 else Status.FEASIBLE)


# tiers


@ALL_SOLVERS
def test_tiers_are_brought_down_in_their_order(name):
    program = covering((0, 1), (1, 2), (0, 2))
    first, second = ints(1, 1, 1), ints(5, 0, 5)
    ladder = solver(program, name).solve_tiers([("cover", first), ("changes", second)])
    assert ladder.status is Status.OPTIMAL
    assert ladder.tiers == (Tier("cover", 2, 2), Tier("changes", 5, 5))
    other = solver(program, name).solve_tiers([("changes", second), ("cover", first)])
    assert other.tiers == (Tier("changes", 5, 5), Tier("cover", 2, 2))
    assert int(first @ other.values) == 2


def test_a_later_tier_never_spoils_an_earlier_one():
    program = covering((0, 1))
    ladder = solver(program).solve_tiers([("cover", ints(1, 2)), ("changes", ints(9, 0))])
    assert [(tier.key, tier.value) for tier in ladder.tiers] == [("cover", 1), ("changes", 9)]


def test_every_tier_is_told_when_it_begins_and_when_it_ends():
    heard: list[Event] = []
    run = Run(Options(), heard.append)
    TierSolver(covering((0,)), run).solve_tiers([("cover", ints(2)), ("changes", ints(0))])
    assert heard == [Event("cover"), Event("cover", 2, 2), Event("changes"), Event("changes", 0, 0)]


def test_no_tiers_still_make_an_answer():
    ladder = solver(covering((0, 1))).solve_tiers([])
    assert (ladder.status, ladder.tiers) == (Status.OPTIMAL, ())
    assert ladder.values.sum() >= 1


def test_an_infeasible_program_has_no_tiers():
    program = covering((0,))
    program.fill(program.add_rows(["none"], [0], [0]), ints(0), 1)
    ladder = solver(program).solve_tiers([("cover", ints(1)), ("changes", ints(1))])
    assert (ladder.status, ladder.values, ladder.tiers) == (Status.INFEASIBLE, None, ())


def test_without_time_nothing_is_climbed():
    ladder = solver(covering((0,)), seconds=0.0).solve_tiers([("cover", ints(1))])
    assert (ladder.status, ladder.values, ladder.tiers) == (Status.TIMED_OUT, None, ())


SETS = st.lists(
    st.sets(st.integers(0, 4), min_size=1, max_size=3).map(sorted).map(tuple), min_size=1, max_size=5
)
COSTS = st.lists(st.integers(0, 4), min_size=5, max_size=5)


def answers(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return [
        taken
        for taken in itertools.product((0, 1), repeat=5)
        if all(any(taken[place] for place in row) for row in rows)
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SETS, COSTS, COSTS)
def test_tiers_are_the_least_in_order_of_all_answers(rows, first, second):
    program = covering(*rows, (0, 1, 2, 3, 4))
    ladder = solver(program).solve_tiers([("cover", ints(*first)), ("changes", ints(*second))])
    every = answers([*rows, (0, 1, 2, 3, 4)])
    least = min((int(np.dot(first, a)), int(np.dot(second, a))) for a in every)
    assert tuple(tier.value for tier in ladder.tiers) == least
    assert ladder.status is Status.OPTIMAL


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SETS, COSTS, st.integers(0, 3))
def test_no_answer_as_good_takes_a_variable_that_is_told_unused(rows, cost, above):
    program = covering(*rows, (0, 1, 2, 3, 4))
    every = answers([*rows, (0, 1, 2, 3, 4)])
    value = min(int(np.dot(cost, a)) for a in every) + above
    unused = solver(program).relax(ints(*cost)).unused(value)
    for answer in every:
        if np.dot(cost, answer) <= value:
            assert not np.any(unused & (np.array(answer) > 0))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SETS, COSTS, st.sets(st.integers(0, 4)))
def test_a_relaxation_begun_at_few_variables_is_that_of_all(rows, cost, few):
    program = covering(*rows, (0, 1, 2, 3, 4))
    near = np.isin(np.arange(5), list(few))
    begun, whole = (solver(program).relax(ints(*cost), start) for start in (near, None))
    assert begun.value == pytest.approx(whole.value)
    assert np.dot(cost, begun.point) == pytest.approx(begun.value)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SETS, COSTS, st.lists(st.floats(-5, 5), min_size=6, max_size=6), st.integers(0, 3))
def test_whatever_prices_a_solver_tells_no_answer_is_below_their_bound(rows, cost, prices, above):
    program = covering(*rows, (0, 1, 2, 3, 4))
    every = answers([*rows, (0, 1, 2, 3, 4)])
    value = min(int(np.dot(cost, a)) for a in every) + above
    given_prices = np.array(prices[: len(rows) + 1])
    with pytest.MonkeyPatch.context() as patch:
        told = Answer(mathopt.TerminationReason.OPTIMAL, 99.0, np.zeros(5), given_prices)
        patch.setattr(Slice, "ask", lambda *_, **__: told)
        relaxation = solver(program).relax(ints(*cost))
    assert relaxation.value <= value - above + 1e-6
    for answer in every:
        if np.dot(cost, answer) <= value:
            assert not np.any(relaxation.unused(value) & (np.array(answer) > 0))


def test_a_dear_variable_is_told_unused():
    relaxation = solver(covering((0, 1), (2,), most=2)).relax(ints(1, 9, 1))
    assert relaxation.unused(2).tolist() == [False, True, False]


def test_a_variable_that_must_be_taken_is_never_told_unused():
    program = Program()
    program.add_variables(ints(1, 0), ints(2, 1))
    assert solver(program).relax(ints(5, 5)).unused(5).tolist() == [False, True]


def test_the_linear_bound_is_rounded_up_and_tells_what_it_takes():
    relaxation = solver(covering((0, 1), (0, 2), (1, 2))).relax(ints(1, 1, 1))
    assert (relaxation.bound, relaxation.taken.tolist()) == (2, [True, True, True])
    assert solver(covering((0,)), seconds=0.0).relax(ints(1)) is None


def test_a_relaxation_that_nothing_satisfies_has_no_end():
    program = covering((0, 1))
    program.fill(program.add_rows(["none"], [0], [0]).repeat(2), ints(0, 1), 1)
    assert solver(program).relax(ints(1, 1)).value == float("inf")


# what a solver says is not believed


def lying(monkeypatch, value: float) -> None:
    """From now on the solver says that all variables have this value."""
    whole = Slice.ask

    def told(*args, **more):
        answer = whole(*args, **more)
        assert answer.values is not None
        return replace(answer, values=np.full_like(answer.values, value))

    monkeypatch.setattr(Slice, "ask", told)


def test_an_answer_that_breaks_a_row_is_none_and_proves_nothing(monkeypatch):
    lying(monkeypatch, 0.0)
    found = solver(covering((0, 1), (1, 2))).solve(ints(2, 3, 2))
    assert (found.status, found.values) == (Status.TIMED_OUT, None)
    assert found.bound < 0


def test_an_answer_that_breaks_a_row_added_later_is_none(monkeypatch):
    lying(monkeypatch, 1.0)
    one = solver(covering((0, 1), (1, 2)))
    assert one.solve(ints(2, 3, 2)).values is not None
    one.limit(ints(2, 3, 2), 4)
    assert one.solve(ints(2, 3, 2)).values is None


def test_a_worse_answer_than_the_one_proved_best_is_not_called_best(monkeypatch):
    lying(monkeypatch, 1.0)
    found = solver(covering((0, 1), (1, 2))).solve(ints(2, 3, 2))
    assert (found.status, found.value, found.bound) == (Status.FEASIBLE, 7, 3)


def test_a_unit_that_was_ruled_out_stays_ruled_out_while_another_tier_is_solved():
    # The second variable is dear, and without it a unit is due.
    program = Program()
    program.add_variables(ints(0, 0), ints(1, 1))
    unit = program.add_units("cover", ints(1))
    row = program.add_rows(["asked"], [1], [FREE])
    program.fill(row.repeat(2), ints(1, unit[0]), 1)
    one = solver(program)
    dear = ints(0, 5, 0)
    assert one.solve(dear).value == 0
    one.forbid(program.cost_vector("cover") > 0)
    assert one.solve(dear).value == 5
    assert one.relax(dear).bound == 5
