"""Scenarios in and out: a folder of scenario.yaml and csv tables, or one workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from scheduler.errors import InputError, ScenarioError
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.headings import Table
from scheduler.tables.columns.rows import read_rows
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.scenario.assembly import Built, assemble, build, sorted_problems
from scheduler.tables.scenario.document import Document
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.tables.scenario.settings import parse_words
from scheduler.tables.scenario.source import read_source
from scheduler.tables.scenario.text import scenario_text
from scheduler.tables.scenario.yaml import SCENARIO_YAML

SCENARIO_FILES = frozenset({SCENARIO_YAML, *(f"{table.key}.csv" for table in SCENARIO_TABLES)})
"""Names of the files that write_scenario writes."""


@dataclass(frozen=True)
class Whole:
    """A scenario with what it was read from: its settings as written, and where every row of its tables stands."""

    scenario: Scenario
    document: Document
    tables: Mapping[str, Built]


def read_scenario(path: Path, settings: Sequence[str] = ()) -> Scenario:
    """Return the scenario in a folder or an xlsx workbook, changed by `settings` such as `week=2026-W31`.

    Raises SettingError for settings that are wrong, InputError for files and values that are, ScenarioError
    where the parts do not fit together; each tells every problem, at its file, sheet, row and column.
    """
    return read_whole(path, settings).scenario


def read_whole(path: Path, settings: Sequence[str] = ()) -> Whole:
    """Return what `read_scenario` does, with what it was read from; raises what that does."""
    entries = parse_words(settings)
    source = read_source(path)
    source.document.entries |= entries
    tables = {
        table.key: build(read_rows(source.grids[table.key], table))
        for table in SCENARIO_TABLES
        if table.key in source.grids
    }
    assembled = assemble(source.document, tables, complete=not source.problems)
    unread = [*source.problems, *assembled.unread]
    if unread:
        raise InputError(sorted_problems([*unread, *assembled.unfit]))
    if assembled.scenario is None:
        raise ScenarioError(sorted_problems(assembled.unfit))
    return Whole(assembled.scenario, source.document, tables)


def write_scenario(scenario: Scenario, folder: Path, language: str = "en") -> None:
    """Write scenario.yaml and a csv for every table with rows into `folder`, which is made where missing.

    Headings and words are in `language` (en or zh); both read back the same.

    Tables of an earlier scenario that has rows where this one has none are removed: read_scenario on the
    folder returns this scenario, its rows sorted. Raises OSError; use it inside `new_folder` to write all or
    nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCENARIO_YAML).write_text(scenario_text(scenario, language), encoding="utf-8", newline="\n")
    for table in SCENARIO_TABLES:
        path = folder / f"{table.key}.csv"
        models: tuple[BaseModel, ...] = getattr(scenario, table.key)
        if models:
            write_table(table, models, path, language)
        else:
            path.unlink(missing_ok=True)


def write_table(table: Table, models: Iterable[BaseModel], path: Path, language: str = "en") -> None:
    """Write the rows of one table, sorted; raises OSError."""
    headings = [column.heading(language) for column in table.columns]
    write_csv(path, headings, table_rows(table, models, language))


def table_rows(table: Table, models: Iterable[BaseModel], language: str) -> list[tuple[str, ...]]:
    """Return the cells of a table's rows, sorted, with the words of `language`."""
    rows = [_cells(table, model) for model in sorted_rows(table, models)]
    if language != "zh":
        return rows
    words = [column.reading.choices for column in table.columns]
    return [tuple(choices.get(cell, cell) for choices, cell in zip(words, row, strict=True)) for row in rows]


def sorted_rows(table: Table, models: Iterable[BaseModel]) -> list[BaseModel]:
    """Return the rows of one table in the order in which they are written."""
    return sorted(models, key=lambda model: _cells(table, model))


def _cells(table: Table, model: BaseModel) -> tuple[str, ...]:
    return tuple(cell_text(getattr(model, key)) for key in table.keys)
