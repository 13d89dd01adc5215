"""Sessions by specialty and half-day as shaded cells, the difference to the template written into them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from scheduler.clock import Cell
from scheduler.report.facts import ReportFacts
from scheduler.report.specialties import SpecialtyWeek
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS

STEPS = 5
"""Shades a cell can have, beside blank for none."""


@dataclass(frozen=True)
class HeatCell:
    """A specialty's sessions in a half-day, how many more than in the template, its shade (0 to STEPS)."""

    count: int
    difference: int
    step: int


@dataclass(frozen=True)
class HeatRow:
    """A specialty's week; ratios are text, empty where there is nothing to compare."""

    name: str
    cells: tuple[HeatCell, ...]
    total: int
    ratio_before: str
    ratio_after: str
    keeps: bool
    looked_at: bool


@dataclass(frozen=True)
class HeatMap:
    """All rows, the column headings by date, and each shade with the numbers it begins and ends at."""

    dates: tuple[tuple[str, int], ...]
    halves: tuple[tuple[str, bool], ...]
    rows: tuple[HeatRow, ...]
    shades: tuple[tuple[int, int, int], ...]


def heat_map(facts: ReportFacts, voice: Voice) -> HeatMap:
    """Return the map of the plan, or of the template where there is no roster."""
    most = max((n for week in facts.specialties for n in week.after.values()), default=0)
    ends = _shade_ends(most)
    starts = (1, *(end + 1 for end in ends[:-1]))
    return HeatMap(
        tuple((voice.date(date), len(list(cells))) for date, cells in groupby(facts.half_days, _date_of)),
        tuple(
            (voice.say(HALF_WORDS[cell.half]), index == 0 or facts.half_days[index - 1].date != cell.date)
            for index, cell in enumerate(facts.half_days)
        ),
        tuple(_heat_row(facts, week, ends, voice) for week in facts.specialties),
        tuple(zip(range(first_shade(ends), STEPS + 1), starts, ends, strict=False)),
    )


def _date_of(cell: Cell) -> dt.date:
    return cell.date


def _shade_ends(most: int) -> tuple[int, ...]:
    # Squares, not equal steps: most cells are small, and the eye should still distinguish 1 from 3.
    return tuple(sorted({-(-most * step * step // STEPS**2) for step in range(1, STEPS + 1)} - {0}))


def first_shade(ends: Sequence[object]) -> int:
    """Return the palest shade in use: where few are needed they are the middle ones."""
    return (STEPS - len(ends)) // 2 + 1


def _heat_row(facts: ReportFacts, week: SpecialtyWeek, ends: tuple[int, ...], voice: Voice) -> HeatRow:
    policy = facts.scenario.policy.ratio
    before, after = week.balance_before, week.balance_after
    return HeatRow(
        week.specialty,
        tuple(
            _heat_cell(week.before.get(cell, 0), week.after.get(cell, 0), ends) for cell in facts.half_days
        ),
        sum(week.after.values()),
        voice.ratio(before, policy) if facts.solved else "",
        voice.ratio(after, policy),
        after.settles(policy.limit),
        week.looked_at,
    )


def _heat_cell(before: int, after: int, ends: tuple[int, ...]) -> HeatCell:
    step = next((i for i, end in enumerate(ends, start=first_shade(ends)) if after <= end), STEPS)
    return HeatCell(after, after - before, step if after else 0)
