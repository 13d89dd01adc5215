"""The patches of a study file: settings, rows, and the short forms for people and rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from scheduler.errors import Problem, Where
from scheduler.study.changes.rows import absent, blanked, find_table, read_pairs, unknown_table
from scheduler.study.file.entry import (
    NOT_A_GROUP,
    Cell,
    Entry,
    EntryError,
    EntryErrors,
    GroupOf,
    Many,
    Text,
    as_cell,
    as_group,
    as_list,
    as_text,
    as_texts,
)
from scheduler.tables.columns.cells import parse_half_day
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.columns.headings import Table
from scheduler.tables.columns.values import parse_count
from scheduler.tables.scenario.settings import Entry as WrittenSetting
from scheduler.tables.scenario.settings import find_setting, near_keys, read_entries, unknown_setting
from scheduler.words import message

MOST_ROOMS = 1000
"""Most rooms that are opened or closed in one line."""


def _raised(problem: Problem) -> EntryError:
    return EntryError(problem.wrong, problem.remedy, problem.value, problem.where)


def setting_key(key: str) -> str:
    """Return the key of the setting that is meant; raises EntryError where there is none."""
    setting = find_setting(key)
    if setting is None:
        raise _raised(unknown_setting(Where(), key, near_keys(key)))
    return setting.key


def check_setting(key: str, text: str) -> str:
    """Return the text; raises EntryError where the setting `key` cannot have it as its value."""
    problems = read_entries({key: WrittenSetting(Where(field=key), text)})[1]
    if problems:
        raise _raised(problems[0])
    return text


def _read_settings(written: Any, prefix: str = "") -> dict[str, str]:
    errors, cells = EntryErrors(), {}
    for name, value in as_group(written).items():
        with errors.at(name):
            key = setting_key(f"{prefix}{name}")
            cells[name] = check_setting(key, as_cell(value))
    errors.raise_all()
    return cells


def _read_rules(written: Any) -> dict[str, str]:
    return _read_settings(written, "rules.")


ReadRow = Callable[[Table, Mapping[str, Any]], Any]


def _read_tables(written: Any, read_row: ReadRow, example: str) -> dict[str, list[Any]]:
    errors = EntryErrors()
    tables: dict[str, list[Any]] = {}
    for name, items in as_group(written).items():
        with errors.at(name):
            table = find_table(name)
            if table is None:
                raise _raised(unknown_table(Where(), name))
            rows = tables[name] = []
            for number, item in enumerate(as_list(items)):
                with errors.at(name, number):
                    if not isinstance(item, dict):
                        raise EntryError(
                            NOT_A_GROUP,
                            message("Write columns and values, such as {example}.", example=example),
                        )
                    rows.append(read_row(table, item))
    errors.raise_all()
    return tables


def _read_added(table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    return _read_values(table, row, absent)


def _read_values(
    table: Table, row: Mapping[str, Any], missing: Callable[[Table, Iterable[Any], Where], list[Problem]]
) -> dict[str, str]:
    """Return the cells of a row; `missing` returns the problems of columns without a value."""
    errors, cells, values = EntryErrors(), {}, []
    for name, value in row.items():
        with errors.at(name):
            cells[name] = as_cell(value)
            values += _read_pair(table, name, cells[name])
    for problem in missing(table, values, Where()):
        with errors.at():
            raise _raised(problem)
    errors.raise_all()
    return cells


def _read_pair(table: Table, name: str, text: str) -> list[tuple[str, Any]]:
    values, problems = read_pairs(table, ((name, text),), (Where(),))
    if problems:
        raise _raised(problems[0])
    return values


def _read_where(table: Table, row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the values that name rows; raises the errors of all, and where nothing names any."""
    errors, texts = EntryErrors(), {}
    for name, value in row.items():
        with errors.at(name):
            texts[name] = as_texts(value)
            for text in texts[name]:
                with errors.at(name):
                    _read_pair(table, name, text)
    if not any(texts.values()):
        with errors.at():
            raise EntryError(MISSING, message("Name the rows by one column or several."))
    errors.raise_all()
    return texts


class RowsEntry(Entry):
    """Rows of a table, named by the values of some columns, and what is written into them."""

    where: GroupOf[Many[Cell]] = Field(description="Columns and values that the rows have; of a list any.")
    set: GroupOf[Cell] = Field(
        description="Columns and their new values; an empty value is the default again."
    )


def _read_changed(table: Table, row: Mapping[str, Any]) -> RowsEntry:
    errors, parts = EntryErrors(), RowsEntry.model_validate(row)
    with errors.at("where"):
        _read_where(table, parts.where)
    with errors.at("set"):
        _read_values(table, parts.set, blanked)
    errors.raise_all()
    return parts


def _table_reader(read_row: ReadRow, example: str) -> BeforeValidator:
    return BeforeValidator(lambda written: _read_tables(written, read_row, example))


def _check_stop(text: str) -> str:
    if "@" in text:
        try:
            parse_half_day(text.rpartition("@")[2])
        except ValueError:
            raise EntryError(
                message("this is no stop"), message("Write DOCTOR or DOCTOR@fri-pm."), text
            ) from None
    return text


def _check_half_day(text: str) -> str:
    try:
        return parse_half_day(text)
    except ValueError:
        remedy = message('Write half-days such as fri-pm, separated by ";".')
        raise EntryError(message("this cannot be understood"), remedy, text) from None


def count_rooms(written: Any) -> int:
    """Return how many rooms open, below 0 how many close; raises EntryError for anything but a whole number."""
    text, remedy = as_text(written), message("Write how many rooms, such as 2, or -2 to close two.")
    try:
        count = parse_count(text)
    except ValueError:
        raise EntryError(message("must be a whole number"), remedy, text) from None
    if abs(count) > MOST_ROOMS:
        raise EntryError(message("must be at most {most}", most=MOST_ROOMS), remedy, text)
    return count


HalfDay = Annotated[Text, AfterValidator(_check_half_day)]
RoomCount = Annotated[int, BeforeValidator(count_rooms, json_schema_input_type=int | str)]


class PinEntry(Entry):
    """Whose sessions stay where they are."""

    specialty: Many[Text] = Field(default=(), description="Specialties: the sessions of their clinics.")
    doctor: Many[Text] = Field(default=(), description="Doctors.")


class RoomsEntry(Entry):
    """Rooms of a pool that open or close."""

    pool: Text = Field(description="The pool.")
    count: RoomCount = Field(description="How many rooms open; below 0, how many close.")
    at: Many[HalfDay] = Field(default=(), description="The half-days, such as fri-pm; without them all.")


class PatchEntry(Entry):
    """A named change of the base. Its parts are applied in the order in which they are written."""

    title: Text = Field(default="", description="What readers see; without it the name.")
    extends: Many[Text] = Field(default=(), description="Patches that this one takes over, each once.")
    set: Annotated[dict[str, Cell], BeforeValidator(_read_settings)] = Field(
        default={}, description="Settings by their dotted key, as with --set."
    )
    rules: Annotated[dict[str, Cell], BeforeValidator(_read_rules)] = Field(
        default={}, description="Rules by their key: hard, soft or off."
    )
    add: Annotated[
        dict[str, Many[dict[str, Cell]]],
        _table_reader(_read_added, "{clinic: ..., day: fri, half: PM, sessions: 2}"),
    ] = Field(default={}, description="Rows that are added, by table: columns and values.")
    change: Annotated[
        dict[str, Many[RowsEntry]],
        _table_reader(_read_changed, "{where: {doctor: ...}, set: {max_sessions: 4}}"),
    ] = Field(default={}, description="Rows that are changed, by table.")
    remove: Annotated[
        dict[str, Many[dict[str, Many[Cell]]]], _table_reader(_read_where, "{doctor: ..., day: fri}")
    ] = Field(default={}, description="Rows that are removed, by table: columns and values; of a list any.")
    stop: Many[Annotated[Text, AfterValidator(_check_stop)]] = Field(
        default=(), description="Doctors who do not come: DOCTOR, or DOCTOR@fri-pm for one half-day."
    )
    pin: PinEntry = Field(default=PinEntry(), description="Whose sessions stay where they are.")
    rooms: Many[RoomsEntry] = Field(default=(), description="Rooms that open or close.")
