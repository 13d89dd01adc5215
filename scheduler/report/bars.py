"""The picture of the week: where each bar, mark and label of the AM:PM figure stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import Balance, RatioTable
from scheduler.policy import RatioPolicy
from scheduler.report.voice import Voice
from scheduler.words import message

_LABELS, _BARS, _RATIOS, _ROW, _TOP = 74, 194, 80, 46, 30
PANEL_WIDTH = _LABELS + _BARS + _RATIOS
GAP = 24
"""Units of the drawing between two panels; a unit is about a pixel on screen."""


@dataclass(frozen=True)
class DayBars:
    """One day of a panel: lengths and marks in drawing units from the bars' left edge, and its labels.

    `over` is the length of the morning bar beyond the limit, 0 where it is within.
    """

    top: int
    label: str
    am: int
    pm: int
    am_length: float
    pm_length: float
    over: float
    limit_at: float
    target_at: float
    ratio: str
    verdict: str
    within: bool


@dataclass(frozen=True)
class Panel:
    """One week's bars: the template's or the plan's."""

    title: str
    left: int
    days: tuple[DayBars, ...]


@dataclass(frozen=True)
class WeekFigure:
    """The whole drawing, its size in drawing units."""

    width: int
    height: int
    bars_left: int
    ratio_left: int
    panels: tuple[Panel, ...]


def week_figure(tables: list[tuple[str, RatioTable]], policy: RatioPolicy, voice: Voice) -> WeekFigure | None:
    """Return the drawing of the titled weeks side by side on one scale; None without a working day."""
    if not tables[0][1].days:
        return None
    balances = [balance for _, table in tables for _, balance in table.days]
    longest = max(max(b.am, b.pm, math.ceil(policy.limit * b.pm)) for b in balances)
    scale = Fraction(_BARS, max(1, longest))
    panels = tuple(
        Panel(title, index * (PANEL_WIDTH + GAP), _days(table, policy, scale, voice))
        for index, (title, table) in enumerate(tables)
    )
    width = len(panels) * (PANEL_WIDTH + GAP) - GAP
    height = _TOP + _ROW * len(tables[0][1].days)
    return WeekFigure(width, height, _LABELS, _LABELS + _BARS + 10, panels)


def _days(table: RatioTable, policy: RatioPolicy, scale: Fraction, voice: Voice) -> tuple[DayBars, ...]:
    return tuple(
        _day(_TOP + _ROW * index, voice.date(date), balance, policy, scale, voice)
        for index, (date, balance) in enumerate(table.days)
    )


def _day(
    top: int, label: str, balance: Balance, policy: RatioPolicy, scale: Fraction, voice: Voice
) -> DayBars:
    limit_at = policy.limit * balance.pm
    return DayBars(
        top=top,
        label=label,
        am=balance.am,
        pm=balance.pm,
        am_length=_units(balance.am * scale),
        pm_length=_units(balance.pm * scale),
        over=_units(max(Fraction(0), balance.am - limit_at) * scale),
        limit_at=_units(limit_at * scale),
        target_at=_units(policy.target * balance.pm * scale),
        ratio=voice.ratio(balance, policy),
        verdict=_verdict(balance, policy, voice),
        within=balance.within(policy.limit),
    )


def _verdict(balance: Balance, policy: RatioPolicy, voice: Voice) -> str:
    if not balance.am + balance.pm:
        return voice.say(message("no session"))
    if not balance.within(policy.limit):
        return voice.say(message("{n} too many", n=balance.over(policy.limit)))
    if balance.within(policy.target):
        return voice.say(message("keeps target"))
    return voice.say(message("keeps limit"))


def _units(length: Fraction) -> float:
    return round(float(length), 1)
