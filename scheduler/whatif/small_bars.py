"""Small pictures side by side: each variant's mornings and afternoons by day, on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import Balance
from scheduler.policy import RatioPolicy
from scheduler.report.voice import Voice
from scheduler.whatif.roster_figures import RosterFigures
from scheduler.whatif.rows import Row, numbered
from scheduler.whatif.wording import title_text

_TOP, _PLOT, _BELOW, _DAY, _BAR = 6, 76, 30, 38, 14
MOST_PANELS = 60
"""Beyond so many variants nobody compares pictures; the table has them all."""


@dataclass(frozen=True)
class DayPair:
    """A day's two bars in drawing units; `over` is how much of the morning bar is above the limit."""

    x: int
    label: str
    am: int
    pm: int
    am_top: float
    pm_top: float
    over: float
    limit_at: float
    ratio: str
    within: bool


@dataclass(frozen=True)
class BarPanel:
    """One variant's week; `number` is its line in the table."""

    number: int
    title: str
    days: tuple[DayPair, ...]


@dataclass(frozen=True)
class SmallBars:
    """All pictures, each of the same size; `left_out` variants with a roster have none."""

    width: int
    height: int
    bottom: int
    bar: int
    panels: tuple[BarPanel, ...]
    left_out: int


def small_bars(rows: Sequence[Row], voice: Voice) -> SmallBars | None:
    """Return the pictures of the rows with a roster, at most MOST_PANELS; None where there is nothing to draw."""
    found = [(number, row, row.roster) for number, row in numbered(rows) if row.roster and row.roster.days]
    if not found:
        return None
    shown = found[:MOST_PANELS]
    tallest = max(_height(roster) for _, _, roster in shown)
    panels = tuple(
        BarPanel(number, title_text(row, voice), _days(roster, Fraction(_PLOT, tallest), voice))
        for number, row, roster in shown
    )
    width = _DAY * max(len(panel.days) for panel in panels)
    return SmallBars(width, _TOP + _PLOT + _BELOW, _TOP + _PLOT, _BAR, panels, len(found) - len(shown))


def _height(roster: RosterFigures) -> int:
    balances = [day.sessions for day in roster.days]
    return max(1, *(max(b.am, b.pm, math.ceil(roster.limit * b.pm)) for b in balances))


def _days(roster: RosterFigures, scale: Fraction, voice: Voice) -> tuple[DayPair, ...]:
    policy = RatioPolicy(limit=roster.limit, target=roster.target)
    return tuple(
        _pair(number * _DAY, voice.weekday(day.date), day.sessions, policy, scale, voice)
        for number, day in enumerate(roster.days)
    )


def _pair(
    x: int, label: str, balance: Balance, policy: RatioPolicy, scale: Fraction, voice: Voice
) -> DayPair:
    limit = policy.limit * balance.pm
    return DayPair(
        x=x,
        label=label,
        am=balance.am,
        pm=balance.pm,
        am_top=_top(balance.am * scale),
        pm_top=_top(balance.pm * scale),
        over=round(float(max(Fraction(0), balance.am - limit) * scale), 1),
        limit_at=_top(limit * scale),
        ratio=voice.ratio(balance, policy),
        within=balance.within(policy.limit),
    )


def _top(height: Fraction) -> float:
    return round(float(_TOP + _PLOT - height), 1)
