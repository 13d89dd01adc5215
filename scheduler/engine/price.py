"""What a week costs at least: its tiers up to `changes`, then the sessions that change, each proved in the one loop.

For many weeks that differ in a limit or a rule: nothing is built twice that they share, and each starts from a roster
that is known already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from scheduler.engine.aggregate import FLOW_RULES, Flows, merge
from scheduler.engine.build import Build
from scheduler.engine.columns import Columns, list_columns
from scheduler.engine.model import ALL_RULES, Rules, build_program, order_tiers
from scheduler.engine.options import Options, ProgressCallback
from scheduler.engine.program import Ints, Program
from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.engine.run import Run
from scheduler.engine.tier_loop import TierLoop
from scheduler.outcome import SESSIONS, Costs, Point, Price, RuleCost
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

    The limit is `policy.ratio.limit`, so every rule that reads it follows; `ratio_day` is held hard. The policy's own
    limit and target come first, the others by size; each has an even share of the time that is left. The progress
    counts points.
    """
    base = pricing_scenario(scenario)
    base = with_settings(base, {"rules.ratio_day": Strictness.HARD}).scenario
    run = Run(options, on_progress)
    pricing = Pricing(list_columns(base), run)
    ratio = scenario.policy.ratio
    order = sorted(set(limits), key=lambda limit: (limit not in (ratio.limit, ratio.target), limit))
    prices, known = {}, None
    for number, limit in enumerate(order):
        run.report("price", number, len(order))
        # The roster of a neighbour that is stricter keeps this limit too; one that does not is passed over.
        priced = pricing.price(set_limit(base, limit), run.share(len(order) - number), known)
        prices[limit], known = priced.price, known if priced.choices is None else priced.choices
    return tuple(Point(limit, prices[limit]) for limit in limits)


def set_limit(scenario: Scenario, limit: Fraction) -> Scenario:
    """Return the scenario with another limit of morning per afternoon sessions."""
    ratio = scenario.policy.ratio.model_copy(update={"limit": limit})
    # A copy keeps what the scenario has worked out about itself, such as its standing sessions: none of it
    # depends on the limit, and it takes longer than the solve.
    return scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"ratio": ratio})})


def price_rules(scenario: Scenario, options: Options, on_progress: ProgressCallback) -> Costs:
    """Return the price of the week and what it would be without each hard weekly rule, within the options' seconds.

    A rule that the proof of the price made no use of costs nothing: without it the same bound holds, and the same
    roster reaches it. The roster of the price keeps the rules without any of them too, so it is where each begins.
    The progress counts rules. Where there is no price, there are no costs.
    """
    base, run = pricing_scenario(scenario), Run(options, on_progress)
    columns = list_columns(base)
    priced = Pricing(columns, run).price(base, run)
    if not priced.price.tiers:
        return Costs(priced.price)
    weekly = [rule.key for rule in RULES if rule.stage is Stage.WEEK]
    hard = [key for key in weekly if base.strictness(key) is Strictness.HARD]
    costs = []
    for number, key in enumerate(hard):
        run.report("price", number, len(hard))
        without = priced.price
        if key in priced.used:
            week = with_settings(base, {f"rules.{key}": Strictness.OFF}).scenario
            more = list_columns(week)
            known = None if priced.choices is None else _same_choices(columns, priced.choices, more)
            without = Pricing(more, run).price(week, run.share(len(hard) - number), known).price
        costs.append(RuleCost(key, without))
    return Costs(priced.price, tuple(costs))


def _same_choices(columns: Columns, taken: Ints, more: Columns) -> Ints:
    """Return which of `more` are the choices taken of `columns`; both are of one week, the one with more choices."""

    def names(of: Columns, mask: Ints) -> list[tuple[object, ...]]:
        fields = (of.array(name)[mask.astype(bool)].tolist() for name in ("group", "doctor", "cell", "work"))
        return [
            (group, doctor, cell, of.works[work]) for group, doctor, cell, work in zip(*fields, strict=True)
        ]

    wanted = set(names(columns, taken))
    return np.array([name in wanted for name in names(more, np.ones(len(more), np.int64))], dtype=np.int64)


def pricing_scenario(scenario: Scenario) -> Scenario:
    """Return the scenario with `changes` as its last tier and without a budget: the question is how many it takes.

    Soft rules that the scenario puts after `changes` are off, as they have no say in it.
    """
    soft = [key for key in scenario.tiers if scenario.strictness(key) is Strictness.SOFT]
    first = soft[: soft.index("changes")] if "changes" in soft else [key for key in soft if key == "cover"]
    # Those too that are soft in the file and off for want of experts: they would miss their place in the tiers.
    not_hard = [key for key in KEYS if scenario.strictness(key) is not Strictness.HARD]
    rules = dict.fromkeys(not_hard, Strictness.OFF) | dict.fromkeys((*first, "changes"), Strictness.SOFT)
    settings: dict[str, Any] = {f"rules.{key}": strictness for key, strictness in rules.items()}
    settings |= {"tiers": (*first, "changes"), "policy.changes.budget": None}
    return with_settings(scenario, settings).scenario


@dataclass(frozen=True)
class Priced:
    """A price, the choices of a roster that has it if there is one, and the hard rules that its proof made use of."""

    price: Price
    choices: Ints | None
    used: frozenset[str]


class Pricing:
    """The price of weeks with the same choices: `columns` of a `pricing_scenario`, their rows but those of the limit."""

    def __init__(self, columns: Columns, run: Run) -> None:
        self._columns, self._aggregate = columns, merge(columns)
        with run.stages.time("build"):
            self._people = _without_limit(columns, ALL_RULES)
            self._flows = _without_limit(self._aggregate.columns, self._aggregate.rules())

    def price(self, scenario: Scenario, run: Run, known: Ints | None = None) -> Priced:
        """Return the price of `scenario`, which differs from the columns' in the limit of the ratio at most.

        `known` are the choices of a roster to begin from; one that breaks a rule is not used.
        """
        index = replace(self._columns.index, scenario=scenario)
        columns = replace(self._columns, index=index)
        people = _under_limit(self._people, columns, frozenset(_OF_THE_LIMIT))
        merged = replace(self._aggregate.columns, index=index)
        silent = run.silent()  # a price takes many tiers; the progress counts prices instead
        flows = Flows(self._aggregate, _under_limit(self._flows, merged, FLOW_RULES), silent)
        best = None if known is None else people.answer_of(known)
        best = best if best is not None and people.holds(best) else None
        loop = TierLoop(people, silent, flows, best)
        keys = (*order_tiers(scenario), SESSIONS)
        solution = loop.solve([key for key in keys if people.cost_vector(key).any()])
        if solution.values is None:
            return Priced(Price(solution.status), None, frozenset(KEYS))
        used = frozenset(KEYS) if loop.people_decided else _RULES_OF_FLOWS
        return Priced(Price(solution.status, solution.tiers), solution.values[people.named["columns"]], used)


_RULES_OF_FLOWS = FLOW_RULES | {"availability", "eligible", "pinned", "one_place", "session_limits"}
"""Rules that bind the flows, by their rows or by which choices there are."""


def _without_limit(columns: Columns, rules: Rules) -> Program:
    program, _ = build_program(columns, tuple((key, add) for key, add in rules if key not in _OF_THE_LIMIT))
    program.add_cost(SESSIONS, program.named["columns"], columns.array("changed"))
    return program


def _under_limit(program: Program, columns: Columns, keys: frozenset[str]) -> Program:
    """Return a copy of the program with the rows of the limit of the columns' scenario, as far as `keys` name them."""
    program = program.copy()
    build = Build(program, columns, program.named["columns"])
    for key, add in COUNT_RULES:
        if key in _OF_THE_LIMIT and key in keys and columns.index.scenario.is_on(key):
            add(build)
    return program
