"""The one loop of every question to the engine: tier after tier, a floor, a dive, and an exact minimum over what is left.

The proof of a tier's value has two sides: a roster that has it, checked in whole numbers; and a bound of every roster
with the values held before. docs/engine.md tells why leaving choices out loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from scheduler.engine.aggregate import Flows
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.slice import Row
from scheduler.engine.solve import Relaxation, TieredSolution, TierSolver
from scheduler.outcome import Status, Tier

_DIVE_NODES = 40
"""Nodes after which a dive is given up: it is to find a roster, the exact solve proves."""

_WINDOWS = (1, 8, math.inf)
"""Values above the floor that an exact solve looks at, one solve after the other."""

_AHEAD = 1000
"""Units of later tiers that a dive gives up for one of the tier it is for."""

_SOME = 2000
"""Reached choices up to which an exact solve over them, and no others, is tried."""

_MANY = 4000
"""Open variables beyond which it pays to ask the flows for their ranges first."""


class TierLoop:
    """Minimises the tiers of people's program one after the other, each held while the next is solved.

    `best` is the best roster known, as values of the program; `flows` are the bounds of the whole hospital.
    `people_decided` tells whether some bound needed more than those.
    """

    def __init__(
        self,
        program: Program,
        run: Run,
        flows: Flows | None = None,
        best: Ints | None = None,
    ) -> None:
        self._program, self._run, self._flows = program, run, flows
        self._solver = TierSolver(program, run)
        self._columns = program.named["columns"]
        # Variables that are no choices follow from those, and dives leave them open.
        self._follows = np.ones(program.width, dtype=bool)
        self._follows[self._columns] = False
        self._always = self._follows.copy()
        self._always[program.named["stays"]] = True
        self._narrowed = True
        self._near = self._always
        self._ranges_held: list[Row] | None = None
        self._later = np.zeros(program.width, dtype=np.int64)
        self.people_decided = flows is None
        self.best = best

    def solve(self, keys: Iterable[str]) -> TieredSolution:
        """Return the best roster found, with the value and the proved bound of every tier."""
        tiers: list[Tier] = []
        keys = tuple(keys)
        for place, key in enumerate(keys):
            self._run.report(key)
            self._later = self._program.cost_vector(*keys[place + 1 :])
            tier = self._tier(key)
            if tier is None:
                return TieredSolution(Status.INFEASIBLE, None, ())
            if self.best is None and self._run.seconds_left() <= 0.0:
                return TieredSolution(Status.TIMED_OUT, None, (*tiers, tier))
            self._run.report(key, tier.value, tier.bound)
            tiers.append(tier)
        if self.best is None:
            solution = self._solver.solve()
            self.best = solution.values
            if solution.values is None:
                known = () if solution.status is Status.INFEASIBLE else tuple(tiers)
                return TieredSolution(solution.status, None, known)
        proved = all(tier.gap == 0 for tier in tiers)
        return TieredSolution(Status.OPTIMAL if proved else Status.FEASIBLE, self.best, tuple(tiers))

    def _tier(self, key: str) -> Tier | None:
        """Minimise one tier and hold it; None where no roster keeps the rules."""
        cost = self._program.cost_vector(key)
        if not cost.any():
            return Tier(key, 0, 0)
        floor: int | None = 0 if self._value(cost) == 0 else self._floor_of_flows(key, cost)
        relaxation = None
        if floor is not None and self._value(cost) > floor:
            self.people_decided = True
            self._report(key, cost, floor)
            self._forbid_unreached()
            relaxation = self._relax(cost)
            floor = self._climb(key, cost, floor, relaxation)
        if floor is None:
            return None
        if self.best is None:
            return Tier(key, 0, floor)
        value = int(cost @ self.best)
        self._hold(key, cost, value, relaxation)
        return Tier(key, value, min(value, floor))

    def _climb(self, key: str, cost: Ints, floor: int, relaxation: Relaxation | None) -> int | None:
        """Bring roster and bound together, by the relaxation, a dive, and an exact solve; None where there is no roster."""
        if relaxation is not None:
            if math.isinf(relaxation.value):
                return None
            floor = max(floor, relaxation.bound)
            if self._value(cost) > floor:
                self._dive(cost, relaxation.taken, self._later)
            if self._value(cost) > floor and relaxation.asked is not None:
                # Of many choices those that the relaxation asked for are few, and mostly enough.
                self._dive(cost, relaxation.asked)
            self._report(key, cost, floor)
        return self._exact(key, cost, floor, relaxation) if self._value(cost) > floor else floor

    def _relax(self, cost: Ints) -> Relaxation | None:
        """Return the relaxation; where many variables are open, it begins at the choices that were taken so far."""
        if self.best is None or np.count_nonzero(self._solver.open_variables) <= 2 * _MANY:
            return self._solver.relax(cost)
        relaxation = self._solver.relax(cost, self._near | (self.best > 0))
        if relaxation is not None:
            self._near = self._near | relaxation.taken
        return relaxation

    @property
    def _has_many(self) -> bool:
        """Whether so many variables are open that asking the flows first pays."""
        return int(np.count_nonzero(self._solver.open_variables)) > _MANY

    def _value(self, cost: Ints) -> float:
        """The cost of the best roster, or infinity where none is known."""
        return math.inf if self.best is None else int(cost @ self.best)

    def _report(self, key: str, cost: Ints, floor: int) -> None:
        """Tell how far the tier is: the best roster's value and the floor."""
        if self.best is not None:
            value = int(cost @ self.best)
            self._run.report(key, value, min(value, floor))

    def _hold(self, key: str, cost: Ints, value: int, relaxation: Relaxation | None) -> None:
        """From now on the tier costs at most `value`; choices that no such roster takes stay out for good."""
        if relaxation is not None:
            self._solver.forbid(relaxation.unused(value))
        elif value == 0:
            self._solver.forbid(cost > 0)
        self._solver.limit(cost, value)
        if self._flows is not None and self._flows.knows(key):
            self._flows.hold(key, value)
            self._narrowed &= not cost.any()
            self._ranges_held = None

    def _floor_of_flows(self, key: str, cost: Ints) -> int | None:
        """Return the least that the flows can have, and try to reach it with people; None where they have no answer."""
        if self._flows is None or not self._flows.knows(key):
            return 0
        with self._run.stages.time("flows"):
            least = self._flows.least(key)
            if least.status is Status.INFEASIBLE:
                return None
            floor = max(0, least.bound)
        if self._value(cost) <= floor or least.status is not Status.OPTIMAL:
            return floor
        self._forbid_unreached()
        if self._dive(cost, self._choices(self._flows.taken(least))) <= floor or not self._has_many:
            return floor
        with self._run.stages.time("flows"):
            reached = self._choices(self._flows.reached([(key, floor)]))
        if np.count_nonzero(reached & ~self._always) > _SOME:
            return floor
        found = self._solver.solve(cost, self.best, only=reached | self._always, nodes=10 * _DIVE_NODES)
        if found.values is not None and found.value < self._value(cost):
            self.best = found.values
        if self._value(cost) == floor:
            self._solver.forbid(~(reached | self._always))
        elif found.status is Status.INFEASIBLE or found.bound > floor:
            # All rosters at the floor are among these choices, and they have none.
            self.people_decided = True
            floor += 1
        return floor

    def _forbid_unreached(self) -> None:
        """Where many choices are left, leave out those that no answer of the flows takes under the values held."""
        if self._flows is None or self._narrowed or not self._has_many:
            return
        with self._run.stages.time("flows"):
            self._solver.forbid(~(self._choices(self._flows.reached()) | self._follows))
        self._narrowed = True

    def _choices(self, columns: Flags) -> Flags:
        """Return flags of variables from those of columns."""
        chosen = np.zeros(self._program.width, dtype=bool)
        chosen[self._columns] = columns
        return chosen

    def _dive(self, cost: Ints, taken: Flags, later: Ints | None = None) -> float:
        """Look for a roster among few choices: these, what stays, and those of the best one; return the best value.

        With the cost of `later` tiers one that is good for those too is sought, and there is less to do in them.
        """
        only = taken | self._always
        if self.best is not None:
            only |= self.best > 0
        objective = cost if later is None else _AHEAD * cost + later
        found = self._solver.solve(objective, self.best, only=only, nodes=_DIVE_NODES)
        if found.values is not None and int(cost @ found.values) < self._value(cost):
            self.best = found.values
        return self._value(cost)

    def _exact(self, key: str, cost: Ints, floor: int, relaxation: Relaxation | None) -> int | None:
        """Minimise over every choice that a better roster could take; return the bound, None where there is no roster.

        A window of values above the floor at a time, wider ones later: the smaller, the fewer choices are in it. The
        last one reaches up to the best roster known.
        """
        for width in _WINDOWS if relaxation is not None and self._has_many else _WINDOWS[-1:]:
            value = self._value(cost)
            most = min(floor + width, value - 1)
            only = np.ones(self._program.width, dtype=bool)
            if relaxation is not None and math.isfinite(most):
                only = ~relaxation.unused(int(most))
            if not np.any(self._solver.open_variables & ~only):
                # Nothing would be left out: a wider window is the same solve.
                most = value - 1
            # Half of the time at most: later tiers want a good roster too.
            rows = self._ranges(key, only, most)
            found = self._solver.solve(cost, self.best, only=only, rows=rows, parts=2)
            if found.status is Status.INFEASIBLE and math.isinf(most):
                return None
            if found.values is not None and found.value < value:
                self.best, value = found.values, found.value
            # With any choice that was left out a roster costs more than `most`, and so it does if there is none within.
            bound = most + 1 if found.status is Status.INFEASIBLE else found.bound
            floor = int(max(floor, min(bound, most + 1, value)))
            self._report(key, cost, floor)
            if value <= floor or most >= value - 1 or self._run.seconds_left() <= 0.0:
                break
        return floor

    def _ranges(self, key: str, only: Flags, target: float) -> list[Row]:
        """Return the ranges of the flows, of rosters up to the target in a tier that they know, else under what is held."""
        is_open = only & self._solver.open_variables
        if self._flows is None or np.count_nonzero(is_open) <= _MANY:
            return []
        with self._run.stages.time("flows"):
            if self._flows.knows(key) and math.isfinite(target):
                return self._flows.ranges(self._columns, is_open[self._columns], [(key, int(target))])
            if self._ranges_held is None:
                # Over all choices that are open, so they serve every window, and later tiers.
                self._ranges_held = self._flows.ranges(
                    self._columns, self._solver.open_variables[self._columns]
                )
        return self._ranges_held
