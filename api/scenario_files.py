"""What a request brings as a scenario, read by functions that a process of its own can call."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from api.web.errors import model_problems
from scheduler.clock import Week
from scheduler.errors import MenzhenError, Problem, SettingError, Where
from scheduler.scenario.week import Scenario
from scheduler.tables.published.read import ReadOptions
from scheduler.tables.published.timetable import Imported
from scheduler.tickets.personal_data import key_problems, name_problems


class DocumentError(MenzhenError):
    """A document that is no scenario; `count` is how many problems it has, of which `problems` may be the first."""

    def __init__(self, problems: Iterable[Problem], count: int = 0) -> None:
        super().__init__(problems)
        self.count = count or len(self.problems)


def scenario_of_document(document: bytes) -> Scenario:
    """Return the scenario of a JSON document; raises DocumentError, ScenarioError, and ValueError where it is no JSON."""
    content = json.loads(document)
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        raise DocumentError(model_problems(error), error.error_count()) from None
    return _impersonal(scenario)


def scenario_of_workbook(book: Path) -> Scenario:
    """Return the scenario of a workbook; raises InputError and ScenarioError."""
    from scheduler.tables.scenario.files import read_scenario

    return _impersonal(read_scenario(book))


def scenario_of_timetable(
    file: Path, options: ReadOptions, week: Week | None, stopped: Literal["keep", "drop"], name: str | None
) -> Imported:
    """Return the scenario of a published timetable, with what was found in it; raises InputError."""
    from scheduler.report.import_findings import with_working_time
    from scheduler.tables.published.timetable import read_published, to_scenario

    published = read_published(file, options)
    imported = with_working_time(to_scenario(published, week=week, stopped=stopped, name=name))
    _impersonal(imported.scenario)
    return imported


_TEXTS = {
    "doctors": ("doctor", "name"),
    "clinics": ("clinic", "campus"),
    "rooms": ("room",),
    "calendar": ("reason",),
    "partners": ("partner", "name"),
}
"""Columns that anybody may fill with any text, by table."""

_MOST_READ = 1_000
"""Most problems of this kind that are looked for."""


def _impersonal(scenario: Scenario) -> Scenario:
    """Return the scenario; raises SettingError where a text of it speaks of a person."""
    texts: list[tuple[str, str]] = []
    for table, columns in _TEXTS.items():
        rows = enumerate(getattr(scenario, table))
        texts += [(getattr(row, one), f"/{table}/{n}/{one}") for n, row in rows for one in columns]
    first = {text: field for text, field in reversed(texts) if text}
    found = (p for text, field in reversed(first.items()) for p in key_problems(text, Where(field=field)))
    named = name_problems(scenario.name, "/name") if scenario.name else ()
    problems = [*named, *islice(found, _MOST_READ)]
    if problems:
        raise SettingError(problems)
    return scenario
