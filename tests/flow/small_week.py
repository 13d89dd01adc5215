"""A week of two eye doctors on Monday, with everything in the table pace that a test wants to hold still."""

from __future__ import annotations

from scheduler.flow.week import FlowWeek
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Plan, Roster, template_roster
from scheduler.scenario.pace import PaceRow, PaceScope
from scheduler.scenario.services import Service
from scheduler.scenario.week import Scenario
from tests.check.small import monday, row

PUNCTUAL = {"early_mean": 0, "early_sd": 0}


def pace(minutes: str = "10", **parts) -> PaceRow:
    return PaceRow(scope=PaceScope.SPECIALTY, key="eye", minutes=minutes, **(PUNCTUAL | parts))


def check_in(windows: str = "07:00-12:00:1;13:00-17:00:1", **parts) -> Service:
    parts.setdefault("minutes", "2")
    return Service(service=parts.pop("service", "check-in"), windows=windows, **parts)


def week(**parts) -> Scenario:
    parts.setdefault("pace", (pace(),))
    return monday(**parts)


def one_session(tickets: int = 20, **parts) -> Scenario:
    return week(template=(row("ann", "mon-am", tickets=tickets, room="e1"),), **parts)


def plan_of(scenario: Scenario, roster: Roster | None = None) -> Plan:
    held = template_roster(scenario) if roster is None else roster
    return Plan(held, cut_sessions(scenario, held))


def flow_week(scenario: Scenario) -> FlowWeek:
    return FlowWeek(scenario, plan_of(scenario))
