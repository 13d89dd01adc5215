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
    """Return the reasons of an infeasible week and the remedies that are proposed for it, cheapest first.

    Takes at most about as long again as the options' seconds; the search for remedies ends then.
    """
    ends = time.monotonic() + options.seconds

    def solve(tried: Scenario) -> Outcome:
        left = ends - time.monotonic()
        if left <= 0.0:
            return Outcome(Status.TIMED_OUT, None)
        outcome = solve_week(tried, replace(options, seconds=left), ignore_progress)
        # Out of time the engine answers with the template as it stands, which is no remedy.
        return replace(outcome, roster=None) if outcome.status is Status.TIMED_OUT else outcome

    on_progress(Event("explain"))
    least = solve(bent(scenario))
    if least.roster is None:
        return (message("No time was left to find out which rules cannot hold together."),), ()
    proposals = tuple(
        Proposal(remedy.rules, remedy.steps, remedy.outcome.status, remedy.outcome.tiers, remedy.patch)
        for remedy in find_remedies(scenario, solve)
    )
    return reasons(scenario, least.roster), proposals
