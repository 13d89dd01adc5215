"""The patches of a study file: what each changes by itself, and what it takes over from others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from scheduler.errors import Where, suggest
from scheduler.scenario.cell_text import join_list
from scheduler.scenario.patch import Pairs, Patch, RowChange
from scheduler.study.changes.rows import absent, blanked, find_table, read_pairs, unknown_table
from scheduler.study.file.nodes import Notes, Part, check_name
from scheduler.study.study import BASE
from scheduler.tables.columns.cells import parse_half_day
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.columns.headings import Table, heading_key
from scheduler.tables.columns.values import parse_count
from scheduler.tables.scenario.settings import Entry, find_setting, near_keys, read_entries, unknown_setting
from scheduler.words import message


def read_rows(notes: Notes, part: Part, action: str) -> list[RowChange]:
    """Return the changes of rows in a group of tables; what is wrong without knowing the base is told."""
    found: list[RowChange] = []
    for name, inner in notes.group(part).items():
        table = find_table(name)
        if table is None:
            notes.problems.append(unknown_table(notes.where(inner), name))
            continue
        for item in notes.items(inner):
            found += _read_row(notes, item, action, table)
    return found


def _read_row(notes: Notes, item: Part, action: str, table: Table) -> Iterator[RowChange]:
    if not notes.is_group(item):
        remedy = message("Write columns and values, such as {example}.", example=_EXAMPLES[action])
        notes.tell(item, message("this must be a group of keys and values"), remedy)
        return
    match action:
        case "add":
            values, read = _pairs(notes, item, table)
            notes.problems += absent(table, read, notes.where(item))
            yield RowChange(action, table.key, (), values, notes.where(item))
        case "remove":
            yield RowChange(action, table.key, _some_pairs(notes, item, table), (), notes.where(item))
        case _:
            parts = notes.known(item, ("where", "set"), needed=("where", "set"))
            if len(parts) == 2:
                where, (values, read) = (
                    _some_pairs(notes, parts["where"], table),
                    _pairs(notes, parts["set"], table),
                )
                notes.problems += blanked(table, read, notes.where(parts["set"]))
                yield RowChange(action, table.key, where, values, notes.where(item))


_EXAMPLES = {
    "add": "{clinic: ..., day: fri, half: PM, sessions: 2}",
    "change": "{where: {doctor: ...}, set: {max_sessions: 4}}",
    "remove": "{doctor: ..., day: fri}",
}


def _pairs(notes: Notes, part: Part, table: Table) -> tuple[Pairs, list[tuple[str, object]]]:
    """Return the columns and cells of a group, by key, and as typed values."""
    told: list[tuple[str, str]] = []
    places: list[Where] = []
    for name, inner in notes.group(part).items():
        text = notes.cell(inner)
        if text is not None:
            told.append((name, text))
            places.append(notes.where(inner))
    read, problems = read_pairs(table, tuple(told), tuple(places))
    notes.problems += problems
    return _keyed(table, tuple(told)), read


def _some_pairs(notes: Notes, part: Part, table: Table) -> Pairs:
    """Return the columns and cells that name rows, a list's as alternatives; one that names none is told."""
    told: list[tuple[str, str]] = []
    places: list[Where] = []
    for name, inner in notes.group(part).items():
        for text in notes.texts(inner):
            told.append((name, text))
            places.append(notes.where(inner))
    if not told:
        notes.tell(part, MISSING, message("Name the rows by one column or several."))
    notes.problems += read_pairs(table, tuple(told), tuple(places))[1]
    return _keyed(table, tuple(told))


def _keyed(table: Table, pairs: Pairs) -> Pairs:
    known = ((table.column_of.get(heading_key(name)), text) for name, text in pairs)
    return tuple((column.key, text) for column, text in known if column is not None)


Told = tuple[str, Where]
"""A setting as `--set` takes it, such as `policy.ratio.limit=1.1`, and where it stands."""


def known_key(notes: Notes, part: Part, key: str) -> str | None:
    """Return the key of the setting that is meant; one that is unknown is told."""
    setting = find_setting(key)
    if setting is None:
        notes.problems.append(unknown_setting(notes.where(part), key, near_keys(key)))
        return None
    return setting.key


def read_value(notes: Notes, part: Part, key: str) -> list[Told]:
    """Return the setting `key` with the value of a part; a value that it cannot have is told."""
    text = notes.cell(part)
    return [] if text is None else told_value(notes, part, key, text)


def told_value(notes: Notes, part: Part, key: str, text: str) -> list[Told]:
    """Return the setting `key` with a value; one that it cannot have is told."""
    where = replace(notes.where(part), field=key)
    wrong = read_entries({key: Entry(where, text)})[1]
    notes.problems += wrong
    return [] if wrong else [(f"{key}={text}", where)]


def read_settings(notes: Notes, part: Part) -> list[Told]:
    """Return the settings of a group of dotted keys and values."""
    found: list[Told] = []
    for name, inner in notes.group(part).items():
        key = known_key(notes, inner, name)
        if key is not None:
            found += read_value(notes, inner, key)
    return found


def read_rules(notes: Notes, part: Part) -> list[Told]:
    """Return the settings that switch rules, each named by its key and hard, soft or off."""
    found: list[Told] = []
    for name, inner in notes.group(part).items():
        key = known_key(notes, inner, f"rules.{name}")
        if key is not None:
            found += read_value(notes, inner, key)
    return found


def last_told(told: Sequence[Told]) -> list[Told]:
    """Return the settings in order, of a key told several times only the last one."""
    last = {word.partition("=")[0]: (word, where) for word, where in told}
    return list(last.values())


def nothing(notes: Notes, part: Part) -> None:
    """Tell that a list is empty where something is needed."""
    notes.tell(part, message("there is nothing in this list"), message("Write at least one value."))


COUNT_NEEDED = message("Write how many rooms, such as 2, or -2 to close two.")


def read_stops(notes: Notes, part: Part) -> list[RowChange]:
    """Return the doctors who stop, written `D0123` or `D0123@fri-am`."""
    found = []
    for item in notes.items(part):
        text = notes.text(item)
        if text:
            doctor, _, at = text.rpartition("@") if "@" in text else (text, "", "")
            where = [("doctor", doctor.strip())]
            try:
                day, _, half = parse_half_day(at).partition("-") if "@" in text else ("", "", "")
            except ValueError:
                notes.tell(item, message("this is no stop"), message("Write DOCTOR or DOCTOR@fri-pm."), text)
                continue
            if day:
                where += [("day", day), ("half", half.upper())]
            found.append(RowChange("stop", "doctors", tuple(where), (), notes.where(item)))
    return found


def read_pins(notes: Notes, part: Part) -> list[RowChange]:
    """Return whose sessions stay where they are: doctors and specialties."""
    return [
        RowChange("pin", "template", ((column, name),), (), notes.where(item))
        for column, names in notes.known(part, ("specialty", "doctor")).items()
        for item in notes.items(names)
        if (name := notes.text(item))
    ]


def read_rooms(notes: Notes, part: Part) -> list[RowChange]:
    """Return the rooms that open or close."""
    found = []
    for item in notes.items(part):
        parts = notes.known(item, ("pool", "count", "at"), needed=("pool", "count"))
        where = rooms_where(notes, parts)
        count = notes.text(parts["count"]) if "count" in parts else None
        if where is not None and count is not None:
            found += rooms_change(notes, parts["count"], where, count)
    return found


def rooms_where(notes: Notes, parts: Mapping[str, Part]) -> tuple[tuple[str, str], ...] | None:
    """Return which rooms are meant, None where that cannot be read: their pool, and the half-days if any are named."""
    pool = notes.text(parts["pool"]) if "pool" in parts else None
    half_days: list[str] = []
    for item in notes.items(parts["at"]) if "at" in parts else ():
        text = notes.text(item)
        try:
            half_days.append(parse_half_day(text or ""))
        except ValueError:
            remedy = message('Write half-days such as fri-pm, separated by ";".')
            notes.tell(item, message("this cannot be understood"), remedy, text)
            return None
    if pool is None:
        return None
    return (("pool", pool), *([("at", join_list(half_days))] if half_days else []))


def rooms_change(notes: Notes, part: Part, where: tuple[tuple[str, str], ...], count: str) -> list[RowChange]:
    """Return the change that opens `count` rooms, or below 0 closes them; none for 0."""
    try:
        rooms = parse_count(count)
    except ValueError:
        notes.tell(part, message("must be a whole number"), COUNT_NEEDED, count)
        return []
    if abs(rooms) > MOST_ROOMS:
        notes.tell(part, message("must be at most {most}", most=MOST_ROOMS), COUNT_NEEDED, count)
        return []
    return [RowChange("rooms", "rooms", where, (("count", str(rooms)),), notes.where(part))] if rooms else []


MOST_ROOMS = 1000
"""Most rooms that are opened or closed in one line."""


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
