"""The week against its template: pinned sessions, and what each change costs."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.check.facts import Facts, Held, move_points
from scheduler.check.places import cell_name, place
from scheduler.check.violation import BUDGET, Violation
from scheduler.rules import Strictness
from scheduler.scenario import Standing
from scheduler.words import message


def pinned(facts: Facts) -> Iterator[Violation]:
    """Yield a unit for every pinned standing session that is not held at its own half-day."""
    for standing in facts.scenario.standing:
        if standing.pinned:
            held = facts.matches.get((standing.doctor, standing.cell))
            if held is None or held.cell != standing.cell:
                yield _unpinned(facts, standing)


def _unpinned(facts: Facts, standing: Standing) -> Violation:
    said = message(
        "{doctor}'s session on {cell} is pinned and is not held there",
        doctor=standing.doctor,
        cell=cell_name(standing.cell),
    )
    return facts.violation("pinned", facts.place(standing.doctor, standing.cell), 1, said)


def changes(facts: Facts) -> Iterator[Violation]:
    """Yield the points of every session moved, dropped or added, and the changed sessions above the budget.

    A hard rule is a budget: the policy's, or none at all. Points alone are never hard.
    """
    if not facts.scenario.template:
        return
    found = [*_moved_or_dropped(facts), *(_added(facts, held) for held in facts.added)]
    yield from (violation for violation in found if violation.amount)
    yield from _above_budget(facts, len(found))


def _moved_or_dropped(facts: Facts) -> Iterator[Violation]:
    for standing in facts.scenario.standing:
        held = facts.matches.get((standing.doctor, standing.cell))
        if held is None:
            yield _dropped(facts, standing)
        elif held.cell != standing.cell:
            yield _moved(facts, standing, held)


def _dropped(facts: Facts, standing: Standing) -> Violation:
    said = message(
        "{doctor}'s session on {cell} is dropped", doctor=standing.doctor, cell=cell_name(standing.cell)
    )
    points = facts.scenario.policy.changes.drop
    return facts.violation("changes", facts.place(standing.doctor, standing.cell), points, said, hard=False)


def _moved(facts: Facts, standing: Standing, held: Held) -> Violation:
    said = message(
        "{doctor}'s session on {was} moves to {cell}",
        doctor=standing.doctor,
        was=cell_name(standing.cell),
        cell=cell_name(held.cell),
    )
    points = move_points(facts.scenario.policy.changes, standing.cell, held.cell)
    return facts.violation("changes", facts.place(standing.doctor, standing.cell), points, said, hard=False)


def _added(facts: Facts, held: Held) -> Violation:
    said = message("{doctor}'s session on {cell} is added", doctor=held.doctor, cell=cell_name(held.cell))
    points = facts.scenario.policy.changes.add
    return facts.violation("changes", facts.place(held.doctor, held.cell), points, said, hard=False)


def _above_budget(facts: Facts, changed: int) -> Iterator[Violation]:
    budget = facts.scenario.policy.changes.budget
    if budget is None and facts.scenario.strictness("changes") is Strictness.HARD:
        budget = 0
    if budget is not None and changed > budget:
        said = message(
            "{changed} sessions are moved, dropped or added; at most {budget} may be",
            changed=changed,
            budget=budget,
        )
        yield facts.violation("changes", place(BUDGET), changed - budget, said, hard=True)
