"""Scenarios and published timetables: requests and responses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, Self

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import Row

from api.web.language import words
from api.web.shape import Parameters, Shape
from scheduler.clock import Hours, Week
from scheduler.scenario.recurrence import Recurrence
from scheduler.scenario.week import Scenario
from scheduler.words import Message


class ScenarioPath(Parameters):
    """Which scenario."""

    scenario: str = Field(description="The scenario's identity.", max_length=40)


class ImportQuery(Parameters):
    """How a published timetable is made a scenario."""

    week: str | None = Field(
        default=None, description="ISO week to plan, such as 2026-W30; default: the week after."
    )
    stopped: Literal["keep", "drop"] = Field(
        default="keep", description="What becomes of stopped sessions (停诊)."
    )
    conflicts: Literal["one", "split", "refuse"] = Field(
        default="one",
        description="A doctor at two campuses at once: keep one session, split the doctor, refuse.",
    )
    sheet: str = Field(default="", description="The only sheet to read.", max_length=120)
    name: str | None = Field(default=None, description="Name of the scenario.", max_length=120)


class Finding(Shape):
    """Something that was found, assumed or repaired in a published timetable."""

    kind: str = Field(description="found, assumed or repaired")
    label: str = Field(description="What, in the reader's language.")
    value: str = Field(description="How many, or which.")
    note: str = Field(default="", description="What that means.")

    @classmethod
    def of(cls, finding: Mapping[str, Any]) -> Self:
        """Return a stored finding, in the reader's language."""
        voice = words()
        return cls(
            kind=finding["kind"],
            label=voice.say(Message.from_json(finding["label"])),
            value=str(finding["value"]),
            note="" if finding["note"] is None else voice.say(Message.from_json(finding["note"])),
        )


class ScenarioOut(Shape):
    """A scenario that is kept."""

    id: str = Field(description="The scenario's identity.")
    number: int = Field(description="Its place in the list.")
    name: str = Field(description="Its name.")
    week: str = Field(description="The ISO week to plan.")
    digest: str = Field(description="SHA-256 of its content, whatever the order of its rows.")
    source: str = Field(description="json, workbook, timetable or settings")
    created_at: dt.datetime = Field(description="When it was sent.")
    created_by: str = Field(description="The key that sent it.")
    findings: list[Finding] = Field(
        default_factory=list, description="What was found in a published timetable."
    )

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return a scenario's row."""
        return cls.of_row(row, findings=[Finding.of(one) for one in row.findings])


class ScenarioList(Shape):
    """A page of scenarios, the newest first."""

    entries: list[ScenarioOut] = Field(description="The scenarios.")
    next: int | None = Field(description="`before` of the next page; none at the end.")


class ScenarioChecked(Shape):
    """A scenario that holds together."""

    digest: str = Field(description="SHA-256 of its content.")
    week: str = Field(description="The ISO week to plan.")
    rows: dict[str, int] = Field(description="How many rows each table has.")


class _Schema(GenerateJsonSchema):
    """JSON schema of the library's models, whose weeks, hours and exact numbers are texts."""

    def dataclass_schema(self, schema: Any) -> JsonSchemaValue:
        if schema["cls"] is Week:
            return {"type": "string", "pattern": r"^\d{4}-?W\d{1,2}$", "examples": ["2026-W30"]}
        if schema["cls"] is Recurrence:
            return {"type": "string", "examples": ["odd", "2/2026-07-06", "1st;3rd"]}
        if schema["cls"] is Hours:
            return {
                "type": "string",
                "pattern": r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}(;\d{1,2}:\d{2}-\d{1,2}:\d{2})*$",
                "examples": ["08:00-11:30", "08:00-10:00;10:15-11:30"],
            }
        return super().dataclass_schema(schema)

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        # Defaults stand in docs/rules.md; here they would be objects of Python.
        return self.generate_inner(schema["schema"])

    def is_instance_schema(self, schema: Any) -> JsonSchemaValue:
        if schema["cls"] is Fraction:
            return _EXACT
        return super().is_instance_schema(schema)

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> JsonSchemaValue:
        return _EXACT


_EXACT: JsonSchemaValue = {"anyOf": [{"type": "string"}, {"type": "number"}], "examples": ["6/5"]}


def scenario_schemas() -> dict[str, Any]:
    """Return the schemas of a scenario's document by name, `Scenario` among them."""
    whole = Scenario.model_json_schema(
        ref_template="#/components/schemas/{model}", schema_generator=_Schema, mode="validation"
    )
    return {**whole.pop("$defs", {}), "Scenario": whole}
