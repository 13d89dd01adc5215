"""An integer program as arrays: built in bulk, named by rule and place, solver-neutral until it is solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FREE = np.inf


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
    units: list[Ints] = field(default_factory=list)
    costs: defaultdict[str, list[tuple[Ints, Ints]]] = field(default_factory=lambda: defaultdict(list))

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
            units=list(self.units),
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

    def with_least_units(self, values: Ints) -> Ints:
        """Return `values` with every unit variable as small as its rows allow: slack is no violation."""
        if not self.units:
            return values
        is_unit = np.zeros(self.width, dtype=bool)
        is_unit[np.concatenate(self.units)] = True
        # A row has at most one unit variable, so every row by itself gives its unit a lower bound.
        rows, variables, coefficients = self.matrix()
        unit = is_unit[variables]
        sums = np.zeros(len(self.row_names), dtype=np.int64)
        np.add.at(sums, rows[~unit], coefficients[~unit] * values[variables[~unit]])
        at, of, by = rows[unit], variables[unit], coefficients[unit]
        lower, upper = np.array(self.row_lower)[at], np.array(self.row_upper)[at]
        missing = np.where(by > 0, lower - sums[at], sums[at] - upper)
        needed = np.ceil(missing / np.abs(by))
        least = np.zeros(self.width)
        np.maximum.at(least, of, np.where(np.isfinite(needed), needed, 0.0))
        return np.where(is_unit, least.astype(np.int64), values)

    def widen_rows(self, variables: Ints, values: Ints) -> None:
        """Widen every row over nothing but `variables` until these values satisfy it."""
        whole = np.zeros(self.width, dtype=np.int64)
        whole[variables] = values
        named = np.zeros(self.width, dtype=bool)
        named[variables] = True
        rows, places, coefficients = self.matrix()
        sums = np.zeros(len(self.row_names), dtype=np.int64)
        np.add.at(sums, rows, coefficients * whole[places])
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

    def cost_vector(self, key: str) -> Ints:
        """Return the tier's cost of every variable."""
        vector = np.zeros(self.width, dtype=np.int64)
        for variables, costs in self.costs.get(key, []):
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
        # A row and a variable as one number: `unique` then sorts the entries and finds those at one place.
        rows, variables, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        places, inverse = np.unique(rows * self.width + variables, return_inverse=True)
        summed = np.zeros(len(places), dtype=np.int64)
        np.add.at(summed, inverse, values)
        nonzero = summed != 0
        places, summed = places[nonzero], summed[nonzero]
        return places // self.width, places % self.width, summed
