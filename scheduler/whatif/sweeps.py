"""Sweeps of a study: every combination of the values of its axes, or one axis at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.errors import Where
from scheduler.whatif.axes import Axis, Value, read_axes
from scheduler.whatif.named_patches import Named, known_patches
from scheduler.whatif.names import check_name, is_name, name_key, safe
from scheduler.whatif.nodes import Notes, Part
from scheduler.whatif.study import BASE, Variant
from scheduler.words import message

GRID, ONE_AT_A_TIME = "grid", "one at a time"
SWEEP_KEYS = ("name", "title", "over", "mode", "with")
"""What a sweep may hold."""

MODES = (GRID, ONE_AT_A_TIME)
"""How the values of several axes go together."""

_MANY = 20

Point = tuple[tuple[Axis, Value], ...]
"""The values that a variant gets, each with its axis."""


@dataclass(frozen=True)
class Sweep:
    """A sweep as it is written; `count` variants come of it."""

    name: str
    title: str
    at: Where
    mode: str
    axes: tuple[Axis, ...]
    beside: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many variants come of it."""
        counts = [axis.count for axis in self.axes]
        return math.prod(counts) if self.mode == GRID else sum(counts)


def read_sweep(notes: Notes, part: Part, named: Named) -> list[Sweep]:
    """Return a sweep, or none where it cannot be read; what is wrong is told."""
    parts = notes.known(part, SWEEP_KEYS, needed=("name", "over"))
    if "name" not in parts or "over" not in parts:
        return []
    name = notes.text(parts["name"]) or ""
    check_name(notes, parts["name"], name, (BASE,))
    title = notes.text(parts["title"]) if "title" in parts else None
    mode = notes.text(parts["mode"]) if "mode" in parts else GRID
    if mode not in MODES:
        notes.tell(
            parts["mode"],
            message("there is no such mode"),
            message("Use one of: {known}.", known=MODES),
            mode,
        )
    beside = notes.texts(parts["with"]) if "with" in parts else []
    found = known_patches(notes, notes.where(parts.get("with", part)), beside, named.own)
    axes = read_axes(notes, parts["over"], named)
    at = notes.where(parts["name"])
    return [Sweep(name, title or name, at, mode or GRID, tuple(axes), found)] if axes else []


def swept(sweep: Sweep, named: Named) -> Iterator[Variant]:
    """Yield the variants of a sweep: of a grid the last axis runs fastest, else each axis runs by itself."""
    points = list(_points(sweep))
    for name, point in zip(_names(sweep, points), points, strict=True):
        said = "; ".join(value.title for _, value in point if value.title)
        title = f"{sweep.title}: {said}" if said else sweep.title
        values = tuple((axis.name, value.text) for axis, value in point)
        yield _variant(name, title, sweep, named, point, values)


def parts_of(sweep: Sweep, named: Named) -> Iterator[Variant]:
    """Yield what every value of a sweep changes by itself; of many values the first and the last."""
    for axis in sweep.axes:
        values = axis.read()
        for value in values if len(values) <= _MANY else (values[0], values[-1]):
            yield _variant(f"{sweep.name}: {axis.name} {value.text}", "", sweep, named, ((axis, value),), ())


def _variant(
    name: str, title: str, sweep: Sweep, named: Named, point: Point, values: tuple[tuple[str, str], ...]
) -> Variant:
    patches = [*sweep.beside, *(patch for _, value in point for patch in value.patches)]
    settings = [told for _, value in point for told in value.settings]
    rows = [row for _, value in point for row in value.rows]
    return Variant(name, title, named.together(patches, settings, rows), values, sweep.at)


def _points(sweep: Sweep) -> Iterable[Point]:
    lines = [[(axis, value) for value in axis.read()] for axis in sweep.axes]
    if sweep.mode == GRID:
        return itertools.product(*lines)
    return ((choice,) for line in lines for choice in line)


def _names(sweep: Sweep, points: Sequence[Point]) -> list[str]:
    """Return names that tell the values, or numbers where these are too long or cannot be told apart."""
    names = ["-".join([sweep.name, *(_short(axis, value) for axis, value in point)]) for point in points]
    if all(map(is_name, names)) and len({name_key(name) for name in names}) == len(names):
        return names
    digits = len(str(len(names)))
    return [f"{sweep.name}-{number:0{digits}}" for number in range(1, len(names) + 1)]


def _short(axis: Axis, value: Value) -> str:
    return "-".join(safe(text) for text in (axis.key, value.text) if text)
