"""A plot of bars by half-hour, one roster's before another's: where each bar, axis mark and label stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.clock import clock_text
from scheduler.report.plot import Mark, round_heights

_LEFT, _TOP, _WIDTH, _HEIGHT, _BELOW, _RIGHT = 40, 12, 370, 110, 20, 6
_STEP = 30
_TICK = 120


@dataclass(frozen=True)
class Bar:
    """A bar in drawing units; `look` is its class, `title` what is told on hovering."""

    x: float
    y: float
    width: float
    height: float
    look: str
    title: str


@dataclass(frozen=True)
class BarPlot:
    """A whole plot, in units that are about a pixel on screen, with its title."""

    title: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    bars: tuple[Bar, ...]
    heights: tuple[Mark, ...]
    ticks: tuple[Mark, ...]


@dataclass(frozen=True)
class BarSeries:
    """What bars stand for: a value (at least 0) by half-hour, from the minute it begins, and the looks of its bars."""

    look: str
    values: Mapping[int, float]
    label: str


def draw_bars(title: str, series: Sequence[BarSeries], first: int, last: int, highest: float) -> BarPlot:
    """Return the plot of one or two series, side by side in each half-hour, from the minute `first` to `last`.

    0 is at the bottom; `highest` is the largest value that the scale must have room for.
    """
    scale = round_heights(math.ceil(highest))
    columns = (last - first) // _STEP
    width = _WIDTH / columns
    bars = [
        _bar(series, place, start, (first, width, scale[-1]))
        for place in range(len(series))
        for start in range(first, last, _STEP)
        if series[place].values.get(start)
    ]
    hours = range(-(-first // _TICK) * _TICK, last + 1, _TICK)
    return BarPlot(
        title=title,
        width=_LEFT + _WIDTH + _RIGHT,
        height=_TOP + _HEIGHT + _BELOW,
        left=_LEFT,
        right=_LEFT + _WIDTH,
        top=_TOP,
        bottom=_TOP + _HEIGHT,
        bars=tuple(bars),
        heights=tuple(Mark(_TOP + _HEIGHT - _height(value, scale[-1]), str(value)) for value in scale),
        ticks=tuple(
            Mark(round(_LEFT + (at - first) / _STEP * width, 1), clock_text(at % (24 * 60))) for at in hours
        ),
    )


def _bar(series: Sequence[BarSeries], place: int, start: int, frame: tuple[int, float, int]) -> Bar:
    first, width, highest = frame
    own = series[place]
    share = width * 0.84 / len(series)
    x = _LEFT + (start - first) / _STEP * width + width * 0.08 + place * share
    height = _height(own.values[start], highest)
    title = f"{clock_text(start)} {own.label} {own.values[start]:.1f}"
    return Bar(round(x, 1), round(_TOP + _HEIGHT - height, 1), round(share, 1), height, own.look, title)


def _height(value: float, highest: int) -> float:
    return round(float(Fraction(value) * _HEIGHT / highest), 1)
