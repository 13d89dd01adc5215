"""Sessions by specialty and half-day, before and after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.balance import Balance, balance
from scheduler.clock import Cell
from scheduler.roster import Roster, Session
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class SpecialtyWeek:
    """One specialty's held sessions by half-day and its balance over the week, before and after.

    `looked_at` is whether the rule on specialties counts it: it has standing sessions or demand.
    """

    specialty: str
    before: Mapping[Cell, int]
    after: Mapping[Cell, int]
    balance_before: Balance
    balance_after: Balance
    looked_at: bool


def specialty_of(scenario: Scenario, session: Session) -> str:
    """Return the session's specialty: that of its first block's clinic, blocks sorted by clinic."""
    return scenario.clinic_of[min(session.blocks).clinic].specialty


def specialty_weeks(scenario: Scenario, before: Roster, after: Roster) -> tuple[SpecialtyWeek, ...]:
    """Return the specialties that have a session before or after, or demand, sorted by name."""
    first, second = _by_specialty(scenario, before), _by_specialty(scenario, after)
    demanded = {scenario.clinic_of[row.clinic].specialty for row in scenario.demand}
    return tuple(
        SpecialtyWeek(
            name,
            Counter(session.at for session in first[name]),
            Counter(session.at for session in second[name]),
            balance(scenario, first[name]),
            balance(scenario, second[name]),
            bool(first[name]) or name in demanded,
        )
        for name in sorted(set(first) | set(second) | demanded)
    )


def _by_specialty(scenario: Scenario, roster: Roster) -> defaultdict[str, list[Session]]:
    sessions: defaultdict[str, list[Session]] = defaultdict(list)
    for session in roster.held:
        sessions[specialty_of(scenario, session)].append(session)
    return sessions
