"""A week with what forms have to show: a named room and one that an import made up, cover, leave, two clinics."""

from __future__ import annotations

from dataclasses import replace

from scheduler.clock import Week
from scheduler.forms.facts import FormFacts, WeekRoster
from scheduler.report.voice import Voice
from scheduler.roster import Roster, template_roster
from scheduler.scenario.hospital import Kind, Room
from scheduler.scenario.rows import AvailabilityRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario

LATER = Week.parse("2026-W31")


def small(**parts) -> Scenario:
    """Two eye doctors and a heart doctor; the room `eye 2` is one that an import made up."""
    return scenario(
        **{
            "doctors": (
                doctor("ann", "chief", name="安娜"),
                doctor("bob", name="=BOB()"),
                doctor("zoe", "deputy_chief", specialty="heart", name="<b>Zoe</b>"),
            ),
            "clinics": (clinic(), clinic("Heart rhythm disorders", "heart", kind=Kind.EXPERT)),
            "rooms": (
                Room(room="e1", pool="eye"),
                Room(room="eye 2", pool="eye"),
                Room(room="h", pool="heart"),
            ),
            "template": (
                row("ann", "mon-am", room="e1"),
                row("bob", "mon-pm", room="eye 2"),
                row("zoe", "tue-am", "Heart rhythm disorders"),
            ),
        }
        | parts
    )


def on_leave() -> Scenario:
    """The week with ann away on Monday."""
    return small(availability=(AvailabilityRow(doctor="ann", day="mon"),))


def covered(week: Scenario) -> Roster:
    """The template's roster in which bob holds ann's session."""
    sessions = template_roster(week).sessions
    return Roster(
        tuple(replace(s, doctor="bob", was_doctor="ann") if s.doctor == "ann" else s for s in sessions)
    )


def facts(week: Scenario, roster: Roster | None = None, language: str = "en") -> FormFacts:
    return FormFacts(WeekRoster(week, roster or template_roster(week)), Voice(language))


def later(roster_of=template_roster) -> FormFacts:
    """The week after the small one."""
    week = small().changed(week=LATER)
    return facts(week, roster_of(week))
