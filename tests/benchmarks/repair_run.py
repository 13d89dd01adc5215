"""Repairs of one stopped doctor beside their plan, as JSON: `python -m tests.benchmarks.repair_run SCENARIO STOPS`."""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from pathlib import Path
from statistics import median

from scheduler.adjust.repair import repair
from scheduler.adjust.stops import Stop
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.tables.scenario.files import read_scenario


def main() -> None:
    """Plan once, then stop as many doctors, one a repair, drawn by a fixed seed; print the seconds."""
    scenario = read_scenario(Path(sys.argv[1]), [])
    make_plan(scenario)  # loads what is loaded once
    started = time.perf_counter()
    plan = make_plan(scenario).plan
    planned = time.perf_counter() - started
    seconds = []
    for session in random.Random(1).sample(plan.roster.held, int(sys.argv[2])):
        started = time.perf_counter()
        stops = [Stop(session.doctor, session.at)]
        outcome = repair(scenario, plan, stops, as_of=scenario.week.dates[0]).outcome
        assert outcome.status is Status.OPTIMAL
        seconds.append(time.perf_counter() - started)
    print(
        json.dumps(
            {
                "plan": planned,
                "median": median(seconds),
                "worst": max(seconds),
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
