"""An integer program as arrays: built in bulk, named by rule and place, solver-neutral until it is solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FREE = np.inf

Settler = Callable[[Ints], None]
"""Writes into an answer the values of a rule's own variables that follow from its choices."""


@dataclass
class Program:
    """Integer variables, linear rows over them, and one integer objective per tier (to be minimised).

    Coefficients are integers (ratios are scaled by their denominators), so values and bounds are exact.
    """

    lower: list[Ints] = field(default_factory=list)
    upper: list[Ints] = field(default_factory=list)
    width: int = 0
    entries: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    row_names: list[str] = field(default_factory=list)
    named: dict[str, Ints] = field(default_factory=dict)
    flags: list[Ints] = field(default_factory=list)
    units: list[Ints] = field(default_factory=list)
    settlers: list[Settler] = field(default_factory=list)
    costs: defaultdict[str, list[tuple[Ints, Ints]]] = field(default_factory=lambda: defaultdict(list))
    _matrix: tuple[tuple[int, int], tuple[Ints, Ints, Ints]] | None = None

    def copy(self) -> Program:
        """Return a program that can be added to without touching this one."""
        return replace(
            self,
            lower=list(self.lower),
            upper=list(self.upper),
            entries=list(self.entries),
            row_lower=list(self.row_lower),
            row_upper=list(self.row_upper),
            row_names=list(self.row_names),
            named=dict(self.named),
            flags=list(self.flags),
            units=list(self.units),
            settlers=list(self.settlers),
            costs=defaultdict(list, {key: list(parts) for key, parts in self.costs.items()}),
        )

    def add_variables(self, lower: Ints, upper: Ints) -> Ints:
        """Add integer variables within their bounds; return their indices."""
        self.lower.append(lower)
        self.upper.append(upper)
        start, self.width = self.width, self.width + len(lower)
        return np.arange(start, self.width, dtype=np.int64)

    def name_variables(self, name: str, variables: Ints) -> None:
        """Remember variables by name, so that their values can be read out of an answer."""
        self.named[name] = variables

    def add_units(self, key: str, most: Ints, weights: Ints | None = None) -> Ints:
        """Add variables that count units of the soft rule `key`, each from 0 to its `most`, at cost 1 or its weight."""
        units = self.add_variables(np.zeros_like(most), most)
        self.add_cost(key, units, np.ones_like(units) if weights is None else weights)
        self.units.append(units)
        return units

    def add_flags(self, count: int) -> Ints:
        """Add variables of 0 or 1 that cost nothing and are as small as rows over choices allow; return their indices.

        A flag may stand beside units in rows of its own: it is settled before them.
        """
        flags = self.add_variables(np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64))
        self.flags.append(flags)
        return flags

    def least_variables(self) -> Flags:
        """Return which variables, units and flags, are as small as their rows allow."""
        return self._marked(self.flags) | self._marked(self.units)

    def _marked(self, parts: Sequence[Ints]) -> Flags:
        marked = np.zeros(self.width, dtype=bool)
        for part in parts:
            marked[part] = True
        return marked

    def with_least_units(self, values: Ints) -> Ints:
        """Return `values` with every flag and unit variable as small as its rows allow: slack is no violation."""
        if not self.units and not self.flags:
            return values
        rows, variables, coefficients = self.matrix()
        settled = np.where(self.least_variables(), 0, values)
        sums = self.row_sums(settled)
        lower, upper = np.array(self.row_lower), np.array(self.row_upper)
        for marked in (self._marked(self.flags), self._marked(self.units)):
            # A row has at most one flag and one unit variable, so every row by itself gives its unit a lower bound.
            mine = marked[variables]
            at, of, by = rows[mine], variables[mine], coefficients[mine]
            missing = np.where(by > 0, lower[at] - sums[at], sums[at] - upper[at])
            needed = np.ceil(missing / np.abs(by))
            least = np.zeros(self.width)
            np.maximum.at(least, of, np.where(np.isfinite(needed), needed, 0.0))
            settled = np.where(marked, least.astype(np.int64), settled)
            np.add.at(sums, at, by * settled[of])
        return settled

    def find_idle(self, counted: Flags) -> tuple[Flags, Flags]:
        """Return the rows that bind nothing while no variable but the `counted` ones costs, and the variables they free.

        A unit that nobody counts can be as large as its row needs, and a flag 1 where all its other rows ask for no
        more: each says only afterwards what the choices come to.
        """
        rows, variables, coefficients = self.matrix()
        idle_rows, idle = np.zeros(len(self.row_names), dtype=bool), self._marked(self.units) & ~counted
        idle_rows[rows[idle[variables]]] = True
        flags = self._marked(self.flags) & ~counted
        held_down = ~idle_rows[rows] & (coefficients > 0)
        flags[variables[held_down]] = False
        idle_rows[rows[flags[variables]]] = True
        return idle_rows, idle | flags

    def answer_of(self, choices: Ints) -> Ints:
        """Return the answer that takes these of the variables named `columns`, all others as they follow from them.

        Whether it keeps the rows is another question: see `holds`.
        """
        values = np.zeros(self.width, dtype=np.int64)
        values[self.named["columns"]] = choices
        for settle in self.settlers:
            settle(values)
        return self.with_least_units(values)

    def holds(self, values: Ints) -> bool:
        """Return whether these whole numbers keep every bound and every row."""
        lower, upper = self.bounds()
        if np.any(values < lower) or np.any(values > upper):
            return False
        sums = self.row_sums(values)
        return bool(np.all(sums >= np.array(self.row_lower)) and np.all(sums <= np.array(self.row_upper)))

    def row_sums(self, values: Ints) -> Ints:
        """Return the sum of every row under these values."""
        rows, variables, coefficients = self.matrix()
        sums = np.zeros(len(self.row_names), dtype=np.int64)
        np.add.at(sums, rows, coefficients * values[variables])
        return sums

    def widen_rows(self, variables: Ints, values: Ints) -> None:
        """Widen every row over nothing but `variables` until these values satisfy it."""
        whole = np.zeros(self.width, dtype=np.int64)
        whole[variables] = values
        named = np.zeros(self.width, dtype=bool)
        named[variables] = True
        rows, places, _ = self.matrix()
        sums = self.row_sums(whole)
        others = np.zeros(len(self.row_names), dtype=bool)
        others[rows[~named[places]]] = True
        lower, upper = np.array(self.row_lower), np.array(self.row_upper)
        self.row_lower = np.where(others, lower, np.minimum(lower, sums)).tolist()
        self.row_upper = np.where(others, upper, np.maximum(upper, sums)).tolist()

    def add_cost(self, key: str, variables: Ints, costs: Ints) -> None:
        """Add costs of variables to the tier `key`; they add up where a variable is named again."""
        self.costs[key].append((variables, costs))

    def add_rows(
        self,
        names: Sequence[str],
        lower: npt.ArrayLike,
        upper: npt.ArrayLike,
    ) -> Ints:
        """Add empty rows with their bounds; return their indices."""
        start = len(self.row_names)
        self.row_names.extend(names)
        self.row_lower.extend(np.asarray(lower, dtype=float).tolist())
        self.row_upper.extend(np.asarray(upper, dtype=float).tolist())
        return np.arange(start, len(self.row_names), dtype=np.int64)

    def fill(self, rows: Ints, variables: Ints, coefficients: Ints | int) -> None:
        """Put coefficients into rows, entry by entry; entries at one place add up."""
        values = np.broadcast_to(np.asarray(coefficients, dtype=np.int64), rows.shape)
        self.entries.append((rows, variables, values))

    def cost_vector(self, *keys: str) -> Ints:
        """Return the tier's cost of every variable; of several tiers, the sum of theirs."""
        vector = np.zeros(self.width, dtype=np.int64)
        for variables, costs in (part for key in keys for part in self.costs.get(key, ())):
            np.add.at(vector, variables, costs)
        return vector

    def bounds(self) -> tuple[Ints, Ints]:
        """Return lower and upper bounds of all variables."""
        if not self.lower:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(self.lower), np.concatenate(self.upper)

    def matrix(self) -> tuple[Ints, Ints, Ints]:
        """Return the rows' entries as (row, variable, coefficient), sorted, each place once, no zeros."""
        if not self.entries:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        if self._matrix is None or self._matrix[0] != (len(self.entries), self.width):
            self._matrix = (len(self.entries), self.width), self._summed_entries()
        return self._matrix[1]

    def _summed_entries(self) -> tuple[Ints, Ints, Ints]:
        # A row and a variable as one number: `unique` then sorts the entries and finds those at one place.
        rows, variables, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        places, inverse = np.unique(rows * self.width + variables, return_inverse=True)
        summed = np.zeros(len(places), dtype=np.int64)
        np.add.at(summed, inverse, values)
        nonzero = summed != 0
        places, summed = places[nonzero], summed[nonzero]
        return places // self.width, places % self.width, summed
