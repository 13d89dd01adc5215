"""What is left of a program once most of its variables are known: a small program, and what the known ones cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.engine.program import Flags, Ints, Program


@dataclass(frozen=True)
class Remainder:
    """The `program` of the variables at `places` of a whole one; `values` are those of the others, 0 at `places`."""

    program: Program
    places: Ints
    values: Ints

    def expand(self, answer: Ints) -> Ints:
        """Return an answer of the whole from one of this program."""
        values = self.values.copy()
        values[self.places] = answer
        return values


def remainder(whole: Program, known: Flags, values: Ints) -> Remainder | None:
    """Return what is left of `whole` once `known` variables have these values; None where they break a row for good.

    Units that only known variables can cause are known too.
    """
    unit = whole.least_variables()
    rows, variables, coefficients = whole.matrix()
    # Live is what the known variables do not decide; every other row is finished and can be checked here.
    live, live_rows = _find_live(~known & ~unit, unit, rows, variables, len(whole.row_names))
    settled = np.where(live, 0, whole.with_least_units(np.where(known, values, 0)))
    sums = np.zeros(len(whole.row_names), dtype=np.int64)
    np.add.at(sums, rows, coefficients * settled[variables])
    lower, upper = np.array(whole.row_lower) - sums, np.array(whole.row_upper) - sums
    if np.any(~live_rows & ((lower > 0) | (upper < 0))):
        return None
    left = Program()
    left.add_variables(*(bound[live] for bound in whole.bounds()))
    # A running count of what stays is the new number of each variable, and of each row.
    number = np.cumsum(live) - 1
    left.flags, left.units = (
        [number[kind[live[kind]]] for kind in kinds] for kinds in (whole.flags, whole.units)
    )
    names = np.array(whole.row_names, dtype=object)[live_rows].tolist()
    left.add_rows(names, lower[live_rows], upper[live_rows])
    inside = live[variables] & live_rows[rows]
    row_number = np.cumsum(live_rows) - 1
    left.fill(row_number[rows[inside]], number[variables[inside]], coefficients[inside])
    return Remainder(left, np.flatnonzero(live), settled)


def _find_live(free: Flags, unit: Flags, rows: Ints, variables: Ints, height: int) -> tuple[Flags, Flags]:
    """Return the variables that are not decided by the known ones, and the rows that they stand in."""
    live = free
    while True:
        # A unit in a live row depends on what is open there, and then so do the other rows that it stands in.
        live_rows = np.zeros(height, dtype=bool)
        live_rows[rows[live[variables]]] = True
        grown = live.copy()
        grown[variables[live_rows[rows] & unit[variables]]] = True
        if np.array_equal(grown, live):
            return live, live_rows
        live = grown
