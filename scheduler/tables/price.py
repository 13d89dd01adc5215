"""price.csv: a row a point of the price of the afternoon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from scheduler.outcome import SESSIONS, Point
from scheduler.scenario.policy import exact_text
from scheduler.tables.grids.csv_out import write_csv

HEADINGS = (
    "limit",
    "status",
    "cover",
    "cover_bound",
    "points",
    "points_bound",
    "sessions",
    "sessions_bound",
)
"""Columns: the exact limit, how the solve ended, and value and proved bound of each tier; empty where there is none."""


def write_price(points: Sequence[Point], path: Path) -> None:
    """Write the points in their order; raises OSError."""
    write_csv(path, HEADINGS, (tuple(price_cells(point)) for point in points))


def price_cells(point: Point) -> Iterator[str]:
    """Yield the cells of a point, in the order of HEADINGS."""
    yield exact_text(point.limit)
    yield point.price.status
    for key in ("cover", "changes", SESSIONS):
        tier = point.price.tier(key)
        yield from ("", "") if tier is None else (str(tier.value), str(tier.bound))
