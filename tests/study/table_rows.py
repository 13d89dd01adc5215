"""Planned weeks and rows of a table without a solver: what a variant came to is said, not searched for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scheduler.balance import Balance
from scheduler.check.run import find_violations
from scheduler.outcome import Outcome, Status, Tier
from scheduler.plan import Planned
from scheduler.roster import Plan, Roster, template_roster
from scheduler.scenario.week import Scenario
from scheduler.study.study import Study, Variant
from scheduler.study.table.figures import Figures, figures_of
from scheduler.study.table.rows import VariantRow
from scheduler.study.table.session_changes import place_changes
from scheduler.words import Message, message
from tests.check.small import row, scenario

STUDY = Study("small", "What if Monday were even?", Path("week"), (Variant("base", "As it stands"),))

WEEKLY = ("ratio_day", "cover", "changes", "fairness", "availability")

TWO_MORNINGS = (row("ann", "mon-am", tickets=30), row("bob", "mon-am"))


def small(**parts: Any) -> Scenario:
    """Two eye doctors with a morning each on Monday."""
    return scenario(**({"template": TWO_MORNINGS} | parts))


def moved(found: Scenario, *moves: tuple[str, str, str | None]) -> Roster:
    """Return the template with sessions (doctor, from) put to the third half-day, or dropped where it is None."""
    to = {(who, found.week.cell(was)): now and found.week.cell(now) for who, was, now in moves}
    sessions = template_roster(found).sessions
    return Roster(tuple(replace(s, cell=to.get((s.doctor, s.was), s.cell)) for s in sessions))


def planned(
    found: Scenario, roster: Roster, status: Status = Status.OPTIMAL, tiers: Iterable[Tier] = ()
) -> Planned:
    """Return the week as planned to this roster, checked by its weekly rules, without slots."""
    plan = Plan(roster)
    violations = find_violations(found, plan, rules=[key for key in WEEKLY if found.is_on(key)])
    return Planned(found, Outcome(status, roster, tuple(tiers), {"build": 0.25}), plan, violations, {})


def impossible(found: Scenario) -> Planned:
    reasons = (message("No <room> is open on {day}.", day="Friday"),)
    return Planned(found, Outcome(Status.INFEASIBLE, None, reasons=reasons), Plan(Roster(())), (), {})


def row_of(name: str, week: Planned, base: Scenario, title: str = "", **more: Any) -> VariantRow:
    return VariantRow(Variant(name, title or name), figures_of(week), None, place_changes(week, base), **more)


def rows() -> list[VariantRow]:
    """The week as it stands, with an afternoon, one that cannot be, and one whose solver failed."""
    week = small()
    return [
        row_of("base", planned(week, template_roster(week), Status.FEASIBLE), week, "As it stands"),
        row_of("even", planned(week, moved(week, ("ann", "mon-am", "mon-pm"))), week, "=Even <b>Monday</b>"),
        row_of("closed", impossible(week), week, "周五不开诊"),
        VariantRow(
            Variant("broken", "Broken"), None, Message.from_json({"en": "It stopped.", "zh": "中断了。"})
        ),
    ]


def at_point(name: str, am: int, pm: int, changes: int, **more: Any) -> VariantRow:
    """A variant whose Monday has these sessions after so many changes."""
    found = rows()[1].figures
    assert isinstance(found, Figures)
    assert found.roster is not None
    sessions = Balance(am, pm)
    days = (replace(found.roster.days[0], sessions=sessions), *found.roster.days[1:])
    counted = replace(found.roster.changes, moved=changes)
    roster = replace(found.roster, days=days, changes=counted, sessions=sessions)
    return VariantRow(Variant(name, name), replace(found, roster=roster, **more))
