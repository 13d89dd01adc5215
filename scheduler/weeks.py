"""Week after week from one standing timetable: what was borne and what was not spent is carried along."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.carryover import CarryOver
from scheduler.check.burdens import BURDENS
from scheduler.check.frame import Frame
from scheduler.clock import Week
from scheduler.plan import Planned
from scheduler.reserve.shares import credits_after
from scheduler.scenario.week import Scenario

MOST_WEEKS = 53
"""Most weeks that are planned at once: a year of them."""


@dataclass(frozen=True)
class PlannedWeek:
    """One week as it was planned, and the carry-over after it."""

    planned: Planned
    carryover: CarryOver


def plan_weeks(
    scenario: Scenario, count: int, carryover: CarryOver, plan: Callable[[Scenario], Planned]
) -> Iterator[PlannedWeek]:
    """Yield `count` weeks (at least 1) from the scenario's on, each planned by `plan` from what the ones before left.

    The scenario's calendar rows lie in its own week; later weeks have the public calendar only. Rows with a date
    of another week do not apply. A week without a roster bears nothing and spends nothing.
    """
    week = scenario.week
    for _ in range(count):
        carryover = carryover.with_doctors_of(scenario)
        planned = plan(week_of(scenario, week, carryover))
        carryover = _after(carryover, planned)
        yield PlannedWeek(planned, carryover)
        week = week.next()


def week_of(scenario: Scenario, week: Week, carryover: CarryOver) -> Scenario:
    """Return the scenario of one week: its doctors' past from the carry-over, its budget with what is carried over."""
    past = {record.doctor: record for record in carryover.doctors}
    doctors = tuple(
        doctor.model_copy(
            update={
                "past_afternoons": past[doctor.doctor].afternoons,
                "past_fridays": past[doctor.doctor].fridays,
                "past_weekends": past[doctor.doctor].weekends,
            }
        )
        for doctor in scenario.doctors
    )
    changes = scenario.policy.changes
    if changes.budget is not None:
        changes = changes.model_copy(update={"budget": changes.budget + carryover.carried})
    return scenario.changed(
        week=week,
        doctors=doctors,
        credits=carryover.credits_for(scenario),
        calendar=tuple(row for row in scenario.calendar if row.date in week.dates),
        policy=scenario.policy.model_copy(update={"changes": changes}),
    )


def changed_sessions(planned: Planned) -> int:
    """Return how many sessions the week changes; where there is no template, adding one is no change."""
    roster = planned.outcome.roster
    return len(roster.changed) if roster is not None and planned.scenario.template else 0


def _after(carryover: CarryOver, planned: Planned) -> CarryOver:
    roster = planned.outcome.roster
    carryover = carryover.with_credits(credits_after(planned.scenario, planned.plan))
    if roster is None:
        return carryover.without_week(planned.scenario)
    frame = Frame(planned.scenario)
    borne: dict[str, Counter[str]] = defaultdict(Counter)
    for session in roster.held:
        for burden in BURDENS:
            borne[session.doctor][burden.key] += burden.at(frame, session.at)
    return carryover.after_week(planned.scenario, borne, changed_sessions(planned))
