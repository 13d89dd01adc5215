"""What a request brings as a scenario, read by functions that a process of its own can call."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from api.web.errors import model_problems
from scheduler.clock import Week
from scheduler.errors import MenzhenError, Problem
from scheduler.scenario.week import Scenario
from scheduler.tables.published.read import ReadOptions
from scheduler.tables.published.timetable import Imported


class DocumentError(MenzhenError):
    """A document that is no scenario; `count` is how many problems it has, of which `problems` may be the first."""

    def __init__(self, problems: Iterable[Problem], count: int = 0) -> None:
        super().__init__(problems)
        self.count = count or len(self.problems)


def scenario_of_document(document: bytes) -> Scenario:
    """Return the scenario of a JSON document; raises DocumentError, ScenarioError, and ValueError where it is no JSON."""
    content = json.loads(document)
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise DocumentError(model_problems(error), error.error_count()) from None


def scenario_of_workbook(book: Path) -> Scenario:
    """Return the scenario of a workbook; raises InputError and ScenarioError."""
    from scheduler.tables.scenario.files import read_scenario

    return read_scenario(book)


def scenario_of_timetable(
    file: Path, options: ReadOptions, week: Week | None, stopped: Literal["keep", "drop"], name: str | None
) -> Imported:
    """Return the scenario of a published timetable, with what was found in it; raises InputError."""
    from scheduler.report.import_findings import with_working_time
    from scheduler.tables.published.timetable import read_published, to_scenario

    published = read_published(file, options)
    return with_working_time(to_scenario(published, week=week, stopped=stopped, name=name))
