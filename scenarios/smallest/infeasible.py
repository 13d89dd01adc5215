"""Small weeks that cannot be planned, each for one reason that is known."""

from __future__ import annotations

from scenarios.smallest.parts import asks, away, doctor, rooms, stands, week
from scheduler.scenario.week import Scenario


def no_afternoon_doctors() -> Scenario:
    """Two pinned Wednesday mornings need a second afternoon, and the only doctor who is free is away then."""
    return week(
        "no_afternoon_doctors",
        tuple(doctor(number) for number in (1, 2, 3, 4)),
        template=(
            stands(1, "wed-am", pinned=True),
            stands(2, "wed-am", pinned=True),
            stands(3, "wed-pm"),
            stands(4, "tue-pm"),
        ),
        availability=(away(4, "wed-pm"),),
    )


def too_few_rooms() -> Scenario:
    """Three sessions are insisted on at once in a pool of two rooms."""
    return week(
        "too_few_rooms",
        (doctor(1), doctor(2), doctor(3)),
        rooms=rooms(2),
        demand=(asks("mon-pm", 3, hard=True),),
    )
