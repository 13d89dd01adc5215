"""The variants that a study file stands for: patches put together, and sweeps spelled out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from scheduler.errors import Problem, Suggestions
from scheduler.scenario.patch import Pairs, Patch
from scheduler.study.file.entry import EntryError, FileContent, placed
from scheduler.study.file.names import check_name, is_name, name_key, safe_name
from scheduler.study.file.patches import Changes, PatchEntry, changes_of
from scheduler.study.file.sweeps import GRID, Axis, Range, SweepEntry, VariantEntry
from scheduler.study.study import BASE, Variant
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
        self._suggestions = Suggestions(self._titles)
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
                        remedy = self._suggestions.remedy(name)
                    raise EntryError(message("there is no such patch"), remedy, name)
                known.append(name)
        return tuple(known)

    def title(self, names: Iterable[str]) -> str:
        """Return the titles of patches as one."""
        return "; ".join(self._titles[name] for name in names)

    def together(self, names: Iterable[str], beside: Sequence[Changes] = ()) -> Patch:
        """Return the patches together, each once and after those it extends, then the changes `beside` them."""
        whole = dict.fromkeys(name for first in names for name in self._whole[first])
        changes = [*(change for name in whole for change in self._changes[name]), *beside]
        # Of a key that is set several times only the last value counts.
        settings = {
            word.partition("=")[0]: (word, where) for change in changes for word, where in change.settings
        }
        return Patch(
            settings=tuple(word for word, _ in settings.values()),
            rows=tuple(row for change in changes for row in change.rows),
            settings_at=tuple(where for _, where in settings.values()),
        )

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
    """One value of an axis: as it is written, the title that it adds, and what it changes."""

    axis: Axis
    text: str
    title: str
    patches: tuple[str, ...] = ()
    changes: tuple[Changes, ...] = ()


Point = tuple[Value, ...]
"""The values that a variant gets."""


def spell_out(
    content: FileContent,
    entries: Mapping[str, PatchEntry],
    variants: Sequence[VariantEntry] | None,
    sweeps: Sequence[SweepEntry],
    limit: VariantLimit,
) -> tuple[tuple[Variant, ...], tuple[Variant, ...], list[Problem]]:
    """Return the variants, the base first, their parts, and what is wrong between the entries of a study.

    The parts are the patches and the values swept, each by itself. Without `variants` every patch is one. More
    variants than the limit are a problem and not made.
    """
    problems = Problems(content)
    patches = Patches(entries, content, problems)
    single = [
        Variant(name, patches.title([name]), patches.together([name]), at=content.where(("patches", name)))
        for name in entries
    ]
    made = single if variants is None else list(_listed(variants, patches, content, problems))
    count = len(made) + sum(sweep.count for sweep in sweeps)
    if count > limit.most:
        with problems.at("sweeps"):
            wrong = message(
                "the study has {count:variant|variants}, more than {most}", count=count, most=limit.most
            )
            raise EntryError(wrong, limit.remedy)
        return (), (), problems.all
    parts = list(single)
    for number, entry in enumerate(sweeps):
        sweep = _Sweep(number, entry, patches, content, problems)
        made += sweep.variants()
        parts += sweep.parts()
    _check_repeated(made, problems)
    return (Variant(BASE, BASE), *made), tuple(parts), problems.all


def _listed(
    entries: Iterable[VariantEntry], patches: Patches, content: FileContent, problems: Problems
) -> Iterator[Variant]:
    for number, entry in enumerate(entries):
        names = patches.known(entry.patches, "variants", number, "patches")
        if names:
            name = entry.name or "+".join(names)
            with problems.at("variants", number):
                check_name(name, (BASE,))
            at = content.where(("variants", number, *(["name"] if entry.name else [])))
            yield Variant(name, entry.title or patches.title(names), patches.together(names), at=at)


def _check_repeated(variants: Iterable[Variant], problems: Problems) -> None:
    names: set[str] = set()
    for variant in variants:
        key = name_key(variant.name)
        if key in names:
            remedy = message("Give one of them another name.")
            wrong = message("two variants have this name")
            problems.all.append(Problem(variant.at, wrong, remedy, variant.name))
        names.add(key)


class _Sweep:
    """A sweep spelled out."""

    def __init__(
        self, number: int, entry: SweepEntry, patches: Patches, content: FileContent, problems: Problems
    ) -> None:
        self._entry, self._patches, self._problems = entry, patches, problems
        self._content, self._path = content, ("sweeps", number)
        self._at = content.where((*self._path, "name"))
        self._beside = patches.known(entry.beside, *self._path, "with")
        self._lines = [list(self._values(axis)) for axis in entry.over]

    def variants(self) -> Iterator[Variant]:
        """Yield the variants: of a grid the last axis runs fastest, else each axis runs by itself."""
        points: list[Point] = (
            list(itertools.product(*self._lines))
            if self._entry.mode == GRID
            else [(value,) for line in self._lines for value in line]
        )
        first = self._entry.title or self._entry.name
        for name, point in zip(self._names(points), points, strict=True):
            shown = "; ".join(value.title for value in point if value.title)
            values = tuple((value.axis.name, value.text) for value in point)
            yield self._variant(name, f"{first}: {shown}" if shown else first, point, values)

    def parts(self) -> Iterator[Variant]:
        """Yield what every value changes by itself; of many values the first and the last."""
        for line in self._lines:
            for value in line if len(line) <= _MANY else (line[0], line[-1]):
                yield self._variant(f"{self._entry.name}: {value.axis.name} {value.text}", "", (value,), ())

    def _values(self, axis: Axis) -> Iterator[Value]:
        values = axis.values.texts() if isinstance(axis.values, Range) else axis.values
        for number, value in enumerate(values):
            # A range is one part of the file, whatever the number of its values.
            path = (*self._path, *axis.path, *([] if isinstance(axis.values, Range) else [number]))
            if not isinstance(value, str):
                known = () if tuple(value) == (NONE,) else self._patches.known(value, *path)
                yield Value(axis, "+".join(value), self._patches.title(known), patches=known)
            else:
                with self._problems.at(*path):
                    changes = Changes.of(axis.read(value), self._content.where(path))
                    yield Value(axis, value, f"{axis.name} {value}", changes=(changes,))

    def _variant(self, name: str, title: str, point: Point, values: Pairs) -> Variant:
        patches = [*self._beside, *(patch for value in point for patch in value.patches)]
        changes = [change for value in point for change in value.changes]
        return Variant(name, title, self._patches.together(patches, changes), values, self._at)

    def _names(self, points: Sequence[Point]) -> list[str]:
        """Return names made of the values, or numbered names where those are too long or not distinct."""
        first = self._entry.name
        names = ["-".join([first, *map(_short, point)]) for point in points]
        if all(map(is_name, names)) and len({name_key(name) for name in names}) == len(names):
            return names
        digits = len(str(len(names)))
        return [f"{first}-{number:0{digits}}" for number in range(1, len(names) + 1)]


def _short(value: Value) -> str:
    return "-".join(safe_name(text) for text in (value.axis.key, value.text) if text)
