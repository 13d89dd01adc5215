"""One program solved with MathOpt, again and again under rows added in between; nothing a solver says is believed.

An answer counts only where it keeps every row in whole numbers, and its value is computed anew. A bound is rounded up to
a whole unit after the solver's tolerance is taken off.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.slice import Answer, Floats, Row, Slice
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


@dataclass(frozen=True)
class Solution:
    """How a single solve ended: values of all variables if there are any, objective value and proved lower bound."""

    status: Status
    values: Ints | None = None
    value: int = 0
    bound: int = 0


@dataclass(frozen=True)
class TieredSolution:
    """A program solved tier by tier: how it ended, the last values, and every tier."""

    status: Status
    values: Ints | None
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Relaxation:
    """The linear relaxation of a cost at its optimum: a bound, and what a step up from 0 costs each variable.

    `asked` are the variables that it was solved over, None if all.
    """

    value: float
    point: Floats
    reduced: Floats
    asked: Flags | None = None

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
        answer = slice_.ask(
            SOLVERS[self._run.options.solver], cost, self._parameters(seconds, nodes), hint=hint
        )
        return self._solution(answer, cost, rows)

    def relax(self, cost: Ints, near: Flags | None = None) -> Relaxation | None:
        """Return the linear relaxation, or None where its optimum was not reached in time; infinite: it has no answer.

        With `near` it is first solved over these variables alone, then over those too whose reduced cost is below 0,
        until there are none: few of many variables are ever needed.
        """
        while (seconds := self._run.seconds_left()) > 0.0:
            parameters = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.05, seconds)))
            answer = self._slice(cost, near).ask(mathopt.SolverType.HIGHS, cost, parameters, whole=False)
            if answer.is_infeasible and near is None:
                nothing = np.zeros(self.program.width)
                return Relaxation(math.inf, nothing, nothing)
            if answer.is_infeasible:
                near = None
                continue
            if answer.values is None or answer.prices is None:
                return None
            bound, reduced = self._priced(cost, answer.prices)
            missing = self.open_variables & (reduced < -_TOLERANCE)
            if near is None or not np.any(missing & ~near):
                # Being 0 is proved only where 0 is the lower bound: a reduced cost prices the step up from it.
                return Relaxation(bound, answer.values, np.where(self._bounds[0] == 0, reduced, 0.0), near)
            near = near | missing
        return None

    def _priced(self, cost: Ints, prices: Floats) -> tuple[float, Floats]:
        """Return the bound that these prices of the rows prove, and every variable's reduced cost under them.

        Any prices prove a bound, those of a solver the best: nothing of its own arithmetic is in it.
        """
        rows, variables, coefficients = self.program.matrix()
        row_lower = np.array([*self.program.row_lower, *(row[2] for row in self._extra)])
        row_upper = np.array([*self.program.row_upper, *(row[3] for row in self._extra)])
        # A price above 0 is paid for each unit of the lower bound, one below it for those of the upper one.
        at = np.where(prices > 0, row_lower, row_upper)
        prices = np.where(np.isfinite(at), prices, 0.0)
        weights = prices[rows] * coefficients
        reduced: Floats = cost.astype(np.float64) - np.bincount(variables, weights, self.program.width)
        for price, (places, by, _, _) in zip(prices[len(self.program.row_names) :], self._extra, strict=True):
            reduced[places] -= price * by
        least, most = self._bounds
        paid = prices != 0
        bound = float(prices[paid] @ at[paid]) + float(
            np.where(reduced > 0, reduced * least, reduced * most).sum()
        )
        return bound, reduced

    def _slice(self, cost: Ints, only: Flags | None = None, rows: Sequence[Row] = ()) -> Slice:
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
        return Slice.of(self.program, lower, upper, extra, idle_rows)

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

    def _solution(self, answer: Answer, cost: Ints, rows: Sequence[Row]) -> Solution:
        if answer.is_infeasible:
            return Solution(Status.INFEASIBLE)
        bound = _exact_bound(answer.bound)
        if answer.values is None:
            if answer.reason is mathopt.TerminationReason.NO_SOLUTION_FOUND:
                return Solution(Status.TIMED_OUT, bound=bound)
            raise RuntimeError(f"the model was refused: {answer.reason}")
        values = self.program.with_least_units(np.rint(answer.values).astype(np.int64))
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

    def solve_tiers(self, tiers: Sequence[tuple[str, Ints]]) -> TieredSolution:
        """Minimise the tiers in order, each held while the next is solved: the plain way, all choices in each program.

        A tier that stands at the bound of its linear relaxation needs no such solve.
        """
        last: Ints | None = None
        done: list[Tier] = []
        for key, cost in tiers:
            self._run.report(key)
            tier, last, status = self._tier(key, cost, last)
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

    def _tier(self, key: str, cost: Ints, last: Ints | None) -> tuple[Tier, Ints | None, Status]:
        """Minimise one tier from the incumbent `last`; return the tier, the better answer, and how it ended."""
        if last is None:
            solution = self.solve(cost)
            return Tier(key, solution.value, max(0, solution.bound)), solution.values, solution.status
        value, floor = int(cost @ last), 0
        relaxation = self.relax(cost) if value else None
        if relaxation is not None:
            floor = min(value, relaxation.bound) if math.isfinite(relaxation.value) else 0
        if value > floor:
            solution = self.solve(cost, last)
            floor = max(floor, min(value, solution.bound))
            if solution.values is not None and solution.value <= value:
                # Out of time with nothing better the incumbent stays, but the bound of the search still holds.
                value, last = solution.value, solution.values
        floor = min(floor, value)
        return Tier(key, value, floor), last, Status.OPTIMAL if value == floor else Status.FEASIBLE


def _exact_bound(bound: float) -> int:
    """Return the proved bound rounded up to the next whole unit: costs are integers."""
    return NO_BOUND if not math.isfinite(bound) else math.ceil(bound - _TOLERANCE)
