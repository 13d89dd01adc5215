"""Mornings to afternoons of an imported week, by sessions and by tickets, as an import tells them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction

from scheduler.clock import Half
from scheduler.policy import exact_text
from scheduler.scenario import Scenario, Standing
from scheduler.tables.finding import Finding, FindingKind
from scheduler.words import Message, message


def ratio_findings(scenario: Scenario) -> Iterator[Finding]:
    """Yield the ratio of each working day by sessions, then that of the week by sessions and by tickets.

    Stopped sessions of the template count: they belong to the timetable.
    """
    limit = scenario.policy.ratio.limit
    for date in scenario.working_dates:
        yield _finding(
            message("mornings to afternoons on {date}", date=date.isoformat()),
            limit,
            _sum(scenario, {date}, _one),
        )
    week = set(scenario.working_dates)
    yield _finding(
        message("mornings to afternoons of the week, by sessions"), limit, _sum(scenario, week, _one)
    )
    yield _finding(
        message("mornings to afternoons of the week, by tickets"), limit, _sum(scenario, week, _tickets)
    )


def _one(_: Standing) -> int:
    return 1


def _tickets(session: Standing) -> int:
    return sum(block.tickets for block in session.blocks)


def _sum(scenario: Scenario, dates: set[dt.date], weight: Callable[[Standing], int]) -> tuple[int, int]:
    held = [session for session in scenario.standing if session.cell.date in dates]
    morning = sum(weight(session) for session in held if session.cell.half is Half.AM)
    afternoon = sum(weight(session) for session in held if session.cell.half is Half.PM)
    return morning, afternoon


def _finding(label: Message, limit: Fraction, counts: tuple[int, int]) -> Finding:
    morning, afternoon = counts
    note = (
        message("{am} : {pm}, within the limit of {limit}", am=morning, pm=afternoon, limit=exact_text(limit))
        if morning <= limit * afternoon
        else message(
            "{am} : {pm}, above the limit of {limit}", am=morning, pm=afternoon, limit=exact_text(limit)
        )
    )
    return Finding(FindingKind.FOUND, label, ratio_text(morning, afternoon), note)


def ratio_text(morning: int, afternoon: int) -> str:
    """Return morning / afternoon with two decimals, halves rounded up; a dash where there is no afternoon."""
    if not afternoon:
        return "-"
    hundredths = (200 * morning + afternoon) // (2 * afternoon)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
