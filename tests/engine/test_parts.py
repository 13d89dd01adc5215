"""A program in parts: nothing is lost, nothing is shared, and their costs add up to a bound of the whole."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.engine.options import Options
from scheduler.engine.parts import solve_by_parts, split
from scheduler.engine.program import FREE, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.outcome import Status, Tier


def program_of(rows: list[tuple[str, list[int], int]], width: int) -> Program:
    """Return a program of binaries in which each named row asks for so many of its variables; each costs its number."""
    program = Program()
    variables = program.add_variables(np.zeros(width, np.int64), np.ones(width, np.int64))
    program.name_variables("columns", variables)
    program.name_variables("stays", variables[:0])
    program.add_cost("cost", variables, np.arange(1, width + 1))
    for name, members, least in rows:
        row = program.add_rows([name], [least], [FREE])
        program.fill(np.repeat(row, len(members)), np.array(members, dtype=np.int64), 1)
    return program


def least_cost(program: Program) -> int:
    solved = TierSolver(program, Run(Options(seconds=20.0))).solve(program.cost_vector("cost"))
    assert solved.status is Status.OPTIMAL
    return solved.value


def test_rows_that_share_a_variable_are_in_one_part():
    parts = split(program_of([("a", [0, 1], 1), ("b", [1, 2], 1), ("c", [3, 4], 1)], 5))
    assert [part.places.tolist() for part in parts] == [[0, 1, 2], [3, 4]]
    assert [part.program.row_names for part in parts] == [["a", "b"], ["c"]]


def test_rows_of_the_whole_hospital_bind_no_parts_together():
    parts = split(program_of([("ratio_day[2026-07-20]", [0, 1, 2], 1), ("a", [0], 1), ("b", [1, 2], 1)], 3))
    assert [part.places.tolist() for part in parts] == [[0], [1, 2]]
    assert "ratio_day[2026-07-20]" not in {name for part in parts for name in part.program.row_names}


@st.composite
def programs(draw: st.DrawFn) -> Program:
    width = draw(st.integers(1, 8))
    members = st.lists(st.integers(0, width - 1), min_size=1, max_size=3, unique=True)
    names = [f"row[{n}]" for n in range(draw(st.integers(0, 5)))]
    rows = [(name, draw(members)) for name in names]
    if draw(st.booleans()):
        rows.append(("ratio_day[x]", draw(members)))
    return program_of([(name, those, draw(st.integers(0, len(those)))) for name, those in rows], width)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs())
def test_every_variable_is_in_one_part_and_the_parts_cost_no_more_than_the_whole(whole: Program):
    parts = split(whole)
    assert sorted(place for part in parts for place in part.places.tolist()) == list(range(whole.width))
    total = sum(least_cost(part.program) for part in parts)
    coupled = any(name.startswith("ratio_day[") for name in whole.row_names)
    assert total <= least_cost(whole)
    assert coupled or total == least_cost(whole)


def solved(program: Program) -> TieredSolution:
    return solve_by_parts(program, ("cost",), Run(Options(seconds=20.0)))


def test_a_row_of_the_whole_that_the_parts_break_is_kept_by_an_answer_near_theirs_at_no_more_cost():
    rows = [("a", [0, 1], 1), ("b", [2, 3], 1), ("ratio_day[x]", [1, 3], 1)]
    whole = program_of(rows, 4)
    whole.costs["cost"] = [(np.arange(4), np.ones(4, np.int64))]
    found = solved(whole)
    assert (found.status, found.tiers) == (Status.OPTIMAL, (Tier("cost", 2, 2),))
    assert whole.holds(found.values)


def test_where_the_whole_costs_more_than_its_parts_these_decide_nothing():
    rows = [("a", [0, 1], 1), ("b", [2, 3], 1), ("ratio_day[x]", [1, 3], 1)]
    found = solved(program_of(rows, 4))
    assert (found.status, found.values) == (Status.TIMED_OUT, None)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs())
def test_what_the_parts_prove_is_the_least_of_the_whole(whole: Program):
    found = solved(whole)
    if found.status is Status.OPTIMAL:
        assert whole.holds(found.values)
        assert int(whole.cost_vector("cost") @ found.values) == least_cost(whole)
    else:
        assert any(name.startswith("ratio_day[") for name in whole.row_names)
