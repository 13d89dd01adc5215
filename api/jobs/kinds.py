"""What each kind of job works out: a roster, a repaired one, an answer, a price, a study."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row

from api.jobs.results import outcome_to_json, plan_files, plan_of
from api.store.files import read_file
from api.store.models import JobKind, JobState
from api.store.scenarios import Scenarios
from scheduler.adjust.stops import parse_cell, parse_stops
from scheduler.engine.options import Attendance, Demands, Options, ProgressCallback
from scheduler.outcome import Outcome, Status
from scheduler.roster import Plan
from scheduler.scenario.policy import exact, exact_text
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import PLAN_FILES
from scheduler.tickets.store import Store
from scheduler.words import Message, message


@dataclass(frozen=True)
class Ended:
    """How a job ended: its state, its outcome as JSON, the files of a roster, and why there is no result."""

    state: JobState
    outcome: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    reason: Message | None = None


_STATES = {
    Status.OPTIMAL: JobState.DONE,
    Status.FEASIBLE: JobState.DONE,
    Status.INFEASIBLE: JobState.INFEASIBLE,
    Status.TIMED_OUT: JobState.TIMED_OUT,
}


def solve(store: Store, scenarios: Scenarios, row: Row[Any], on_progress: ProgressCallback) -> Ended:
    """Work out a job; raises MenzhenError where the request does not fit the scenario after all."""
    scenario = scenarios.get(row.scenario)
    request: Mapping[str, Any] = row.request
    options = Options(request["solver"], float(request["seconds"]), request["seed"])
    match JobKind(row.kind):
        case JobKind.PLAN:
            return _planned(scenario, request, options, on_progress)
        case JobKind.REPAIR:
            return _repaired(scenario, _base(store, row, scenario), request, options, on_progress)
        case JobKind.WHY:
            return _answered(scenario, _base(store, row, scenario), request, options, on_progress)
        case JobKind.PRICE:
            return _priced(scenario, request, options, on_progress)
        case JobKind.STUDY:
            return _studied(store, scenario, row, on_progress)


def _base(store: Store, row: Row[Any], scenario: Scenario) -> Plan:
    version = row.request["version"]
    found = store.read(lambda c: {name: read_file(c, row.base, version, name) for name in PLAN_FILES})
    return plan_of(scenario, {name: content for name, content in found.items() if content is not None})


def _planned(
    scenario: Scenario, request: Mapping[str, Any], options: Options, on_progress: ProgressCallback
) -> Ended:
    from scheduler.plan import make_plan

    pinned = tuple(Attendance(pin["doctor"], parse_cell(scenario.week, pin["at"])) for pin in request["keep"])
    planned = make_plan(scenario, options, on_progress, demands=Demands(forced=pinned))
    outcome = planned.outcome
    files = {} if outcome.roster is None else plan_files(scenario, planned.plan)
    kept = outcome_to_json(outcome) | {"seconds": {k: round(v, 3) for k, v in planned.seconds.items()}}
    kept["hard"] = sum(violation.hard for violation in planned.violations)
    return Ended(_STATES[outcome.status], kept, files, _reason(outcome, pinned=bool(pinned)))


def _reason(outcome: Outcome, *, pinned: bool = False) -> Message | None:
    if outcome.status is Status.INFEASIBLE and pinned:
        return message("The pinned sessions cannot all stay where the rules must hold.")
    if outcome.status is Status.INFEASIBLE:
        return message("The rules that must hold cannot hold together.")
    if outcome.status is Status.TIMED_OUT:
        return message("No roster was found in the time given.")
    return None


def _repaired(
    scenario: Scenario,
    base: Plan,
    request: Mapping[str, Any],
    options: Options,
    on_progress: ProgressCallback,
) -> Ended:
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair
    from scheduler.compare import describe_change, plan_changes

    found = repair(
        scenario,
        base,
        parse_stops(scenario.week, request["stops"]),
        as_of=dt.date.fromisoformat(request["as_of"]),
        cover_level=CoverLevel(request["cover_level"]),
        budget=request["budget"],
        options=options,
        on_progress=on_progress,
    )
    kept = outcome_to_json(found.outcome)
    if found.outcome.roster is None:
        return Ended(_STATES[found.outcome.status], kept, {}, _reason(found.outcome))
    kept["changes"] = [describe_change(change).to_json() for change in plan_changes(found.repaired.roster)]
    kept["worse"] = [violation.sentence.to_json() for violation in found.difference.worse]
    return Ended(JobState.DONE, kept, plan_files(scenario, found.plan))


def _answered(
    scenario: Scenario,
    base: Plan,
    request: Mapping[str, Any],
    options: Options,
    on_progress: ProgressCallback,
) -> Ended:
    from scheduler.explain.question import Question
    from scheduler.explain.why import why

    cell = parse_cell(scenario.week, request["at"])
    question = Question(request["doctor"], cell, request["clinic"], request["absent"])
    reply = why(scenario, base, question, options, on_progress)
    tiers = [asdict(tier) for tier in reply.tiers]
    kept = {
        "verdict": str(reply.verdict),
        "sentences": [one.to_json() for one in reply.sentences],
        "tiers": tiers,
    }
    return Ended(JobState.DONE, kept | {"proved": reply.proved})


def _priced(
    scenario: Scenario, request: Mapping[str, Any], options: Options, on_progress: ProgressCallback
) -> Ended:
    from scheduler.explain.price import price_of_the_afternoon

    found = price_of_the_afternoon(
        scenario,
        steps=request["steps"],
        start=None if request["start"] is None else exact(request["start"]),
        end=exact(request["end"]),
        options=options,
        on_progress=on_progress,
    )
    points = [
        {
            "limit": exact_text(point.limit),
            "status": str(point.price.status),
            "tiers": [{"key": t.key, "value": t.value, "bound": t.bound} for t in point.price.tiers],
        }
        for point in found.points
    ]
    return Ended(JobState.DONE, {"points": points})


def _studied(store: Store, scenario: Scenario, row: Row[Any], on_progress: ProgressCallback) -> Ended:
    from api.jobs.studies import solve_study

    return Ended(JobState.DONE, solve_study(store, scenario, row, lambda: on_progress(None)))
