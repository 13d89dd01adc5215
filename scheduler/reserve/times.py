"""The start of every ticket of a session, by the appointment rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduler.appointments.optimum import even_times, learned_times
from scheduler.appointments.session import TimedSession
from scheduler.roster import Session, session_hours
from scheduler.scenario.pace import PaceRow, pace_of
from scheduler.scenario.policy import AppointmentRule
from scheduler.scenario.week import Scenario


def session_times(scenario: Scenario, sessions: Sequence[Session]) -> dict[str, list[int]]:
    """Return the minutes after midnight at which the tickets of each session start, in order, by the session's identity.

    They are spread over the open minutes, without the breaks. `even`: equal intervals. `front_loaded` (Bailey and Welch
    1952): two at the start, then one an interval. `learned`: the best by the pace of the doctor, else of the specialty;
    without either, even.
    """
    rule = scenario.policy.slots.rule
    timed: dict[str, TimedSession] = {}
    if rule is AppointmentRule.LEARNED:
        found = ((session.session, timed_session(scenario, session)) for session in sessions)
        timed = {key: one for key, one in found if one is not None}
    learned = learned_times(timed.values())
    starts = {}
    for session in sessions:
        hours, key = session_hours(scenario, session), session.session
        minutes = learned[timed[key]] if key in timed else _by_rule(rule, session.tickets, hours.minutes)
        starts[key] = [hours.minute(minute) for minute in minutes]
    return starts


def _by_rule(rule: AppointmentRule, tickets: int, minutes: int) -> Sequence[int]:
    even = even_times(tickets, minutes)
    return (*even[:1], *even[:-1]) if rule is AppointmentRule.FRONT_LOADED else even


def pace_row(scenario: Scenario, session: Session) -> PaceRow | None:
    """Return the pace of a session: of several clinics the first by name decides, as it does on hours."""
    clinic = min((block.clinic for block in session.blocks), default="")
    return pace_of(scenario, session.doctor, clinic)


def timed_session(scenario: Scenario, session: Session) -> TimedSession | None:
    """Return what the learned times of a session that takes place depend on; None without tickets or pace."""
    pace = pace_row(scenario, session)
    if pace is None or not session.tickets:
        return None
    return TimedSession.of(session.tickets, session_hours(scenario, session).minutes, pace, scenario.policy)


def doctors_without_pace(scenario: Scenario, sessions: Iterable[Session]) -> tuple[str, ...]:
    """Return the doctors of sessions whose times the rule `learned` leaves even, sorted by key."""
    return tuple(sorted({s.doctor for s in sessions if s.tickets and pace_row(scenario, s) is None}))
