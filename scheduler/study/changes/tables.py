"""A scenario's tables while a patch is put on them: rows with the place each comes from, copied where they are touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from scheduler.clock import Day, Week
from scheduler.errors import Where
from scheduler.scenario.rows import TABLES
from scheduler.scenario.week import Scenario

Place = int | Where
"""Where a row comes from: its place in the base's table (from 0), or in the study file."""


@dataclass
class Rows:
    """The rows of a table, and where each comes from."""

    models: list[Any]
    places: list[Place]


class Tables:
    """The tables of `scenario`, which stays as it is, in the `week` that is planned."""

    def __init__(self, scenario: Scenario, week: Week) -> None:
        self._scenario = scenario
        self._week = week
        self._touched: dict[str, Rows] = {}

    def rows(self, table: str) -> Sequence[Any]:
        """Return the rows of a table as they now are."""
        touched = self._touched.get(table)
        rows: Sequence[Any] = getattr(self._scenario, table) if touched is None else touched.models
        return rows

    def _own(self, table: str) -> Rows:
        if table not in self._touched:
            models = list(getattr(self._scenario, table))
            self._touched[table] = Rows(models, list(range(len(models))))
        return self._touched[table]

    def add(self, table: str, model: BaseModel, at: Where) -> None:
        """Put a row at the end of a table."""
        rows = self._own(table)
        rows.models.append(model)
        rows.places.append(at)

    def put(self, table: str, number: int, model: BaseModel, at: Where) -> None:
        """Put a row in the place of another one, the `number`-th from 0."""
        rows = self._own(table)
        rows.models[number], rows.places[number] = model, at

    def keep(self, table: str, stays: Callable[[int], bool]) -> None:
        """Take out the rows whose number does not stay."""
        rows = self._own(table)
        numbers = [number for number in range(len(rows.models)) if stays(number)]
        rows.models = [rows.models[number] for number in numbers]
        rows.places = [rows.places[number] for number in numbers]

    def place(self, table: str, number: int) -> Place:
        """Return where the `number`-th row of a table comes from."""
        return self._touched[table].places[number] if table in self._touched else number

    def touched(self) -> Mapping[str, tuple[Any, ...]]:
        """Return the tables that differ from the scenario's."""
        return {table: tuple(self._touched[table].models) for table in TABLES if table in self._touched}

    @property
    def days(self) -> tuple[Day, ...]:
        """The seven days of the week that is planned, by the calendar as it now is."""
        if self._week == self._scenario.week and "calendar" not in self._touched:
            return self._scenario.days
        # Only the days are read from it, and they need no more than week and calendar.
        return Scenario.model_construct(week=self._week, calendar=tuple(self.rows("calendar"))).days
