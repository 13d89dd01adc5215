"""Week after week from one standing timetable: what was borne and what was not spent is carried along."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.carryover import Ledger
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
    """One week as it was planned, and the ledger after it."""

    planned: Planned
    ledger: Ledger


def plan_weeks(
    scenario: Scenario, count: int, ledger: Ledger, plan: Callable[[Scenario], Planned]
) -> Iterator[PlannedWeek]:
    """Yield `count` weeks (at least 1) from the scenario's on, each planned by `plan` from what the ones before left.

    The scenario's calendar rows lie in its own week; later weeks have the public calendar only. Rows with a date
    of another week do not apply. A week without a roster bears nothing and spends nothing.
    """
    week = scenario.week
    for _ in range(count):
        ledger = ledger.with_doctors_of(scenario)
        planned = plan(week_of(scenario, week, ledger))
        ledger = _charged(ledger, planned)
        yield PlannedWeek(planned, ledger)
        week = week.next()


def week_of(scenario: Scenario, week: Week, ledger: Ledger) -> Scenario:
    """Return the scenario of one week: its doctors' past from the ledger, its budget with what is carried over."""
    past = {account.doctor: account for account in ledger.accounts}
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
        changes = changes.model_copy(update={"budget": changes.budget + ledger.carried})
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario(
        **{
            **fields,
            "week": week,
            "doctors": doctors,
            "credits": ledger.credits_for(scenario),
            "calendar": tuple(row for row in scenario.calendar if row.date in week.dates),
            "policy": scenario.policy.model_copy(update={"changes": changes}),
        }
    )


def changed_sessions(planned: Planned) -> int:
    """Return how many sessions the week changes; where there is no template, adding one is no change."""
    roster = planned.outcome.roster
    return len(roster.changed) if roster is not None and planned.scenario.template else 0


def _charged(ledger: Ledger, planned: Planned) -> Ledger:
    roster = planned.outcome.roster
    ledger = ledger.with_credits(credits_after(planned.scenario, planned.plan))
    if roster is None:
        return ledger.passed(planned.scenario)
    frame = Frame(planned.scenario)
    borne: dict[str, Counter[str]] = defaultdict(Counter)
    for session in roster.held:
        for burden in BURDENS:
            borne[session.doctor][burden.key] += burden.at(frame, session.at)
    return ledger.charged(planned.scenario, borne, changed_sessions(planned))
