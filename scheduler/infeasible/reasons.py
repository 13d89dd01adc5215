"""Why a week has no roster: the rules that cannot hold together, and by how much they miss."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator

from scheduler.balance import balance, sessions_by_date
from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.names import cell_name
from scheduler.roster import Plan, Roster
from scheduler.rules import KEYS, RULES, Stage, Strictness
from scheduler.scenario.policy import ChangesPolicy
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

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


def bent(scenario: Scenario, keys: Collection[str] | None = None) -> Scenario:
    """Return the scenario with these hard weekly rules soft (none named: all), the least important given up first.

    Soft rules are off: the question is only which hard rules fit together. Only `cover` stays, as the last tier,
    since its rows are what sessions may be added for. A change counts 1 whatever it is, as it does towards a budget.
    """
    hard = held_hard(scenario)
    giving = hard if keys is None else hard & set(keys)
    rules = {key: Strictness.HARD if key in hard else Strictness.OFF for key in _weekly_keys()}
    rules |= dict.fromkeys(giving, Strictness.SOFT)
    if scenario.is_on("cover"):
        insisted = "cover" not in giving and scenario.strictness("cover") is Strictness.HARD
        rules["cover"] = Strictness.HARD if insisted else Strictness.SOFT
    tiers = sorted(giving, key=_place)
    if rules["cover"] is Strictness.SOFT and "cover" not in tiers:
        tiers.append("cover")
    prices = ChangesPolicy(same_date=1, other_date=1, drop=1, add=1, cover=1, booked=0)
    if "changes" not in giving:
        prices = scenario.policy.changes
    demand = scenario.demand
    if "cover" in giving:
        demand = tuple(row.model_copy(update={"hard": False}) for row in demand)
    return scenario.changed(
        rules={**scenario.rules, **rules, "same_room": Strictness.OFF},
        tiers=tuple(tiers),
        policy=scenario.policy.model_copy(update={"changes": prices}),
        demand=demand,
    )


def held_hard(scenario: Scenario) -> set[str]:
    """Return the weekly rules that the scenario insists on, in part or as a whole."""
    hard = {key for key in _weekly_keys() if scenario.strictness(key) is Strictness.HARD}
    if scenario.is_on("cover") and any(row.hard for row in scenario.demand):
        hard.add("cover")
    if scenario.is_on("changes") and scenario.policy.changes.budget is not None:
        hard.add("changes")
    return hard


def _place(key: str) -> tuple[int, int]:
    """Order by BENDING_ORDER, rules that it does not name after it, in catalogue order."""
    return BENDING_ORDER.index(key) if key in BENDING_ORDER else len(BENDING_ORDER), KEYS.index(key)


def _weekly_keys() -> tuple[str, ...]:
    return tuple(rule.key for rule in RULES if rule.stage is Stage.WEEK)


def clashes(scenario: Scenario, roster: Roster) -> tuple[Violation, ...]:
    """Return the hard violations of `scenario` in the roster that bends it least."""
    found = find_violations(scenario, Plan(roster), rules=_weekly_keys())
    return tuple(violation for violation in found if violation.hard)


def reasons(scenario: Scenario, roster: Roster) -> tuple[Message, ...]:
    """Return why the week cannot be: each clash of the least bent roster, and how many doctors could come."""
    told = [violation.sentence for violation in clashes(scenario, roster)]
    return (*told, *_short_afternoons(scenario, roster))


def _short_afternoons(scenario: Scenario, roster: Roster) -> Iterator[Message]:
    """Say of each working date above the limit how many afternoon sessions it needs and how many doctors can come."""
    if scenario.strictness("ratio_day") is not Strictness.HARD:
        return
    limit = scenario.policy.ratio.limit
    for date, sessions in sessions_by_date(scenario, roster):
        counted = balance(scenario, sessions)
        if not counted.within(limit):
            evenings = counted.pm - sum(session.at.half is Half.PM for session in sessions)
            yield message(
                "{at}: {needed} sessions needed for {mornings} mornings; doctors who can come: {can}",
                at=cell_name(Cell(date, Half.PM)),
                needed=math.ceil(counted.am / limit) - evenings,
                mornings=counted.am,
                can=_can_come(scenario, Cell(date, Half.PM)),
            )


def _can_come(scenario: Scenario, cell: Cell) -> int:
    """Count the doctors who can work at the cell and are not bound elsewhere by pinned sessions."""
    bound = Counter(s.doctor for s in scenario.standing if s.pinned and s.cell != cell)
    return sum(
        cell in scenario.open_cells(doctor) and scenario.limits(doctor)[1] > bound[doctor]
        for doctor in scenario.doctor_of
    )
