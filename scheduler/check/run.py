"""The checker as a whole: every violation of a plan, and each rule's units together."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable

from scheduler.check.catalogue import CHECKS
from scheduler.check.facts import Facts
from scheduler.check.violation import Violation
from scheduler.roster import Plan
from scheduler.rules import KEYS
from scheduler.scenario.week import Scenario


def find_violations(
    scenario: Scenario, plan: Plan, *, rules: Collection[str] | None = None
) -> tuple[Violation, ...]:
    """Return every violation of the rules that are not off, hard and soft, in catalogue order, then by place.

    `rules` names the rules to look at instead, such as the weekly ones of a plan that has no slots yet; one
    that is off is then looked at too. Raises KeyError for a key that is no rule's. The order of the plan's
    rows does not matter.
    """
    unknown = sorted(set(rules or ()).difference(KEYS))
    if unknown:
        raise KeyError(f"no such rule: {', '.join(unknown)}")
    return violations_of(Facts.of(scenario, plan), rules=rules)


def violations_of(facts: Facts, *, rules: Collection[str] | None = None) -> tuple[Violation, ...]:
    """Return every violation in what has been read off a plan, as `find_violations` does."""
    violations: list[Violation] = []
    for key in KEYS:
        if facts.scenario.is_on(key) if rules is None else key in rules:
            here = itertools.chain.from_iterable(part.everywhere(facts) for part in CHECKS[key])
            violations += sorted(here, key=lambda violation: violation.place)
    return tuple(violations)


def totals(violations: Iterable[Violation]) -> dict[str, int]:
    """Return the units of every rule, 0 for one without violations; a soft rule's are its tier value.

    Sessions above the change budget are hard and no change points: they are left out. What a hard demand row
    lacks is counted.
    """
    units = dict.fromkeys(KEYS, 0)
    for violation in violations:
        if violation.in_total:
            units[violation.rule] += violation.amount
    return units
