"""What the entries of a study file change: their settings and rows as a Patch has them, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scheduler.errors import Where
from scheduler.scenario.cell_text import join_list
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.study.changes.rows import find_table
from scheduler.study.file.entry import FileContent
from scheduler.study.file.patches import PatchEntry, setting_key
from scheduler.tables.columns.cells import parse_half_day
from scheduler.tables.columns.headings import Table, heading_key
from scheduler.tables.grids.yaml_in import DataPath

Setting = tuple[str, Where]
"""A setting as `--set` takes it, such as `policy.ratio.limit=1.1`, and where it is written."""


@dataclass(frozen=True)
class Changes:
    """Settings and changes of rows, both in the order in which they are applied."""

    settings: tuple[Setting, ...] = ()
    rows: tuple[RowChange, ...] = ()


def changes_of(name: str, entry: PatchEntry, content: FileContent) -> Changes:
    """Return what the patch `name` changes by itself: what is written further down sees what stands above it."""
    settings: list[Setting] = []
    rows: list[RowChange] = []
    for key in content.data["patches"][name] or ():
        path = ("patches", name, key)
        match key:
            case "set" | "rules":
                settings += _settings(key, getattr(entry, key), content, path)
            case "add" | "change" | "remove":
                rows += _rows(key, getattr(entry, key), content, path)
            case "stop":
                rows += _stops(entry.stop, content, path)
            case "pin":
                rows += _pins(entry, content, path)
            case "rooms":
                for number, rooms in enumerate(entry.rooms):
                    at = content.where((*path, number, "count"))
                    rows += rooms_change(rooms_where(rooms.pool, rooms.at), rooms.count, at)
    return Changes(tuple(settings), tuple(rows))


def _settings(
    group: str, cells: Mapping[str, str], content: FileContent, path: DataPath
) -> Iterator[Setting]:
    for name, text in cells.items():
        key = setting_key(f"rules.{name}" if group == "rules" else name)
        yield f"{key}={text}", replace(content.where((*path, name)), field=key)


def _rows(
    action: str, tables: Mapping[str, Sequence[Any]], content: FileContent, path: DataPath
) -> Iterator[RowChange]:
    for name, items in tables.items():
        table = find_table(name)
        assert table is not None
        for number, item in enumerate(items):
            match action:
                case "add":
                    where, values = {}, item
                case "remove":
                    where, values = item, {}
                case _:
                    where, values = item.where, item.set
            at = content.where((*path, name, number))
            yield RowChange(action, table.key, _pairs(table, where), _pairs(table, values), at)


def _pairs(table: Table, cells: Mapping[str, str | Iterable[str]]) -> Pairs:
    return tuple(
        (table.column_of[heading_key(name)].key, text)
        for name, texts in cells.items()
        for text in ((texts,) if isinstance(texts, str) else texts)
    )


def _stops(stops: Iterable[str], content: FileContent, path: DataPath) -> Iterator[RowChange]:
    for number, text in enumerate(stops):
        doctor, _, at = text.rpartition("@") if "@" in text else (text, "", "")
        where = [("doctor", doctor.strip())]
        if "@" in text:
            day, _, half = parse_half_day(at).partition("-")
            where += [("day", day), ("half", half.upper())]
        if text:
            yield RowChange("stop", "doctors", tuple(where), (), content.where((*path, number)))


def _pins(entry: PatchEntry, content: FileContent, path: DataPath) -> Iterator[RowChange]:
    for column, names in (("specialty", entry.pin.specialty), ("doctor", entry.pin.doctor)):
        for number, name in enumerate(names):
            if name:
                at = content.where((*path, column, number))
                yield RowChange("pin", "template", ((column, name),), (), at)


def rooms_where(pool: str, at: Sequence[str]) -> Pairs:
    """Return which rooms are meant: their pool, and the half-days if any are named."""
    return (("pool", pool), *([("at", join_list(at))] if at else []))


def rooms_change(where: Pairs, count: int, at: Where) -> tuple[RowChange, ...]:
    """Return the change that opens `count` rooms, or below 0 closes them; none for 0."""
    return (RowChange("rooms", "rooms", where, (("count", str(count)),), at),) if count else ()
