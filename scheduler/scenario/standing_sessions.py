"""The template's rows on the days of a week: the sessions that would be held there, as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.clock import WEEKDAYS, Cell, Day
from scheduler.scenario.rows import Block, StandingSession, TemplateRow, parts_of

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario


def standing_sessions(scenario: Scenario, days: Iterable[Day]) -> Iterator[StandingSession]:
    """Yield the template's sessions on these days, sorted by doctor, half-day and start.

    Rows of one doctor and half-day are one session, several where their campuses and hours make them so.
    """
    grouped = _rows_by_half_day(scenario.template, days)
    for doctor, cell in sorted(grouped):
        for part, rows in enumerate(_in_parts(scenario, grouped[doctor, cell])):
            yield _session(scenario, doctor, cell, sorted(rows, key=lambda row: row.clinic), part)


def _rows_by_half_day(
    template: Iterable[TemplateRow], days: Iterable[Day]
) -> dict[tuple[str, Cell], list[TemplateRow]]:
    by_weekday: dict[int, list[Day]] = defaultdict(list)
    for day in days:
        by_weekday[day.follows].append(day)
    grouped: dict[tuple[str, Cell], list[TemplateRow]] = defaultdict(list)
    for row in template:
        for day in by_weekday[WEEKDAYS.index(row.day)]:
            if row.weeks.takes_place(day.date):
                grouped[row.doctor, Cell(day.date, row.half)].append(row)
    return grouped


def _in_parts(scenario: Scenario, rows: Sequence[TemplateRow]) -> Sequence[Sequence[TemplateRow]]:
    if len(rows) == 1:
        return (rows,)
    campuses = scenario.clinic_of

    def start_of(part: Sequence[TemplateRow]) -> tuple[int, str]:
        own = next((row.hours for row in part if row.hours), None)
        clinic = min(row.clinic for row in part)
        return scenario.hours_at(part[0].half, clinic, own).start, clinic

    return sorted(parts_of(rows, lambda row: campuses[row.clinic].campus), key=start_of)


def _session(
    scenario: Scenario, doctor: str, cell: Cell, rows: Sequence[TemplateRow], part: int
) -> StandingSession:
    return StandingSession(
        doctor,
        cell,
        tuple(Block(row.clinic, scenario.tickets_for(row.clinic, row.tickets)) for row in rows),
        next((row.room for row in rows if row.room), ""),
        any(row.pinned for row in rows),
        all(row.stopped for row in rows),
        sum(row.booked for row in rows),
        next((row.hours for row in rows if row.hours), None),
        part,
    )
