"""The patches of a study file: settings, rows, and the short forms for people and rooms, read as changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator

from scheduler.errors import Problem, Suggestions, Where, suggest
from scheduler.scenario.cell_text import join_list
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.study.changes.rows import find_blanked, find_missing, read_pairs
from scheduler.study.file.entry import (
    NOT_A_GROUP,
    Cell,
    Entry,
    EntryError,
    EntryErrors,
    FileContent,
    GroupOf,
    Many,
    Scalar,
    Text,
    as_cell,
    as_list,
    as_text,
    as_texts,
    collect,
    collect_by_key,
)
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.columns.headings import Table, heading_key, named
from scheduler.tables.columns.values import parse_count, parse_half_day
from scheduler.tables.grids.yaml_in import DataPath
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.tables.scenario.settings import Entry as WrittenSetting
from scheduler.tables.scenario.settings import find_setting, near_keys, read_entries, unknown_setting
from scheduler.words import message

MOST_ROOMS = 1000
"""Most rooms that are opened or closed in one line."""


def find_key(name: str) -> str:
    """Return the key of the setting that is meant; raises EntryError where there is none."""
    setting = find_setting(name)
    if setting is None:
        raise EntryError.of(unknown_setting(Where(), name, Suggestions(near_keys(name))))
    return setting.key


def read_setting(name: str, written: Any) -> str:
    """Return a setting and its value as `--set` takes them, such as `policy.ratio.limit=1.1`; raises EntryError."""
    key, text = find_key(name), as_cell(written)
    problems = read_entries({key: WrittenSetting(Where(field=key), text)})[1]
    if problems:
        raise EntryError.of(problems[0])
    return f"{key}={text}"


def _read_settings(written: Any) -> dict[str, str]:
    return collect_by_key(written, read_setting)


def _read_rules(written: Any) -> dict[str, str]:
    return collect_by_key(written, lambda name, value: read_setting(f"rules.{name}", value))


def _read_tables(
    written: Any, example: str, read: Callable[[Table, dict[str, Any]], RowChange]
) -> dict[str, list[RowChange]]:
    def read_table(name: str, items: Any) -> list[RowChange]:
        table = named(SCENARIO_TABLES, name)
        if table is None:
            known = [table.key for table in SCENARIO_TABLES]
            raise EntryError(message("there is no table of this name"), suggest(name, known), name)
        return collect(as_list(items), lambda item: read_row(table, item))

    def read_row(table: Table, item: Any) -> RowChange:
        if not isinstance(item, dict):
            remedy = message("Write columns and values, such as {example}.", example=example)
            raise EntryError(NOT_A_GROUP, remedy)
        return read(table, item)

    return collect_by_key(written, read_table)


def _read_added(table: Table, row: dict[str, Any]) -> RowChange:
    return RowChange("add", table.key, (), _read_values(table, row, find_missing))


def _read_removed(table: Table, row: dict[str, Any]) -> RowChange:
    return RowChange("remove", table.key, _read_where(table, row))


def _read_changed(table: Table, row: dict[str, Any]) -> RowChange:
    entry, errors = RowsEntry.model_validate(row), EntryErrors()
    where: Pairs = ()
    values: Pairs = ()
    with errors.at("where"):
        where = _read_where(table, entry.where)
    with errors.at("set"):
        values = _read_values(table, entry.set, find_blanked)
    errors.raise_all()
    return RowChange("change", table.key, where, values)


def _read_values(
    table: Table, row: Mapping[str, Any], find_absent: Callable[[Table, list[Any], Where], list[Problem]]
) -> Pairs:
    """Return the columns of a row with their cells; raises the errors of all, and of columns without a value."""
    errors, values, pairs = EntryErrors(), [], []
    for name, value in row.items():
        with errors.at(name):
            text = as_cell(value)
            values += _read_pair(table, name, text)
            pairs.append((table.column_of[heading_key(name)].key, text))
    for problem in find_absent(table, values, Where()):
        with errors.at():
            raise EntryError.of(problem)
    errors.raise_all()
    return tuple(pairs)


def _read_where(table: Table, row: Mapping[str, Any]) -> Pairs:
    """Return the columns and cells that name rows, of a list each; raises the errors of all, and where none is there."""
    errors, pairs = EntryErrors(), []
    for name, value in row.items():
        with errors.at(name):
            for text in as_texts(value):
                with errors.at(name):
                    _read_pair(table, name, text)
                    pairs.append((table.column_of[heading_key(name)].key, text))
    errors.raise_all()
    if not pairs:
        raise EntryError(MISSING, message("Name the rows by one column or several."))
    return tuple(pairs)


def _read_pair(table: Table, name: str, text: str) -> list[tuple[str, Any]]:
    values, problems = read_pairs(table, ((name, text),), Where())
    if problems:
        raise EntryError.of(problems[0])
    return values


def _read_stop(written: Any) -> RowChange | None:
    text = as_text(written)
    doctor, at, half_day = text.rpartition("@") if "@" in text else (text, "", "")
    where = [("doctor", doctor.strip())]
    if at:
        try:
            day, _, half = parse_half_day(half_day).partition("-")
        except ValueError:
            remedy = message("Write DOCTOR or DOCTOR@fri-pm.")
            raise EntryError(message("this is not a stop"), remedy, text) from None
        where += [("day", day), ("half", half.upper())]
    return RowChange("stop", "doctors", tuple(where)) if text else None


def _read_pin(written: Any, column: str) -> RowChange | None:
    name = as_text(written)
    return RowChange("pin", "template", ((column, name),)) if name else None


def _check_half_day(text: str) -> str:
    try:
        return parse_half_day(text)
    except ValueError:
        remedy = message('Write half-days such as fri-pm, separated by ";".')
        raise EntryError(message("this cannot be understood"), remedy, text) from None


def read_count(written: Any) -> int:
    """Return how many rooms open, below 0 how many close; raises EntryError for anything but a whole number."""
    text, remedy = as_text(written), message("Write how many rooms, such as 2, or -2 to close two.")
    try:
        count = parse_count(text)
    except ValueError:
        raise EntryError(message("must be a whole number"), remedy, text) from None
    if abs(count) > MOST_ROOMS:
        raise EntryError(message("must be at most {most}", most=MOST_ROOMS), remedy, text)
    return count


HalfDays = Many[Annotated[Text, AfterValidator(_check_half_day)]]
RoomCount = Annotated[int, BeforeValidator(read_count, json_schema_input_type=int | str)]


def rooms_where(pool: str, at: tuple[str, ...]) -> Pairs:
    """Return which rooms are meant: their pool, and the half-days if any are named."""
    return (("pool", pool), *([("at", join_list(at))] if at else []))


def rooms_change(where: Pairs, count: int) -> RowChange | None:
    """Return the change that opens `count` rooms, or below 0 closes them; None for 0."""
    return RowChange("rooms", "rooms", where, (("count", str(count)),)) if count else None


_Change = RowChange | None
_Cells = dict[str, Cell]
_Tables = dict[str, list[RowChange]]


class RowsEntry(Entry):
    """Rows of a table, named by the values of some columns, and what is written into them."""

    where: GroupOf[Many[Cell]] = Field(description="Columns and values that the rows have; of a list any.")
    set: GroupOf[Cell] = Field(
        description="Columns and their new values; an empty value is the default again."
    )


class PinEntry(Entry):
    """Whose sessions stay where they are."""

    specialty: Many[
        Annotated[
            _Change, PlainValidator(partial(_read_pin, column="specialty"), json_schema_input_type=Scalar)
        ]
    ] = Field(default=(), description="Specialties: the sessions of their clinics.")
    doctor: Many[
        Annotated[_Change, PlainValidator(partial(_read_pin, column="doctor"), json_schema_input_type=Scalar)]
    ] = Field(default=(), description="Doctors.")


class RoomsEntry(Entry):
    """Rooms of a pool that open or close."""

    pool: Text = Field(description="The pool.")
    count: RoomCount = Field(description="How many rooms open; below 0, how many close.")
    at: HalfDays = Field(default=(), description="The half-days, such as fri-pm; without them all.")


def _table_reader(
    read: Callable[[Table, dict[str, Any]], RowChange], example: str, documented: Any
) -> PlainValidator:
    return PlainValidator(
        lambda written: _read_tables(written, example, read), json_schema_input_type=dict[str, documented]
    )


class PatchEntry(Entry):
    """A named change of the base. Its parts are applied in the order in which they are written."""

    title: Text = Field(default="", description="What readers see; without it the name.")
    extends: Many[Text] = Field(default=(), description="Patches that this one takes over, each once.")
    set: Annotated[_Cells, PlainValidator(_read_settings, json_schema_input_type=_Cells)] = Field(
        default={}, description="Settings by their dotted key, as with --set."
    )
    rules: Annotated[_Cells, PlainValidator(_read_rules, json_schema_input_type=_Cells)] = Field(
        default={}, description="Rules by their key: hard, soft or off."
    )
    add: Annotated[
        _Tables, _table_reader(_read_added, "{clinic: ..., day: fri, half: PM, sessions: 2}", Many[_Cells])
    ] = Field(default={}, description="Rows that are added, by table: columns and values.")
    change: Annotated[
        _Tables,
        _table_reader(_read_changed, "{where: {doctor: ...}, set: {max_sessions: 4}}", Many[RowsEntry]),
    ] = Field(default={}, description="Rows that are changed, by table.")
    remove: Annotated[_Tables, _table_reader(_read_removed, "{doctor: ..., day: fri}", Many[_Cells])] = Field(
        default={}, description="Rows that are removed, by table: columns and values; of a list any."
    )
    stop: Many[Annotated[_Change, PlainValidator(_read_stop, json_schema_input_type=Scalar)]] = Field(
        default=(), description="Doctors who do not come: DOCTOR, or DOCTOR@fri-pm for one half-day."
    )
    pin: PinEntry = Field(default=PinEntry(), description="Whose sessions stay where they are.")
    rooms: Many[RoomsEntry] = Field(default=(), description="Rooms that open or close.")


@dataclass(frozen=True)
class Changes:
    """Settings with the place of each, and changes of rows, both in the order in which they are applied."""

    settings: tuple[tuple[str, Where], ...] = ()
    rows: tuple[RowChange, ...] = ()

    @classmethod
    def of(cls, change: str | RowChange | None, at: Where) -> Changes:
        """Return one setting, as `--set` takes it, or one change of rows, written at a place; nothing for None."""
        if isinstance(change, str):
            return cls(settings=((change, replace(at, field=change.partition("=")[0])),))
        return cls(rows=() if change is None else (replace(change, at=at),))


def changes_of(name: str, entry: PatchEntry, content: FileContent) -> list[Changes]:
    """Return what the patch `name` changes by itself: what is written further down sees what stands above it."""
    keys = [key for key in content.data["patches"][name] or () if key not in ("title", "extends")]
    return [
        Changes.of(change, content.where(path))
        for key in keys
        for path, change in _leaves(getattr(entry, key, None), ("patches", name, key))
    ]


def _leaves(part: Any, path: DataPath) -> Iterator[tuple[DataPath, Any]]:
    """Yield the settings and changes of rows within a part of a patch, each with its path."""
    match part:
        case RoomsEntry():
            yield (*path, "count"), rooms_change(rooms_where(part.pool, part.at), part.count)
        case dict() | BaseModel():
            for key, value in dict(part).items():
                yield from _leaves(value, (*path, key))
        case list() | tuple():
            for number, item in enumerate(part):
                yield from _leaves(item, (*path, number))
        case _:
            yield path, part
