"""The smallest weeks in which the hard rules bite.

Every week here keeps all other rules as they are by default. Most of its sessions are afternoons, because
these never offend the ratio. The docstrings tell the cheapest week with the rule and without it.
"""

from __future__ import annotations

from scenarios.smallest.parts import BONE, EYE, asks, away, doctor, rooms, stands, week
from scheduler.scenario.hospital import Clinic, Level
from scheduler.scenario.policy import LeavePolicy, Policy
from scheduler.scenario.week import Scenario

COVER = Policy(leave=LeavePolicy(sessions="cover"))
"""Sessions on leave stay in the week, so that they must go somewhere."""


def availability() -> Scenario:
    """The doctor is away at their only session: it moves to another day (3); without the rule it stays."""
    return week(
        "availability",
        (doctor(1),),
        template=(stands(1, "mon-pm"),),
        availability=(away(1, "mon-pm"),),
        policy=COVER,
    )


def one_place() -> Scenario:
    """The Monday morning must move.

    Another date costs 3; without the rule it lands on the doctor's own Monday afternoon for 2.
    """
    return week(
        "one_place",
        (doctor(1),),
        template=(stands(1, "mon-am"), stands(1, "mon-pm")),
        availability=(away(1, "mon-am"),),
        policy=COVER,
    )


def eligible() -> Scenario:
    """Monday asks for a session of a chiefs' clinic and there is no chief.

    It stays uncovered (1); without the rule the deputy chief sits there.
    """
    chiefs = Clinic(
        clinic="眼科专家门诊", specialty="眼科", campus="本部", pool="本部-眼科", min_level=Level.CHIEF
    )
    return week(
        "eligible", (doctor(1),), clinics=(EYE, chiefs), demand=(asks("mon-pm", 1, chiefs), asks("tue-pm"))
    )


def session_limits() -> Scenario:
    """Three sessions are asked for of a doctor who may hold two: one is missing; without the rule, none."""
    return week(
        "session_limits",
        (doctor(1, max_sessions=2),),
        demand=(asks("mon-pm"), asks("tue-pm"), asks("wed-pm")),
    )


def one_room() -> Scenario:
    """Two sessions are asked for at once in a pool of one room: one is missing; without the rule, none."""
    return week("rooms", (doctor(1), doctor(2)), rooms=rooms(1), demand=(asks("mon-pm", 2),))


def pinned() -> Scenario:
    """One of two Monday mornings must go.

    The free one can only go to another date (3); without the rule the pinned one goes to the afternoon (2).
    """
    return week(
        "pinned",
        (doctor(1), doctor(2), doctor(3)),
        template=(stands(1, "mon-am", pinned=True), stands(2, "mon-am"), stands(3, "mon-pm")),
        availability=(away(2, "mon-pm"),),
    )


def ratio_day() -> Scenario:
    """Two mornings stand against one afternoon: one moves (2); without the rule nothing moves.

    The specialty itself differs by one over the week, so only the day is at fault.
    """
    return week(
        "ratio_day",
        (doctor(1), doctor(2), doctor(3)),
        template=(stands(1, "mon-am"), stands(2, "mon-am"), stands(3, "mon-pm")),
    )


def ratio_specialties() -> Scenario:
    """One specialty holds the mornings and the other the afternoons, so the day is balanced and neither wide.

    One morning moves (2), one afternoon more than its doctor's fair share (1); without the rule none does.
    """
    return week(
        "ratio_specialties",
        (doctor(1), doctor(2), doctor(3, "骨科"), doctor(4, "骨科")),
        clinics=(EYE, BONE),
        rooms=rooms(2) + rooms(2, BONE),
        template=(
            stands(1, "mon-am"),
            stands(2, "mon-am"),
            stands(3, "mon-pm", BONE),
            stands(4, "mon-pm", BONE),
        ),
    )
