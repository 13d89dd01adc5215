"""Solving a program with MathOpt, tier after tier: each tier's value and proved bound, exact integers."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.outcome import Tier

SOLVERS: Mapping[str, mathopt.SolverType] = {
    "highs": mathopt.SolverType.HIGHS,
    "scip": mathopt.SolverType.GSCIP,
    "cp_sat": mathopt.SolverType.CP_SAT,
}
"""The solvers a user can name."""


class Answer(StrEnum):
    """How a single solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Solved:
    """One solve's end: values of all variables if any were found, objective value and proved lower bound."""

    answer: Answer
    values: Ints | None = None
    value: int = 0
    bound: int = 0


_TOLERANCE = 1e-6
"""Units by which a solver's arithmetic may be off; costs are whole units."""

_NO_BOUND = -(10**9)
"""Below every cost that a week can have."""


class Clock:
    """The time that is left of a budget of seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, at least 0."""
        return max(0.0, self._end - time.monotonic())


Row = tuple[Ints, Ints, float, float]
"""An extra row: variables, coefficients, lower and upper bound."""


@dataclass(frozen=True)
class Ladder:
    """A program solved tier by tier: the last values, each tier, and how it ended."""

    answer: Answer
    values: Ints | None
    tiers: tuple[Tier, ...]


class TierSolver:
    """Solves one program several times: an objective a time, rows added in between, the last answer as hint."""

    def __init__(self, program: Program, options: Options, clock: Clock) -> None:
        self._program = program
        self._options = options
        self._clock = clock
        self._matrix = program.matrix()
        self._bounds = program.bounds()
        self.extra: list[Row] = []

    def keep(self, cost: Ints, most: int, *, least: int | None = None) -> None:
        """From now on the sum of `cost` times the variables lies between `least` and `most`."""
        places = np.flatnonzero(cost)
        if len(places):
            self.extra.append((places, cost[places], -FREE if least is None else float(least), float(most)))

    def solve(
        self, cost: Ints | None = None, hint: Ints | None = None, *, any_of: Ints | None = None
    ) -> Solved:
        """Minimise `cost` (none: find any answer), with at least one of `any_of` taken, in the time that is left."""
        seconds = self._clock.left()
        if seconds <= 0.0:
            return Solved(Answer.NOTHING)
        kept = list(self.extra)
        if any_of is not None:
            self.extra.append((any_of, np.ones_like(any_of), 1.0, FREE))
        model = mathopt.Model.from_model_proto(self._proto(cost))
        self.extra = kept
        result = mathopt.solve(
            model,
            SOLVERS[self._options.solver],
            params=self._parameters(seconds),
            model_params=self._hint(model, hint),
        )
        return self._read(model, result, cost)

    def _parameters(self, seconds: float) -> mathopt.SolveParameters:
        limit = dt.timedelta(seconds=max(0.05, seconds))
        seed = self._options.seed
        if self._options.solver == "cp_sat":
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

    def _proto(self, cost: Ints | None) -> model_pb2.ModelProto:
        lower, upper = self._bounds
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(lower)))
        proto.variables.lower_bounds.extend(lower.tolist())
        proto.variables.upper_bounds.extend(upper.tolist())
        proto.variables.integers.extend([True] * len(lower))
        rows = proto.linear_constraints
        rows.ids.extend(range(len(self._program.row_names) + len(self.extra)))
        rows.lower_bounds.extend(self._program.row_lower + [row[2] for row in self.extra])
        rows.upper_bounds.extend(self._program.row_upper + [row[3] for row in self.extra])
        rows.names.extend(self._program.row_names + [f"tier[{number}]" for number in range(len(self.extra))])
        for part, field in zip(self._matrix, ("row_ids", "column_ids", "coefficients"), strict=True):
            getattr(proto.linear_constraint_matrix, field).extend(part.tolist())
        for number, (places, costs, _, _) in enumerate(self.extra, start=len(self._program.row_names)):
            proto.linear_constraint_matrix.row_ids.extend([number] * len(places))
            proto.linear_constraint_matrix.column_ids.extend(places.tolist())
            proto.linear_constraint_matrix.coefficients.extend(costs.tolist())
        if cost is not None:
            places = np.flatnonzero(cost)
            proto.objective.linear_coefficients.ids.extend(places.tolist())
            proto.objective.linear_coefficients.values.extend(cost[places].tolist())
        return proto

    def _read(self, model: mathopt.Model, result: mathopt.SolveResult, cost: Ints | None) -> Solved:
        reason = result.termination.reason
        if reason in (
            mathopt.TerminationReason.INFEASIBLE,
            mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
        ):
            return Solved(Answer.INFEASIBLE)
        if not result.has_primal_feasible_solution():
            if reason is mathopt.TerminationReason.NO_SOLUTION_FOUND:
                return Solved(Answer.NOTHING, bound=_exact_bound(result))
            raise RuntimeError(f"the model was refused: {result.termination}")
        found = np.rint(np.array(result.variable_values(list(model.variables())))).astype(np.int64)
        values = self._program.settled(found)
        value = 0 if cost is None else int(cost @ values)
        bound = value if reason is mathopt.TerminationReason.OPTIMAL else min(value, _exact_bound(result))
        return Solved(Answer.OPTIMAL if bound == value else Answer.FEASIBLE, values, value, bound)

    def relaxed_bound(self, cost: Ints) -> int:
        """Return a lower bound of `cost` from the linear relaxation, rounded up; 0 if time runs out first."""
        result = self._relaxed(cost)
        return 0 if result is None else max(0, math.ceil(result.objective_value() - _TOLERANCE))

    def unused(self, cost: Ints, value: int) -> Flags:
        """Tell which variables are 0 in every answer whose `cost` is at most `value`.

        By reduced costs: taking a variable once adds at least its reduced cost to the relaxation's optimum. Where
        nothing may be spent, whatever costs is out, and no relaxation is needed to see it.
        """
        if value == 0:
            costly: Flags = cost > 0
            return costly
        result = self._relaxed(cost)
        if result is None or not result.has_dual_feasible_solution():
            return np.zeros(self._program.width, dtype=bool)
        model = self._relaxed_model
        reduced = np.array(result.reduced_costs(list(model.variables())))
        unused: Flags = (reduced > value - result.objective_value() + _TOLERANCE) & (self._bounds[0] == 0)
        return unused

    def fix(self, variables: Ints, values: Ints) -> None:
        """From now on these variables have these values."""
        lower, upper = (bound.copy() for bound in self._bounds)
        lower[variables] = upper[variables] = values
        self._bounds = lower, upper

    def forbid(self, variables: Flags) -> None:
        """From now on these variables are 0."""
        lower, upper = self._bounds
        self._bounds = lower, np.where(variables, lower, upper)

    def _relaxed(self, cost: Ints) -> mathopt.SolveResult | None:
        """Solve the linear relaxation to its optimum, or return None."""
        seconds = self._clock.left()
        if seconds <= 0.0:
            return None
        proto = self._proto(cost)
        proto.variables.integers[:] = [False] * self._program.width
        parameters = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.05, seconds)))
        self._relaxed_model = mathopt.Model.from_model_proto(proto)
        result = mathopt.solve(self._relaxed_model, mathopt.SolverType.GLOP, params=parameters)
        return result if result.termination.reason is mathopt.TerminationReason.OPTIMAL else None

    def climb(
        self,
        tiers: Sequence[tuple[str, Ints]],
        tell: Tell,
        *,
        floors: Mapping[str, int] | None = None,
        start: Ints | None = None,
    ) -> Ladder:
        """Minimise the tiers in order, each held while the next is solved, from the answer `start` if there is one.

        `floors` are bounds proved elsewhere, each under the ones before it. A tier that stands at its floor, or at
        the bound of the linear relaxation, needs no solve of its own.
        """
        known = floors or {}
        last = start
        done: list[Tier] = []
        for key, cost in tiers:
            tell(Event(key))
            tier, last, answer = self._tier(key, cost, max(0, known.get(key, 0)), last)
            if last is None:
                return Ladder(answer, None, ())
            done.append(tier)
            if tier.value > known.get(key, tier.value):
                known = {}  # bounds of later tiers were proved under a value that this one does not reach
            tell(Event(key, tier.value, tier.bound))
            self.keep(cost, tier.value)
        if last is None:
            found = self.solve()
            if found.values is None:
                return Ladder(found.answer, None, ())
            last = found.values
        proved = all(tier.gap == 0 for tier in done)
        return Ladder(Answer.OPTIMAL if proved else Answer.FEASIBLE, last, tuple(done))

    def _tier(self, key: str, cost: Ints, floor: int, last: Ints | None) -> tuple[Tier, Ints | None, Answer]:
        """Bring one tier down from the answer `last`; return the tier, the better answer, and how it ended."""
        if last is None:
            found = self.solve(cost if cost.any() else None)
            return (
                Tier(key, found.value, max(min(floor, found.value), found.bound)),
                found.values,
                found.answer,
            )
        value = int(cost @ last)
        if value > floor:
            floor = max(floor, min(value, self.relaxed_bound(cost)))
        if value > floor:
            found = self.solve(cost, last)
            if found.values is not None and found.value <= value:
                return (
                    Tier(key, found.value, max(min(floor, found.value), found.bound)),
                    found.values,
                    found.answer,
                )
            floor = max(floor, min(value, found.bound))
        return Tier(key, value, floor), last, Answer.OPTIMAL if value == floor else Answer.FEASIBLE


def _exact_bound(result: mathopt.SolveResult) -> int:
    """Return the proved bound rounded up to the next whole unit: costs are integers."""
    bound = result.termination.objective_bounds.dual_bound
    return _NO_BOUND if not math.isfinite(bound) else math.ceil(bound - _TOLERANCE)
