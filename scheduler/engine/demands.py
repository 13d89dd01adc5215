"""Half-days at which a doctor must or must not be: the questions that `why` puts to the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.engine.columns import Columns
from scheduler.engine.options import Attendance, Demands
from scheduler.engine.program import FREE, Flags, Ints, Program

FORCED = "forced"
"""A field that columns have where something is forced: the number of the demand that a choice meets, from 1, or 0.

The aggregate keeps such choices apart from others, so that its bounds know what is forced too.
"""


def with_demands(columns: Columns, demands: Demands) -> Columns | None:
    """Return the choices that meet the demands, or None where a forced half-day has no choice left at all."""
    mask = np.ones(len(columns), dtype=bool)
    for attendance in demands.forbidden:
        mask &= ~_meets(columns, attendance)
    number = np.zeros(len(columns), dtype=np.int64)
    for demand, attendance in enumerate(demands.forced, start=1):
        number[_meets(columns, attendance)] = demand
        if not (mask & (number == demand)).any():
            return None
    marked = columns.table.assign(**{FORCED: number}) if demands.forced else columns.table
    return replace(columns, table=marked).select(mask)


def add_forced(program: Program, columns: Columns, variables: Ints) -> None:
    """Add a row for each demand: at least one of the choices that meet it is taken."""
    if FORCED not in columns.table:
        return
    number = columns.array(FORCED)
    for demand in range(1, int(number.max(initial=0)) + 1):
        (row,) = program.add_rows([f"{FORCED}[{demand}]"], [1], [FREE])
        meets = variables[number == demand]
        program.fill(np.full(len(meets), row), meets, 1)


def _meets(columns: Columns, attendance: Attendance) -> Flags:
    """Return which choices put the doctor there; none where the week has no such half-day."""
    index, meets = columns.index, np.zeros(len(columns), dtype=bool)
    if attendance.cell in index.cell_number:
        meets |= columns.array("cell") == index.cell_number[attendance.cell]
        meets &= columns.array("doctor") == index.doctor_number[attendance.doctor]
    if attendance.clinic:
        serves = [any(block.clinic == attendance.clinic for block in work) for work in columns.works]
        meets &= np.array([*serves, False], dtype=bool)[columns.array("work")]
    return meets
