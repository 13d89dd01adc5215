"""Patches put on a base scenario, which is read once; what is wrong with them, at their place in the study file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from scheduler.errors import MenzhenError, Problem, ScenarioError, SettingError, StudyError, Where
from scheduler.rules import Strictness
from scheduler.scenario.changes import softened_tiers
from scheduler.scenario.patch import Patch, RowChange
from scheduler.scenario.week import Scenario
from scheduler.study.changes.people import pin, stop
from scheduler.study.changes.rooms import rooms
from scheduler.study.changes.rows import add, change, remove
from scheduler.study.changes.tables import Tables
from scheduler.study.study import Study, Variant
from scheduler.tables.columns.cells import STRICTNESS
from scheduler.tables.scenario.document import Document
from scheduler.tables.scenario.files import Whole, read_whole, sorted_rows
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.tables.scenario.settings import Entry, parse_words
from scheduler.tables.scenario.text import scenario_text
from scheduler.tables.scenario.yaml import SCENARIO_YAML, parse_settings
from scheduler.words import Message, message


@dataclass(frozen=True)
class _TablePlace:
    """A table of the base as it was read: its file and sheet, its headings, the row number of every row."""

    file: str
    sheet: str
    headings: Mapping[str, str]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Places:
    """Where the rows of a base stand."""

    tables: Mapping[str, _TablePlace]

    @classmethod
    def of(cls, whole: Whole) -> Places:
        """Return where the rows of what was read stand."""
        return cls(
            {
                key: _TablePlace(
                    built.rows.grid.file, built.rows.grid.sheet, built.rows.headings, built.numbers
                )
                for key, built in whole.tables.items()
            }
        )

    @classmethod
    def written(cls, rows: Mapping[str, Sequence[object]]) -> Places:
        """Return where the rows of tables will stand in the csv files that they are written to."""
        return cls(
            {
                table: _TablePlace(f"{table}.csv", "", {}, tuple(range(2, len(models) + 2)))
                for table, models in rows.items()
            }
        )

    def where(self, table: str, number: int, column: str) -> Where:
        """Return the place of the base's `number`-th row (from 0) and of a column in it."""
        rows = self.tables[table]
        return Where(
            file=rows.file,
            sheet=rows.sheet,
            row=rows.numbers[number],
            column=rows.headings.get(column, column),
        )


def placed(problem: Problem, variant: Variant, document: Document, tables: Tables, places: Places) -> Problem:
    """Return a problem of the patched scenario at its place.

    The sentence of one that lies in the base as it was read names the variant that brings it up.
    """
    where = problem.where
    if not where.file:
        at = document.where_told(where.field)
        return _by(variant, replace(problem, where=at), at.file == document.file)
    if where.row is None:
        return replace(problem, where=replace(variant.at, field=where.file, column=where.column))
    found = _row(where.file, where.row - 2, where.column, tables, places)
    values = dict(problem.wrong.values)
    if isinstance(values.get("row"), int):
        values["row"] = _number(_row(where.file, values["row"] - 2, "", tables, places), found)
    in_base = isinstance(tables.place(where.file, where.row - 2), int)
    return _by(variant, replace(problem, where=found, wrong=Message(problem.wrong.text, values)), in_base)


def _row(table: str, number: int, column: str, tables: Tables, places: Places) -> Where:
    place = tables.place(table, number)
    return places.where(table, place, column) if isinstance(place, int) else replace(place, column=column)


def _number(row: Where, beside: Where) -> Any:
    return row.row if row.file == beside.file else f"{row.row} ({row.file})"


def _by(variant: Variant, problem: Problem, in_base: bool) -> Problem:
    if not in_base:
        return problem
    if variant.at.row is None:
        wrong = message(
            "{wrong}, once {variant} has changed the base", wrong=problem.wrong, variant=variant.name
        )
        return replace(problem, wrong=wrong)
    wrong = message(
        "{wrong}, once {variant} ({file}, row {row}) has changed the base",
        wrong=problem.wrong,
        variant=variant.name,
        file=variant.at.file,
        row=variant.at.row,
    )
    return replace(problem, wrong=wrong)


_ACTIONS: Mapping[str, Callable[[Tables, RowChange], list[Problem]]] = {
    "add": add,
    "change": change,
    "remove": remove,
    "stop": stop,
    "pin": pin,
    "rooms": rooms,
}


@dataclass(frozen=True)
class Base:
    """A base scenario that patches are put on, with where its settings and rows were read from. It can be pickled."""

    scenario: Scenario
    digest: str
    _document: Document
    _places: Places

    @classmethod
    def read(cls, path: Path) -> Base:
        """Return the base in a folder or an xlsx workbook; raises InputError and ScenarioError as read_scenario does."""
        whole = read_whole(path)
        return cls(whole.scenario, whole.scenario.digest, whole.document, Places.of(whole))

    @classmethod
    def of(cls, scenario: Scenario) -> Base:
        """Return a scenario as a base, with the places of the files that `write_scenario` makes of it."""
        rows = {
            table.key: tuple(sorted_rows(table, getattr(scenario, table.key))) for table in SCENARIO_TABLES
        }
        written = scenario.changed(**rows)
        document = parse_settings(SCENARIO_YAML, scenario_text(written))
        return cls(written, written.digest, document, Places.written(rows))

    def patched(self, variant: Variant) -> Scenario:
        """Return the scenario with what the variant changes.

        Raises StudyError where settings or rows are wrong or not there, ScenarioError where they do not fit together;
        each tells every problem, at its place in the study file.
        """
        fields, tables = self._changed(variant.patch)
        fields |= tables.touched()
        if not fields:
            return self.scenario
        try:
            return self.scenario.changed(**fields)
        except ScenarioError as error:
            document = self._patched_settings(variant.patch)
            raise ScenarioError(
                placed(problem, variant, document, tables, self._places) for problem in error.problems
            ) from None

    def check_rows(self, patch: Patch) -> None:
        """Raise StudyError where settings or rows of a patch are wrong or not there; whether all fits is not looked at."""
        self._changed(patch)

    def _changed(self, patch: Patch) -> tuple[dict[str, Any], Tables]:
        """Return the fields that the settings change, and the tables after the changes of rows; raises StudyError."""
        fields, problems = self._settings(patch)
        tables = Tables(self.scenario, fields.get("week", self.scenario.week))
        for row_change in patch.rows:
            problems += _ACTIONS[row_change.action](tables, row_change)
        if problems:
            raise StudyError(dict.fromkeys(problems))
        return fields, tables

    def _settings(self, patch: Patch) -> tuple[dict[str, Any], list[Problem]]:
        if not patch.settings:
            return {}, []
        problems = [problem for word, at in _words(patch) for problem in _wrong(word, at)]
        if problems:
            return {}, problems
        fields, wrong = self._patched_settings(patch).values()
        patched = parse_words(patch.settings)
        if "tiers" not in patched:
            fields["tiers"] = softened_tiers(_softened(patched), self.scenario.tiers)
        return fields, wrong

    def _patched_settings(self, patch: Patch) -> Document:
        """Return the base's settings with those of the patch, each at its place."""
        entries = dict(self._document.entries)
        for word, at in _words(patch):
            for key, entry in parse_words([word]).items():
                entries[key] = Entry(replace(at, field=key), entry.written)
        return Document(self._document.file, self._document.sheet, entries=entries)


def _words(patch: Patch) -> Iterator[tuple[str, Where]]:
    places = patch.settings_at or (Where(),) * len(patch.settings)
    return zip(patch.settings, places, strict=True)


def _wrong(word: str, at: Where) -> Sequence[Problem]:
    try:
        parse_words([word])
    except SettingError as error:
        return [
            replace(problem, where=replace(at, field=word.partition("=")[0])) for problem in error.problems
        ]
    return []


def _softened(entries: Mapping[str, Entry]) -> set[str]:
    """Return the rules that are made soft."""
    return {
        key.removeprefix("rules.")
        for key, entry in entries.items()
        if key.startswith("rules.") and STRICTNESS.parse(str(entry.written)) is Strictness.SOFT
    }


def check_study(study: Study, base: Base) -> None:
    """Raise StudyError with every problem that the study has with its base; nothing is solved.

    Every part is put on the base and must fit it as a whole. Of what the variants combine, only the rows are looked at,
    since there may be thousands.
    """
    problems: dict[Problem, None] = {}
    for part in study.parts:
        problems |= dict.fromkeys(_problems(partial(base.patched, part)))
    seen = {part.patch.rows for part in study.parts}
    for variant in study.variants:
        if variant.patch.rows not in seen:
            seen.add(variant.patch.rows)
            rows = Patch(rows=variant.patch.rows)
            problems |= dict.fromkeys(_problems(partial(base.check_rows, rows)))
    if problems:
        raise StudyError(problems)


def _problems(attempt: Callable[[], object]) -> Sequence[Problem]:
    try:
        attempt()
    except MenzhenError as error:
        return error.problems
    return ()
