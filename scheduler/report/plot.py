"""A plot of dots over two axes, joined by a line: where each axis mark, dot and label stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

_LEFT, _TOP, _WIDTH, _HEIGHT, _BELOW, _RIGHT = 46, 36, 600, 280, 52, 30
_ABOVE_DOT, _BELOW_DOT = -9, 16
_LABEL_WIDTH, _LABEL_HEIGHT = 26, 12
"""Room for a label; dots nearer to each other than that have their labels on different sides."""

Place = tuple[Fraction, int]
"""A place in the units of the axes."""


@dataclass(frozen=True)
class Point:
    """What a dot stands for: its place, the short text beside it, the long one on hovering, and its look."""

    place: Place
    label: str
    title: str
    look: str


@dataclass(frozen=True)
class Dot:
    """A point in drawing units; `label_y` is the baseline of its label."""

    x: float
    y: float
    label: str
    label_y: float
    title: str
    look: str


@dataclass(frozen=True)
class Mark:
    """A line across the plot with its label, in drawing units."""

    at: float
    label: str


@dataclass(frozen=True)
class Plot:
    """The whole plot, in units that are about a pixel on screen; `line` is the corners of the joining line."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    line: str
    dots: tuple[Dot, ...]
    heights: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    limits: tuple[Mark, ...]


@dataclass(frozen=True)
class Axes:
    """The axes: `first` stands at the left edge and `last` at the right one, 0 at the bottom and `highest` at the top."""

    first: Fraction
    last: Fraction
    highest: int

    def x(self, value: Fraction) -> float:
        """Return where the value stands across, in drawing units."""
        return _units(_LEFT + (value - self.first) / (self.last - self.first) * _WIDTH)

    def y(self, value: int) -> float:
        """Return where the value stands in height, in drawing units from the top."""
        return _units(_TOP + _HEIGHT - Fraction(value * _HEIGHT, self.highest))


def draw_plot(
    points: Sequence[Point],
    edges: tuple[Fraction, Fraction],
    *,
    line: Iterable[Place],
    ticks: Iterable[tuple[Fraction, str]],
    limits: Iterable[tuple[Fraction, str]],
) -> Plot:
    """Return the plot of the points between the two edges, later points over earlier ones; labels with their values.

    `line` is the corners of the line that joins points, `ticks` the marks below the plot, `limits` those across it.
    """
    scale = round_heights(max(point.place[1] for point in points))
    axes = Axes(*edges, scale[-1])
    return Plot(
        width=_LEFT + _WIDTH + _RIGHT,
        height=_TOP + _HEIGHT + _BELOW,
        left=_LEFT,
        right=_LEFT + _WIDTH,
        top=_TOP,
        bottom=_TOP + _HEIGHT,
        line=" ".join(f"{axes.x(x)},{axes.y(y)}" for x, y in line),
        dots=_place_dots(points, axes),
        heights=tuple(Mark(axes.y(value), str(value)) for value in scale),
        ticks=tuple(Mark(axes.x(value), label) for value, label in ticks),
        limits=tuple(Mark(axes.x(value), label) for value, label in limits),
    )


def _place_dots(points: Sequence[Point], axes: Axes) -> tuple[Dot, ...]:
    """Return the dots in the order of the points; from left to right, near neighbours have labels on other sides."""
    dots: dict[Place, Dot] = {}
    for point in sorted(points, key=lambda point: axes.x(point.place[0])):
        x, y = axes.x(point.place[0]), axes.y(point.place[1])
        crowded = any(
            dot.label
            and dot.label_y > dot.y
            and abs(dot.x - x) < _LABEL_WIDTH
            and abs(dot.y - y) < _LABEL_HEIGHT
            for dot in dots.values()
        )
        label_y = round(y + (_ABOVE_DOT if crowded else _BELOW_DOT), 1)
        dots[point.place] = Dot(x, y, point.label, label_y, point.title, point.look)
    return tuple(dots[point.place] for point in points)


def round_heights(highest: int) -> list[int]:
    """Return round numbers from 0 to at least `highest`, about five of them, for the scale of a plot."""
    step = next(
        mantissa * 10**power
        for power in range(10)
        for mantissa in (1, 2, 5)
        if mantissa * 10**power * 5 >= highest
    )
    return list(range(0, max(highest, 1) + step, step))


def _units(length: Fraction) -> float:
    return round(float(length), 1)
