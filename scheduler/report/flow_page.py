"""The patient flow of a week for people: its sentence, its figures, and flow.html, one page that prints well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scheduler.clock import clock_text
from scheduler.flow.figures import FlowFigures, HalfHour, WaitScope, WindowLoad
from scheduler.flow.run import Flow
from scheduler.flow.windows import MOST_OFTEN
from scheduler.interval import Interval
from scheduler.report.bar_plot import BarPlot, BarSeries, draw_bars
from scheduler.report.html import pages
from scheduler.report.versions import versions
from scheduler.report.voice import Voice
from scheduler.words import Message, message

MEASURE_NAMES = {
    "wait": message("wait after the time told (minutes)"),
    "in_hall": message("from arrival to the doctor's door (minutes)"),
    "peak_crowd": message("most patients in a hall"),
    "over_15": message("minutes with more than 15 a window (%)"),
    "overtime": message("sessions end late by (minutes)"),
}
"""What each measure is called."""

MOST_ROWS = 25
"""Rows of a table on the page; the csv files have all of them."""

_HALF_HOUR = 30


@dataclass(frozen=True)
class MeasureRow:
    """A measure, worded; `before`, `difference` and `verdict` are empty where there is no other roster."""

    key: str
    name: str
    value: str
    before: str
    difference: str
    interval: str
    verdict: str


@dataclass(frozen=True)
class LoadRow:
    """A service in a half-hour in which its queue is too long, worded."""

    campus: str
    time: str
    service: str
    open: int
    queue: str
    over: str
    needed: str


@dataclass(frozen=True)
class WaitLine:
    """The waits of a specialty, worded."""

    key: str
    patients: str
    before: str
    wait: str
    p90: str
    in_hall: str


def measure_rows(flow: Flow, voice: Voice) -> list[MeasureRow]:
    """Return the measures in their order."""
    return [_measure_row(flow, key, voice) for key in flow.figures.measures]


def _measure_row(flow: Flow, key: str, voice: Voice) -> MeasureRow:
    own = flow.figures.measures[key]
    before = None if flow.before is None else flow.before.measures.get(key)
    difference = None if flow.differences is None else flow.differences.get(key)
    shown = own if difference is None else difference
    verdict = None if difference is None else verdict_of(difference)
    return MeasureRow(
        key,
        voice.say(MEASURE_NAMES[key]),
        _number(own.mean, key),
        "" if before is None else _number(before.mean, key),
        "" if difference is None else f"{_scaled(difference.mean, key):+.1f}",
        ""
        if shown.low is None or shown.high is None
        else f"{_number(shown.low, key)} – {_number(shown.high, key)}",
        "" if verdict is None else voice.say(verdict),
    )


def verdict_of(difference: Interval) -> Message:
    """Return whether two rosters differ: only where the interval of the difference excludes 0."""
    if difference.differs is None:
        return message("too few replications to say")
    if not difference.differs:
        return message("no difference shown")
    return message("less") if difference.mean < 0 else message("more")


def _scaled(value: Decimal, key: str) -> Decimal:
    return value * 100 if key == "over_15" else value


def _number(value: Decimal, key: str) -> str:
    return f"{_scaled(value, key):.1f}"


def fullest_half_hour(figures: FlowFigures) -> HalfHour | None:
    """Return the half-hour and hall with the largest mean crowd; None where nobody comes."""
    return max(figures.half_hours, key=lambda hour: hour.crowd, default=None)


def flow_headline(flow: Flow, voice: Voice) -> str:
    """Return in a sentence or two how long patients wait and where it is fullest, and what another roster changes."""
    fullest = fullest_half_hour(flow.figures)
    if fullest is None:
        return voice.say(message("Nobody comes in this week: no ticket is given, or everybody stays away."))
    parts = [
        message(
            "Patients wait {wait} min in the mean; the hall is fullest on {day} at {time}, with {crowd}.",
            wait=_number(flow.figures.measures["wait"].mean, "wait"),
            day=voice.weekday(fullest.date),
            time=clock_text(fullest.start),
            crowd=voice.number(round(fullest.crowd)),
        )
    ]
    difference = (flow.differences or {}).get("peak_crowd")
    if difference is not None and flow.before is not None and difference.differs:
        change = difference.mean / flow.before.measures["peak_crowd"].mean * 100
        parts.append(
            message("Against the other roster its peak changes by {change} %.", change=f"{change:+.0f}")
        )
    elif difference is not None:
        parts.append(message("The peak is not shown to differ from that of the other roster."))
    return ("" if voice.language == "zh" else " ").join(voice.say(part) for part in parts)


def flow_html(flow: Flow, language: str) -> str:
    """Return the page in `language` (one of LANGUAGES); the same flow, the same bytes."""
    voice = Voice(language)
    loads, waits = list(_load_rows(flow.figures, voice)), list(_wait_lines(flow, voice))
    week = flow.scenario.week
    text: str = (
        pages()
        .get_template("flow.html")
        .render(
            _=voice.translate,
            lang="zh-CN" if language == "zh" else "en",
            name=flow.scenario.name,
            week=str(week),
            from_date=voice.long_date(week.dates[0]),
            to_date=voice.long_date(week.dates[6]),
            headline=flow_headline(flow, voice),
            compared=flow.before is not None,
            measures=measure_rows(flow, voice),
            replications=voice.say(replications_text(flow)),
            campuses=list(_campus_plots(flow, voice)),
            loads=loads[:MOST_ROWS],
            more_loads=_more(len(loads), "windows.csv", voice),
            waits=waits[:MOST_ROWS],
            more_waits=_more(len(waits), "waits.csv", voice),
            assumptions=[voice.say(sentence) for sentence in flow.assumptions],
            digest=flow.scenario.digest,
            versions=[(package, version or "–") for package, version in versions().items()],
        )
    )
    return text


def replications_text(flow: Flow) -> Message:
    """Return how many replications there were."""
    return message(
        "{n:replication|replications}, random numbers of seed {seed}.",
        n=flow.figures.replications,
        seed=flow.figures.seed,
    )


def _more(rows: int, file: str, voice: Voice) -> str:
    hidden = rows - MOST_ROWS
    if hidden <= 0:
        return ""
    return voice.say(message("{n:more row is|more rows are} in {file}.", n=hidden, file=file))


def _load_rows(figures: FlowFigures, voice: Voice) -> Iterator[LoadRow]:
    """Yield the services and half-hours whose queue is too long more often than it may be, the worst first."""
    pairs = [
        (hour, load) for hour in figures.half_hours for load in hour.services if load.over_15 > MOST_OFTEN
    ]
    for hour, load in sorted(pairs, key=_severity):
        yield LoadRow(
            hour.campus,
            f"{voice.date(hour.date)} {clock_text(hour.start)}",
            load.service,
            load.open,
            f"{load.queue:.1f}",
            f"{load.over_15 * 100:.0f} %",
            "–" if load.needed is None else str(load.needed),
        )


def _severity(pair: tuple[HalfHour, WindowLoad]) -> tuple[float, float, str, dt.date, int]:
    hour, load = pair
    return -load.over_15, -load.queue, hour.campus, hour.date, hour.start


def _wait_lines(flow: Flow, voice: Voice) -> Iterator[WaitLine]:
    before = {} if flow.before is None else {(row.scope, row.key): row for row in flow.before.waits}
    rows = [row for row in flow.figures.waits if row.scope is WaitScope.SPECIALTY]
    for row in sorted(rows, key=lambda row: (-row.wait.mean, row.key)):
        other = before.get((row.scope, row.key))
        yield WaitLine(
            row.key,
            voice.number(round(row.patients)),
            "" if other is None else f"{other.wait.mean:.1f}",
            f"{row.wait.mean:.1f}",
            f"{row.wait_p90:.1f}",
            f"{row.in_hall.mean:.1f}",
        )


def _campus_plots(flow: Flow, voice: Voice) -> Iterator[tuple[str, Sequence[BarPlot]]]:
    """Yield the campuses with a plot a day; those of one campus share a scale, and all the hours."""
    weeks = [(message("before"), "pm", flow.before)] if flow.before is not None else []
    weeks += [(message("this roster"), "am", flow.figures)]
    every = [hour for _, _, figures in weeks for hour in figures.half_hours]
    if not every:
        return
    first, last = min(hour.start for hour in every), max(hour.start for hour in every) + _HALF_HOUR
    for campus in sorted({hour.campus for hour in every}):
        own = [hour for hour in every if hour.campus == campus]
        highest = max(hour.crowd for hour in own)
        plots = []
        for date in sorted({hour.date for hour in own}):
            series = [
                BarSeries(look, _crowds(figures, campus, date), voice.say(name))
                for name, look, figures in weeks
            ]
            plots.append(draw_bars(voice.date(date), series, first, last, highest))
        yield campus, plots


def _crowds(figures: FlowFigures, campus: str, date: dt.date) -> dict[int, float]:
    return {
        hour.start: hour.crowd for hour in figures.half_hours if (hour.campus, hour.date) == (campus, date)
    }
