"""The models' complaints in plain sentences: what is wrong with a value, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from scheduler.errors import Problem, Where
from scheduler.scenario.hospital import PRINTED
from scheduler.scenario.policy import exact_text
from scheduler.words import Message, message

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

NOT_UNDERSTOOD = message("this cannot be understood")
MISSING = message("a value is missing")


def wrong_of(error: ErrorDetails) -> Message:
    """Return what a model says is wrong, without its jargon."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return MISSING
        case "greater_than_equal":
            return message("must be at least {least}", least=_number(bounds["ge"]))
        case "less_than_equal":
            return message("must be at most {most}", most=_number(bounds["le"]))
        case "greater_than":
            return message("must be above {least}", least=_number(bounds["gt"]))
        case "less_than":
            return message("must be below {most}", most=_number(bounds["lt"]))
        case "string_too_short":
            return message("must not be empty")
        case "string_too_long":
            return message("must have at most {most} characters", most=bounds["max_length"])
        case "string_pattern_mismatch" if bounds["pattern"] == PRINTED:
            return message("it holds a line break or a control character")
        case "int_parsing" | "int_from_float" | "int_type" | "int_parsing_size":
            return message("must be a whole number")
        case "enum" | "literal_error":
            return message("must be one of the known words")
    return NOT_UNDERSTOOD


def expected(field: FieldInfo) -> Message:
    """Return what the field of a model takes, with its range, as a remedy."""
    known = choices(field.annotation)
    if known:
        return message("Use one of: {known}.", known=known)
    kinds = set(_parts(field.annotation))
    if int in kinds or Fraction in kinds:
        return _expected_number(field, whole=int in kinds)
    return message("Write one line of at most 120 characters.")


def _expected_number(field: FieldInfo, *, whole: bool) -> Message:
    bounds = _bounds(field)
    match (whole, "ge" in bounds, "le" in bounds):
        case (True, True, True):
            return message("Write a whole number from {ge} to {le}.", **bounds)
        case (True, True, False):
            return message("Write a whole number of at least {ge}.", **bounds)
        case (False, True, True):
            return message("Write a decimal or a fraction from {ge} to {le}.", **bounds)
    return message("Write a number.")


def _bounds(field: FieldInfo) -> Mapping[str, str]:
    return {
        name: _number(getattr(constraint, name))
        for constraint in field.metadata
        for name in ("ge", "le")
        if hasattr(constraint, name)
    }


def _number(value: Any) -> str:
    return exact_text(Fraction(value))


def choices(annotation: Any) -> list[str]:
    """Return the words that a field of this annotation takes, none where any text will do."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    for kind in _parts(annotation):
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return [str(member) for member in kind]
    return []


def _parts(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for part in inner:
        yield from _parts(part)


def repeated_key(where: Where, key: str) -> Problem:
    """Return the problem of a key that is written a second time."""
    return Problem(where, message("the key stands here a second time"), message("Name it once."), key)
