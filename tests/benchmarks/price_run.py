"""The price of the afternoon told as JSON: `python -m tests.benchmarks.price_run SCENARIO POINTS`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from scheduler.explain.price import Frontier, compute_frontier
from scheduler.outcome import Status
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario


def main() -> None:
    """Price as many points, building counted, libraries loaded before; print seconds, and those of a single point."""
    scenario = read_scenario(Path(sys.argv[1]), [])
    compute_frontier(scenario, steps=1)
    first, _ = _timed(scenario, 1)
    seconds, frontier = _timed(scenario, int(sys.argv[2]))
    print(
        json.dumps(
            {
                "seconds": seconds,
                "first": first,
                "points": len(frontier.points),
                "proved": sum(point.price.status is Status.OPTIMAL for point in frontier.points),
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


def _timed(scenario: Scenario, steps: int) -> tuple[float, Frontier]:
    started = time.perf_counter()
    frontier = compute_frontier(scenario, steps=steps)
    return time.perf_counter() - started, frontier


if __name__ == "__main__":
    main()
