"""Small weeks in which the calendar, the evening and the whole week speak."""

from __future__ import annotations

import datetime as dt

from scenarios.smallest.parts import asks, doctor, stands, week
from scheduler.clock import DayKind, Week
from scheduler.scenario.policy import Policy, RatioPolicy
from scheduler.scenario.rows import CalendarRow
from scheduler.scenario.week import Scenario


def national_day() -> Scenario:
    """Thursday and Friday are closed: their sessions fall out at no cost, and nobody owes them elsewhere."""
    return week(
        "national_day",
        (doctor(1, min_sessions=2), doctor(2, min_sessions=2), doctor(3)),
        week=Week.parse("2026-W40"),
        template=(
            stands(1, "mon-pm"),
            stands(1, "thu-pm"),
            stands(2, "wed-am"),
            stands(2, "fri-am"),
            stands(3, "wed-pm"),
        ),
    )


def adjusted_saturday() -> Scenario:
    """Saturday works by Monday's timetable, so two mornings to one afternoon are wrong twice.

    One Saturday morning goes to Monday afternoon and mends both (3); the doctor of both afternoons has one more
    than a fair share (1).
    """
    return week(
        "adjusted_saturday",
        (doctor(1), doctor(2), doctor(3)),
        week=Week.parse("2026-W07"),
        calendar=(
            CalendarRow(date=dt.date(2026, 2, 14), kind=DayKind.WORKING, follows="mon", reason="调休"),
        ),
        template=(stands(1, "mon-am"), stands(2, "mon-am"), stands(3, "mon-pm")),
    )


def evening_as_afternoon() -> Scenario:
    """Two mornings against an afternoon and an evening: balanced, since evenings count as afternoons here."""
    return week(
        "evening_as_afternoon",
        tuple(doctor(number) for number in (1, 2, 3, 4)),
        policy=Policy(ratio=RatioPolicy(evening="as_afternoon")),
        template=(
            stands(1, "mon-am"),
            stands(2, "mon-am"),
            stands(3, "mon-pm"),
            stands(4, "mon-eve", pinned=True),
        ),
    )


def weekly_cover() -> Scenario:
    """Five sessions a week, at any time, are asked of two doctors who may hold two each: one is missing."""
    return week(
        "weekly_cover",
        (doctor(1, max_sessions=2), doctor(2, max_sessions=2)),
        demand=(asks("", 5),),
    )
