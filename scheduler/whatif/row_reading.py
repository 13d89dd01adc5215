"""Rows in a study file that are added, changed or removed: `add`, `change` and `remove` of a patch."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.errors import Where
from scheduler.scenario_patch import Pairs, RowChange
from scheduler.tables.headings import Table, heading_key
from scheduler.tables.plain import MISSING
from scheduler.whatif.cell_values import absent, blanked, find_table, read_pairs, unknown_table
from scheduler.whatif.nodes import Notes, Part
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
