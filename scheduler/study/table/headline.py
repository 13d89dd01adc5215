"""The study in a sentence or two: how many variants have a roster, where the base stands, and what is best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.report.plot import Place
from scheduler.report.voice import Voice
from scheduler.scenario.policy import RatioPolicy
from scheduler.study.table.rows import VariantRow, base_of
from scheduler.study.table.trade_off import place_of
from scheduler.words import Message, message


def headline(rows: Sequence[VariantRow], voice: Voice) -> str:
    """Return the first sentences of the page on the rows, the base's first."""
    glue = "" if voice.language == "zh" else " "
    return glue.join(voice.say(part) for part in _parts(rows, voice))


def _parts(rows: Sequence[VariantRow], voice: Voice) -> Iterator[Message]:
    first = base_of(rows)
    others = [row for row in rows if row is not first]
    solved = sum(row.usable for row in others)
    yield message("{found} of {all:variant|variants} with a roster.", found=solved, all=len(others))
    base = None if first is None else place_of(first)
    points = [(point, row) for row in others if (point := place_of(row))]
    if first is None or base is None:
        yield message("The base has none to compare with.")
    else:
        yield message(
            "The base: sessions changed {n}, highest day {ratio}.",
            n=voice.number(base[1]),
            ratio=_ratio(first, voice),
        )
    if any(base is None or _is_better(point, base) for point, _ in points):
        yield from _best(points, base, voice)
    elif points:
        yield message("No variant does better than it in either.")


def _is_better(point: Place, base: Place) -> bool:
    """Return whether a variant is better than the base in the highest day or in changes, whatever the other."""
    return point[0] < base[0] or point[1] < base[1]


def _best(points: Sequence[tuple[Place, VariantRow]], base: Place | None, voice: Voice) -> Iterator[Message]:
    """Yield which variant is best in changes and which in the highest day; nothing where the base is as good."""
    least = min(points, key=lambda one: (one[0][1], one[0][0]))
    lowest = min(points, key=lambda one: one[0])
    fewer, lower = (base is None or least[0][1] < base[1]), (base is None or lowest[0][0] < base[0])
    if fewer and lower and least[1] is lowest[1]:
        yield message(
            "Best in both: {n} and {ratio} ({title}).",
            title=least[1].title,
            n=voice.number(least[0][1]),
            ratio=_ratio(least[1], voice),
        )
        return
    if fewer:
        yield message("Fewest changes: {n} ({title}).", n=voice.number(least[0][1]), title=least[1].title)
    if lower:
        yield message(
            "Lowest highest day: {ratio} ({title}).", ratio=_ratio(lowest[1], voice), title=lowest[1].title
        )


def _ratio(row: VariantRow, voice: Voice) -> str:
    roster = row.roster
    assert roster is not None, "a row with a point has a roster"
    assert roster.highest_day is not None, "and a day"
    policy = RatioPolicy(limit=roster.limit, target=roster.target)
    return voice.ratio(roster.highest_day.sessions, policy)
