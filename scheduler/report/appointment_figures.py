"""How a roster's times fare by the table pace, beside even ones; sessions that hold more tickets than fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.appointment_times import ticket_times
from scheduler.appointments.certificate import Certificate, certify
from scheduler.appointments.figures import Figures, figures_of
from scheduler.appointments.optimum import even_times
from scheduler.appointments.session import TimedSession
from scheduler.clock import Hours
from scheduler.reserve.times import pace_row, timed_session
from scheduler.roster import Plan, Session, session_hours
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class SessionTimes:
    """A session with a pace: what its times depend on, its times as told, and even ones by the minute and the slot.

    Times are open minutes after its start.
    """

    session: Session
    pace: PaceRow
    timed: TimedSession
    told: tuple[int, ...]
    even: tuple[int, ...]
    even_by_slot: tuple[int, ...]

    @property
    def is_overloaded(self) -> bool:
        """Whether its tickets ask for more minutes than it has open, in the mean."""
        return self.session.tickets > self.timed.fits


@dataclass(frozen=True)
class AppointmentFigures:
    """The sessions that can be judged, how each fares by `told`, `even` and `even_by_slot`, and those without a pace."""

    sessions: tuple[SessionTimes, ...]
    told: tuple[Figures, ...]
    even: tuple[Figures, ...]
    even_by_slot: tuple[Figures, ...]
    without_pace: tuple[Session, ...]


def appointment_figures(scenario: Scenario, plan: Plan) -> AppointmentFigures:
    """Return how the times of a plan fare; sessions without tickets are left out."""
    held = [session for session in plan.roster.held if session.tickets]
    told = _told_minutes(scenario, plan)
    sessions = tuple(
        one
        for session in held
        if (one := _session_times(scenario, session, told[session.session])) is not None
    )
    figures = figures_of(
        (one.timed, times) for one in sessions for times in (one.told, one.even, one.even_by_slot)
    )

    def by(times: Callable[[SessionTimes], tuple[int, ...]]) -> tuple[Figures, ...]:
        return tuple(figures[one.timed, times(one)] for one in sessions)

    return AppointmentFigures(
        sessions,
        by(lambda one: one.told),
        by(lambda one: one.even),
        by(lambda one: one.even_by_slot),
        tuple(session for session in held if pace_row(scenario, session) is None),
    )


def _told_minutes(scenario: Scenario, plan: Plan) -> dict[str, list[int]]:
    told: dict[str, list[int]] = defaultdict(list)
    for slot in plan.slots:
        told[slot.session] += [time.told for time in ticket_times(scenario.policy.slots, slot)]
    return told


def _session_times(scenario: Scenario, session: Session, told: Sequence[int]) -> SessionTimes | None:
    timed, pace = timed_session(scenario, session), pace_row(scenario, session)
    if timed is None or pace is None or len(told) != session.tickets:
        return None
    hours, length = session_hours(scenario, session), scenario.policy.slots.length
    even = even_times(session.tickets, hours.minutes)
    by_slot = tuple(minute - minute % length for minute in even)
    return SessionTimes(session, pace, timed, _open_minutes(hours, told), even, by_slot)


def _open_minutes(hours: Hours, minutes: Iterable[int]) -> tuple[int, ...]:
    """Return how many open minutes of the hours are over at minutes of the day, in order."""
    return tuple(
        sum(min(max(0, minute - window.start), window.minutes) for window in hours.windows)
        for minute in sorted(minutes)
    )


def certified(found: AppointmentFigures, most: int) -> list[tuple[SessionTimes, Certificate]]:
    """Return certificates of at most so many sessions, spread over all from the least to the greatest cost.

    Sessions that differ in nothing are taken once.
    """
    different = {(one.timed, one.told): one for one in found.sessions}
    cost = {
        (one.timed, one.told): figures.cost for one, figures in zip(found.sessions, found.told, strict=True)
    }
    ordered = sorted(different, key=lambda key: (cost[key], key))
    step = max(1, -(-len(ordered) // most))
    return [(different[key], certify(*key)) for key in ordered[::step]]
