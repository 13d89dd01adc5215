"""A program that falls into parts once the rows that bind the whole hospital are taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.engine.program import Flags, Ints, Program

_COUPLING = ("ratio_day[", "ratio_target[", "ratio_experts[")
"""Beginnings of the names of rows that count sessions of all specialties together."""


@dataclass(frozen=True)
class Part:
    """A piece of a program that shares no row with the others; `places` are its variables in the whole."""

    program: Program
    places: Ints


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
        for key, cost in costs.items():
            part.add_cost(key, np.arange(len(mine)), cost[mine])
        yield Part(part, mine)


def _run(labels: Ints, order: Ints, label: int) -> Ints:
    """Return, in order, the places that carry the label."""
    ends = np.searchsorted(labels[order], [label, label + 1])
    return np.sort(order[ends[0] : ends[1]])
