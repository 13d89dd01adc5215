"""The smallest weeks in which the soft rules bite: a rule further down the tiers tempts to break them."""

from __future__ import annotations

from fractions import Fraction

from scenarios.smallest.parts import EYE, EYE_EAST, asks, avoids, doctor, rooms, says, stands, week
from scheduler.rules import DEFAULT_TIERS
from scheduler.scenario.hospital import Level
from scheduler.scenario.policy import Policy, RatioPolicy
from scheduler.scenario.rows import Presence
from scheduler.scenario.week import Scenario


def ratio_target() -> Scenario:
    """Three sessions on Monday within a limit of 2 and a target of 1.

    Two doctors would rather not come in the afternoon: one of them must (wish 1); without the rule none does.
    """
    return week(
        "ratio_target",
        tuple(doctor(number, max_sessions=1) for number in (1, 2, 3)),
        policy=Policy(ratio=RatioPolicy(limit=Fraction(2), target=Fraction(1))),
        availability=(avoids(1, "mon-pm"), avoids(2, "mon-pm")),
        demand=(asks("mon", 3),),
    )


def ratio_experts() -> Scenario:
    """A morning and an afternoon; the only expert would rather come in the morning.

    The expert takes the afternoon against the wish (1); without the rule the attending does.
    """
    return week(
        "ratio_experts",
        (doctor(1, max_sessions=1), doctor(2, level=Level.ATTENDING, max_sessions=1)),
        availability=(avoids(1, "mon-pm"),),
        demand=(asks("mon-am"), asks("mon-pm")),
    )


def cover() -> Scenario:
    """A session is asked for that its doctor would rather not hold: held (wish 1); without the rule, not."""
    return week("cover", (doctor(1),), availability=(avoids(1, "mon-pm"),), demand=(asks("mon-pm"),))


def expert_presence() -> Scenario:
    """The only expert would rather not come on the one day asked for.

    The expert comes (wish 1); without the rule the attending sits there alone.
    """
    return week(
        "expert_presence",
        (doctor(1), doctor(2, level=Level.ATTENDING)),
        availability=(avoids(1, "mon-pm"),),
        demand=(asks("mon-pm"),),
    )


def changes() -> Scenario:
    """A standing session its doctor would rather not hold: it stays (wish 1); without the rule, not (3)."""
    return week(
        "changes",
        (doctor(1, min_sessions=1),),
        template=(stands(1, "mon-pm"),),
        availability=(avoids(1, "mon-pm"),),
    )


def fairness() -> Scenario:
    """Two afternoons, two doctors, one of whom would rather have none.

    They take one each (wish 1); without the rule the other takes both.
    """
    return week(
        "fairness",
        (doctor(1), doctor(2)),
        availability=(avoids(2, "-pm"),),
        demand=(asks("mon-pm"), asks("tue-pm")),
    )


def rest() -> Scenario:
    """A doctor has Monday evening; for Tuesday morning there are that doctor and one who would rather not come.

    The other one comes (wish 1); without the rule the first is back after twelve hours and a half.
    """
    return week(
        "rest",
        (doctor(1, max_sessions=2), doctor(2, max_sessions=2)),
        template=(stands(1, "mon-eve", pinned=True), stands(2, "tue-pm", pinned=True)),
        availability=(avoids(2, "tue-am"),),
        demand=(asks("tue-am"),),
    )


def one_campus() -> Scenario:
    """A doctor is at one campus in the morning; in the afternoon the other asks for somebody.

    The other doctor comes against the wish (1); without the rule the first one crosses the city at noon.
    """
    return week(
        "one_campus",
        (doctor(1, max_sessions=2), doctor(2)),
        clinics=(EYE, EYE_EAST),
        rooms=(*rooms(1), *rooms(1, EYE_EAST)),
        template=(stands(1, "mon-am", pinned=True),),
        availability=(avoids(2, "mon-pm"),),
        demand=(asks("mon-pm", clinic=EYE_EAST),),
    )


def daily_sessions() -> Scenario:
    """A doctor has Monday morning and afternoon; both doctors could take the evening, and the other would rather not.

    The other one takes it (wish 1); without the rule the first has three sessions that day.
    """
    return week(
        "daily_sessions",
        (doctor(1, max_sessions=3), doctor(2)),
        template=(stands(1, "mon-am", pinned=True), stands(1, "mon-pm", pinned=True)),
        availability=(
            says(1, Presence.OPEN, "mon-eve"),
            says(2, Presence.OPEN, "mon-eve"),
            avoids(2, "mon-eve"),
        ),
        demand=(asks("mon-eve"),),
    )


def preferences() -> Scenario:
    """Wishes come before changes here: the session moves for the wish (3); without the rule it stays."""
    return week(
        "preferences",
        (doctor(1),),
        tiers=(
            "cover",
            "preferences",
            *(key for key in DEFAULT_TIERS if key not in ("cover", "preferences")),
        ),
        template=(stands(1, "mon-pm"),),
        availability=(avoids(1, "mon-pm"),),
    )


def same_room() -> Scenario:
    """Two doctors whose rooms stand in the other order than their keys.

    Both keep their rooms; without the rule rooms are given out in order, and both must change.
    """
    return week(
        "same_room",
        (doctor(1), doctor(2)),
        rooms=rooms(2),
        template=(stands(1, "mon-pm", room="102"), stands(2, "mon-pm", room="101")),
    )
