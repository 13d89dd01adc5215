"""A program in parts: nothing is lost, nothing is shared, and their costs add up to a bound of the whole."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.engine.options import Options
from scheduler.engine.parts import split
from scheduler.engine.program import FREE, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver
from scheduler.outcome import Status


def program_of(rows: list[tuple[str, list[int], int]], width: int) -> Program:
    """Return a program of binaries in which each named row asks for so many of its variables; each costs its number."""
    program = Program()
    variables = program.add_variables(np.zeros(width, np.int64), np.ones(width, np.int64))
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
