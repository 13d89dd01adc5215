"""Schemas that routes name by hand, because what they answer or read has several forms."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from api.shapes.rosters import EventList, RowsOut
from api.shapes.scenarios import scenario_schemas
from api.shapes.studies import TableOut

_SHAPES: tuple[type[BaseModel], ...] = (EventList, RowsOut, TableOut)


def named_schemas() -> dict[str, Any]:
    """Return the schemas by name."""
    found = scenario_schemas()
    for shape in _SHAPES:
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        found |= {**schema.pop("$defs", {}), shape.__name__: schema}
    return found
