"""What a week costs at least: its tiers up to `changes`, proved by an aggregate and reached by people.

As in `week`, but for many weeks that differ in a limit or a rule: nothing is built twice that they share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from scheduler.engine.aggregate import Aggregate, Grain, merge
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.model import build_program, people_program, weekly_tiers
from scheduler.engine.options import Event, Options
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.rules_of_counts import COUNT_RULES, Build
from scheduler.engine.solve import Answer, Clock, Ladder, TierSolver
from scheduler.outcome import SESSIONS, Price, Status
from scheduler.rules import KEYS, Strictness
from scheduler.scenario.week import Scenario

_STATUS = {
    Answer.OPTIMAL: Status.OPTIMAL,
    Answer.FEASIBLE: Status.FEASIBLE,
    Answer.INFEASIBLE: Status.INFEASIBLE,
    Answer.NOTHING: Status.TIMED_OUT,
}

_OF_THE_LIMIT = ("ratio_day", "ratio_specialties", "ratio_experts")
"""Rules whose rows change with `policy.ratio.limit`; all other rows serve every limit."""


def changed_scenario(scenario: Scenario, **fields: object) -> Scenario:
    """Return the scenario with some of its fields replaced."""
    return Scenario(**{name: getattr(scenario, name) for name in Scenario.model_fields} | fields)


def priced(scenario: Scenario) -> Scenario:
    """Return the scenario with `changes` as its last tier and without a budget: the question is how many it takes.

    Soft rules that the scenario puts after `changes` are off, as they have no say in it.
    """
    soft = [key for key in scenario.tiers if scenario.strictness(key) is Strictness.SOFT]
    first = soft[: soft.index("changes")] if "changes" in soft else [key for key in soft if key == "cover"]
    rules = {key: Strictness.OFF for key in KEYS if scenario.strictness(key) is Strictness.SOFT}
    rules |= dict.fromkeys((*first, "changes"), Strictness.SOFT)
    prices = scenario.policy.changes.model_copy(update={"budget": None})
    return changed_scenario(
        scenario,
        rules={**scenario.rules, **rules},
        tiers=(*first, "changes"),
        policy=scenario.policy.model_copy(update={"changes": prices}),
    )


class Pricing:
    """The price of weeks with the same choices: `columns` of a `priced` scenario, and how to solve."""

    def __init__(self, columns: Columns, options: Options, clock: Clock) -> None:
        self._columns, self._options, self._clock = columns, options, clock
        self._built: dict[Grain, _Flows] = {}

    def price(self, scenario: Scenario) -> Price:
        """Return the price of `scenario`, which differs from the columns' in the limit of the ratio at most."""
        return self.proved_price(scenario)[0]

    def proved_price(self, scenario: Scenario, reached: Price | None = None) -> tuple[Price, frozenset[str]]:
        """Return the price, and the hard rules that its proof made use of (all of them without an aggregate's).

        `reached` is a price that a roster of this scenario is known to have: a bound that equals it is the price.
        """
        columns = replace(self._columns, index=replace(self._columns.index, scenario=scenario))
        floors: dict[str, int] = {}
        for grain in _grains(columns):
            flows = self._flows(grain).under(columns)
            ladder = flows.climb(self._options, self._clock)
            if ladder.answer is Answer.INFEASIBLE:
                return Price(Status.INFEASIBLE), frozenset(KEYS)
            price = Price(Status.OPTIMAL, ladder.tiers)
            known = price == reached and flows.knows_all
            if known or any(self._reached(chosen, ladder) for chosen in self._chosen(columns, flows, ladder)):
                return price, flows.rules
            floors |= flows.floors(ladder)
        return self._full(columns, floors), frozenset(KEYS)

    def _chosen(self, columns: Columns, flows: _Flows, ladder: Ladder) -> Iterator[Columns]:
        """Yield the columns that may do, the fewest first.

        These are the template's and those of the flows found; all of the crews that change; those of all answers as good.
        """
        if ladder.answer is Answer.OPTIMAL and ladder.values is not None and flows.knows_all:
            stays = (columns.array("cell") == columns.array("origin")) & (columns.array("group") != NOWHERE)
            taken = flows.taken(ladder.values)
            yield columns.chosen(stays | taken)
            if flows.aggregate.grain is Grain.CREWS:
                crews = flows.aggregate.crew_of
                yield columns.chosen(stays | np.isin(crews, crews[taken & ~stays]))
            yield columns.chosen(flows.useful(ladder, self._options, self._clock))

    def _flows(self, grain: Grain) -> _Flows:
        if grain not in self._built:
            self._built[grain] = _Flows.of(merge(self._columns, grain))
        return self._built[grain]

    def _reached(self, columns: Columns, ladder: Ladder) -> bool:
        """Tell whether people can be chosen among these columns who reach the ladder's tiers."""
        program, _ = people_program(columns)
        _count_sessions(program, columns)
        solver = TierSolver(program, self._options, self._clock)
        for tier in ladder.tiers:
            solver.keep(program.cost_vector(tier.key), tier.value)
        return solver.solve().values is not None

    def _full(self, columns: Columns, floors: Mapping[str, int]) -> Price:
        program, _ = people_program(columns)
        _count_sessions(program, columns)
        solver = TierSolver(program, self._options, self._clock)
        costs = ((key, program.cost_vector(key)) for key in _keys(columns))
        ladder = solver.climb([(key, cost) for key, cost in costs if cost.any()], _unheard, floors=floors)
        return Price(_STATUS[ladder.answer], ladder.tiers if ladder.values is not None else ())


@dataclass(frozen=True)
class _Flows:
    """An aggregate as a program; the rows of the limit are added to a copy of it for each limit."""

    aggregate: Aggregate
    program: Program

    @classmethod
    def of(cls, aggregate: Aggregate) -> _Flows:
        """Build all rows but those of the limit."""
        rules = tuple((key, add) for key, add in aggregate.rules() if key not in _OF_THE_LIMIT)
        program, _ = build_program(aggregate.columns, rules)
        _count_sessions(program, aggregate.columns)
        return cls(aggregate, program)

    def under(self, people: Columns) -> _Flows:
        """Return these flows under the limit of `people`'s scenario."""
        columns = replace(self.aggregate.columns, index=people.index)
        program = self.program.copied()
        build = Build(program, columns, program.named["columns"])
        for key, add in COUNT_RULES:
            if key in _OF_THE_LIMIT and self.aggregate.knows(key) and people.index.scenario.is_on(key):
                add(build)
        return _Flows(replace(self.aggregate, columns=columns, people=people), program)

    def climb(self, options: Options, clock: Clock) -> Ladder:
        """Solve the tiers that the aggregate knows, as far as they follow on each other."""
        return TierSolver(self.program, options, clock).climb(self._costs(), _unheard)

    def _known(self) -> tuple[str, ...]:
        knows = self.aggregate.knows
        return tuple(takewhile(lambda key: key == SESSIONS or knows(key), _keys(self.aggregate.people)))

    def _costs(self) -> list[tuple[str, Ints]]:
        costs = ((key, self.program.cost_vector(key)) for key in self._known())
        return [(key, cost) for key, cost in costs if cost.any()]

    @property
    def knows_all(self) -> bool:
        """Tell whether the aggregate knows every tier up to `changes`."""
        return self._known() == _keys(self.aggregate.people)

    @property
    def rules(self) -> frozenset[str]:
        """Rules that the aggregate tells, by its rows or by which choices there are."""
        told = {key for key, _ in self.aggregate.rules()}
        return frozenset(told | {"availability", "eligible", "pinned", "one_place"})

    @staticmethod
    def floors(ladder: Ladder) -> dict[str, int]:
        """Return the bounds that hold for people too: up to the first tier that is not proved, and with it."""
        floors: dict[str, int] = {}
        for tier in ladder.tiers:
            floors[tier.key] = tier.bound
            if tier.gap:
                break
        return floors

    def taken(self, values: Ints) -> Flags:
        """Tell which of the people's columns belong to a flow that these values take."""
        taken: Flags = (values[self.program.named["columns"]] > 0)[self.aggregate.member_of]
        return taken

    def useful(self, ladder: Ladder, options: Options, clock: Clock) -> Flags:
        """Tell which of the people's columns an answer can use that reaches the ladder's tiers, by reduced costs."""
        solver = TierSolver(self.program, options, clock)
        unused = np.zeros(self.program.width, dtype=bool)
        values = {tier.key: tier.value for tier in ladder.tiers}
        for key, cost in self._costs():
            unused |= solver.unused(cost, values[key])
            solver.forbid(unused)
            solver.keep(cost, values[key])
        useful: Flags = ~unused[self.program.named["columns"]][self.aggregate.member_of]
        return useful


def _grains(columns: Columns) -> tuple[Grain, ...]:
    """Return the aggregates to try: the hospital's flows cannot tell what a demand asks for."""
    return (Grain.CREWS,) if columns.index.wanted else (Grain.HOSPITAL, Grain.CREWS)


def _keys(columns: Columns) -> tuple[str, ...]:
    """Return the tiers of a price: those of the week up to `changes`, then the sessions that change."""
    return (*weekly_tiers(columns.index.scenario), SESSIONS)


def _count_sessions(program: Program, columns: Columns) -> None:
    program.add_cost(SESSIONS, program.named["columns"], columns.array("changed"))


def _unheard(event: Event) -> None:
    """Hear nothing: a price has many climbs, and its watcher counts weeks."""
