"""One rule's model function alone: a week is laid down choice by choice, and the units it costs are asked for."""

from __future__ import annotations

import numpy as np

from scheduler.engine.columns import NOWHERE, Columns, list_columns
from scheduler.engine.model import build_program
from scheduler.engine.options import Options
from scheduler.engine.program import Flags
from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.engine.rules_of_people import PEOPLE_RULES
from scheduler.engine.run import Run
from scheduler.engine.solve import TierSolver
from scheduler.outcome import Status
from scheduler.scenario.week import Scenario
from tests.check.small import scenario

FUNCTIONS = dict((*COUNT_RULES, *PEOPLE_RULES))


def held_as(rule: str, strictness: str, **parts) -> Scenario:
    """A week with the rule at this strictness and with a place in the tiers."""
    return scenario(rules={rule: strictness}, tiers=(rule,), **parts)


def units(week: Scenario, rule: str, *told: str, solver: str = "highs") -> int | None:
    """The least units of `rule` where these sessions are as told and all else is as in the template.

    `ann mon-am > mon-pm` moves a session, `ann mon-am >` drops one, `ann + mon-pm eye` adds one of the clinic.
    None where the rule (or the lack of such a choice) forbids the week.
    """
    columns = list_columns(week)
    taken = _laid_down(columns, told)
    if taken is None:
        return None
    program, variables = build_program(columns, ((rule, FUNCTIONS[rule]),))
    lay = program.add_rows(["taken", "left"], [int(taken.sum()), 0], [int(taken.sum()), 0])
    program.fill(lay[np.where(taken, 0, 1)], variables, 1)
    found = TierSolver(program, Run(Options(solver, seconds=10.0))).solve(program.cost_vector(rule))
    assert found.status in (Status.OPTIMAL, Status.INFEASIBLE)
    return None if found.values is None else found.value


def choices(week: Scenario) -> set[str]:
    """Every choice that the columns offer, in the words that `units` takes; `ann mon-am` is a session that stays."""
    columns = list_columns(week)
    return {_word(columns, number) for number in range(len(columns))}


def _word(columns: Columns, number: int) -> str:
    row = columns.table.iloc[number]
    doctor = columns.index.doctors[row["doctor"]]
    cell = "" if row["cell"] == NOWHERE else columns.index.cells[row["cell"]].key
    if row["group"] == NOWHERE:
        return f"{doctor} + {cell} {columns.works[row['work']][0].clinic}"
    was = columns.standing[row["group"]].cell.key
    return f"{doctor} {was}" if was == cell else f"{doctor} {was} > {cell}".strip()


def _laid_down(columns: Columns, told: tuple[str, ...]) -> Flags | None:
    words = [_word(columns, number) for number in range(len(columns))]
    elsewhere = {word.partition(" >")[0] for word in told}
    stays = [f"{s.doctor} {s.cell.key}" for s in columns.standing]
    wanted = [*told, *(word for word in stays if word not in elsewhere)]
    if any(word not in words for word in wanted):
        return None
    return np.array([word in wanted for word in words], dtype=bool)
