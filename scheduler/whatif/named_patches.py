"""The patches of a study file: what each changes by itself, and what it takes over from others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from scheduler.errors import Where, suggest
from scheduler.scenario_patch import Patch, RowChange
from scheduler.whatif.names import check_name
from scheduler.whatif.nodes import Notes, Part
from scheduler.whatif.row_reading import read_rows
from scheduler.whatif.setting_reading import Told, last_told, read_rules, read_settings
from scheduler.whatif.short_reading import read_pins, read_rooms, read_stops
from scheduler.whatif.study import BASE
from scheduler.words import message

NONE = "none"
"""What stands in a sweep for no patch at all."""

_SETTINGS: Mapping[str, Callable[[Notes, Part], list[Told]]] = {"set": read_settings, "rules": read_rules}
_ROWS: Mapping[str, Callable[[Notes, Part], list[RowChange]]] = {
    "add": lambda notes, part: read_rows(notes, part, "add"),
    "change": lambda notes, part: read_rows(notes, part, "change"),
    "remove": lambda notes, part: read_rows(notes, part, "remove"),
    "stop": read_stops,
    "pin": read_pins,
    "rooms": read_rooms,
}
PATCH_KEYS = ("title", "extends", *_SETTINGS, *_ROWS)
"""What a patch may hold."""


@dataclass(frozen=True)
class Own:
    """What a patch changes by itself, and the names of those that it extends."""

    name: str
    title: str
    at: Where
    extends: tuple[str, ...]
    settings: tuple[Told, ...]
    rows: tuple[RowChange, ...]


class Named:
    """The patches of a study by name, in the order of the file; none extends itself."""

    def __init__(self, own: Mapping[str, Own]) -> None:
        self.own = own
        self._whole: dict[str, tuple[str, ...]] = {}
        for name in TopologicalSorter({name: patch.extends for name, patch in own.items()}).static_order():
            inherited = (other for first in own[name].extends for other in self._whole[first])
            self._whole[name] = (*dict.fromkeys(inherited), name)

    def together(
        self, names: Iterable[str], more: Sequence[Told] = (), rows: Sequence[RowChange] = ()
    ) -> Patch:
        """Return the patches together, each once and after those it extends, then what is told beside them."""
        found = [self.own[name] for name in dict.fromkeys(n for first in names for n in self._whole[first])]
        settings = last_told([*(told for patch in found for told in patch.settings), *more])
        return Patch(
            settings=tuple(word for word, _ in settings),
            rows=(*(row for patch in found for row in patch.rows), *rows),
            settings_at=tuple(where for _, where in settings),
        )


def read_patches(notes: Notes, part: Part | None) -> Named:
    """Return the patches of a study; those that cannot be are told, and are empty."""
    own = {
        name: _read(notes, name, inner) for name, inner in ({} if part is None else notes.group(part)).items()
    }
    own = {name: _without_unknown(notes, patch, own) for name, patch in own.items()}
    return Named(_without_circles(notes, own))


def _read(notes: Notes, name: str, part: Part) -> Own:
    check_name(notes, part, name, (BASE, NONE))
    parts = notes.known(part, PATCH_KEYS)
    settings: list[Told] = []
    rows: list[RowChange] = []
    # In the order of the file: what stands further down sees what stands above it.
    for key, inner in sorted(parts.items(), key=lambda entry: entry[1].line):
        if key in _SETTINGS:
            settings += _SETTINGS[key](notes, inner)
        elif key in _ROWS:
            rows += _ROWS[key](notes, inner)
    title = notes.text(parts["title"]) if "title" in parts else ""
    extends = notes.texts(parts["extends"]) if "extends" in parts else []
    return Own(name, title or name, notes.where(part), tuple(extends), tuple(settings), tuple(rows))


def known_patches(notes: Notes, where: Where, names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are patches; the others are told."""
    names, known = list(names), list(known)
    for name in names:
        if name not in known:
            remedy = suggest(name, known) if known else message("Write it under patches.")
            notes.tell_at(where, message("there is no such patch"), remedy, name)
    return tuple(name for name in names if name in known)


def _without_unknown(notes: Notes, patch: Own, known: Mapping[str, Own]) -> Own:
    return replace(patch, extends=known_patches(notes, patch.at, patch.extends, known))


def _without_circles(notes: Notes, own: dict[str, Own]) -> dict[str, Own]:
    """Return the patches; of those in a circle one no longer extends the next, and the circle is told."""
    while (circle := _circle(own)) is not None:
        first = min(circle, key=list(own).index)
        place = circle.index(first)
        shown = " > ".join([*circle[place:], *circle[:place], first])
        notes.tell_at(
            own[first].at,
            message("the patch extends itself"),
            message("Take one of them out of extends."),
            shown,
        )
        own = {**own, first: replace(own[first], extends=())}
    return own


def _circle(own: Mapping[str, Own]) -> list[str] | None:
    """Return names that each extend the next, and the last one the first, or None where there are none."""
    try:
        TopologicalSorter({name: patch.extends for name, patch in own.items()}).prepare()
    except CycleError as error:
        return list(reversed(error.args[1][1:]))
    return None
