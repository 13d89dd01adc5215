"""The picture of the price: change points against the limit, falling to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.outcome import Point
from scheduler.report.voice import decimal_text
from scheduler.scenario.policy import exact_text

_LEFT, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT, _BELOW, _RIGHT = 46, 22, 560, 240, 44, 30
_MOST_LABELS = 18
"""Beyond so many points only every second, third ... is labelled."""


@dataclass(frozen=True)
class Dot:
    """A point that has a price, in drawing units; `label` is its value, empty where there is no room for it."""

    x: float
    y: float
    label: str
    proved: bool


@dataclass(frozen=True)
class Mark:
    """A line across the drawing with its label: a height of the scale, a limit of the ticks, or the policy's."""

    at: float
    label: str


@dataclass(frozen=True)
class PriceChart:
    """The whole drawing, in units that are about a pixel on screen; `curve` joins the dots."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    curve: str
    dots: tuple[Dot, ...]
    heights: tuple[Mark, ...]
    limits: tuple[Mark, ...]
    policy: tuple[Mark, ...]


def price_chart(points: Sequence[Point], key: str, policy: Sequence[Fraction]) -> PriceChart | None:
    """Return the drawing of the tier `key` over the limits, those of `policy` marked; None for fewer than two points."""
    priced = [(point.limit, tier) for point in points if (tier := point.price.tier(key)) is not None]
    if len(priced) < 2:
        return None
    scale = round_heights(max(tier.value for _, tier in priced))
    first, last = points[0].limit, points[-1].limit

    def across(limit: Fraction) -> float:
        return _units(_LEFT + (first - limit) / (first - last) * _PLOT_WIDTH)

    def up(value: int) -> float:
        return _units(_TOP + _PLOT_HEIGHT - Fraction(value * _PLOT_HEIGHT, scale[-1]))

    every = math.ceil(len(points) / _MOST_LABELS)
    dots = tuple(
        Dot(across(limit), up(tier.value), "" if number % every else str(tier.value), tier.gap == 0)
        for number, (limit, tier) in enumerate(priced)
    )
    return PriceChart(
        width=_LEFT + _PLOT_WIDTH + _RIGHT,
        height=_TOP + _PLOT_HEIGHT + _BELOW,
        left=_LEFT,
        right=_LEFT + _PLOT_WIDTH,
        top=_TOP,
        bottom=_TOP + _PLOT_HEIGHT,
        curve=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots=dots,
        heights=tuple(Mark(up(value), str(value)) for value in scale),
        limits=tuple(Mark(across(p.limit), decimal_text(p.limit, 2)) for p in points[:: max(every, 2)]),
        policy=tuple(Mark(across(limit), exact_text(limit)) for limit in policy if last <= limit <= first),
    )


def round_heights(most: int) -> list[int]:
    """Return round numbers from 0 to at least `most`, about five of them, for the scale of a drawing."""
    step = next(
        mantissa * 10**power
        for power in range(10)
        for mantissa in (1, 2, 5)
        if mantissa * 10**power * 5 >= most
    )
    return list(range(0, max(most, 1) + step, step))


def _units(length: Fraction) -> float:
    return round(float(length), 1)
