"""Why a week has no roster: the rules that cannot hold together, and by how much they miss."""

from __future__ import annotations

from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.roster import Plan, Roster
from scheduler.rules import RULES, Stage, Strictness
from scheduler.scenario import DemandRow, Scenario

BENDING_ORDER = (
    "one_place",
    "pinned",
    "eligible",
    "availability",
    "session_limits",
    "rooms",
    "ratio_specialties",
    "ratio_day",
    "cover",
    "changes",
)
"""Hard rules in the order they are held on to when not all can: what is last is given up first."""


def bent(scenario: Scenario) -> Scenario:
    """Return the scenario with every hard weekly rule soft, in tiers that give up the least important first.

    What was soft before is off: the question is only which hard rules fit together.
    """
    hard = [key for key in _weekly_keys() if scenario.strictness(key) is Strictness.HARD]
    if any(row.hard for row in scenario.demand) and scenario.is_on("cover"):
        hard.append("cover")
    rules = {key: Strictness.SOFT if key in hard else Strictness.OFF for key in _weekly_keys()}
    changes = {
        "rules": {**scenario.rules, **rules},
        "tiers": tuple(sorted(set(hard), key=_place)),
        "demand": tuple(row.model_copy(update={"hard": False}) for row in _insisted(scenario)),
    }
    return Scenario(**{**{name: getattr(scenario, name) for name in Scenario.model_fields}, **changes})


def _insisted(scenario: Scenario) -> tuple[DemandRow, ...]:
    if scenario.strictness("cover") is Strictness.HARD:
        return scenario.demand
    return tuple(row for row in scenario.demand if row.hard)


def _place(key: str) -> int:
    return BENDING_ORDER.index(key) if key in BENDING_ORDER else len(BENDING_ORDER)


def _weekly_keys() -> tuple[str, ...]:
    return tuple(rule.key for rule in RULES if rule.stage is Stage.WEEK)


def clashes(scenario: Scenario, roster: Roster) -> tuple[Violation, ...]:
    """Return the hard violations of `scenario` in the roster that bends it least."""
    found = find_violations(scenario, Plan(roster), rules=_weekly_keys())
    return tuple(violation for violation in found if violation.hard)
