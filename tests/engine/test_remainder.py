from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.engine.options import Options
from scheduler.engine.program import FREE, Program
from scheduler.engine.remainder import remainder
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver


def program(limits: list[int], rows: list[list[int]]) -> Program:
    """Rows over four binaries, each at most its limit and one unit for each that it is above."""
    made = Program()
    x = made.add_variables(np.zeros(4, np.int64), np.ones(4, np.int64))
    places = made.add_rows([f"row {n}" for n in range(len(rows))], [-FREE] * len(rows), limits)
    for place, coefficients in zip(places, rows, strict=True):
        made.fill(np.repeat(place, 4), x, np.array(coefficients))
    made.fill(places, made.add_units("units", np.full(len(rows), 20)), -1)
    made.add_cost("points", x, np.array([-1, -2, -3, 1]))
    return made


ROW = st.lists(st.integers(-2, 3), min_size=4, max_size=4)


@settings(deadline=None, max_examples=40, derandomize=True, database=None)
@given(
    st.lists(ROW, min_size=1, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.integers(0, 15),
)
def test_what_is_left_costs_with_the_known_what_the_whole_costs(rows, limits, known):
    whole = program(limits[: len(rows)], rows)
    told = np.zeros(whole.width, dtype=bool)
    told[:2] = [known & 1, known & 2]
    values = np.zeros(whole.width, dtype=np.int64)
    values[:2] = [bool(known & 4), bool(known & 8)]
    cost = 10 * whole.cost_vector("units") + whole.cost_vector("points")
    solver = TierSolver(whole, Run(Options(seconds=20.0)))
    for place in np.flatnonzero(told):
        only = np.eye(whole.width, dtype=np.int64)[place]
        solver.limit(only, int(values[place]))
        solver.limit(-only, -int(values[place]))
    expected = solver.solve(cost)
    left = remainder(whole, told, values)
    assert left is not None
    found = TierSolver(left.program, Run(Options(seconds=20.0))).solve(cost[left.places])
    assert found.values is not None
    answer = left.expand(found.values)
    assert int(cost @ answer) == expected.value
    assert (answer[told] == values[told]).all()


def test_units_that_only_known_variables_cause_are_known_too():
    whole = program([0, 3], [[1, 1, 0, 0], [0, 0, 1, 1]])
    told = np.array([True, True, False, False, False, False])
    left = remainder(whole, told, np.array([1, 1, 0, 0, 0, 0]))
    assert left is not None
    assert left.values.tolist() == [1, 1, 0, 0, 2, 0]
    assert left.places.tolist() == [2, 3, 5]
    assert left.program.row_names == ["row 1"]


def test_a_row_that_the_known_break_for_good_leaves_nothing():
    whole = program([5], [[1, 1, 0, 0]])
    row = whole.add_rows(["never"], [2], [FREE])
    whole.fill(np.repeat(row, 2), np.array([0, 1]), 1)
    told = np.array([True, True, False, False, False])
    assert remainder(whole, told, np.array([1, 0, 0, 0, 0])) is None
    assert remainder(whole, told, np.array([1, 1, 0, 0, 0])) is not None
