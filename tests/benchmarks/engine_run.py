"""One engine run told as JSON: `python -m tests.benchmarks.engine_run SCENARIO|SIZE ENGINE SOLVER SECONDS [--set ...]`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from scheduler.engine.columns import list_columns
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ignore_progress
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario


def _scenario(source: str, settings: list[str]) -> Scenario:
    if Path(source).exists():
        return read_scenario(Path(source), settings)
    from scenarios.generator import Size, generate

    return generate(Size.parse(source), seed=1)


def main() -> None:
    """Solve once, building counted, libraries loaded before; print status, tiers, seconds and peak megabytes."""
    source, engine, solver, seconds, *settings = sys.argv[1:]
    scenario = _scenario(source, settings)
    list_columns(Scenario(week=scenario.week))  # loads what is loaded once
    started = time.perf_counter()
    outcome = solve_week(scenario, Options(solver, float(seconds), engine=engine), ignore_progress)
    spent = time.perf_counter() - started
    print(
        json.dumps(
            {
                "status": outcome.status,
                "tiers": {tier.key: [tier.value, tier.bound] for tier in outcome.tiers},
                "seconds": spent,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
