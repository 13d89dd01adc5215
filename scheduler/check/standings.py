"""How a plan stands with every rule, and what a few exchanged rows change in it: only what they touch is recomputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from scheduler.check.catalogue import CHECKS
from scheduler.check.facts import Facts
from scheduler.check.held_sessions import held_session
from scheduler.check.reach import Kind, Part
from scheduler.check.run import totals, violations_of
from scheduler.check.violation import Violation
from scheduler.roster import Plan
from scheduler.rules import KEYS
from scheduler.scenario.week import Scenario

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Difference:
    """What an edit changes: violations that are no more and new ones.

    Violations come in catalogue order, then by place. One that only grows or shrinks has `vanished` with its old
    amount and `appeared` with the new one.
    """

    vanished: tuple[Violation, ...]
    appeared: tuple[Violation, ...]

    @property
    def more_units(self) -> dict[str, int]:
        """The units of every rule that the edit adds (negative: takes away), of rules that it changes."""
        less, more = totals(self.vanished), totals(self.appeared)
        return {key: more[key] - less[key] for key in KEYS if less[key] != more[key]}

    @property
    def worse(self) -> tuple[Violation, ...]:
        """Hard violations that are new, or larger than the one that was at their place before."""
        before: Counter[tuple[str, str]] = Counter()
        for gone in self.vanished:
            before[gone.rule, gone.place] += gone.amount if gone.hard else 0
        return tuple(v for v in self.appeared if v.hard and v.amount > before[v.rule, v.place])


@dataclass(frozen=True)
class Effect(Difference):
    """A difference, and the units of each changed rule before and after."""

    units: Mapping[str, tuple[int, int]]


class Standings:
    """A plan as the rules see it; `effect` tells of any exchange of rows without checking it as a whole again."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self._facts = Facts.of(scenario, plan)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Every violation of the plan, as `find_violations` returns them."""
        return violations_of(self._facts)

    @cached_property
    def units(self) -> Mapping[str, int]:
        """The units of every rule in the plan."""
        return totals(self.violations)

    def effect(self, gone: Plan, come: Plan) -> Effect:
        """Return the difference that an exchange of rows makes, and the units before and after it."""
        found = self.difference(gone, come)
        units = {key: (self.units[key], self.units[key] + more) for key, more in found.more_units.items()}
        return Effect(found.vanished, found.appeared, units)

    def difference(self, gone: Plan, come: Plan) -> Difference:
        """Return what changes once the rows of `gone` are taken out of the plan and those of `come` put in.

        It is exactly the difference of two whole checks. Every row of `gone` must be one of the plan's; raises
        ValueError otherwise. The fewer rows, the faster.
        """
        after = self._facts.after(gone, come)
        touched = _Touched((self._facts, after), (gone, come))
        vanished: list[Violation] = []
        appeared: list[Violation] = []
        for part in _parts(self._facts.scenario):
            for spot in touched.spots(part.kind):
                lost, gained = list(part.at(self._facts, spot)), list(part.at(after, spot))
                vanished += _without(lost, gained)
                appeared += _without(gained, lost)
        # One violation may be gained at two places, such as an added session that could be either of two others'.
        return Difference(_sorted(_without(vanished, appeared)), _sorted(_without(appeared, vanished)))


class _Touched:
    """Rows that go or come, and the places that they touch in the plan before or after."""

    def __init__(self, sides: tuple[Facts, Facts], plans: tuple[Plan, Plan]) -> None:
        self._sides = sides
        frame = sides[0].frame
        self._held = [held_session(frame, session) for plan in plans for session in plan.roster.held]
        self._slots = [slot for plan in plans for slot in plan.slots]
        self._holdings = [holding for plan in plans for holding in plan.holdings]
        self._found: dict[Kind[Any], Iterable[Hashable]] = {}

    def spots(self, kind: Kind[Any]) -> Iterable[Hashable]:
        """Return the places of this kind that may look different, each once."""
        if kind in self._found:
            return self._found[kind]
        found: dict[Hashable, None] = {}
        for facts in self._sides:
            found.update(dict.fromkeys(_each(facts, kind.of_held, self._held)))
            found.update(dict.fromkeys(_each(facts, kind.of_slot, self._slots)))
            found.update(dict.fromkeys(_each(facts, kind.of_holding, self._holdings)))
        self._found[kind] = found
        return found


def _each(
    facts: Facts, spots: Callable[[Facts, _Row], Iterable[Hashable]] | None, rows: Iterable[_Row]
) -> Iterator[Hashable]:
    if spots is None:
        return
    for row in rows:
        yield from spots(facts, row)


def _parts(scenario: Scenario) -> Iterator[Part[Any]]:
    for key in KEYS:
        if scenario.is_on(key):
            yield from CHECKS[key]


def _without(these: Iterable[Violation], those: Iterable[Violation]) -> Iterator[Violation]:
    """Yield what is in `these` and not in `those`, each as often as it is there more often."""
    rest = list(those)
    for violation in these:
        if violation in rest:
            rest.remove(violation)
        else:
            yield violation


def _sorted(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(sorted(violations, key=lambda v: (KEYS.index(v.rule), v.place, v.amount, str(v.sentence))))
