"""A program that falls into parts once the rows that bind the whole hospital are taken out, and solved in those parts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.engine.tier_loop import TierLoop
from scheduler.outcome import Status, Tier

_COUPLING = ("ratio_day[", "ratio_target[", "ratio_experts[")
"""Beginnings of the names of rows that count sessions of all specialties together."""

_NODES = 100
"""Nodes after which the search for a roster among few choices is given up."""


@dataclass(frozen=True)
class Part:
    """A piece of a program that shares no row with the others; `places` are its variables in the whole."""

    program: Program
    places: Ints


def solve_by_parts(program: Program, keys: Sequence[str], run: Run) -> TieredSolution:
    """Solve a program in the parts that share neither doctors nor rooms, its tiers in this order.

    What the parts cost at least, added up, no answer can beat. Where the one they make together also keeps the rows of
    the whole, at no more cost, or one near it does, it is proved; else it is an answer that may not be the best.
    """
    with run.stages.time("build"):
        parts = split(program)
    values, bounds, free = np.zeros(program.width, dtype=np.int64), dict.fromkeys(keys, 0), tuple(keys)
    with run.stages.time("parts"):
        for number, part in enumerate(sorted(parts, key=lambda part: part.program.width)):
            run.report("parts", number, len(parts))
            solution = _solve_part(part.program, keys, free, run.silent())
            if solution.values is None:
                return TieredSolution(solution.status, None, ())
            values[part.places] = solution.values
            for tier in solution.tiers:
                bounds[tier.key] += tier.bound
            # What the smaller parts had no need to spend, a larger one may not need either.
            free = tuple(takewhile(lambda key: not bounds[key], bounds))
        whole = program.answer_of(values[program.named["columns"]])
        if not program.holds(whole) or _costs(program, whole, bounds) != bounds:
            near = _nearest(program, bounds, whole, run)
            whole = whole if near is None else near
    if not program.holds(whole):
        return TieredSolution(Status.TIMED_OUT, None, ())
    costs = _costs(program, whole, bounds)
    status = Status.OPTIMAL if costs == bounds else Status.FEASIBLE
    return TieredSolution(status, whole, tuple(Tier(key, cost, bounds[key]) for key, cost in costs.items()))


def _costs(program: Program, answer: Ints, keys: Iterable[str]) -> dict[str, int]:
    return {key: int(program.cost_vector(key) @ answer) for key in keys}


def _nearest(program: Program, limits: Mapping[str, int], start: Ints, run: Run) -> Ints | None:
    """Return an answer with these costs at most that makes few other choices than `start`; None where none is found."""
    solver, columns = TierSolver(program, run), program.named["columns"]
    for key, most in limits.items():
        solver.limit(program.cost_vector(key), most)
    other = np.zeros(program.width, dtype=np.int64)
    other[columns] = start[columns] == 0
    return _dive(solver, other, other == 0)


def _solve_part(program: Program, keys: Sequence[str], free: Sequence[str], run: Run) -> TieredSolution:
    """Solve a part tier by tier, from a roster that pays nothing in the first tiers, those in `free`, if there is one.

    Nor does it pay anything for the last tiers, where that can be: then nothing is left to look for in them.
    """
    paid, best = keys[len(free) :], None
    follows = np.ones(program.width, dtype=bool)
    follows[program.named["columns"]] = False
    for unpaid in ((*free, *paid[1:]), free):
        if best is None:
            solver = TierSolver(program, run)
            solver.forbid(program.cost_vector(*unpaid) > 0)
            best = _dive(solver, program.cost_vector(*paid[:1]), follows)
    return TierLoop(program, run, None, best).solve(keys)


def _dive(solver: TierSolver, cost: Ints, more: Flags) -> Ints | None:
    """Look for an answer of little cost among what the relaxation takes and `more`; None where none is found soon."""
    relaxation = solver.relax(cost)
    if relaxation is None or math.isinf(relaxation.value):
        return None
    return solver.solve(cost, only=relaxation.taken | more, nodes=_NODES).values


def split(whole: Program) -> tuple[Part, ...]:
    """Return the parts of a program without its coupling rows, in the order of their first variables.

    A solution of the whole, cut into parts, solves them; so what the parts cost at least, added up, is a lower
    bound of what the whole costs.
    """
    rows, variables, _ = whole.matrix()
    inner = ~_coupling(whole)[rows]
    labels = _components(whole.width, len(whole.row_names), rows[inner], variables[inner])
    return tuple(_parts(whole, labels))


def _coupling(whole: Program) -> Flags:
    return np.array(
        [name.startswith(_COUPLING) or name == "ratio_specialties" for name in whole.row_names], dtype=bool
    )


def _components(width: int, height: int, rows: Ints, variables: Ints) -> Ints:
    """Return for every variable the smallest variable that rows connect it with."""
    labels = np.arange(width, dtype=np.int64)
    while True:
        of_row = np.full(height, width, dtype=np.int64)
        np.minimum.at(of_row, rows, labels[variables])
        lowered = labels.copy()
        np.minimum.at(lowered, variables, of_row[rows])
        # Jumping to the label's own label halves the way that is left each time.
        lowered = lowered[lowered]
        if np.array_equal(lowered, labels):
            return labels
        labels = lowered


def _parts(whole: Program, labels: Ints) -> Iterator[Part]:
    rows, variables, values = whole.matrix()
    lower, upper = whole.bounds()
    coupling = _coupling(whole)
    flags, units = whole.flags, [np.concatenate(whole.units)] if whole.units else []
    costs = {key: whole.cost_vector(key) for key in sorted(whole.costs)}
    order = np.argsort(labels, kind="stable")
    label_of_row = np.full(len(whole.row_names), -1, dtype=np.int64)
    label_of_row[rows[~coupling[rows]]] = labels[variables[~coupling[rows]]]
    row_order = np.argsort(label_of_row, kind="stable")
    entry_label = np.where(coupling[rows], -1, labels[variables])
    entry_order = np.argsort(entry_label, kind="stable")
    number, line = np.zeros(whole.width, np.int64), np.zeros(len(whole.row_names), np.int64)
    row_lower, row_upper = np.array(whole.row_lower), np.array(whole.row_upper)
    for label in np.unique(labels):
        mine = _run(labels, order, label)
        lines = _run(label_of_row, row_order, label)
        entries = _run(entry_label, entry_order, label)
        number[mine], line[lines] = np.arange(len(mine)), np.arange(len(lines))
        part = Program(lower=[lower[mine]], upper=[upper[mine]], width=len(mine))
        part.row_names = [whole.row_names[row] for row in lines]
        part.row_lower, part.row_upper = row_lower[lines].tolist(), row_upper[lines].tolist()
        part.entries = [(line[rows[entries]], number[variables[entries]], values[entries])]
        part.flags, part.units = (
            [number[kind[labels[kind] == label]] for kind in kinds] for kinds in (flags, units)
        )
        for name, places in whole.named.items():
            part.name_variables(name, number[places[labels[places] == label]])
        for key, cost in costs.items():
            part.add_cost(key, np.arange(len(mine)), cost[mine])
        yield Part(part, mine)


def _run(labels: Ints, order: Ints, label: int) -> Ints:
    """Return, in order, the places that carry the label."""
    ends = np.searchsorted(labels[order], [label, label + 1])
    return np.sort(order[ends[0] : ends[1]])
