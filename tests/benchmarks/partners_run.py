"""A week's reserve given to partners, told as JSON: `python -m tests.benchmarks.partners_run SCENARIO PARTNERS`."""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from fractions import Fraction
from pathlib import Path

from scheduler.check.run import find_violations
from scheduler.plan import make_plan
from scheduler.reserve.partners import give_to_partners
from scheduler.roster import Channel, Plan
from scheduler.scenario.hospital import Credit, Partner
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario

_DAYS = ((), (), (), ("mon", "wed"), ("tue", "thu", "fri"))


def _with_partners(scenario: Scenario, count: int) -> Scenario:
    """Return the scenario with partners and credits drawn by a fixed seed, and a reserve of four tenths."""
    draw = random.Random(1)
    partners = tuple(
        Partner(partner=f"P{n:02}", population=draw.randint(5, 900), days=draw.choice(_DAYS))
        for n in range(count)
    )
    owed = tuple(
        Credit(partner=partner.partner, specialty=specialty, credit=f"{draw.randint(-9, 9)}/10")
        for partner in partners
        for specialty in scenario.specialties
    )
    reserve = scenario.policy.reserve.model_copy(update={"share": Fraction(2, 5)})
    policy = scenario.policy.model_copy(update={"reserve": reserve})
    return scenario.changed(partners=partners, credits=owed, policy=policy)


def main() -> None:
    """Plan without partners, then give the reserve to them, three times; print tickets, seconds and megabytes."""
    scenario = _with_partners(read_scenario(Path(sys.argv[1]), []), int(sys.argv[2]))
    started = time.perf_counter()
    plan = make_plan(scenario.changed(partners=(), credits=())).plan
    planned = time.perf_counter() - started
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        given = give_to_partners(scenario, plan.roster, plan.slots, plan.holdings)
        seconds.append(time.perf_counter() - started)
    shared = Plan(plan.roster, plan.slots, given.holdings)
    print(
        json.dumps(
            {
                "tickets": sum(h.tickets for h in plan.holdings if h.channel is Channel.PARTNER),
                "violations": len(find_violations(scenario, shared, rules=["partner_shares"])),
                "plan": planned,
                "seconds": min(seconds),
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
