"""The variants that a study file stands for: patches put together, and sweeps spelled out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from scheduler.errors import Problem, suggest
from scheduler.scenario.patch import Pairs, Patch
from scheduler.study.file.changes import Changes, changes_of, rooms_change, rooms_where
from scheduler.study.file.entry import EntryError, FileContent, placed
from scheduler.study.file.names import check_name, is_name, name_key, safe_name
from scheduler.study.file.patches import PatchEntry, check_setting, count_rooms, setting_key
from scheduler.study.file.sweeps import GRID, PATCHES, ROOMS, Range, RoomsAxis, SweepEntry, VariantEntry
from scheduler.study.study import BASE, Variant
from scheduler.tables.grids.yaml_in import DataPath
from scheduler.words import Message, message

NONE = "none"
"""What stands in a sweep for no patch at all."""

_FEWER = message("Take values out, or sweep one at a time.")
_MANY = 20


@dataclass(frozen=True)
class VariantLimit:
    """How many variants a study may have beside the base, and what to do about more."""

    most: int
    remedy: Message = _FEWER


class Problems:
    """What is wrong between the entries of a study: problems in the order in which they are met."""

    def __init__(self, content: FileContent) -> None:
        self.all: list[Problem] = []
        self._content = content

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Take down an EntryError that is raised within, as a problem of the part at `path`."""
        try:
            yield
        except EntryError as error:
            self.all.append(placed(error.problem, self._content.where(path)))


class Patches:
    """The patches of a study by name, in the order of the file; none extends itself."""

    def __init__(self, entries: Mapping[str, PatchEntry], content: FileContent, problems: Problems) -> None:
        self._problems = problems
        self._titles = {name: entry.title or name for name, entry in entries.items()}
        self._changes = {name: changes_of(name, entry, content) for name, entry in entries.items()}
        for name in entries:
            with problems.at("patches", name):
                check_name(name, (BASE, NONE))
        extends = {
            name: self.known(entry.extends, "patches", name, "extends") for name, entry in entries.items()
        }
        self._whole: dict[str, tuple[str, ...]] = {}
        extends = self._without_circles(extends)
        for name in TopologicalSorter(extends).static_order():
            inherited = (other for first in extends[name] for other in self._whole[first])
            self._whole[name] = (*dict.fromkeys(inherited), name)

    def known(self, names: Iterable[str], *path: str | int) -> tuple[str, ...]:
        """Return the names that are patches; the others, which stand in the list at `path`, are problems."""
        known = []
        for number, name in enumerate(names):
            with self._problems.at(*path, number):
                if name not in self._titles:
                    remedy = message("Write it under patches.")
                    if self._titles:
                        remedy = suggest(name, list(self._titles))
                    raise EntryError(message("there is no such patch"), remedy, name)
                known.append(name)
        return tuple(known)

    def title(self, names: Iterable[str]) -> str:
        """Return the titles of patches as one."""
        return "; ".join(self._titles[name] for name in names)

    def together(self, names: Iterable[str], beside: Sequence[Changes] = ()) -> Patch:
        """Return the patches together, each once and after those it extends, then the changes `beside` them."""
        whole = dict.fromkeys(name for first in names for name in self._whole[first])
        changes = [*(self._changes[name] for name in whole), *beside]
        # Of a key that is set several times only the last value counts.
        settings = {
            word.partition("=")[0]: (word, where) for change in changes for word, where in change.settings
        }
        return Patch(
            settings=tuple(word for word, _ in settings.values()),
            rows=tuple(row for change in changes for row in change.rows),
            settings_at=tuple(where for _, where in settings.values()),
        )

    def single(self, content: FileContent) -> Iterator[Variant]:
        """Yield each patch as a variant."""
        for name, title in self._titles.items():
            yield Variant(name, title, self.together([name]), at=content.where(("patches", name)))

    def _without_circles(self, extends: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return what extends what; of patches in a circle, which is a problem, the first no longer extends any."""
        open_ = dict(extends)
        while (circle := _circle(open_)) is not None:
            first = min(circle, key=list(open_).index)
            place = circle.index(first)
            shown = " > ".join([*circle[place:], *circle[:place], first])
            with self._problems.at("patches", first):
                remedy = message("Take one of them out of extends.")
                raise EntryError(message("the patch extends itself"), remedy, shown)
            open_[first] = ()
        return open_


def _circle(extends: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    """Return names that each extend the next, and the last one the first, or None where there are none."""
    try:
        TopologicalSorter(extends).prepare()
    except CycleError as error:
        return list(reversed(error.args[1][1:]))
    return None


@dataclass(frozen=True)
class Value:
    """One value of an axis: as it is written, and what it changes."""

    text: str
    title: str
    patches: tuple[str, ...] = ()
    changes: Changes = field(default=Changes())


@dataclass(frozen=True)
class Axis:
    """What is swept and how many values it takes, which `read` makes. `key` is short, for names."""

    name: str
    key: str
    count: int
    read: Callable[[], list[Value]]


Point = tuple[tuple[Axis, Value], ...]
"""The values that a variant gets, each with its axis."""


@dataclass(frozen=True)
class Sweep:
    """A sweep with its axes; `count` variants come of it."""

    entry: SweepEntry
    path: DataPath
    axes: tuple[Axis, ...]
    beside: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many variants come of it."""
        counts = [axis.count for axis in self.axes]
        return math.prod(counts) if self.entry.mode == GRID else sum(counts)

    def points(self) -> list[Point]:
        """Return the values of every variant: of a grid the last axis runs fastest, else each runs by itself."""
        lines = [[(axis, value) for value in axis.read()] for axis in self.axes]
        if self.entry.mode == GRID:
            return list(itertools.product(*lines))
        return [(choice,) for line in lines for choice in line]

    def names(self, points: Sequence[Point]) -> list[str]:
        """Return names that tell the values, or numbers where these are too long or cannot be told apart."""
        first = self.entry.name
        names = ["-".join([first, *(_short(axis, value) for axis, value in point)]) for point in points]
        if all(map(is_name, names)) and len({name_key(name) for name in names}) == len(names):
            return names
        digits = len(str(len(names)))
        return [f"{first}-{number:0{digits}}" for number in range(1, len(names) + 1)]


def _short(axis: Axis, value: Value) -> str:
    return "-".join(safe_name(text) for text in (axis.key, value.text) if text)


class Expansion:
    """Spells out the entries of a study; `problems` is what is wrong between them."""

    def __init__(self, content: FileContent, patches: Mapping[str, PatchEntry]) -> None:
        self._content = content
        self._problems = Problems(content)
        self._patches = Patches(patches, content, self._problems)

    @property
    def problems(self) -> list[Problem]:
        """Return what is wrong, in the order in which it was met."""
        return self._problems.all

    def variants(
        self, written: Sequence[VariantEntry] | None, sweeps: Sequence[SweepEntry], limit: VariantLimit
    ) -> tuple[tuple[Variant, ...], tuple[Variant, ...]]:
        """Return the variants, the base first, and their parts: the patches and the values swept, each by itself.

        Without `written` ones every patch is a variant. More variants than the limit are a problem and not made.
        """
        single = list(self._patches.single(self._content))
        variants = single if written is None else list(self._written(written))
        swept = [sweep for number, entry in enumerate(sweeps) for sweep in self._sweep(number, entry)]
        count = len(variants) + sum(sweep.count for sweep in swept)
        if count > limit.most:
            with self._problems.at("sweeps"):
                wrong = message(
                    "the study has {count} variants, more than {most}", count=count, most=limit.most
                )
                raise EntryError(wrong, limit.remedy)
            return (), ()
        variants += (variant for sweep in swept for variant in self._swept(sweep))
        self._check_repeated(variants)
        parts = (part for sweep in swept for part in self._parts(sweep))
        return (Variant(BASE, BASE), *variants), (*single, *parts)

    def _written(self, entries: Iterable[VariantEntry]) -> Iterator[Variant]:
        for number, entry in enumerate(entries):
            names = self._patches.known(entry.patches, "variants", number, "patches")
            if not names:
                continue
            name = entry.name or "+".join(names)
            with self._problems.at("variants", number):
                check_name(name, (BASE,))
            at = self._content.where(("variants", number, *(["name"] if entry.name else [])))
            yield Variant(
                name, entry.title or self._patches.title(names), self._patches.together(names), at=at
            )

    def _check_repeated(self, variants: Iterable[Variant]) -> None:
        names: set[str] = set()
        for variant in variants:
            key = name_key(variant.name)
            if key in names:
                wrong, remedy = (
                    message("two variants have this name"),
                    message("Give one of them another name."),
                )
                self._problems.all.append(Problem(variant.at, wrong, remedy, variant.name))
            names.add(key)

    def _sweep(self, number: int, entry: SweepEntry) -> Iterator[Sweep]:
        path: DataPath = ("sweeps", number)
        beside = self._patches.known(entry.beside, *path, "with")
        axes = tuple(
            axis
            for name, values in entry.over.items()
            for axis in self._axes(name, values, (*path, "over", name))
        )
        if axes:
            yield Sweep(entry, path, axes, beside)

    def _axes(self, name: str, values: Any, path: DataPath) -> Iterator[Axis]:
        if name == PATCHES:
            made = [self._patch_value(names, (*path, number)) for number, names in enumerate(values)]
            yield Axis(PATCHES, "", len(made), lambda: made)
        elif name == ROOMS:
            for number, rooms in enumerate(values):
                yield self._rooms_axis(rooms, (*path, number, "count"))
        else:
            yield self._setting_axis(setting_key(name), values, path)

    def _patch_value(self, names: tuple[str, ...], path: DataPath) -> Value:
        known = () if names == (NONE,) else self._patches.known(names, *path)
        return Value("+".join(names), self._patches.title(known), patches=known)

    def _setting_axis(self, key: str, values: Range | tuple[str, ...], path: DataPath) -> Axis:
        def read(text: str, at: DataPath) -> Value:
            where = replace(self._content.where(at), field=key)
            setting = f"{key}={check_setting(key, text)}", where
            return Value(text, f"{key} {text}", changes=Changes(settings=(setting,)))

        return self._axis(key, key.rpartition(".")[2], values, read, path)

    def _rooms_axis(self, rooms: RoomsAxis, path: DataPath) -> Axis:
        where = rooms_where(rooms.pool, rooms.at)
        name = " ".join([ROOMS, *(text for _, text in where)])

        def read(text: str, at: DataPath) -> Value:
            rows = rooms_change(where, count_rooms(text), self._content.where(at))
            return Value(text, f"{name} {text}", changes=Changes(rows=rows))

        return self._axis(name, ROOMS, rooms.count, read, path)

    def _axis(
        self,
        name: str,
        key: str,
        values: Range | tuple[str, ...],
        read: Callable[[str, DataPath], Value],
        path: DataPath,
    ) -> Axis:
        # A range may have more values than fit into memory: they are made when it is known that they are few enough.
        @cache
        def read_all() -> list[Value]:
            listed = isinstance(values, tuple)
            texts = values if isinstance(values, tuple) else values.texts()
            made = []
            for number, text in enumerate(texts):
                at = (*path, number) if listed else path
                with self._problems.at(*at):
                    made.append(read(text, at))
            return made

        return Axis(name, key, len(values) if isinstance(values, tuple) else values.count, read_all)

    def _swept(self, sweep: Sweep) -> Iterator[Variant]:
        points = sweep.points()
        first = sweep.entry.title or sweep.entry.name
        for name, point in zip(sweep.names(points), points, strict=True):
            shown = "; ".join(value.title for _, value in point if value.title)
            title = f"{first}: {shown}" if shown else first
            values = tuple((axis.name, value.text) for axis, value in point)
            yield self._variant(name, title, sweep, point, values)

    def _parts(self, sweep: Sweep) -> Iterator[Variant]:
        """Yield what every value of a sweep changes by itself; of many values the first and the last."""
        for axis in sweep.axes:
            values = axis.read()
            for value in values if len(values) <= _MANY else (values[0], values[-1]):
                name = f"{sweep.entry.name}: {axis.name} {value.text}"
                yield self._variant(name, "", sweep, ((axis, value),), ())

    def _variant(self, name: str, title: str, sweep: Sweep, point: Point, values: Pairs) -> Variant:
        patches = [*sweep.beside, *(patch for _, value in point for patch in value.patches)]
        patch = self._patches.together(patches, [value.changes for _, value in point])
        return Variant(name, title, patch, values, self._content.where((*sweep.path, "name")))
