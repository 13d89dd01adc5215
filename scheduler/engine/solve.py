"""Lexicographic solving of a program with MathOpt: tier after tier, each with its value and proved bound, exact integers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
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


@dataclass(frozen=True)
class Solution:
    """How a single solve ended: values of all variables if there are any, objective value and proved lower bound."""

    status: Status
    values: Ints | None = None
    value: int = 0
    bound: int = 0


_TOLERANCE = 1e-6
"""Units by which a solver's arithmetic may be off; costs are whole units."""

_NO_BOUND = -(10**9)
"""Below every cost that a week can have."""


Row = tuple[Ints, Ints, float, float]
"""An extra row: variables, coefficients, lower and upper bound."""


@dataclass(frozen=True)
class TieredSolution:
    """A program solved tier by tier: how it ended, the last values, and every tier."""

    status: Status
    values: Ints | None
    tiers: tuple[Tier, ...]

    def floors(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the bounds of these tiers, in their order, that hold for every program of which this is a relaxation.

        A tier's bound holds only under the values of the tiers before it. So the first tier that was not solved here,
        or is not proved, ends the list; the bound of an unproved tier itself still holds.
        """
        solved = {tier.key: tier for tier in self.tiers}
        floors: dict[str, int] = {}
        for key in keys:
            if key not in solved:
                break
            floors[key] = solved[key].bound
            if solved[key].gap:
                break
        return floors


class TierSolver:
    """Solves one program several times: an objective each time, rows added in between, the incumbent as a hint."""

    def __init__(self, program: Program, run: Run) -> None:
        self._program = program
        self._run = run
        self._matrix = program.matrix()
        self._bounds = program.bounds()
        self._extra: list[Row] = []

    def limit(self, cost: Ints, most: int) -> None:
        """From now on the sum of `cost` times the variables is at most `most`."""
        places = np.flatnonzero(cost)
        if len(places):
            self._extra.append((places, cost[places], -FREE, float(most)))

    def solve(
        self, cost: Ints | None = None, hint: Ints | None = None, *, any_of: Ints | None = None
    ) -> Solution:
        """Minimise `cost` (none: find any answer), with at least one of `any_of` taken, in the time that is left."""
        seconds = self._run.seconds_left()
        if seconds <= 0.0:
            return Solution(Status.TIMED_OUT)
        extra = list(self._extra)
        if any_of is not None:
            extra.append((any_of, np.ones_like(any_of), 1.0, FREE))
        model = mathopt.Model.from_model_proto(self._proto(cost, extra))
        result = mathopt.solve(
            model,
            SOLVERS[self._run.options.solver],
            params=self._parameters(seconds),
            model_params=self._hint(model, hint),
        )
        return self._solution(model, result, cost)

    def _parameters(self, seconds: float) -> mathopt.SolveParameters:
        limit = dt.timedelta(seconds=max(0.05, seconds))
        seed = self._run.options.seed
        if self._run.options.solver == "cp_sat":
            parameters = mathopt.SolveParameters(time_limit=limit, random_seed=seed, threads=8)
            parameters.cp_sat.linearization_level = 2
            # Interleaved search over a fixed number of workers makes the same bytes whatever the machine's load.
            parameters.cp_sat.interleave_search = True
            return parameters
        return mathopt.SolveParameters(
            time_limit=limit, random_seed=seed, relative_gap_tolerance=0.0, absolute_gap_tolerance=0.5
        )

    @staticmethod
    def _hint(model: mathopt.Model, hint: Ints | None) -> mathopt.ModelSolveParameters:
        if hint is None:
            return mathopt.ModelSolveParameters()
        values = dict(zip(model.variables(), hint.tolist(), strict=True))
        return mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])

    def _proto(self, cost: Ints | None, extra: Sequence[Row]) -> model_pb2.ModelProto:
        # The message is filled in bulk: a modelling call for every entry takes seconds on a hospital's week.
        lower, upper = self._bounds
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(lower)))
        proto.variables.lower_bounds.extend(lower.tolist())
        proto.variables.upper_bounds.extend(upper.tolist())
        proto.variables.integers.extend([True] * len(lower))
        rows = proto.linear_constraints
        rows.ids.extend(range(len(self._program.row_names) + len(extra)))
        rows.lower_bounds.extend(self._program.row_lower + [row[2] for row in extra])
        rows.upper_bounds.extend(self._program.row_upper + [row[3] for row in extra])
        rows.names.extend(self._program.row_names + [f"tier[{number}]" for number in range(len(extra))])
        for part, field in zip(self._matrix, ("row_ids", "column_ids", "coefficients"), strict=True):
            getattr(proto.linear_constraint_matrix, field).extend(part.tolist())
        for number, (places, costs, _, _) in enumerate(extra, start=len(self._program.row_names)):
            proto.linear_constraint_matrix.row_ids.extend([number] * len(places))
            proto.linear_constraint_matrix.column_ids.extend(places.tolist())
            proto.linear_constraint_matrix.coefficients.extend(costs.tolist())
        if cost is not None:
            places = np.flatnonzero(cost)
            proto.objective.linear_coefficients.ids.extend(places.tolist())
            proto.objective.linear_coefficients.values.extend(cost[places].tolist())
        return proto

    def _solution(self, model: mathopt.Model, result: mathopt.SolveResult, cost: Ints | None) -> Solution:
        reason = result.termination.reason
        if reason in (
            mathopt.TerminationReason.INFEASIBLE,
            mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
        ):
            return Solution(Status.INFEASIBLE)
        if not result.has_primal_feasible_solution():
            if reason is mathopt.TerminationReason.NO_SOLUTION_FOUND:
                return Solution(Status.TIMED_OUT, bound=_exact_bound(result))
            raise RuntimeError(f"the model was refused: {result.termination}")
        rounded = np.rint(np.array(result.variable_values(list(model.variables())))).astype(np.int64)
        values = self._program.with_least_units(rounded)
        value = 0 if cost is None else int(cost @ values)
        # Settling takes slack out of the units, so the value may lie below what a stopped search calls its bound.
        bound = value if reason is mathopt.TerminationReason.OPTIMAL else min(value, _exact_bound(result))
        return Solution(Status.OPTIMAL if bound == value else Status.FEASIBLE, values, value, bound)

    def bound_by_relaxation(self, cost: Ints) -> int:
        """Return a lower bound of `cost` from the linear relaxation, rounded up; 0 if time runs out first."""
        result = self._relaxed(cost)
        return 0 if result is None else max(0, math.ceil(result.objective_value() - _TOLERANCE))

    def find_unused(self, cost: Ints, value: int) -> Flags:
        """Return which variables are 0 in every answer whose `cost` is at most `value`: reduced-cost fixing.

        Taking a variable once adds at least its reduced cost to the relaxation's optimum. Where nothing may be spent,
        whatever costs is out, and no relaxation is needed to see it.
        """
        if value == 0:
            costly: Flags = cost > 0
            return costly
        result = self._relaxed(cost)
        if result is None or not result.has_dual_feasible_solution():
            return np.zeros(self._program.width, dtype=bool)
        model = self._relaxed_model
        reduced = np.array(result.reduced_costs(list(model.variables())))
        # Being 0 is proved only where 0 is the lower bound: a reduced cost prices the step up from it.
        unused: Flags = (reduced > value - result.objective_value() + _TOLERANCE) & (self._bounds[0] == 0)
        return unused

    def forbid(self, variables: Flags) -> None:
        """From now on these variables are 0."""
        lower, upper = self._bounds
        self._bounds = lower, np.where(variables, lower, upper)

    def _relaxed(self, cost: Ints) -> mathopt.SolveResult | None:
        """Solve the linear relaxation to its optimum, or return None."""
        seconds = self._run.seconds_left()
        if seconds <= 0.0:
            return None
        proto = self._proto(cost, self._extra)
        proto.variables.integers[:] = [False] * self._program.width
        parameters = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.05, seconds)))
        self._relaxed_model = mathopt.Model.from_model_proto(proto)
        result = mathopt.solve(self._relaxed_model, mathopt.SolverType.GLOP, params=parameters)
        return result if result.termination.reason is mathopt.TerminationReason.OPTIMAL else None

    def solve_tiers(
        self,
        tiers: Sequence[tuple[str, Ints]],
        *,
        floors: Mapping[str, int] | None = None,
        start: Ints | None = None,
    ) -> TieredSolution:
        """Minimise the tiers in order, each held while the next is solved, from the answer `start` if there is one.

        `floors` are bounds proved elsewhere, each under the ones before it. A tier that stands at its floor, or at
        the bound of the linear relaxation, needs no solve of its own.
        """
        known = floors or {}
        last = start
        done: list[Tier] = []
        for key, cost in tiers:
            self._run.report(key)
            tier, last, status = self._tier(key, cost, max(0, known.get(key, 0)), last)
            if last is None:
                return TieredSolution(status, None, ())
            done.append(tier)
            if tier.value > known.get(key, tier.value):
                known = {}  # bounds of later tiers were proved under a value that this one does not reach
            self._run.report(key, tier.value, tier.bound)
            self.limit(cost, tier.value)
        if last is None:
            solution = self.solve()
            if solution.values is None:
                return TieredSolution(solution.status, None, ())
            last = solution.values
        proved = all(tier.gap == 0 for tier in done)
        return TieredSolution(Status.OPTIMAL if proved else Status.FEASIBLE, last, tuple(done))

    def _tier(self, key: str, cost: Ints, floor: int, last: Ints | None) -> tuple[Tier, Ints | None, Status]:
        """Minimise one tier from the incumbent `last`; return the tier, the better answer, and how it ended."""
        if last is None:
            return _solved_tier(key, floor, self.solve(cost if cost.any() else None))
        value = int(cost @ last)
        # The cheapest proof first: a floor, then the linear relaxation, and only then an integer solve.
        if value > floor:
            floor = max(floor, min(value, self.bound_by_relaxation(cost)))
        if value > floor:
            solution = self.solve(cost, last)
            if solution.values is not None and solution.value <= value:
                return _solved_tier(key, floor, solution)
            # Out of time with nothing better: the incumbent stays, but the bound of the search still holds.
            floor = max(floor, min(value, solution.bound))
        return Tier(key, value, floor), last, Status.OPTIMAL if value == floor else Status.FEASIBLE


def _solved_tier(key: str, floor: int, solution: Solution) -> tuple[Tier, Ints | None, Status]:
    # A floor above the value was proved for another answer; a bound never exceeds the value it belongs to.
    bound = max(min(floor, solution.value), solution.bound)
    return Tier(key, solution.value, bound), solution.values, solution.status


def _exact_bound(result: mathopt.SolveResult) -> int:
    """Return the proved bound rounded up to the next whole unit: costs are integers."""
    bound = result.termination.objective_bounds.dual_bound
    return _NO_BOUND if not math.isfinite(bound) else math.ceil(bound - _TOLERANCE)
