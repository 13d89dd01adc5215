"""What is not known of a week before it runs: stated distributions, each with its default and where that comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.exact import exact
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


@dataclass(frozen=True)
class Distributions:
    """What may happen to a week; every part has a default.

    - `stopped`: share of the week's sessions that are stopped (停诊), 0 to 1. Measured 6 to 12 %: DOMAIN.md section 2,
      "Measured stop share of published sessions": 6.2, 7.2, 6.8 % in three weeks of one hospital, 11.8 % at another.
    - `whole_week`: part of the stopped sessions whose doctor does not come all week, 0 to 1. In two published weeks 6 %
      and 11 % of the stopped sessions were of doctors all of whose sessions were stopped.
    - `no_show`: share of the patients with a ticket who do not come, 0 to 1. DOMAIN.md section 4, "no-show": 15 % of
      48,777 online bookings.
    - `demand`: patients who want a ticket of a clinic at a half-day, per ticket of the template there, 0 to 3. An
      assumption: nothing was measured.
    - `elsewhere`: share of the patients without a ticket at their half-day who take another half-day of the clinic,
      0 to 1. An assumption too.
    """

    stopped: Between = Between(Fraction(6, 100), Fraction(12, 100))
    whole_week: Fraction = Fraction(1, 10)
    no_show: Fraction = Fraction(15, 100)
    demand: Between = Between(Fraction(7, 10), Fraction(11, 10))
    elsewhere: Fraction = Fraction(1, 2)


DEFAULT_DISTRIBUTIONS = Distributions()

MOST_DEMAND = 3
"""Most patients per ticket of the template."""

_SHARE = "whole_week", "no_show", "elsewhere"
_BETWEEN: Mapping[str, int] = {"stopped": 1, "demand": MOST_DEMAND}
KNOWN = ("stopped", *_SHARE[:2], "demand", _SHARE[2])
"""The keys of a study's `uncertainty`, in the order they are told."""

Place = Callable[[str], Where]
"""Tells where a key of the mapping stands in its file."""


def distributions(written: Mapping[str, Any], place: Place | None = None) -> Distributions:
    """Return what a study's `uncertainty` says; what it leaves out is the default's.

    A share is a number such as 0.15 or 3/20; `stopped` and `demand` are two, the lowest and the highest, or one that
    is both. Raises SettingError with every key that is unknown and every value that is none; `place` tells where.
    """
    where = place or (lambda key: Where(field=f"uncertainty.{key}"))
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in written.items():
        if key not in KNOWN:
            problems.append(
                Problem(where(key), message("there is no such setting"), suggest(key, KNOWN), key)
            )
            continue
        read = _between(value, _BETWEEN[key]) if key in _BETWEEN else _share(value)
        if isinstance(read, Message):
            problems.append(Problem(where(key), read, _remedy(key), _shown(value)))
        else:
            found[key] = read
    if problems:
        raise SettingError(problems)
    return Distributions(**found)


def _share(value: Any, most: int = 1) -> Fraction | Message:
    try:
        share = exact(value)
    except ValueError:
        return message("must be a number")
    if not 0 <= share <= most:
        return message("must lie between 0 and {most}", most=most)
    return share


def _between(value: Any, most: int) -> Between | Message:
    told = list(_ends(value))
    if len(told) not in (1, 2):
        return message("must be a lowest and a highest number")
    ends = [_share(end, most) for end in told]
    for end in ends:
        if isinstance(end, Message):
            return end
    low, high = ends[0], ends[-1]
    assert isinstance(low, Fraction)
    assert isinstance(high, Fraction)
    return Between(low, high) if low <= high else message("the lowest is above the highest")


def _ends(value: Any) -> Iterator[Any]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        yield from value
    else:
        yield value


def _remedy(key: str) -> Message:
    if key in _BETWEEN:
        return message("Write two numbers from 0 to {most}, such as [0.06, 0.12].", most=_BETWEEN[key])
    return message("Write a decimal or a fraction from {ge} to {le}.", ge="0", le="1")


def _shown(value: Any) -> str:
    return ", ".join(map(str, _ends(value)))
