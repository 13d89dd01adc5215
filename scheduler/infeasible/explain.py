"""The whole answer to an infeasible week: why, and what would make it possible."""

from __future__ import annotations

import time
from dataclasses import replace

from scheduler.engine.entry import solve_week
from scheduler.engine.options import Event, Options, ProgressCallback, ignore_progress
from scheduler.infeasible.reasons import bent, reasons
from scheduler.infeasible.remedies import find_remedies
from scheduler.outcome import Outcome, Proposal, Status
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


def explain(
    scenario: Scenario, options: Options, on_progress: ProgressCallback
) -> tuple[tuple[Message, ...], tuple[Proposal, ...]]:
    """Return the reasons of an infeasible week and the proposals that mend it, cheapest first.

    Takes at most about as long again as the options' seconds; what is not found by then is not told.
    """
    ends = time.monotonic() + options.seconds

    def solve(tried: Scenario) -> Outcome:
        left = ends - time.monotonic()
        if left <= 0.0:
            return Outcome(Status.TIMED_OUT, None)
        found = solve_week(tried, replace(options, seconds=left), ignore_progress)
        # Out of time the engine answers with the template as it stands: that mends nothing.
        return replace(found, roster=None) if found.status is Status.TIMED_OUT else found

    on_progress(Event("explain"))
    least = solve(bent(scenario))
    if least.roster is None:
        return (message("No time was left to find out which rules cannot hold together."),), ()
    found = find_remedies(scenario, solve)
    proposals = tuple(Proposal(r.rules, r.steps, r.outcome.status, r.outcome.tiers) for r in found)
    return reasons(scenario, least.roster), proposals
