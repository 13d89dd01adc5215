"""The price of the afternoon for people: its table, its sentence, and price.html, one page that prints well."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import RatioTable, highest_day
from scheduler.outcome import SESSIONS, Point, Status, Tier
from scheduler.report.html import pages
from scheduler.report.plot import Plot, draw_plot
from scheduler.report.plot import Point as PlotPoint
from scheduler.report.readings import readings
from scheduler.report.versions import versions
from scheduler.report.voice import Voice, decimal_text
from scheduler.report.words import STATUS_WORDS, tier_name
from scheduler.scenario.policy import exact_text
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_MOST_LABELS = 18
"""Beyond so many points only every second, third ... is labelled."""


@dataclass(frozen=True)
class PriceRow:
    """One point, worded; `cover` is empty where no demand is priced, `step` is the points since the row before."""

    limit: str
    exact: str
    cover: str
    points: str
    step: str
    sessions: str
    proof: str


def price_rows(points: Sequence[Point], voice: Voice) -> list[PriceRow]:
    """Return the points in their order."""
    rows = []
    before: Tier | None = None
    for point in points:
        rows.append(_price_row(point, before, voice))
        before = point.price.tier("changes") or before
    return rows


def _price_row(point: Point, before: Tier | None, voice: Voice) -> PriceRow:
    price = point.price
    changes = price.tier("changes")
    step = "" if before is None or changes is None else f"{changes.value - before.value:+d}"
    return PriceRow(
        decimal_text(point.limit, 4),
        exact_text(point.limit),
        _tier_text(price.tier("cover"), voice),
        _tier_text(changes, voice),
        step,
        _tier_text(price.tier(SESSIONS), voice),
        _proof_text(point, voice),
    )


def _tier_text(tier: Tier | None, voice: Voice) -> str:
    return "" if tier is None else voice.number(tier.value)


def _proof_text(point: Point, voice: Voice) -> str:
    open_tiers = [tier for tier in point.price.tiers if tier.gap]
    if not point.price.tiers and point.price.status is not Status.OPTIMAL:
        return voice.say(STATUS_WORDS[point.price.status])
    if not open_tiers:
        return voice.say(message("proved"))
    parts = [
        message("{key} at least {bound}", key=tier_name(tier.key), bound=tier.bound) for tier in open_tiers
    ]
    return voice.join(parts)


def headline(today: RatioTable, points: Sequence[Point], voice: Voice) -> str:
    """Return in a sentence or two what the week has today and what the last point costs."""
    parts = [*_describe_today(today, voice), *_describe_last(points[-1], voice)]
    return ("" if voice.language == "zh" else " ").join(voice.say(part) for part in parts)


def _describe_today(today: RatioTable, voice: Voice) -> Iterator[Message]:
    highest = highest_day(today)
    if highest is None:
        return
    date, balance = highest
    if balance.ratio is not None:
        yield message(
            "Today's highest day, {day}, is at {ratio} ({am} : {pm}).",
            day=voice.weekday(date),
            ratio=decimal_text(balance.ratio, 2),
            am=balance.am,
            pm=balance.pm,
        )


def _describe_last(last: Point, voice: Voice) -> Iterator[Message]:
    limit, changes, cover = decimal_text(last.limit, 2), last.price.tier("changes"), last.price.tier("cover")
    sessions = last.price.tier(SESSIONS)
    if changes is not None and sessions is not None:
        yield message(
            "To keep every day within {limit} costs {points:change point|change points} (sessions changed: {sessions}).",
            limit=limit,
            points=voice.number(changes.value),
            sessions=voice.number(sessions.value),
        )
    elif cover is not None:
        yield message(
            "To keep every day within {limit} leaves demand unmet by: {n}.",
            limit=limit,
            n=voice.number(cover.value),
        )
    elif last.price.status is Status.INFEASIBLE:
        yield message("No roster keeps every day within {limit}.", limit=limit)
    elif last.price.status is Status.TIMED_OUT:
        yield message(
            "No roster that keeps every day within {limit} was found in the time given.", limit=limit
        )
    else:
        yield message("To keep every day within {limit} costs nothing.", limit=limit)


def price_chart(points: Sequence[Point], key: str, policy: Sequence[Fraction]) -> Plot | None:
    """Return the plot of the tier `key` over the limits, those of `policy` marked; None for fewer than two points."""
    priced = [(point.limit, tier) for point in points if (tier := point.price.tier(key)) is not None]
    if len(priced) < 2:
        return None
    first, last = points[0].limit, points[-1].limit
    every = math.ceil(len(points) / _MOST_LABELS)
    dots = [
        PlotPoint(
            (limit, tier.value),
            label="" if number % every else str(tier.value),
            title=f"{decimal_text(limit, 4)}: {tier.value}",
            look="open" if tier.gap else "best",
        )
        for number, (limit, tier) in enumerate(priced)
    ]
    return draw_plot(
        dots,
        (first, last),
        line=[dot.place for dot in dots],
        ticks=[(point.limit, decimal_text(point.limit, 2)) for point in points[:: max(every, 2)]],
        limits=[(limit, exact_text(limit)) for limit in policy if last <= limit <= first],
    )


def price_html(scenario: Scenario, today: RatioTable, points: Sequence[Point], language: str) -> str:
    """Return the page in `language` (one of LANGUAGES); same points, same bytes."""
    voice = Voice(language)
    ratio = scenario.policy.ratio
    key = "changes" if scenario.template else "cover"
    text: str = (
        pages()
        .get_template("price.html")
        .render(
            _=voice.translate,
            lang="zh-CN" if language == "zh" else "en",
            name=scenario.name,
            week=str(scenario.week),
            from_date=voice.long_date(scenario.week.dates[0]),
            to_date=voice.long_date(scenario.week.dates[6]),
            headline=headline(today, points, voice),
            chart=price_chart(points, key, sorted({ratio.limit, ratio.target})),
            unit=voice.say(
                message("change points") if key == "changes" else message("sessions short of demand")
            ),
            rows=price_rows(points, voice),
            covers=any(point.price.tier("cover") for point in points),
            changes=any(point.price.tier("changes") for point in points),
            readings=[(reading.key, voice.say(reading.sentence)) for reading in readings(scenario)],
            calendar=[],
            notes=[],
            digest=scenario.digest,
            versions=[(name, version or "–") for name, version in versions().items()],
        )
    )
    return text
