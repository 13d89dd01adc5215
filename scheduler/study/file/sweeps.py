"""Sweeps of a study: every combination of the values of its axes, or one axis at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from scheduler.errors import Where
from scheduler.exact import exact, exact_text
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.study.file.nodes import Notes, Part, check_name, is_name, name_key, safe
from scheduler.study.file.patches import (
    NONE,
    Named,
    Told,
    known_key,
    known_patches,
    nothing,
    rooms_change,
    rooms_where,
    told_value,
)
from scheduler.study.study import BASE, Variant
from scheduler.words import message

PATCHES, ROOMS = "patches", "rooms"


@dataclass(frozen=True)
class Value:
    """One value of an axis: as it is written, and what it changes."""

    text: str
    title: str
    patches: tuple[str, ...] = ()
    settings: tuple[Told, ...] = ()
    rows: tuple[RowChange, ...] = ()


@dataclass(frozen=True)
class Steps:
    """The numbers from `first` to `last`, both sides of it included where a step falls there; exact. `step` is not 0."""

    first: Fraction
    last: Fraction
    step: Fraction

    @property
    def count(self) -> int:
        """How many they are, 0 where the step leads away from `last`."""
        return max(0, (self.last - self.first) // self.step + 1)

    def texts(self) -> list[str]:
        """Return the numbers as they are written."""
        return [exact_text(self.first + number * self.step) for number in range(self.count)]


@dataclass(frozen=True)
class Axis:
    """What is swept and how many values it takes; they are read when they are asked for. `key` is short, for names."""

    name: str
    key: str
    count: int
    read: Callable[[], list[Value]]


def read_axes(notes: Notes, part: Part, named: Named) -> list[Axis]:
    """Return the axes of a sweep in the order of the file; what cannot be one is told and left out."""
    found: list[Axis] = []
    axes = notes.group(part)
    if not axes and notes.is_group(part):
        nothing(notes, part)
    for name, inner in axes.items():
        if name == PATCHES:
            found += _patches(notes, inner, named)
        elif name == ROOMS:
            found += [axis for item in notes.items(inner) for axis in _rooms(notes, item)]
        elif (key := known_key(notes, inner, name)) is not None:
            found += _setting(notes, inner, key)
    return found


def _setting(notes: Notes, part: Part, key: str) -> list[Axis]:
    if notes.is_group(part):
        return [
            Axis(
                key, key.rpartition(".")[2], steps.count, partial(_setting_in_steps, notes, key, part, steps)
            )
            for steps in _steps(notes, part)
        ]
    items = notes.items(part)
    if not items:
        nothing(notes, part)
    cells = [(item, text) for item in items if (text := notes.cell(item)) is not None]
    _tell_repeated(notes, cells)
    values = [value for item, text in cells for value in _values_of(notes, item, key, [text])]
    return [Axis(key, key.rpartition(".")[2], len(items), lambda: values)] if items else []


def _setting_in_steps(notes: Notes, key: str, part: Part, steps: Steps) -> list[Value]:
    return _values_of(notes, part, key, steps.texts())


def _values_of(notes: Notes, part: Part, key: str, texts: Iterable[str]) -> list[Value]:
    return [
        Value(text, f"{key} {text}", settings=(told,))
        for text in texts
        for told in told_value(notes, part, key, text)
    ]


def _steps(notes: Notes, part: Part) -> list[Steps]:
    """Return the range told by from, to and step; what is wrong with it is told."""
    parts = notes.known(part, ("from", "to", "step"), needed=("from", "to", "step"))
    numbers = {key: number for key, inner in parts.items() for number in _number(notes, inner)}
    if len(numbers) < 3:
        return []
    if numbers["step"] == 0:
        notes.tell(parts["step"], message("the step is 0"), message("Write the distance of two values."))
        return []
    steps = Steps(numbers["from"], numbers["to"], numbers["step"])
    if steps.count == 0:
        wrong = message("the steps lead away from the end of the range")
        notes.tell(parts["step"], wrong, message("Turn the range or the sign of the step round."))
    return [steps] if steps.count else []


def _number(notes: Notes, part: Part) -> list[Fraction]:
    text = notes.text(part)
    try:
        return [] if text is None else [exact(text)]
    except ValueError:
        notes.tell(part, message("this is no number"), message("Write a number such as 1.5 or 3/2."), text)
        return []


def _patches(notes: Notes, part: Part, named: Named) -> list[Axis]:
    items = notes.items(part)
    if not items:
        nothing(notes, part)
    cells = [(item, names) for item in items if (names := notes.texts(item))]
    _tell_repeated(notes, [(item, "+".join(names)) for item, names in cells])
    values = []
    for item, names in cells:
        wanted = [] if names == [NONE] else names
        found = known_patches(notes, notes.where(item), wanted, named.own)
        title = "; ".join(named.own[name].title for name in found)
        values.append(Value("+".join(names), title, patches=found))
    return [Axis(PATCHES, "", len(items), lambda: values)] if items else []


def _rooms(notes: Notes, part: Part) -> list[Axis]:
    parts = notes.known(part, ("pool", "count", "at"), needed=("pool", "count"))
    where = rooms_where(notes, parts)
    if where is None or "count" not in parts:
        return []
    name = " ".join([ROOMS, *(text for _, text in where)])
    counted = parts["count"]
    if notes.is_group(counted):
        return [
            Axis(name, ROOMS, steps.count, partial(_rooms_in_steps, notes, counted, where, name, steps))
            for steps in _steps(notes, counted)
        ]
    items = notes.items(counted)
    if not items:
        nothing(notes, counted)
    cells = [(item, text) for item in items if (text := notes.text(item)) is not None]
    _tell_repeated(notes, cells)
    values = [value for item, text in cells for value in _of_rooms(notes, item, where, name, [text])]
    return [Axis(name, ROOMS, len(items), lambda: values)] if items else []


def _rooms_in_steps(notes: Notes, part: Part, where: Pairs, name: str, steps: Steps) -> list[Value]:
    return _of_rooms(notes, part, where, name, steps.texts())


def _of_rooms(notes: Notes, part: Part, where: Pairs, name: str, texts: Iterable[str]) -> list[Value]:
    return [
        Value(text, f"{name} {text}", rows=tuple(rooms_change(notes, part, where, text))) for text in texts
    ]


def _tell_repeated(notes: Notes, cells: Iterable[tuple[Part, str]]) -> None:
    seen: set[str] = set()
    for item, text in cells:
        if text in seen:
            notes.tell(item, message("this value stands in the list already"), message("Name it once."), text)
        seen.add(text)


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
