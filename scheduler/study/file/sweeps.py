"""The variants of a study file, and its sweeps over values of settings, patches and numbers of rooms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    model_validator,
)

from scheduler.exact import exact, exact_text
from scheduler.scenario.patch import Pairs, RowChange
from scheduler.study.file.entry import (
    Entry,
    EntryError,
    EntryErrors,
    Many,
    Scalar,
    Text,
    as_list,
    as_text,
    as_texts,
    collect,
    collect_by_key,
)
from scheduler.study.file.names import VariantName
from scheduler.study.file.patches import (
    HalfDays,
    RoomCount,
    find_key,
    read_count,
    read_setting,
    rooms_change,
    rooms_where,
)
from scheduler.tables.grids.yaml_in import DataPath
from scheduler.words import message

GRID, ONE_AT_A_TIME = "grid", "one at a time"
MODES = (GRID, ONE_AT_A_TIME)
"""How the values of several axes are combined."""

PATCHES, ROOMS = "patches", "rooms"
"""The axes that are not settings."""


def _read_number(written: Any) -> Fraction:
    text = as_text(written)
    try:
        return exact(text)
    except ValueError:
        remedy = message("Write a number such as 1.5 or 3/2.")
        raise EntryError(message("this is not a number"), remedy, text) from None


Number = Annotated[Fraction, BeforeValidator(_read_number, json_schema_input_type=float | str)]
"""A number held exactly, written as a decimal or a fraction."""


class Range(Entry):
    """Exact numbers at equal distances, both ends included where a step falls there."""

    first: Number = Field(alias="from", description="The first number.")
    last: Number = Field(alias="to", description="The number that is not passed.")
    step: Number = Field(description="The distance of two numbers; below 0 for a range that falls.")

    @model_validator(mode="after")
    def _check_step(self) -> Self:
        errors = EntryErrors()
        with errors.at("step"):
            if self.step == 0:
                raise EntryError(message("the step is 0"), message("Write the distance of two values."))
            if self.count == 0:
                wrong = message("the steps lead away from the end of the range")
                raise EntryError(wrong, message("Turn the range or the sign of the step round."))
        errors.raise_all()
        return self

    @property
    def count(self) -> int:
        """How many numbers the range has, 0 where the step leads away from its end."""
        return max(0, (self.last - self.first) // self.step + 1)

    def texts(self) -> list[str]:
        """Return the numbers as they are written."""
        return [exact_text(self.first + number * self.step) for number in range(self.count)]


Value = TypeVar("Value")


def _read_list(
    written: Any, read: Callable[[Any], Value], text_of: Callable[[Value], str]
) -> tuple[Value, ...]:
    """Return the values of an axis; raises EntryError for an empty list and for a value that stands there twice."""
    items = as_list(written)
    if not items:
        raise _nothing()
    texts: set[str] = set()

    def read_once(item: Any) -> Value:
        value = read(item)
        if (text := text_of(value)) in texts:
            remedy = message("Name it once.")
            raise EntryError(message("this value stands in the list already"), remedy, text)
        texts.add(text)
        return value

    return tuple(collect(items, read_once))


def _nothing() -> EntryError:
    return EntryError(message("there is nothing in this list"), message("Write at least one value."))


def _read_values(written: Any, read: Callable[[Any], str]) -> Range | tuple[str, ...]:
    if isinstance(written, dict):
        return Range.model_validate(written)
    return _read_list(written, read, str)


def _read_counts(written: Any) -> Range | tuple[str, ...]:
    def read(item: Any) -> str:
        read_count(item)
        return as_text(item)

    return _read_values(written, read)


class RoomsAxis(Entry):
    """Numbers of rooms of a pool that open or close."""

    pool: Text = Field(description="The pool.")
    count: Annotated[
        Range | tuple[str, ...],
        PlainValidator(_read_counts, json_schema_input_type=Range | RoomCount | list[RoomCount]),
    ] = Field(description="How many rooms open, or below 0 close: a list or a range.")
    at: HalfDays = Field(default=(), description="The half-days, such as fri-pm; without them all.")


class Over(Entry):
    """The axes of a sweep: settings by their dotted key, and beside them patches and numbers of rooms."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Range | Scalar | list[Scalar | list[Scalar]]]

    patches: str | list[str | list[str]] = Field(
        default=[], description="Patches, lists of patches that are put together, and `none`."
    )
    rooms: Many[RoomsAxis] = Field(default=(), description="Rooms of pools that open or close.")


@dataclass(frozen=True)
class Axis:
    """What is swept: a setting, the patches, or the number of rooms of a pool.

    `key` is short, for names. `values` are texts, or of patches lists of names; `path` leads to them within the sweep.
    `read` makes the change of a text; it raises EntryError for one of a range that cannot be.
    """

    name: str
    key: str
    path: DataPath
    values: Range | tuple[str, ...] | tuple[tuple[str, ...], ...]
    read: Callable[[str], str | RowChange | None] = str

    @property
    def count(self) -> int:
        """How many values it takes."""
        return self.values.count if isinstance(self.values, Range) else len(self.values)


_ROOMS: TypeAdapter[tuple[RoomsAxis, ...]] = TypeAdapter(Many[RoomsAxis])


def _read_over(written: Any) -> tuple[Axis, ...]:
    if written == {}:
        raise _nothing()
    axes = collect_by_key(written, lambda name, values: tuple(_read_axes(name, values)))
    return tuple(axis for several in axes.values() for axis in several)


def _read_axes(name: str, written: Any) -> Iterator[Axis]:
    path = ("over", name)
    if name == PATCHES:
        names = _read_list(written, lambda item: tuple(as_texts(item)), "+".join)
        yield Axis(PATCHES, "", path, names)
    elif name == ROOMS:
        for number, rooms in enumerate(_ROOMS.validate_python(written)):
            where = rooms_where(rooms.pool, rooms.at)
            title = " ".join([ROOMS, *(text for _, text in where)])
            read_rooms = partial(_read_rooms, where=where)
            yield Axis(title, ROOMS, (*path, number, "count"), rooms.count, read_rooms)
    else:
        key = find_key(name)
        read = partial(read_setting, key)
        values = _read_values(written, lambda item: read(item).partition("=")[2])
        yield Axis(key, key.rpartition(".")[2], path, values, read)


def _read_rooms(text: str, where: Pairs) -> RowChange | None:
    return rooms_change(where, read_count(text))


def _check_mode(written: Any) -> str:
    mode = as_text(written)
    if mode not in MODES:
        remedy = message("Use one of: {known}.", known=MODES)
        raise EntryError(message("there is no such mode"), remedy, mode)
    return mode


class SweepEntry(Entry):
    """Variants that are made of every combination of values, or of one value at a time."""

    name: VariantName = Field(description="First part of the variants' names.")
    title: Text = Field(default="", description="First part of the variants' titles; without it the name.")
    over: Annotated[tuple[Axis, ...], PlainValidator(_read_over, json_schema_input_type=Over)] = Field(
        description="The values, by what is swept; the last one runs fastest."
    )
    mode: Annotated[Literal["grid", "one at a time"], BeforeValidator(_check_mode)] = Field(
        default="grid", description="How the values of several axes are combined."
    )
    beside: Many[Text] = Field(
        default=(), alias="with", description="Patches that every variant of the sweep has."
    )

    @property
    def count(self) -> int:
        """How many variants come of it."""
        counts = [axis.count for axis in self.over]
        return math.prod(counts) if self.mode == GRID else sum(counts)


def _check_some(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise EntryError(message("a variant without a patch"), message("Name at least one patch."))
    return names


class VariantEntry(Entry):
    """What is compared with the base: patches that are put together in this order."""

    name: VariantName = Field(default="", description="Its name and its folder's; without it the patches'.")
    title: Text = Field(default="", description="What readers see; without it the patches' titles.")
    patches: Annotated[Many[Text], AfterValidator(_check_some)] = Field(description="One patch or several.")


def _as_variant(written: Any) -> Any:
    return written if isinstance(written, (dict, VariantEntry)) else {"patches": as_list(written)}


VariantItem = Annotated[
    VariantEntry, BeforeValidator(_as_variant, json_schema_input_type=str | list[str] | VariantEntry)
]
"""A variant; a patch or a list of patches may stand in its place."""
