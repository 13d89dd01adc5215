"""What an import tells of the rules of working time: how often the published timetable itself breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scheduler.check.run import find_violations
from scheduler.roster import Plan, template_roster
from scheduler.rules import rule
from scheduler.scenario.week import Scenario
from scheduler.tables.published.finding import Finding, FindingKind, examples
from scheduler.tables.published.timetable import Imported
from scheduler.words import message

_WORKING_TIME = ("rest", "one_campus", "daily_sessions")


def with_working_time(imported: Imported) -> Imported:
    """Return the import with a finding for each rule of working time that its timetable breaks."""
    return replace(imported, findings=(*imported.findings, *_working_time(imported.scenario)))


def _working_time(scenario: Scenario) -> Iterator[Finding]:
    found = find_violations(scenario, Plan(template_roster(scenario)), rules=_WORKING_TIME)
    for key in _WORKING_TIME:
        broken = [violation for violation in found if violation.rule == key]
        if broken:
            doctors = {str(violation.sentence.values["doctor"]) for violation in broken}
            note = message(
                "rule {rule}; {n:doctor|doctors}: {names}",
                rule=rule(key).name,
                n=len(doctors),
                names=examples(doctors),
            )
            units = sum(violation.amount for violation in broken)
            yield Finding(FindingKind.FOUND, rule(key).unit, str(units), note)
