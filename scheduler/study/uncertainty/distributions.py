"""What is not known of a week before it runs: stated distributions, each with its default and where that comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator

from scheduler.exact import exact, exact_text
from scheduler.study.file.entry import Entry, EntryError, as_texts
from scheduler.words import Message, message


@dataclass(frozen=True)
class Between:
    """A share that is as likely to lie anywhere from `low` to `high`, both at least 0 and in this order."""

    low: Fraction
    high: Fraction

    @property
    def mean(self) -> Fraction:
        """The middle of the two."""
        return (self.low + self.high) / 2


MOST_DEMAND = 3
"""Most patients per ticket of the template."""


def _read_numbers(texts: Sequence[str], most: int, remedy: Message) -> list[Fraction]:
    shown = ", ".join(texts)
    try:
        numbers = [exact(text) for text in texts]
    except ValueError:
        raise EntryError(message("must be a number"), remedy, shown) from None
    if not all(0 <= number <= most for number in numbers):
        raise EntryError(message("must lie between 0 and {most}", most=most), remedy, shown)
    return numbers


def _read_share(written: Any) -> Fraction:
    texts = as_texts(written)
    remedy = message("Write a decimal or a fraction from {ge} to {le}.", ge="0", le="1")
    if len(texts) != 1:
        raise EntryError(message("must be a number"), remedy, ", ".join(texts))
    return _read_numbers(texts, 1, remedy)[0]


def _read_between(written: Any, most: int) -> Between:
    if isinstance(written, Between):
        return written
    texts = as_texts(written)
    remedy = message("Write two numbers from 0 to {most}, such as [0.06, 0.12].", most=most)
    if len(texts) not in (1, 2):
        raise EntryError(message("must be a lowest and a highest number"), remedy, ", ".join(texts))
    numbers = _read_numbers(texts, most, remedy)
    if numbers[0] > numbers[-1]:
        raise EntryError(message("the lowest is above the highest"), remedy, ", ".join(texts))
    return Between(numbers[0], numbers[-1])


_Number = float | str
_Share = Annotated[
    Fraction,
    PlainValidator(_read_share, json_schema_input_type=_Number),
    PlainSerializer(exact_text, return_type=str),
]
_as_list = PlainSerializer(
    lambda range_: [exact_text(range_.low), exact_text(range_.high)], return_type=list[str]
)


class Distributions(Entry):
    """What may happen to a week; every part has a default. A range is two numbers, or one that is both."""

    unknown_key = message("there is no such setting")
    blank_is_absent = False

    # Measured 6 to 12 %: DOMAIN.md section 2, "Measured stop share of published sessions": 6.2, 7.2, 6.8 % in three
    # weeks of one hospital, 11.8 % at another.
    stopped: Annotated[
        Between,
        PlainValidator(partial(_read_between, most=1), json_schema_input_type=_Number | list[_Number]),
        _as_list,
    ] = Field(
        default=Between(Fraction(6, 100), Fraction(12, 100)),
        description="Range of the share of the week's sessions that are stopped, 0 to 1.",
    )
    # In two published weeks 6 % and 11 % of the stopped sessions were of doctors all of whose sessions were stopped.
    whole_week: _Share = Field(
        default=Fraction(1, 10),
        description="Share of the stopped sessions whose doctor does not come all week, 0 to 1.",
    )
    # DOMAIN.md section 4, "no-show": 15 % of 48,777 online bookings.
    no_show: _Share = Field(
        default=Fraction(15, 100), description="Share of the patients with a ticket who do not come, 0 to 1."
    )
    # An assumption: nothing was measured.
    demand: Annotated[
        Between,
        PlainValidator(
            partial(_read_between, most=MOST_DEMAND), json_schema_input_type=_Number | list[_Number]
        ),
        _as_list,
    ] = Field(
        default=Between(Fraction(7, 10), Fraction(11, 10)),
        description="Range of the patients who want a ticket of a clinic at a half-day, per ticket of the template "
        "there, 0 to 3.",
    )
    # An assumption too.
    elsewhere: _Share = Field(
        default=Fraction(1, 2),
        description="Share of the patients without a ticket at their half-day who take another half-day of the "
        "clinic, 0 to 1.",
    )


DEFAULT_DISTRIBUTIONS = Distributions()
