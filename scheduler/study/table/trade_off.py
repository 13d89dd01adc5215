"""The plot of the trade-off: changed sessions against the highest day's ratio, and which variants are best in both."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from scheduler.exact import exact_text
from scheduler.report.plot import Place, Plot, Point, draw_plot
from scheduler.report.voice import Voice, decimal_text
from scheduler.study.table.rows import VariantRow, numbered
from scheduler.study.table.wording import title_text
from scheduler.words import message

_STEPS = tuple(Fraction(step) for step in ("1/100", "1/50", "1/20", "1/10", "1/5", "1/2", "1", "2", "5"))
_MOST_TICKS, _MOST_LIMITS, _MOST_NUMBERS = 9, 3, 4

RowsAt = dict[Place, list[tuple[int, VariantRow]]]
"""The rows at each place, with their numbers."""


def place_of(row: VariantRow) -> Place | None:
    """Return the highest day's ratio and the changed sessions of the row: both the lower, the better.

    None without an answer that can be chosen, or with a day that has no afternoon.
    """
    if not row.usable or row.roster is None or row.roster.highest_day is None:
        return None
    ratio = row.roster.highest_day.sessions.ratio
    return None if ratio is None else (ratio, row.roster.changes.all)


def best_places(places: Sequence[Place]) -> list[Place]:
    """Return the places that no other is better than in both ratio and changes, by ratio, each once."""
    best: list[Place] = []
    for ratio, changes in sorted(set(places)):
        if not best or changes < best[-1][1]:
            best.append((ratio, changes))
    return best


def trade_off(rows: Sequence[VariantRow], voice: Voice) -> Plot | None:
    """Return the plot of all rows that have a place, numbered as in the table; None for fewer than two of them."""
    rows_at: RowsAt = defaultdict(list)
    for number, row in numbered(rows):
        place = place_of(row)
        if place is not None:
            rows_at[place].append((number, row))
    if sum(map(len, rows_at.values())) < 2:
        return None
    limits, best = _limits(rows_at), best_places(list(rows_at))
    ticks = _ticks([*(ratio for ratio, _ in rows_at), *limits])
    return draw_plot(
        list(_points(rows_at, best, voice)),
        (ticks[0], ticks[-1]),
        line=_stairs(best),
        ticks=[(ratio, decimal_text(ratio, 2)) for ratio in ticks],
        limits=[(limit, voice.say(message("limit {limit}", limit=exact_text(limit)))) for limit in limits],
    )


def _limits(rows_at: RowsAt) -> list[Fraction]:
    rosters = (row.roster for same in rows_at.values() for _, row in same)
    limits = sorted({roster.limit for roster in rosters if roster is not None})
    return limits if len(limits) <= _MOST_LIMITS else []


def _ticks(ratios: Sequence[Fraction]) -> list[Fraction]:
    """Return round ratios, evenly apart, from below all of `ratios` to above them."""
    least, most = min(ratios), max(ratios)
    step = next((step for step in _STEPS if (most - least) / step <= _MOST_TICKS - 3), most - least)
    first, last = math.ceil(least / step) - 1, math.floor(most / step) + 1
    return [step * n for n in range(first, last + 1)]


def _stairs(best: Sequence[Place]) -> Iterator[Place]:
    """Yield the corners of the staircase through the best places: right of it or above it is what is worse."""
    before: Place | None = None
    for ratio, changes in best:
        if before is not None:
            yield ratio, before[1]
        yield ratio, changes
        before = ratio, changes


def _points(rows_at: RowsAt, best: Sequence[Place], voice: Voice) -> Iterator[Point]:
    """Yield a point for every place: the best ones, and the base's, come last and so lie on top."""

    def has_base(place: Place) -> bool:
        return rows_at[place][0][0] == 0

    for place in sorted(rows_at, key=lambda place: (has_base(place), place in best, place)):
        same = rows_at[place]
        label = ", ".join(str(number) for number, _ in same[:_MOST_NUMBERS])
        looks = [look for look, applies in (("best", place in best), ("base", has_base(place))) if applies]
        yield Point(
            place,
            f"{label} …" if len(same) > _MOST_NUMBERS else label,
            "\n".join(f"{number} {title_text(row, voice)}" for number, row in same),
            " ".join(looks),
        )
