"""Small weeks to report on: 2026-W30 has five working days, 20 to 24 July."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from scheduler.clock import Cell, Half, Week
from scheduler.hospital import Clinic, Doctor, Room
from scheduler.outcome import Outcome, Status, Tier
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster, template_roster
from scheduler.scenario import Scenario, TemplateRow
from scheduler.words import message

WEEK = Week.parse("2026-W30")


def _at(key: str) -> Cell:
    return WEEK.cell(key)


def _scenario(text: str, **parts: Any) -> Scenario:
    """Build a scenario from lines `doctor day-half clinic tickets [stopped]`; clinic is specialty too."""
    rows = [line.split() for line in text.strip().splitlines()]
    doctors = sorted({row[0] for row in rows} | {"li"})
    clinics = sorted({row[2] for row in rows} | {"eye"})
    specialty = {row[0]: row[2] for row in reversed(rows)} | {"li": "eye"}
    given: dict[str, Any] = {
        "week": WEEK,
        "doctors": [Doctor(doctor=d, specialty=specialty[d], level="chief") for d in doctors],
        "clinics": [Clinic(clinic=c, specialty=c, campus="main", pool=f"{c} rooms") for c in clinics],
        "rooms": [Room(room=f"{c} 1", pool=f"{c} rooms", campus="main") for c in clinics],
        "template": [
            TemplateRow(
                doctor=doctor,
                day=at.split("-")[0],
                half=Half(at.split("-")[1].upper()),
                clinic=clinic,
                tickets=int(tickets),
                stopped=bool(rest),
            )
            for doctor, at, clinic, tickets, *rest in rows
        ],
    }
    return Scenario(**(given | parts))


def _moved(scenario: Scenario, moves: Iterable[tuple[str, str, str | None]]) -> Roster:
    """Return the template with sessions (doctor, from) moved to the third, or dropped where it is None."""
    to = {(doctor, _at(was)): _at(now) if now else None for doctor, was, now in moves}
    return Roster(
        tuple(replace(s, cell=to.get((s.doctor, s.was), s.cell)) for s in template_roster(scenario).sessions)
    )


def _facts(scenario: Scenario, *moves: tuple[str, str, str | None], **more: Any) -> ReportFacts:
    roster = more.get("roster", _moved(scenario, moves))
    plan = more.get("plan", Plan(roster))
    outcome = Outcome(
        more.get("status", Status.OPTIMAL), roster, more.get("tiers", ()), {}, notes=more.get("notes", ())
    )
    return ReportFacts(scenario, outcome, plan, more.get("violations", ()))


@pytest.fixture
def at() -> Callable[[str], Cell]:
    return _at


@pytest.fixture
def scenario_of() -> Callable[..., Scenario]:
    return _scenario


@pytest.fixture
def facts_of() -> Callable[..., ReportFacts]:
    return _facts


@pytest.fixture
def week() -> Scenario:
    """Two mornings and one afternoon on Friday, one of each on Thursday; Zhao's session was stopped."""
    return _scenario(
        """
        li fri-am eye 20
        zhao fri-am eye 24 stopped
        li fri-pm eye 10
        li thu-am eye 20
        wang thu-pm heart 15
        """
    )


@pytest.fixture
def moved(week: Scenario) -> ReportFacts:
    """The week with Zhao's session in the afternoon: one move of 2 points, proved."""
    return _facts(week, ("zhao", "fri-am", "fri-pm"), tiers=(Tier("changes", 2, 2),))


@pytest.fixture
def impossible(week: Scenario) -> ReportFacts:
    reasons = (message("No <room> is open on {day}.", day="Friday"),)
    return ReportFacts(week, Outcome(Status.INFEASIBLE, None, reasons=reasons), Plan(Roster(())))
