"""The picture of a week: each day's mornings above its afternoons, with the ratio's limit, in two sizes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import Balance
from scheduler.report.voice import Voice
from scheduler.scenario.policy import RatioPolicy
from scheduler.words import message


@dataclass(frozen=True)
class Size:
    """The measures of a picture in drawing units, about a pixel on screen each.

    `labels`, `bars` and `ratios` are the widths of its three columns, `row` the height of a day. Marks reach
    `overhang` beyond a bar. A `detailed` picture has numbers in its bars, whole dates, targets and a verdict.
    """

    labels: int
    bars: int
    ratios: int
    row: int
    thickness: int
    gap: int
    overhang: int
    detailed: bool

    @property
    def width(self) -> int:
        """The width of the picture."""
        return self.labels + self.bars + self.ratios

    @property
    def am_top(self) -> int:
        """Where the morning bar begins, from the top of its day."""
        return self.overhang + 1

    @property
    def pm_top(self) -> int:
        """Where the afternoon bar begins, from the top of its day."""
        return self.am_top + self.thickness + self.gap


LARGE = Size(labels=74, bars=194, ratios=80, row=46, thickness=13, gap=3, overhang=3, detailed=True)
SMALL = Size(labels=32, bars=126, ratios=36, row=21, thickness=7, gap=1, overhang=1, detailed=False)


@dataclass(frozen=True)
class BarWeek:
    """A week to draw: its title, its days, and the ratio it is measured by; `number` is how a table counts it."""

    title: str
    days: Sequence[tuple[dt.date, Balance]]
    policy: RatioPolicy
    number: str = ""


@dataclass(frozen=True)
class DayBars:
    """One day: lengths and marks in drawing units from the bars' left edge, and its labels.

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
    """The picture of one week."""

    title: str
    number: str
    days: tuple[DayBars, ...]


@dataclass(frozen=True)
class WeekFigure:
    """Pictures of one size and one scale; `height` is that of each, in drawing units."""

    size: Size
    height: int
    panels: tuple[Panel, ...]


def week_figure(weeks: Sequence[BarWeek], size: Size, voice: Voice) -> WeekFigure | None:
    """Return the pictures of the weeks on one scale; None where no week has a day."""
    if not any(week.days for week in weeks):
        return None
    longest = max(
        max(balance.am, balance.pm, math.ceil(week.policy.limit * balance.pm))
        for week in weeks
        for _, balance in week.days
    )
    scale = Fraction(size.bars, max(1, longest))
    panels = tuple(
        Panel(
            week.title,
            week.number,
            tuple(
                _day_bars(number * size.row, _label(date, size, voice), balance, week.policy, scale, voice)
                for number, (date, balance) in enumerate(week.days)
            ),
        )
        for week in weeks
    )
    return WeekFigure(size, size.row * max(len(week.days) for week in weeks), panels)


def _label(date: dt.date, size: Size, voice: Voice) -> str:
    return voice.date(date) if size.detailed else voice.weekday(date)


def _day_bars(
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
