"""What a week costs at least: its tiers up to `changes`, proved by an aggregate and reached by people.

As in `week`, but for many weeks that differ in a limit or a rule: nothing is built twice that they share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import Any

import numpy as np

from scheduler.engine.aggregate import Flows, Grain, list_grains, merge
from scheduler.engine.columns import NOWHERE, Columns, list_columns
from scheduler.engine.model import build_full_program, order_tiers
from scheduler.engine.options import Options, ProgressCallback
from scheduler.engine.program import Flags, Program
from scheduler.engine.rules_of_counts import COUNT_RULES, Build
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.outcome import SESSIONS, Costs, Point, Price, RuleCost, Status
from scheduler.rules import KEYS, RULES, Stage, Strictness
from scheduler.scenario.changes import with_settings
from scheduler.scenario.week import Scenario

_OF_THE_LIMIT = ("ratio_day", "ratio_specialties", "ratio_experts")
"""Rules whose rows change with `policy.ratio.limit`; all other rows serve every limit."""


def price_limits(
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    *,
    limits: Sequence[Fraction],
) -> tuple[Point, ...]:
    """Return the price of the week under each of `limits`, in their order, within the options' seconds in all.

    The limit is `policy.ratio.limit`, so every rule that reads it follows; `ratio_day` is held hard. The progress
    counts points.
    """
    base = pricing_scenario(scenario)
    base = with_settings(base, {"rules.ratio_day": Strictness.HARD}).scenario
    run = Run(options, on_progress)
    pricing = Pricing(list_columns(base), run)
    points = []
    for number, limit in enumerate(limits):
        run.report("price", number, len(limits))
        points.append(Point(limit, pricing.price(set_limit(base, limit))))
    return tuple(points)


def set_limit(scenario: Scenario, limit: Fraction) -> Scenario:
    """Return the scenario with another limit of morning per afternoon sessions."""
    ratio = scenario.policy.ratio.model_copy(update={"limit": limit})
    # A copy keeps what the scenario has worked out about itself, such as its standing sessions: none of it
    # depends on the limit, and it takes longer than the solve.
    return scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"ratio": ratio})})


def price_rules(scenario: Scenario, options: Options, on_progress: ProgressCallback) -> Costs:
    """Return the price of the week and what it would be without each hard weekly rule, within the options' seconds.

    A rule that the proof of the price made no use of costs nothing: without it the same bound holds, and the same
    roster reaches it. The roster of the price keeps the rules without any of them too, so it is known to be reached.
    The progress counts rules. Where there is no price, there are no costs.
    """
    base, run = pricing_scenario(scenario), Run(options, on_progress)
    price, used = Pricing(list_columns(base), run).proved_price(base)
    if not price.tiers:
        return Costs(price)
    weekly = [rule.key for rule in RULES if rule.stage is Stage.WEEK]
    hard = [key for key in weekly if base.strictness(key) is Strictness.HARD]
    costs = []
    for number, key in enumerate(hard):
        run.report("price", number, len(hard))
        without = price
        if key in used:
            week = with_settings(base, {f"rules.{key}": Strictness.OFF}).scenario
            without, _ = Pricing(list_columns(week), run).proved_price(week, price)
        costs.append(RuleCost(key, without))
    return Costs(price, tuple(costs))


def pricing_scenario(scenario: Scenario) -> Scenario:
    """Return the scenario with `changes` as its last tier and without a budget: the question is how many it takes.

    Soft rules that the scenario puts after `changes` are off, as they have no say in it.
    """
    soft = [key for key in scenario.tiers if scenario.strictness(key) is Strictness.SOFT]
    first = soft[: soft.index("changes")] if "changes" in soft else [key for key in soft if key == "cover"]
    soft_keys = [key for key in KEYS if scenario.strictness(key) is Strictness.SOFT]
    rules = dict.fromkeys(soft_keys, Strictness.OFF) | dict.fromkeys((*first, "changes"), Strictness.SOFT)
    settings: dict[str, Any] = {f"rules.{key}": strictness for key, strictness in rules.items()}
    settings |= {"tiers": (*first, "changes"), "policy.changes.budget": None}
    return with_settings(scenario, settings).scenario


class Pricing:
    """The price of weeks with the same choices: `columns` of a `priced` scenario, and the run they are priced in."""

    def __init__(self, columns: Columns, run: Run) -> None:
        # A price takes many solves of tiers; the progress counts prices instead.
        self._columns, self._run = columns, run.silent()
        self._built: dict[Grain, Flows] = {}

    def price(self, scenario: Scenario) -> Price:
        """Return the price of `scenario`, which differs from the columns' in the limit of the ratio at most."""
        return self.proved_price(scenario)[0]

    def proved_price(self, scenario: Scenario, reached: Price | None = None) -> tuple[Price, frozenset[str]]:
        """Return the price, and the hard rules that its proof made use of (all of them without an aggregate's).

        `reached` is a price that a roster of this scenario is known to have: a bound that equals it is the price.
        """
        columns = replace(self._columns, index=replace(self._columns.index, scenario=scenario))
        floors: dict[str, int] = {}
        for grain in list_grains(columns):
            relaxation = _Relaxation.under_limit(self._flows(grain), columns)
            solution = relaxation.solve(self._run)
            if solution.status is Status.INFEASIBLE:
                return Price(Status.INFEASIBLE), frozenset(KEYS)
            price = Price(Status.OPTIMAL, solution.tiers)
            known = price == reached and relaxation.knows_all
            if known or any(
                self._reaches(chosen, solution) for chosen in self._chosen(columns, relaxation, solution)
            ):
                return price, relaxation.rules
            floors |= solution.floors(tier.key for tier in solution.tiers)
        return self._full_price(columns, floors), frozenset(KEYS)

    def _chosen(
        self, columns: Columns, relaxation: _Relaxation, solution: TieredSolution
    ) -> Iterator[Columns]:
        """Yield the columns among which people may reach the price, the fewest first.

        These are the template's and those of the flows used; all of the crews that change; those of all answers as good.
        """
        if solution.status is Status.OPTIMAL and solution.values is not None and relaxation.knows_all:
            stays = (columns.array("cell") == columns.array("origin")) & (columns.array("group") != NOWHERE)
            flows = relaxation.flows
            used: Flags = (solution.values[flows.variables] > 0)[flows.aggregate.member_of]
            yield columns.select(stays | used)
            if flows.aggregate.grain is Grain.CREWS:
                crews = flows.aggregate.crew_of
                yield columns.select(stays | np.isin(crews, crews[used & ~stays]))
            yield columns.select(
                flows.find_useful({tier.key: tier.value for tier in solution.tiers}, self._run)
            )

    def _flows(self, grain: Grain) -> Flows:
        """Return the flows with all rows but those of the limit, built once."""
        if grain not in self._built:
            aggregate = merge(self._columns, grain)
            rules = tuple((key, add) for key, add in aggregate.rules() if key not in _OF_THE_LIMIT)
            flows = Flows.of(aggregate, rules)
            _count_sessions(flows.program, aggregate.columns)
            self._built[grain] = flows
        return self._built[grain]

    def _reaches(self, columns: Columns, solution: TieredSolution) -> bool:
        """Return whether people can be chosen among these columns who reach the solution's tiers."""
        solver = TierSolver(program := self._people(columns), self._run)
        for tier in solution.tiers:
            solver.limit(program.cost_vector(tier.key), tier.value)
        return solver.solve().values is not None

    def _full_price(self, columns: Columns, floors: Mapping[str, int]) -> Price:
        program = self._people(columns)
        costs = ((key, program.cost_vector(key)) for key in _keys(columns))
        tiers = [(key, cost) for key, cost in costs if cost.any()]
        solution = TierSolver(program, self._run).solve_tiers(tiers, floors=floors)
        return Price(solution.status, solution.tiers if solution.values is not None else ())

    @staticmethod
    def _people(columns: Columns) -> Program:
        program, _ = build_full_program(columns)
        _count_sessions(program, columns)
        return program


@dataclass(frozen=True)
class _Relaxation:
    """The flows under one limit, and the tiers of the price that they know, as far as these follow on each other."""

    flows: Flows

    @classmethod
    def under_limit(cls, flows: Flows, people: Columns) -> _Relaxation:
        """Return the flows with the rows of the limit of `people`'s scenario, added to a copy of their program."""
        columns = replace(flows.aggregate.columns, index=people.index)
        program = flows.program.copy()
        build = Build(program, columns, program.named["columns"])
        for key, add in COUNT_RULES:
            if key in _OF_THE_LIMIT and flows.aggregate.knows(key) and people.index.scenario.is_on(key):
                add(build)
        return cls(Flows(replace(flows.aggregate, columns=columns, people=people), program))

    def solve(self, run: Run) -> TieredSolution:
        """Minimise the tiers that are known and cost anything."""
        costly = [key for key in self._known() if self.flows.program.cost_vector(key).any()]
        return self.flows.solve_tiers(costly, run)

    def _known(self) -> tuple[str, ...]:
        knows = self.flows.aggregate.knows
        return tuple(takewhile(lambda key: key == SESSIONS or knows(key), _keys(self.flows.aggregate.people)))

    @property
    def knows_all(self) -> bool:
        """Return whether every tier up to `changes` is known."""
        return self._known() == _keys(self.flows.aggregate.people)

    @property
    def rules(self) -> frozenset[str]:
        """Rules that bind the flows, by their rows or by which choices there are."""
        keys = {key for key, _ in self.flows.aggregate.rules()}
        return frozenset(keys | {"availability", "eligible", "pinned", "one_place"})


def _keys(columns: Columns) -> tuple[str, ...]:
    """Return the tiers of a price: those of the week up to `changes`, then the sessions that change."""
    return (*order_tiers(columns.index.scenario), SESSIONS)


def _count_sessions(program: Program, columns: Columns) -> None:
    program.add_cost(SESSIONS, program.named["columns"], columns.array("changed"))
