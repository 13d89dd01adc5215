"""What the models of a study file are made of: texts, cells and lists as people write them, and every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Protocol, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from scheduler.errors import Problem, Suggestions, Where
from scheduler.scenario.cell_text import join_list
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.grids.yaml_in import DataPath, is_printable
from scheduler.words import Message, message

Item = TypeVar("Item")

Scalar = str | float | bool
"""What stands in a file where one text belongs."""


class FileContent(Protocol):
    """The content of a study as groups, lists and single values, which knows the place of every part."""

    @property
    def data(self) -> Any:
        """The content itself."""

    def where(self, path: DataPath) -> Where:
        """Return the place of a part, or of the innermost part on the way to it that there is."""


class EntryError(ValueError):
    """A part is wrong. `problem.where` holds only what is known beside the part's place: a column or a setting."""

    @classmethod
    def of(cls, problem: Problem) -> EntryError:
        """Return the error of a problem that was found outside this package."""
        return cls(problem.wrong, problem.remedy, problem.value, problem.where)

    def __init__(
        self, wrong: Message, remedy: Message, value: str | None = None, where: Where | None = None
    ) -> None:
        self.problem = Problem(where or Where(), wrong, remedy, value)
        super().__init__(str(wrong))


class EntryErrors:
    """Collects the errors of the parts of one entry, so that all of them are raised together."""

    def __init__(self) -> None:
        self._details: list[InitErrorDetails] = []

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Collect what is raised within, as an error of the part at `path`."""
        try:
            yield
        except ValidationError as error:
            self._details += [
                InitErrorDetails(type="value_error", loc=(*path, *loc), input=None, ctx={"error": cause})
                for loc, cause in causes(error)
            ]
        except EntryError as error:
            self._details.append(
                InitErrorDetails(type="value_error", loc=path, input=None, ctx={"error": error})
            )

    def raise_all(self) -> None:
        """Raise a ValidationError with everything that was collected, if there is anything."""
        if self._details:
            raise ValidationError.from_exception_data("entry", self._details)


def causes(error: ValidationError) -> Iterator[tuple[DataPath, EntryError]]:
    """Yield the errors that the validators of this package raised, each with its path."""
    for detail in error.errors(include_url=False, include_input=False):
        cause = detail.get("ctx", {}).get("error")
        assert isinstance(cause, EntryError), detail
        yield detail["loc"], cause


def problems_of(error: ValidationError, content: FileContent) -> list[Problem]:
    """Return what is wrong with a study's content, each problem at its place."""
    return [placed(cause.problem, content.where(path)) for path, cause in causes(error)]


def placed(problem: Problem, at: Where) -> Problem:
    """Return the problem of an EntryError at the place of its part."""
    known = problem.where
    return replace(problem, where=replace(at, column=known.column, field=known.field or at.field))


NOT_A_GROUP = message("this must be a group of keys and values")


def as_group(written: Any) -> Mapping[str, Any]:
    """Return a group of keys and values, empty where nothing is written."""
    if written is None:
        return {}
    if not isinstance(written, dict):
        raise EntryError(
            NOT_A_GROUP, message("Write a line for each, such as {example}.", example="name: VALUE")
        )
    return written


def as_list(written: Any) -> list[Any]:
    """Return a list, or a list of the one thing that stands in its place; empty where nothing is written."""
    if isinstance(written, (list, tuple)):
        return list(written)
    return [] if written is None else [written]


def as_text(written: Any) -> str:
    """Return a single value as text, empty where nothing is written."""
    if isinstance(written, (dict, list)):
        raise EntryError(message("one value belongs here"), message("Write one text or number."))
    text = str(written).lower() if isinstance(written, bool) else "" if written is None else str(written)
    if not is_printable(text):
        raise EntryError(message("a text holds a character that cannot be printed"), message("Take it out."))
    return text.strip()


def as_texts(written: Any) -> list[str]:
    """Return the texts of a list, or of the one value that stands in its place."""
    return collect(as_list(written), as_text)


def as_cell(written: Any) -> str:
    """Return a value, or a list of values, as a cell of a table holds it."""
    return join_list(as_texts(written)) if isinstance(written, list) else as_text(written)


def collect(items: list[Any], read: Callable[[Any], Item]) -> list[Item]:
    """Return what `read` makes of each item; raises the errors of all items together."""
    errors, results = EntryErrors(), []
    for number, item in enumerate(items):
        with errors.at(number):
            results.append(read(item))
    errors.raise_all()
    return results


def collect_by_key(written: Any, read: Callable[[str, Any], Item]) -> dict[str, Item]:
    """Return what `read` makes of each key of a group and its value; raises the errors of all keys together."""
    errors, results = EntryErrors(), {}
    for key, value in as_group(written).items():
        with errors.at(key):
            results[key] = read(key, value)
    errors.raise_all()
    return results


class _OneOrMore:
    """Documents a list whose only item may stand in its place."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        documented: dict[str, Any] = handler(schema)
        return {"anyOf": [documented["items"], documented]}


Many = Annotated[tuple[Item, ...], BeforeValidator(as_list), _OneOrMore()]
"""A list, or one thing in its place."""

GroupOf = Annotated[dict[str, Item], BeforeValidator(as_group)]
"""A group of keys and values, empty where nothing is written."""

Text = Annotated[str, BeforeValidator(as_text, json_schema_input_type=Scalar)]
"""A single value as text."""

Cell = Annotated[str, BeforeValidator(as_cell, json_schema_input_type=Scalar | list[Scalar] | None)]
"""A value or a list of values, as a cell of a table holds it."""


class Entry(BaseModel):
    """Base of the groups of a study file. A key without a value counts as absent where `blank_is_absent`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unknown_key: ClassVar[Message] = message("there is no such key here")
    blank_is_absent: ClassVar[bool] = True

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys that the group may have, as they are written."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, written: Any, validate: Callable[[Any], Self]) -> Self:
        if isinstance(written, cls):
            return written
        group = as_group(written)
        if cls.blank_is_absent:
            keys = cls.known_keys()
            group = {key: value for key, value in group.items() if value is not None or key not in keys}
        try:
            return validate(group)
        except ValidationError as error:
            raise _explained(cls, error, list(group)) from None


def _explained(entry: type[Entry], error: ValidationError, keys: list[str]) -> ValidationError:
    """Return a model's errors in the order of the `keys`, with pydantic's own of missing and unknown keys explained."""
    details = []
    known = Suggestions(entry.known_keys())
    for detail in error.errors(include_url=False, include_input=False):
        key = str(detail["loc"][-1]) if detail["loc"] else ""
        cause = detail.get("ctx", {}).get("error")
        if detail["type"] == "missing":
            remedy = message("Write a line for it, such as {example}.", example=f"{key}: VALUE")
            cause = EntryError(MISSING, remedy)
        elif detail["type"] == "extra_forbidden":
            cause = EntryError(entry.unknown_key, known.remedy(key), key)
        details.append(
            InitErrorDetails(type="value_error", loc=detail["loc"], input=None, ctx={"error": cause})
        )
    order = {key: number for number, key in enumerate(keys)}
    details.sort(key=lambda detail: order.get(str(detail["loc"][0]), -1) if detail["loc"] else -1)
    return ValidationError.from_exception_data(entry.__name__, details)
