from __future__ import annotations

import numpy as np
import pytest

from scheduler.engine.program import FREE, Program


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def program() -> Program:
    """Three variables from 0 to 5."""
    program = Program()
    program.add_variables(ints(0, 0, 0), ints(5, 5, 5))
    return program


def test_variables_are_numbered_on_and_keep_their_bounds(program):
    assert program.add_variables(ints(1, 2), ints(3, 4)).tolist() == [3, 4]
    lower, upper = program.bounds()
    assert (lower.tolist(), upper.tolist()) == ([0, 0, 0, 1, 2], [5, 5, 5, 3, 4])


def test_rows_are_numbered_on_and_keep_name_and_bounds(program):
    assert program.add_rows(["a"], [1], [FREE]).tolist() == [0]
    assert program.add_rows(["b", "c"], ints(2, 3), ints(4, 5)).tolist() == [1, 2]
    assert program.row_names == ["a", "b", "c"]
    assert (program.row_lower, program.row_upper) == ([1.0, 2.0, 3.0], [FREE, 4.0, 5.0])


def test_entries_at_one_place_add_up_and_zeros_are_left_out(program):
    first, second = program.add_rows(["a", "b"], [0, 0], [1, 1])
    program.fill(ints(second, first), ints(2, 1), ints(7, 4))
    program.fill(ints(first, first), ints(1, 0), 3)
    program.fill(ints(second), ints(2), -7)
    rows, variables, values = program.matrix()
    assert list(zip(rows.tolist(), variables.tolist(), values.tolist(), strict=True)) == [
        (0, 0, 3),
        (0, 1, 7),
    ]


def test_a_program_of_nothing_has_an_empty_matrix_and_no_bounds():
    assert [part.tolist() for part in Program().matrix()] == [[], [], []]
    assert [part.tolist() for part in Program().bounds()] == [[], []]


def test_costs_of_a_tier_add_up_variable_by_variable(program):
    program.add_cost("changes", ints(0, 2), ints(2, 3))
    program.add_cost("changes", ints(2, 2), ints(4, 1))
    assert program.cost_vector("changes").tolist() == [2, 0, 8]
    assert program.cost_vector("cover").tolist() == [0, 0, 0]


def test_units_cost_one_each_or_their_weight(program):
    assert program.add_units("cover", ints(9, 8)).tolist() == [3, 4]
    assert program.add_units("cover", ints(1), ints(6)).tolist() == [5]
    assert program.cost_vector("cover").tolist() == [0, 0, 0, 1, 1, 6]
    assert program.bounds()[1].tolist() == [5, 5, 5, 9, 8, 1]


def test_asking_for_costs_of_an_unknown_tier_makes_no_tier(program):
    program.cost_vector("cover")
    assert dict(program.costs) == {}


@pytest.mark.parametrize(
    ("taken", "expected"),
    [((0, 0, 0), (3, 0)), ((2, 0, 0), (1, 0)), ((3, 0, 5), (0, 1)), ((5, 5, 5), (0, 4))],
)
def test_settled_units_are_what_the_rows_need_and_no_more(program, taken, expected):
    # x0 + short >= 3 and 2 x0 + 2 x1 + x2 - 4 above <= 9
    units = program.add_units("cover", ints(9, 9))
    rows = program.add_rows(["short", "above"], [3, -FREE], [FREE, 9])
    program.fill(ints(rows[0], rows[0]), ints(0, units[0]), 1)
    program.fill(np.repeat(rows[1], 4), ints(0, 1, 2, units[1]), ints(2, 2, 1, -4))
    settled = program.with_least_units(ints(*taken, 9, 9))
    assert settled.tolist() == [*taken, *expected]


def test_a_unit_in_several_rows_is_what_the_worst_of_them_needs(program):
    unit = program.add_units("expert_presence", ints(1))
    rows = program.add_rows(["am", "pm"], [-FREE, -FREE], [0, 0])
    program.fill(rows, ints(0, 1), 1)
    program.fill(rows, np.repeat(unit, 2), ints(-5, -2))
    assert program.with_least_units(ints(0, 0, 5, 1)).tolist() == [0, 0, 5, 0]
    assert program.with_least_units(ints(4, 0, 0, 0)).tolist() == [4, 0, 0, 1]


def test_without_units_nothing_is_settled(program):
    assert program.with_least_units(ints(1, 2, 3)).tolist() == [1, 2, 3]


def test_rows_whose_units_nobody_counts_bind_nothing():
    program = Program()
    chosen = program.add_variables(np.zeros(2, np.int64), np.ones(2, np.int64))
    flags = program.add_flags(1)
    units = program.add_units("cover", np.ones(1, np.int64))
    rows = program.add_rows(["opens", "counts", "holds"], [-FREE, -FREE, 1], [0, 0, FREE])
    program.fill(rows[[0, 0]], np.array([chosen[0], flags[0]]), np.array([1, -1]))
    program.fill(rows[[1, 1]], np.array([flags[0], units[0]]), np.array([1, -1]))
    program.fill(rows[[2, 2]], chosen, 1)
    nothing = np.zeros(program.width, dtype=bool)
    assert program.find_idle(nothing)[0].tolist() == [True, True, False]
    assert program.find_idle(program.cost_vector("cover") > 0)[0].tolist() == [False, False, False]


def test_a_flag_is_settled_before_the_units_that_it_causes():
    program = Program()
    program.name_variables("columns", program.add_variables(np.zeros(1, np.int64), np.ones(1, np.int64)))
    flags = program.add_flags(1)
    units = program.add_units("cover", np.ones(1, np.int64))
    rows = program.add_rows(["opens", "counts"], [-FREE, -FREE], [0, 0])
    program.fill(rows[[0, 0]], np.array([0, flags[0]]), np.array([1, -1]))
    program.fill(rows[[1, 1]], np.array([flags[0], units[0]]), np.array([1, -1]))
    assert program.answer_of(np.array([1])).tolist() == [1, 1, 1]
    assert program.answer_of(np.array([0])).tolist() == [0, 0, 0]
    assert program.holds(np.array([1, 1, 1]))
    assert not program.holds(np.array([1, 0, 0]))
    assert not program.holds(np.array([2, 1, 1]))
