"""The hours that a published timetable tells: the usual ones of a half and of a campus; rows with others keep their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.clock import Half, Hours, Window, are_hours_of
from scheduler.scenario.week import DEFAULT_HALVES
from scheduler.tables.published.rows import PublishedRow

_LATEST = 22 * 60
"""A morning or afternoon that ends later leaves no evening."""


@dataclass(frozen=True)
class PublishedHours:
    """The hours of the halves, and of campuses where they are others.

    `told` are the halves whose hours the rows tell, `contradicting` counts rows whose hours are those of another half.
    """

    halves: Mapping[Half, Hours]
    local: Mapping[str, Mapping[Half, Hours]]
    told: tuple[Half, ...]
    contradicting: int

    def usual(self, half: Half, campus: str) -> Hours:
        """Return the usual hours of a half at a campus."""
        return self.local.get(campus, {}).get(half) or self.halves[half]

    def own(self, half: Half, campus: str, hours: Hours | None) -> Hours | None:
        """Return the hours that a row keeps: None where they are the usual ones, or those of another half."""
        usual = {other: self.usual(other, campus) for other in Half}
        if hours is None or hours == usual[half] or not are_hours_of(half, hours, usual):
            return None
        return hours


def hours_of(rows: Iterable[PublishedRow]) -> PublishedHours:
    """Return what rows tell of hours: what most rows of a half have is the half's, what most of a campus have the campus's.

    A half that nothing is told of begins when the one before has ended.
    """
    rows = tuple(rows)
    by_half: dict[Half, Counter[Hours | None]] = defaultdict(Counter)
    by_campus: dict[tuple[str, Half], Counter[Hours | None]] = defaultdict(Counter)
    for row in rows:
        hours = row.hours if row.hours and are_hours_of(row.half, row.hours, DEFAULT_HALVES) else None
        by_half[row.half][hours] += 1
        by_campus[row.campus, row.half][hours] += 1
    usual = {half: hours for half in by_half if (hours := _most_frequent(by_half[half])) is not None}
    halves = _halves(usual)
    local: dict[str, dict[Half, Hours]] = defaultdict(dict)
    for campus, half in sorted(by_campus):
        hours = _most_frequent(by_campus[campus, half])
        if campus and hours and hours != halves[half] and are_hours_of(half, hours, halves):
            local[campus][half] = hours
    told = tuple(half for half in Half if halves[half] == usual.get(half))
    found = PublishedHours(halves, dict(local), told, 0)
    contradicting = sum(
        row.hours not in (None, found.usual(row.half, row.campus), found.own(row.half, row.campus, row.hours))
        for row in rows
    )
    return PublishedHours(halves, dict(local), told, contradicting)


def _most_frequent(counts: Counter[Hours | None]) -> Hours | None:
    return min(counts, key=lambda hours: (-counts[hours], str(hours or "")))


def _halves(usual: Mapping[Half, Hours]) -> dict[Half, Hours]:
    """Return the hours of all halves: the usual ones as far as they do not overlap, the defaults around them."""
    halves: dict[Half, Hours] = {}
    now = 0
    for half in Half:
        hours = usual.get(half)
        if hours is None or hours.start < now or (half is not Half.EVE and hours.end > _LATEST):
            start = max(now, DEFAULT_HALVES[half].start)
            later = [usual[other].start for other in usual if other > half and usual[other].start > start]
            end = min(later, default=24 * 60)
            length = DEFAULT_HALVES[half].minutes
            hours = Hours((Window(start, min(end, max(DEFAULT_HALVES[half].end, start + length // 2))),))
        halves[half] = hours
        now = hours.end
    return halves
