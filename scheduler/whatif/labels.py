"""Where the labels of dots stand, so that none covers another or a dot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

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
