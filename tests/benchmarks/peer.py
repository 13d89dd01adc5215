"""The same week as a plain CP-SAT model, written the way the solver's own shift-scheduling example is.

`python -m tests.benchmarks.peer SCENARIO SECONDS [--set words]`: one Boolean a session and half-day, rules one by
one, the points of changes minimised; prints status, objective, bound and seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

from scheduler.clock import Half
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario


def build(scenario: Scenario) -> tuple[cp_model.CpModel, Any]:
    """Return the model and its objective: availability, one place, rooms, pins and daily ratios; changes minimised."""
    model = cp_model.CpModel()
    at_doctor: dict[Any, list[Any]] = defaultdict(list)
    at_pool: dict[Any, list[Any]] = defaultdict(list)
    halves: dict[Any, list[Any]] = defaultdict(list)
    prices, costs = scenario.policy.changes, []
    for session in scenario.standing:
        cells = [session.cell] if session.pinned else sorted(scenario.open_cells(session.doctor))
        chosen = {
            cell: model.new_bool_var(f"{session.doctor} {session.cell.key} {cell.key}") for cell in cells
        }
        model.add_exactly_one(chosen.values())
        pool = scenario.clinic_of[session.blocks[0].clinic].pool
        for cell, variable in chosen.items():
            at_doctor[session.doctor, cell].append(variable)
            at_pool[pool, cell].append(variable)
            halves[cell.date, cell.half].append(variable)
            if cell != session.cell:
                costs.append(
                    (prices.same_date if cell.date == session.cell.date else prices.other_date) * variable
                )
    for variables in at_doctor.values():
        model.add_at_most_one(variables)
    for (pool, cell), variables in at_pool.items():
        model.add(sum(variables) <= sum(room.open_at(cell.key) for room in scenario.rooms_of.get(pool, ())))
    limit = scenario.policy.ratio.limit
    for date in scenario.working_dates:
        mornings, afternoons = sum(halves[date, Half.AM]), sum(halves[date, Half.PM])
        model.add(limit.denominator * mornings <= limit.numerator * afternoons)
    objective = sum(costs)
    model.minimize(objective)
    return model, objective


def main() -> None:
    """Solve and print."""
    source, seconds, *settings = sys.argv[1:]
    scenario = read_scenario(Path(source), settings)
    started = time.perf_counter()
    model, _ = build(scenario)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(seconds)
    status = solver.solve(model)
    print(
        json.dumps(
            {
                "status": solver.status_name(status),
                "value": solver.objective_value,
                "bound": solver.best_objective_bound,
                "seconds": time.perf_counter() - started,
            }
        )
    )


if __name__ == "__main__":
    main()
