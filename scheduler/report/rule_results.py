"""Which rules the plan keeps, and by how many units it misses those it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.check.violation import Violation
from scheduler.rules import RULES, Rule, Strictness
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class RuleResult:
    """One rule in this scenario: how it is held, and its violations, sorted by place.

    `met` is None where nobody looked: the rule is off, or there is no roster.
    """

    rule: Rule
    strictness: Strictness
    met: bool | None
    violations: tuple[Violation, ...]

    @property
    def units(self) -> int:
        """Units of violation over all places."""
        return sum(violation.amount for violation in self.violations)

    @property
    def places(self) -> int:
        """Number of different places where the rule does not hold."""
        return len({violation.place for violation in self.violations})

    @property
    def broken(self) -> bool:
        """Whether the plan may not be published as it is: something that must hold does not."""
        return any(violation.hard for violation in self.violations)


def rule_results(
    scenario: Scenario, violations: Iterable[Violation], *, solved: bool
) -> tuple[RuleResult, ...]:
    """Return every rule's result, in catalogue order; none is met or missed without a roster."""
    by_rule: defaultdict[str, list[Violation]] = defaultdict(list)
    for violation in violations if solved else ():
        by_rule[violation.rule].append(violation)
    return tuple(
        RuleResult(
            rule,
            scenario.strictness(rule.key),
            not by_rule[rule.key] if solved and scenario.is_on(rule.key) else None,
            tuple(sorted(by_rule[rule.key], key=lambda v: (v.place, v.amount, str(v.sentence)))),
        )
        for rule in RULES
    )
