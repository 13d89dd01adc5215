"""The parts of a scenario put together: every problem of every table at once, each where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ValidationError

from scheduler.clock import Week
from scheduler.errors import Problem, ScenarioError, Where
from scheduler.exact import exact_text
from scheduler.scenario.forecasts import Discharge, Exam, ReturnRate
from scheduler.scenario.hospital import Clinic, ClinicLevel, Credit, Doctor, Partner, Room, Travel
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow, TemplateRow
from scheduler.scenario.services import Service
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.complaints import expected, wrong_of
from scheduler.tables.columns.rows import Rows
from scheduler.tables.scenario.document import Document
from scheduler.words import Message, message

MODELS: dict[str, type[BaseModel]] = {
    "calendar": CalendarRow,
    "doctors": Doctor,
    "clinics": Clinic,
    "levels": ClinicLevel,
    "rooms": Room,
    "travel": Travel,
    "template": TemplateRow,
    "availability": AvailabilityRow,
    "demand": DemandRow,
    "partners": Partner,
    "credits": Credit,
    "returns": ReturnRate,
    "discharges": Discharge,
    "exams": Exam,
    "pace": PaceRow,
    "services": Service,
}
"""The model of every table's rows."""

_NAMING = ("doctors", "clinics", "partners")
_ANY_WEEK = Week(2026, 1)


@dataclass(frozen=True)
class Built:
    """A table's good rows as models, with the file's row number of each, and the problems of the others."""

    rows: Rows
    models: tuple[BaseModel, ...]
    numbers: tuple[int, ...]
    problems: tuple[Problem, ...]
    lost: frozenset[str]


def build(rows: Rows) -> Built:
    """Return the rows of a table as models."""
    model = MODELS[rows.table.key]
    models: list[BaseModel] = []
    numbers: list[int] = []
    problems = list(rows.problems)
    lost = set(rows.lost)
    for number, values in rows.values:
        try:
            models.append(model(**values))
            numbers.append(number)
        except ValidationError as error:
            problems += _problems_of(rows, model, number, values, error)
            lost.update(str(value) for value in values.values())
    for number, values in rows.partly:
        problems += _problems_of_the_rest(rows, model, number, values)
    return Built(rows, tuple(models), tuple(numbers), tuple(problems), frozenset(lost))


@dataclass(frozen=True)
class Assembly:
    """A scenario where there is one, else the problems of single values and of parts that do not fit."""

    scenario: Scenario | None
    unread: list[Problem]
    unfit: list[Problem]


def assemble(document: Document, tables: dict[str, Built], *, complete: bool) -> Assembly:
    """Return the parts put together.

    What does not fit is looked for among the parts that could be read, too, so that everything is reported at once; but
    not where whole tables could not (not `complete`), since all that names their rows would seem unknown.
    """
    fields, problems = document.values()
    for built in tables.values():
        problems += built.problems
        fields[built.rows.table.key] = built.models
    if not complete or any(not tables[name].rows.readable for name in _NAMING if name in tables):
        return Assembly(None, problems, [])
    if "week" not in fields:
        fields |= {"week": _ANY_WEEK, "calendar": ()}
    lost = frozenset(name for table in _NAMING if table in tables for name in tables[table].lost)
    try:
        scenario = Scenario(**fields)
    except ScenarioError as error:
        unfit = [_placed(p, document, tables) for p in error.problems if p.value not in lost]
        return Assembly(None, problems, unfit)
    return Assembly(None if problems else scenario, problems, [])


def _problems_of(
    rows: Rows, model: type[BaseModel], number: int, values: dict[str, Any], error: ValidationError
) -> Iterator[Problem]:
    for detail in error.errors():
        if not detail["loc"]:
            yield _limits_crossed(rows, number, values)
            continue
        key = str(detail["loc"][0])
        value = values.get(key)
        shown = None if value is None else _as_written(detail["input"])
        yield Problem(rows.where(number, key), wrong_of(detail), expected(model.model_fields[key]), shown)


def _problems_of_the_rest(
    rows: Rows, model: type[BaseModel], number: int, values: dict[str, Any]
) -> Iterator[Problem]:
    """Yield what is wrong with the values that could be read of a row with others that could not."""
    try:
        model(**values)
    except ValidationError as error:
        for detail in error.errors():
            key = str(detail["loc"][0]) if detail["loc"] else ""
            if key in values:
                field = model.model_fields[key]
                yield Problem(
                    rows.where(number, key), wrong_of(detail), expected(field), _as_written(detail["input"])
                )


def _as_written(value: Any) -> str:
    """Return a value as planners write it: 1.5 rather than 3/2."""
    return exact_text(value) if isinstance(value, Fraction) else str(value)


def _limits_crossed(rows: Rows, number: int, values: dict[str, Any]) -> Problem:
    least, most = values["min_sessions"], values["max_sessions"]
    return Problem(
        rows.where(number, "min_sessions"),
        message("the fewest sessions, {least}, are more than the most, {most}", least=least, most=most),
        message("Lower the fewest or raise the most."),
    )


def _placed(problem: Problem, document: Document, tables: dict[str, Built]) -> Problem:
    built = tables.get(problem.where.file)
    if built is None:
        return replace(problem, where=document.where_told(problem.where.field))
    where = _row_placed(problem.where, built)
    values = dict(problem.wrong.values)
    if isinstance(values.get("row"), int):
        values["row"] = built.numbers[values["row"] - 2]
    return replace(problem, where=where, wrong=Message(problem.wrong.text, values))


def _row_placed(where: Where, built: Built) -> Where:
    # The models count rows as if the heading were row 1 and none were blank or broken.
    number = built.numbers[where.row - 2] if where.row is not None else 1
    return built.rows.where(number, where.column)


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems by file, sheet and row."""
    return sorted(problems, key=lambda p: (p.where.file, p.where.sheet, p.where.row or 0))
