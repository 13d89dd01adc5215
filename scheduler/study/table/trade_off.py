"""The picture of the trade-off: changed sessions against the highest day's ratio, and what cannot be bettered in both."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from unicodedata import east_asian_width

from scheduler.exact import exact_text
from scheduler.report.price_chart import Mark, round_heights
from scheduler.report.voice import Voice, decimal_text
from scheduler.study.table.rows import Row, numbered
from scheduler.study.table.wording import title_text

_HEIGHT, _NARROW, _WIDE, _OFF, _RADIUS = 11, 5.8, 10.5, 10, 6
"""Drawing units: of a line, of a Latin and of a Chinese letter, from a dot to its label, and of a dot."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge."""


@dataclass(frozen=True)
class Label:
    """A text and where its baseline begins or ends (`anchor`: start or end)."""

    x: float
    y: float
    text: str
    anchor: str


def placed_labels(
    wanted: Sequence[tuple[tuple[float, float], Sequence[str]]], inside: Box, kept_free: Sequence[Box] = ()
) -> list[Label | None]:
    """Return a label for each dot, given as its place and the texts it may have, the fullest first.

    A label lies inside the box `inside` and covers neither a dot nor anything in `kept_free` nor an earlier label:
    dots that come first get theirs first. None where no text of a dot has room anywhere beside it.
    """
    taken = [*kept_free]
    taken += [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for (x, y), _ in wanted]
    found: list[Label | None] = []
    for (x, y), texts in wanted:
        label, box = next(_free(x, y, texts, inside, taken), (None, None))
        if box is not None:
            taken.append(box)
        found.append(label)
    return found


def _free(
    x: float, y: float, texts: Sequence[str], inside: Box, taken: Sequence[Box]
) -> Iterator[tuple[Label, Box]]:
    for text in texts:
        width = sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in text)
        for label, box in _around(x, y, text, width):
            if _within(box, inside) and not any(_overlap(box, other) for other in taken):
                yield label, box


def _around(x: float, y: float, text: str, width: float) -> Iterator[tuple[Label, Box]]:
    """Yield the places beside a dot: to the right, above, below; then the same to the left."""
    for anchor, begin in (("start", x + _OFF), ("end", x - _OFF - width)):
        for down in (4.0, -6.0, 14.0):
            base = round(y + down, 1)
            edge = begin if anchor == "start" else begin + width
            yield (
                Label(round(edge, 1), base, text, anchor),
                (begin, base - 9, begin + width, base - 9 + _HEIGHT),
            )


def _within(box: Box, inside: Box) -> bool:
    return box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2] and box[3] <= inside[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


_LEFT, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT, _BELOW, _RIGHT = 46, 36, 600, 320, 44, 24
_STEPS = tuple(Fraction(step) for step in ("1/100", "1/50", "1/20", "1/10", "1/5", "1/2", "1", "2", "5"))
_MOST_TICKS, _MOST_LIMITS, _MOST_NUMBERS, _LONGEST = 9, 3, 4, 26

Point = tuple[Fraction, int]
"""The highest day's ratio and the changed sessions of a variant: both the lower, the better."""

Same = dict[Point, list[tuple[int, Row, str]]]
"""The rows at each point, with their numbers and titles."""


@dataclass(frozen=True)
class Dot:
    """Variants that come to the same, in drawing units; `best` ones cannot be bettered in both.

    `meaning` names all of them; `label` is none where there is no room for it.
    """

    x: float
    y: float
    base: bool
    best: bool
    meaning: str
    label: Label | None


@dataclass(frozen=True)
class TradeOff:
    """The whole drawing, in units that are about a pixel on screen; `edge` joins what cannot be bettered."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    edge: str
    dots: tuple[Dot, ...]
    heights: tuple[Mark, ...]
    ratios: tuple[Mark, ...]
    limits: tuple[Mark, ...]


def point_of(row: Row) -> Point | None:
    """Return where the row stands; None without an answer that can be chosen, or with a day that has no afternoon."""
    if not row.usable or row.roster is None or row.roster.highest_day is None:
        return None
    ratio = row.roster.highest_day.sessions.ratio
    return None if ratio is None else (ratio, row.roster.changes.all)


def best_points(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other betters in both ratio and changes, by ratio, each once."""
    found: list[Point] = []
    for ratio, changes in sorted(set(points)):
        if not found or changes < found[-1][1]:
            found.append((ratio, changes))
    return found


def trade_off(rows: Sequence[Row], voice: Voice) -> TradeOff | None:
    """Return the drawing of all rows that have a point, numbered as in the table; None for fewer than two of them."""
    found: Same = defaultdict(list)
    for number, row in numbered(rows):
        point = point_of(row)
        if point is not None:
            found[point].append((number, row, title_text(row, voice)))
    if sum(map(len, found.values())) < 2:
        return None
    return _drawn(found, _limits(found))


def _limits(found: Same) -> list[Fraction]:
    shown = (row.roster for same in found.values() for _, row, _ in same)
    limits = sorted({roster.limit for roster in shown if roster is not None})
    return limits if len(limits) <= _MOST_LIMITS else []


def _drawn(found: Same, limits: Sequence[Fraction]) -> TradeOff:
    ticks = _ticks([*(ratio for ratio, _ in found), *limits])
    scale = round_heights(max(changes for _, changes in found))
    span = ticks[-1] - ticks[0]

    def across(ratio: Fraction) -> float:
        return _units(_LEFT + (ratio - ticks[0]) / span * _PLOT_WIDTH)

    def up(changes: int) -> float:
        return _units(_TOP + _PLOT_HEIGHT - Fraction(changes * _PLOT_HEIGHT, scale[-1]))

    best = best_points(list(found))
    at = {point: (across(point[0]), up(point[1])) for point in found}
    edge = _edge([at[point] for point in best])
    return TradeOff(
        width=_LEFT + _PLOT_WIDTH + _RIGHT,
        height=_TOP + _PLOT_HEIGHT + _BELOW,
        left=_LEFT,
        right=_LEFT + _PLOT_WIDTH,
        top=_TOP,
        bottom=_TOP + _PLOT_HEIGHT,
        edge=" ".join(f"{x},{y}" for x, y in edge),
        dots=_dots(found, at, best, _along(edge)),
        heights=tuple(Mark(up(value), str(value)) for value in scale),
        ratios=tuple(Mark(across(ratio), decimal_text(ratio, 2)) for ratio in ticks),
        limits=tuple(Mark(across(limit), exact_text(limit)) for limit in limits),
    )


def _ticks(ratios: Sequence[Fraction]) -> list[Fraction]:
    """Return round ratios, evenly apart, from below all of `ratios` to above them."""
    least, most = min(ratios), max(ratios)
    step = next((step for step in _STEPS if (most - least) / step <= _MOST_TICKS - 3), most - least)
    first, last = math.ceil(least / step) - 1, math.floor(most / step) + 1
    return [step * n for n in range(first, last + 1)]


def _edge(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of the staircase through the best points: what lies right of it or above it is bettered."""
    corners: list[tuple[float, float]] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def _along(corners: Sequence[tuple[float, float]]) -> list[Box]:
    return [(x, min(y, down) - 1, across, max(y, down) + 1) for (x, y), (across, down) in pairwise(corners)]


def _dots(
    found: Same,
    at: dict[Point, tuple[float, float]],
    best: Sequence[Point],
    edge: Sequence[Box],
) -> tuple[Dot, ...]:
    # Those that a reader looks for get their label first, while there is room.
    order = sorted(found, key=lambda point: (not _has_base(found[point]), point not in best, point))
    named = {point for point in order if point in best or _has_base(found[point])}
    wanted = [(at[point], _labels(found[point], named=point in named)) for point in order]
    inside = (_LEFT + 2, _TOP + 2, _LEFT + _PLOT_WIDTH + _RIGHT, _TOP + _PLOT_HEIGHT - 2)
    labels = placed_labels(wanted, inside, edge)
    return tuple(
        Dot(
            *at[point],
            base=_has_base(found[point]),
            best=point in best,
            meaning="\n".join(f"{number} {title}" for number, _, title in found[point]),
            label=label,
        )
        for point, label in zip(order, labels, strict=True)
    )


def _has_base(same: Sequence[tuple[int, Row, str]]) -> bool:
    return same[0][0] == 0


def _labels(same: Sequence[tuple[int, Row, str]], *, named: bool) -> list[str]:
    """Return the texts a dot may have, the fullest first."""
    shown = ", ".join(str(number) for number, _, _ in same[:_MOST_NUMBERS])
    shown += " …" if len(same) > _MOST_NUMBERS else ""
    title = same[0][2]
    title = title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…"
    return [f"{shown} {title}", shown] if named else [shown]


def _units(length: Fraction) -> float:
    return round(float(length), 1)
