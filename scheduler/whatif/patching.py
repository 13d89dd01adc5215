"""Patches put on a base scenario, which is read once; what is wrong with them, at their place in the study file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from scheduler.errors import MenzhenError, Problem, ScenarioError, SettingError, StudyError, Where
from scheduler.rules import RULES, Strictness
from scheduler.scenario import Scenario
from scheduler.scenario_patch import Patch, RowChange
from scheduler.tables.cells import STRICTNESS
from scheduler.tables.document import Document
from scheduler.tables.scenario import read_whole
from scheduler.tables.settings import Entry, parse_words
from scheduler.whatif.opening import rooms
from scheduler.whatif.placing import Places, placed
from scheduler.whatif.row_changes import add, change, remove
from scheduler.whatif.stopping import pin, stop
from scheduler.whatif.study import Study, Variant
from scheduler.whatif.tables import Tables

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
            document = self._told(variant.patch)
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
        fields, wrong = self._told(patch).values()
        told = parse_words(patch.settings)
        if "tiers" not in told:
            fields["tiers"] = (*_softened(told, self.scenario.tiers), *self.scenario.tiers)
        return fields, wrong

    def _told(self, patch: Patch) -> Document:
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


def _softened(told: Mapping[str, Entry], tiers: Sequence[str]) -> Iterator[str]:
    """Yield the rules that are made soft and have no place in the order: they become the most important ones."""
    for found in RULES:
        entry = told.get(f"rules.{found.key}")
        soft = entry is not None and STRICTNESS.parse(str(entry.written)) is Strictness.SOFT
        if soft and found.stage in ("week", "rooms") and found.key not in tiers:
            yield found.key


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
