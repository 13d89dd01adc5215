"""The part of a program that a solver is given, and what it says of it, passed as MathOpt's messages.

MathOpt's own Python objects, one a variable and a row, take longer than many of the solves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
    sparse_containers_pb2,
)
from ortools.math_opt.core.python import solver
from ortools.math_opt.python import mathopt

from scheduler.engine.program import Flags, Ints, Program

Row = tuple[Ints, Ints, float, float]
"""An extra row: variables, coefficients, lower and upper bound."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """What a solver says: why it ended, its bound, and where it has an answer the values and the prices of all rows."""

    reason: mathopt.TerminationReason
    bound: float
    values: Floats | None = None
    prices: Floats | None = None

    @property
    def is_infeasible(self) -> bool:
        """Whether the solver says that there is no answer."""
        return self.reason in (
            mathopt.TerminationReason.INFEASIBLE,
            mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
        )


@dataclass(frozen=True)
class Slice:
    """What of a program is not fixed at 0: the variables at `places` of `width`, the rows at `lines` of `height`."""

    width: int
    height: int
    places: Ints
    lines: Ints
    lower: Ints
    upper: Ints
    rows: Ints
    columns: Ints
    coefficients: Ints
    row_lower: Floats
    row_upper: Floats

    @classmethod
    def of(cls, program: Program, lower: Ints, upper: Ints, extra: Sequence[Row], idle: Flags) -> Slice:
        """Leave out variables that are 0, idle rows, and rows that are then empty and hold."""
        rows, columns, coefficients = program.matrix()
        busy = ~idle[rows]
        rows, columns, coefficients = rows[busy], columns[busy], coefficients[busy]
        height = len(program.row_names)
        rows = np.concatenate([rows, *(np.full(len(row[0]), height + n) for n, row in enumerate(extra))])
        columns = np.concatenate([columns, *(row[0] for row in extra)])
        coefficients = np.concatenate([coefficients, *(row[1] for row in extra)])
        row_lower = np.array([*program.row_lower, *(row[2] for row in extra)], dtype=float)
        row_upper = np.array([*program.row_upper, *(row[3] for row in extra)], dtype=float)
        kept = (upper > 0) | (lower > 0)
        inside = kept[columns]
        rows, columns, coefficients = rows[inside], columns[inside], coefficients[inside]
        needed = (row_lower > 0) | (row_upper < 0)
        needed[:height] &= ~idle
        needed[rows] = True
        number, row_number = np.cumsum(kept) - 1, np.cumsum(needed) - 1
        return cls(
            program.width,
            len(needed),
            np.flatnonzero(kept),
            np.flatnonzero(needed),
            lower[kept],
            upper[kept],
            row_number[rows],
            number[columns],
            coefficients,
            row_lower[needed],
            row_upper[needed],
        )

    def ask(
        self,
        name: mathopt.SolverType,
        cost: Ints,
        parameters: mathopt.SolveParameters,
        *,
        hint: Ints | None = None,
        whole: bool = True,
    ) -> Answer:
        """Minimise `cost`, given over all variables as the `hint` is, in whole numbers or, without `whole`, in any."""
        asked = model_parameters_pb2.ModelSolveParametersProto()
        asked.variable_values_filter.skip_zero_values = True
        asked.dual_values_filter.skip_zero_values = True
        asked.reduced_costs_filter.filter_by_ids = True
        if hint is not None:
            values = asked.solution_hints.add().variable_values
            values.ids.extend(range(len(self.places)))
            values.values.extend(hint[self.places].tolist())
        result = solver.solve(
            self._proto(cost, whole=whole),
            name.value,
            parameters_pb2.SolverInitializerProto(),
            parameters.to_proto(),
            asked,
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        return self._answer(result)

    def _answer(self, result: result_pb2.SolveResultProto) -> Answer:
        reason = mathopt.TerminationReason(result.termination.reason)
        bound = result.termination.objective_bounds.dual_bound
        values = prices = None
        for solution in result.solutions[:1]:
            primal, dual = solution.primal_solution, solution.dual_solution
            if primal.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
                values = _expand(primal.variable_values, self.places, self.width)
            if dual.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
                prices = _expand(dual.dual_values, self.lines, self.height)
        return Answer(reason, bound, values, prices)

    def _proto(self, cost: Ints, *, whole: bool) -> model_pb2.ModelProto:
        # The message is filled in bulk: a modelling call for every entry takes seconds on a hospital's week.
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(self.places)))
        proto.variables.lower_bounds.extend(self.lower.tolist())
        proto.variables.upper_bounds.extend(self.upper.tolist())
        proto.variables.integers.extend([whole] * len(self.places))
        proto.linear_constraints.ids.extend(range(len(self.row_lower)))
        proto.linear_constraints.lower_bounds.extend(self.row_lower.tolist())
        proto.linear_constraints.upper_bounds.extend(self.row_upper.tolist())
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(self.rows.tolist())
        matrix.column_ids.extend(self.columns.tolist())
        matrix.coefficients.extend(self.coefficients.tolist())
        mine = cost[self.places]
        costly = np.flatnonzero(mine)
        proto.objective.linear_coefficients.ids.extend(costly.tolist())
        proto.objective.linear_coefficients.values.extend(mine[costly].tolist())
        return proto


def _expand(given: sparse_containers_pb2.SparseDoubleVectorProto, places: Ints, size: int) -> Floats:
    """Return values given for some of these places as those of the whole, 0 elsewhere."""
    whole = np.zeros(size)
    whole[places[np.array(given.ids, dtype=np.int64)]] = np.array(given.values)
    return whole
