"""The model of people: every choice a binary variable, every rule that is on as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from scheduler.engine.build import Build, each_group_once
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.demands import add_forced
from scheduler.engine.program import Ints, Program
from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.engine.rules_of_people import PEOPLE_RULES
from scheduler.rules import Stage, Strictness, rule
from scheduler.scenario.week import Scenario

Rules = tuple[tuple[str, Callable[[Build], None]], ...]


def build_program(columns: Columns, rules: Rules) -> tuple[Program, Ints]:
    """Return the program of these columns under those of `rules` that are on, and the columns' variables."""
    program = Program()
    upper = columns.array("upper")
    variables = program.add_variables(np.zeros_like(upper), upper)
    program.name_variables("columns", variables)
    stays = (columns.array("cell") == columns.array("origin")) & (columns.array("group") != NOWHERE)
    program.name_variables("stays", variables[stays])
    build = Build(program, columns, variables)
    each_group_once(build)
    for key, add in rules:
        if columns.index.scenario.is_on(key):
            add(build)
    add_forced(program, columns, variables)
    stands = columns.array("stands")
    if stands.any():
        # What a published week breaks already it may go on breaking: a repair must not be worse, at no place.
        program.widen_rows(variables, stands)
    return program, variables


ALL_RULES: Rules = COUNT_RULES + PEOPLE_RULES
"""The rules of a week: of counts and of people."""


def build_full_program(columns: Columns) -> tuple[Program, Ints]:
    """Return the program of all rules."""
    return build_program(columns, ALL_RULES)


def order_tiers(scenario: Scenario) -> tuple[str, ...]:
    """Return the soft rules of the week in the order they are optimised.

    With a change budget, `changes` comes last: the best week within the budget, then the fewest changes.
    """
    soft = [key for key in _ordered(scenario) if scenario.strictness(key) is Strictness.SOFT]
    if scenario.policy.changes.budget is not None and "changes" in soft:
        soft.remove("changes")
        soft.append("changes")
    return tuple(soft)


def _ordered(scenario: Scenario) -> Iterator[str]:
    """Yield the weekly rules, those named in the scenario's tiers in their order."""
    for key in scenario.tiers:
        if rule(key).stage is Stage.WEEK:
            yield key
