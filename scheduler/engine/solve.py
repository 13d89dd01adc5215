"""One program solved with MathOpt, again and again under rows added in between; nothing a solver says is believed.

An answer counts only where it keeps every row in whole numbers, and its value is computed anew. A bound is rounded up to
a whole unit after the solver's tolerance is taken off.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.engine.run import Run
from scheduler.outcome import Status, Tier

SOLVERS: Mapping[str, mathopt.SolverType] = {
    "highs": mathopt.SolverType.HIGHS,
    "scip": mathopt.SolverType.GSCIP,
    "cp_sat": mathopt.SolverType.CP_SAT,
}
"""The solvers a user can name."""

_TOLERANCE = 1e-6
"""Units by which a solver's arithmetic may be off; costs are whole units."""

NO_BOUND = -(10**9)
"""Below every cost that a week can have."""

_INFEASIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)


@dataclass(frozen=True)
class Solution:
    """How a single solve ended: values of all variables if there are any, objective value and proved lower bound."""

    status: Status
    values: Ints | None = None
    value: int = 0
    bound: int = 0


Row = tuple[Ints, Ints, float, float]
"""An extra row: variables, coefficients, lower and upper bound."""


def unpaid_rows(costs: Iterable[Ints]) -> list[Row]:
    """Return rows by which none of these costs is paid."""
    return [(np.flatnonzero(cost), cost[cost != 0], -FREE, 0.0) for cost in costs if cost.any()]


@dataclass(frozen=True)
class TieredSolution:
    """A program solved tier by tier: how it ended, the last values, and every tier."""

    status: Status
    values: Ints | None
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Relaxation:
    """The linear relaxation of a cost at its optimum: a bound, and what a step up from 0 costs each variable."""

    value: float
    point: npt.NDArray[np.float64]
    reduced: npt.NDArray[np.float64]

    @property
    def bound(self) -> int:
        """The least whole number of units that no answer is below."""
        return max(0, math.ceil(self.value - _TOLERANCE))

    @property
    def taken(self) -> Flags:
        """Which variables are not 0."""
        taken: Flags = self.point > _TOLERANCE
        return taken

    def unused(self, value: int) -> Flags:
        """Return which variables are 0 in every answer whose cost is at most `value`: reduced-cost fixing.

        Taking a variable once adds at least its reduced cost to the relaxation's optimum.
        """
        unused: Flags = self.reduced > value - self.value + _TOLERANCE
        return unused


class TierSolver:
    """Solves one program several times: an objective each time, rows added in between, the incumbent as a hint."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program = program
        self._run = run
        self._matrix = program.matrix()
        self._bounds = program.bounds()
        self._extra: list[Row] = []

    def limit(self, cost: Ints, most: int) -> None:
        """From now on the sum of `cost` times the variables is at most `most`."""
        places = np.flatnonzero(cost)
        if len(places):
            self._extra.append((places, cost[places], -FREE, float(most)))

    def forbid(self, variables: Flags) -> None:
        """From now on these variables are 0, except where their lower bound is above it."""
        lower, upper = self._bounds
        self._bounds = lower, np.where(variables & (lower <= 0), lower, upper)

    @property
    def open_variables(self) -> Flags:
        """Which variables can still have more than one value."""
        is_open: Flags = self._bounds[1] > self._bounds[0]
        return is_open

    def solve(
        self,
        cost: Ints | None = None,
        hint: Ints | None = None,
        *,
        only: Flags | None = None,
        rows: Sequence[Row] = (),
        nodes: int | None = None,
        parts: int = 1,
    ) -> Solution:
        """Minimise `cost` (none: find any answer) in the time that is left, under these further `rows`.

        With `only` all other variables are 0; then a bound is one of such answers. With `nodes` the search ends
        after so many, with `parts` after one part of the time.
        """
        seconds = self._run.seconds_left() / parts
        if seconds <= 0.0:
            return Solution(Status.TIMED_OUT, bound=NO_BOUND)
        cost = np.zeros(self.program.width, dtype=np.int64) if cost is None else cost
        slice_ = self._slice(cost, only, rows)
        model = mathopt.Model.from_model_proto(slice_.proto(cost))
        result = mathopt.solve(
            model,
            SOLVERS[self._run.options.solver],
            params=self._parameters(seconds, nodes),
            model_params=_asked(model, None if hint is None else hint[slice_.places]),
        )
        return self._solution(slice_, model, result, cost, rows)

    def relax(self, cost: Ints) -> Relaxation | None:
        """Return the linear relaxation at its optimum, or None where that was not reached in time.

        One that no answer satisfies has an infinite value.
        """
        seconds = self._run.seconds_left()
        if seconds <= 0.0:
            return None
        slice_ = self._slice(cost)
        proto = slice_.proto(cost)
        proto.variables.integers[:] = [False] * len(slice_.places)
        parameters = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.05, seconds)))
        model = mathopt.Model.from_model_proto(proto)
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters, model_params=_asked())
        nothing = np.zeros(self.program.width)
        if result.termination.reason in _INFEASIBLE:
            return Relaxation(math.inf, nothing, nothing)
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            return None
        point, reduced = slice_.expand(result.variable_values(), self.program.width), nothing
        if result.has_dual_feasible_solution():
            # Being 0 is proved only where 0 is the lower bound: a reduced cost prices the step up from it.
            prices = slice_.expand(result.reduced_costs(), self.program.width)
            reduced = np.where(self._bounds[0] == 0, prices, 0.0)
        return Relaxation(result.objective_value(), point, reduced)

    def _slice(self, cost: Ints, only: Flags | None = None, rows: Sequence[Row] = ()) -> _Slice:
        lower, upper = self._bounds
        if only is not None:
            upper = np.where(only | (lower > 0), upper, lower)
        extra = (*self._extra, *rows)
        # A unit that was ruled out binds its row as one does that costs something.
        counted = (cost != 0) | (self._bounds[1] < self.program.bounds()[1])
        for places, _, _, _ in extra:
            counted[places] = True
        idle_rows, idle = self.program.find_idle(counted)
        upper = np.where(idle & (lower <= 0), 0, upper)
        return _Slice.of(self.program, self._matrix, lower, upper, extra, idle_rows)

    def _parameters(self, seconds: float, nodes: int | None) -> mathopt.SolveParameters:
        limit = dt.timedelta(seconds=max(0.05, seconds))
        seed = self._run.options.seed
        if self._run.options.solver == "cp_sat":
            parameters = mathopt.SolveParameters(time_limit=limit, random_seed=seed, threads=8)
            parameters.cp_sat.linearization_level = 2
            # Interleaved search over a fixed number of workers makes the same bytes whatever the machine's load.
            parameters.cp_sat.interleave_search = True
            return parameters
        return mathopt.SolveParameters(
            time_limit=limit,
            random_seed=seed,
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.5,
            node_limit=nodes,
        )

    def _solution(
        self,
        slice_: _Slice,
        model: mathopt.Model,
        result: mathopt.SolveResult,
        cost: Ints,
        rows: Sequence[Row],
    ) -> Solution:
        reason = result.termination.reason
        if reason in _INFEASIBLE:
            return Solution(Status.INFEASIBLE)
        if not result.has_primal_feasible_solution():
            if reason is mathopt.TerminationReason.NO_SOLUTION_FOUND:
                return Solution(Status.TIMED_OUT, bound=_exact_bound(result))
            raise RuntimeError(f"the model was refused: {result.termination}")
        point = slice_.expand(result.variable_values(), self.program.width)
        values = self.program.with_least_units(np.rint(point).astype(np.int64))
        bound = _exact_bound(result)
        if not self.allows(values, rows):
            return Solution(Status.TIMED_OUT, bound=NO_BOUND)
        # Settling takes slack out of the units, so the value may lie below what a stopped search calls its bound.
        value = int(cost @ values)
        bound = min(value, bound)
        return Solution(Status.OPTIMAL if bound == value else Status.FEASIBLE, values, value, bound)

    def allows(self, values: Ints, rows: Sequence[Row] = ()) -> bool:
        """Return whether these whole numbers keep every row there is, those added since too."""
        return self.program.holds(values) and all(
            lower <= int(values[places] @ costs) <= upper
            for places, costs, lower, upper in (*self._extra, *rows)
        )

    def solve_tiers(
        self, tiers: Sequence[tuple[str, Ints]], *, start: Ints | None = None, steady: bool = False
    ) -> TieredSolution:
        """Minimise the tiers in order, each held while the next is solved, from the answer `start` if there is one.

        This is the plain way: one integer program a tier, all choices in it. A tier that stands at the bound of its
        linear relaxation needs no such solve. With `steady` an answer at the bound is first sought among those that leave
        later tiers at 0 which are there already, or each tier would undo what the next ones have to do again.
        """
        last = start
        done: list[Tier] = []
        for number, (key, cost) in enumerate(tiers):
            self._run.report(key)
            later = [cost for _, cost in tiers[number + 1 :]] if steady else []
            tier, last, status = self._tier(key, cost, last, later)
            if last is None:
                return TieredSolution(status, None, ())
            done.append(tier)
            self._run.report(key, tier.value, tier.bound)
            self.limit(cost, tier.value)
        if last is None:
            solution = self.solve()
            if solution.values is None:
                return TieredSolution(solution.status, None, ())
            last = solution.values
        proved = all(tier.gap == 0 for tier in done)
        return TieredSolution(Status.OPTIMAL if proved else Status.FEASIBLE, last, tuple(done))

    def _tier(
        self, key: str, cost: Ints, last: Ints | None, later: Sequence[Ints] = ()
    ) -> tuple[Tier, Ints | None, Status]:
        """Minimise one tier from the incumbent `last`; return the tier, the better answer, and how it ended.

        Where the incumbent pays nothing for some `later` tiers, an answer that pays nothing either is sought first.
        """
        if last is None:
            solution = self.solve(cost)
            return Tier(key, solution.value, max(0, solution.bound)), solution.values, solution.status
        value, floor = int(cost @ last), 0
        relaxation = self.relax(cost) if value else None
        if relaxation is not None:
            floor = min(value, relaxation.bound) if math.isfinite(relaxation.value) else 0
        unpaid = unpaid_rows(cost for cost in later if not cost @ last) if value > floor else []
        if unpaid:
            solution = self.solve(cost, last, rows=unpaid)
            if solution.values is not None and solution.value < value:
                value, last = solution.value, solution.values
        if value > floor:
            solution = self.solve(cost, last)
            floor = max(floor, min(value, solution.bound))
            if solution.values is not None and solution.value <= value:
                # Out of time with nothing better the incumbent stays, but the bound of the search still holds.
                value, last = solution.value, solution.values
        floor = min(floor, value)
        return Tier(key, value, floor), last, Status.OPTIMAL if value == floor else Status.FEASIBLE


@dataclass(frozen=True)
class _Slice:
    """The part of a program whose variables are not fixed at 0: what a solver is given."""

    places: Ints
    lower: Ints
    upper: Ints
    rows: Ints
    columns: Ints
    coefficients: Ints
    row_lower: npt.NDArray[np.float64]
    row_upper: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        program: Program,
        matrix: tuple[Ints, Ints, Ints],
        lower: Ints,
        upper: Ints,
        extra: Sequence[Row],
        idle: Flags,
    ) -> _Slice:
        """Leave out variables that are 0, idle rows, and rows that are then empty and hold."""
        busy = ~idle[matrix[0]]
        rows, columns, coefficients = (part[busy] for part in matrix)
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
            np.flatnonzero(kept),
            lower[kept],
            upper[kept],
            row_number[rows],
            number[columns],
            coefficients,
            row_lower[needed],
            row_upper[needed],
        )

    def expand(self, values: Mapping[mathopt.Variable, float], width: int) -> npt.NDArray[np.float64]:
        """Return values of some of the variables, by the model's variable, as those of all `width` of the program."""
        whole = np.zeros(width)
        whole[self.places[[variable.id for variable in values]]] = list(values.values())
        return whole

    def proto(self, cost: Ints) -> model_pb2.ModelProto:
        """Return the integer program of minimising `cost`, given over all variables."""
        # The message is filled in bulk: a modelling call for every entry takes seconds on a hospital's week.
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(self.places)))
        proto.variables.lower_bounds.extend(self.lower.tolist())
        proto.variables.upper_bounds.extend(self.upper.tolist())
        proto.variables.integers.extend([True] * len(self.places))
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


def _asked(model: mathopt.Model | None = None, hint: Ints | None = None) -> mathopt.ModelSolveParameters:
    """Return what an answer is to tell, nothing that is 0 and no price of a row, and where a solver may begin."""
    asked = mathopt.ModelSolveParameters(
        variable_values_filter=mathopt.SparseVectorFilter(skip_zero_values=True),
        reduced_costs_filter=mathopt.SparseVectorFilter(skip_zero_values=True),
        dual_values_filter=mathopt.SparseVectorFilter(filtered_items=[]),
    )
    if model is not None and hint is not None:
        values = dict(zip(model.variables(), hint.tolist(), strict=True))
        asked.solution_hints.append(mathopt.SolutionHint(variable_values=values))
    return asked


def _exact_bound(result: mathopt.SolveResult) -> int:
    """Return the proved bound rounded up to the next whole unit: costs are integers."""
    bound = result.termination.objective_bounds.dual_bound
    return NO_BOUND if not math.isfinite(bound) else math.ceil(bound - _TOLERANCE)
