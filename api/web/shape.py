"""The bases of all request and response models, and what many of them share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from sqlalchemy import Row

from scheduler.errors import MOST_LINES, MOST_PLACES

_T = TypeVar("_T")


class Shape(BaseModel):
    """Base of every request body and response: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def of_row(cls, row: Any, **values: Any) -> Self:
        """Return the shape with the attributes of `row` that its fields are named after; `values` come first."""
        names = [name for name in cls.model_fields if name not in values and hasattr(row, name)]
        return cls(**{name: getattr(row, name) for name in names}, **values)


class Parameters(BaseModel):
    """Base of path and query parameters; their schema is needed for every request, and so cached."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the schema, made once."""
        return _schema(cls, args, tuple(sorted(options.items())))


@cache
def _schema(
    shape: type[Parameters], args: tuple[Any, ...], options: tuple[tuple[str, Any], ...]
) -> dict[str, Any]:
    return super(Parameters, shape).model_json_schema(*args, **dict(options))


def _iso_date(value: Any) -> Any:
    # A number would be taken for seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("expected a date such as 2026-07-22")
    return value


Date = Annotated[dt.date, BeforeValidator(_iso_date)]
"""A date as it is written, such as 2026-07-22."""

Whole = Annotated[int, Strict()]
"""A whole number of a JSON body: neither a text nor true or false."""

LARGEST = 2**53 - 1
"""Greatest number of an entry: every reader of JSON and every database knows it exactly."""


class PageQuery(Parameters):
    """Which part of a list: newest first, `limit` entries older than `before`."""

    limit: int = Field(default=50, ge=1, le=500, description="Most entries to return.")
    before: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST,
        description="Only entries older than this number: the `next` of the page before.",
    )

    def page(self, rows: Sequence[Row[Any]]) -> tuple[Sequence[Row[Any]], int | None]:
        """Return the rows of the page, of which one more was asked for, and `before` of the next one; None at the end."""
        shown = rows[: self.limit]
        return shown, shown[-1].number if len(rows) > self.limit else None


class ListQuery(Parameters):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=10_000_000, description="Entries to pass over.")
    limit: int = Field(default=500, ge=1, le=20_000, description="Most entries to return.")

    def page(self, entries: Sequence[_T]) -> tuple[Sequence[_T], int | None]:
        """Return the entries of the page, and the `offset` of the next one; None at the end."""
        following = self.offset + self.limit
        return entries[self.offset : following], following if following < len(entries) else None


MOST_FAULTS = MOST_LINES * MOST_PLACES
"""Most problems that a response lists."""


class Fault(Shape):
    """One thing that is wrong: where, what, and what would be right."""

    pointer: str = Field(default="", description="JSON pointer into the body (RFC 6901), where there is one.")
    parameter: str = Field(default="", description="The parameter or header, where it is one.")
    place: str = Field(default="", description="File, sheet, row and column, where a file was sent.")
    detail: str = Field(description="What is wrong.")
    remedy: str = Field(default="", description="What would be right.")
    value: str | None = Field(default=None, description="What was found.")
    count: int = Field(
        default=1,
        description="How many problems of this kind there are, about the same column or field; at most three are listed.",
    )


class ProblemDetails(Shape):
    """A problem as RFC 9457 has it."""

    type: str = Field(description="Stable name of the kind of problem.")
    title: str = Field(description="The kind of problem, in the reader's language.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(default="", description="What happened here, in the reader's language.")
    instance: str = Field(default="", description="The request's identity, as in the logs.")
    errors: list[Fault] = Field(
        default_factory=list,
        max_length=MOST_FAULTS,
        description="What is wrong, each with its place: the first three problems of each of at most twenty kinds.",
    )
    count: int = Field(default=0, description="How many problems there are in all.")
    truncated: bool = Field(default=False, description="Whether there are more than are listed.")
    difference: dict[str, Any] | None = Field(
        default=None, description="What was changed meanwhile, where an edit came too late."
    )
