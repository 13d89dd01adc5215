"""What a sweep runs over: an axis is a list or range of values of a setting, of patches, or of a number of rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from scheduler.exact import exact, exact_text
from scheduler.scenario_patch import Pairs, RowChange
from scheduler.whatif.named_patches import NONE, Named, known_patches
from scheduler.whatif.nodes import Notes, Part
from scheduler.whatif.setting_reading import Told, known_key, nothing, told_value
from scheduler.whatif.short_reading import rooms_change, rooms_where
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
