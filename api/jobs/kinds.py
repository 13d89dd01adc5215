"""Solves each kind of job: a plan, a repair, a question, a price, a study."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row

from api.jobs.results import outcome_to_json, plan_from_files, plan_to_files
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
class JobResult:
    """A job's state at its end, its outcome as JSON, the files of a roster, and the reason where there is none."""

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


def solve_job(store: Store, scenarios: Scenarios, row: Row[Any], on_progress: ProgressCallback) -> JobResult:
    """Solve a job; raises MenzhenError where the request does not fit the scenario after all."""
    scenario = scenarios.get(row.scenario)
    request: Mapping[str, Any] = row.request
    options = Options(request["solver"], float(request["seconds"]), request["seed"])
    match JobKind(row.kind):
        case JobKind.PLAN:
            return _solve_plan(scenario, request, options, on_progress)
        case JobKind.REPAIR:
            return _solve_repair(scenario, _read_base(store, row, scenario), request, options, on_progress)
        case JobKind.WHY:
            return _answer_question(scenario, _read_base(store, row, scenario), request, options, on_progress)
        case JobKind.PRICE:
            return _solve_price(scenario, request, options, on_progress)
        case JobKind.STUDY:
            return _solve_study(store, scenario, row, on_progress)


def _read_base(store: Store, row: Row[Any], scenario: Scenario) -> Plan:
    version = row.request["version"]
    files = store.read(lambda c: {name: read_file(c, row.base, version, name) for name in PLAN_FILES})
    return plan_from_files(
        scenario, {name: content for name, content in files.items() if content is not None}
    )


def _solve_plan(
    scenario: Scenario, request: Mapping[str, Any], options: Options, on_progress: ProgressCallback
) -> JobResult:
    from scheduler.plan import make_plan

    pinned = tuple(Attendance(pin["doctor"], parse_cell(scenario.week, pin["at"])) for pin in request["keep"])
    planned = make_plan(scenario, options, on_progress, demands=Demands(forced=pinned))
    outcome = planned.outcome
    files = {} if outcome.roster is None else plan_to_files(scenario, planned.plan)
    result = outcome_to_json(outcome) | {"seconds": {k: round(v, 3) for k, v in planned.seconds.items()}}
    result["hard"] = sum(violation.hard for violation in planned.violations)
    return JobResult(_STATES[outcome.status], result, files, _reason(outcome, pinned=bool(pinned)))


def _reason(outcome: Outcome, *, pinned: bool = False) -> Message | None:
    if outcome.status is Status.INFEASIBLE and pinned:
        return message("The pinned sessions cannot all stay where the rules must hold.")
    if outcome.status is Status.INFEASIBLE:
        return message("The rules that must hold cannot hold together.")
    if outcome.status is Status.TIMED_OUT:
        return message("No roster was found in the time given.")
    return None


def _solve_repair(
    scenario: Scenario,
    base: Plan,
    request: Mapping[str, Any],
    options: Options,
    on_progress: ProgressCallback,
) -> JobResult:
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair
    from scheduler.compare import describe_change, plan_changes

    repaired = repair(
        scenario,
        base,
        parse_stops(scenario.week, request["stops"]),
        as_of=dt.date.fromisoformat(request["as_of"]),
        cover_level=CoverLevel(request["cover_level"]),
        budget=request["budget"],
        options=options,
        on_progress=on_progress,
    )
    result = outcome_to_json(repaired.outcome)
    if repaired.outcome.roster is None:
        return JobResult(_STATES[repaired.outcome.status], result, {}, _reason(repaired.outcome))
    result["changes"] = [
        describe_change(change).to_json() for change in plan_changes(repaired.repaired.roster)
    ]
    result["worse"] = [violation.sentence.to_json() for violation in repaired.difference.worse]
    return JobResult(JobState.DONE, result, plan_to_files(scenario, repaired.plan))


def _answer_question(
    scenario: Scenario,
    base: Plan,
    request: Mapping[str, Any],
    options: Options,
    on_progress: ProgressCallback,
) -> JobResult:
    from scheduler.explain.question import Question
    from scheduler.explain.why import why

    cell = parse_cell(scenario.week, request["at"])
    question = Question(request["doctor"], cell, request["clinic"], request["absent"])
    reply = why(scenario, base, question, options, on_progress)
    tiers = [asdict(tier) for tier in reply.tiers]
    result = {
        "verdict": str(reply.verdict),
        "sentences": [one.to_json() for one in reply.sentences],
        "tiers": tiers,
    }
    return JobResult(JobState.DONE, result | {"proved": reply.proved})


def _solve_price(
    scenario: Scenario, request: Mapping[str, Any], options: Options, on_progress: ProgressCallback
) -> JobResult:
    from scheduler.explain.price import compute_frontier

    prices = compute_frontier(
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
        for point in prices.points
    ]
    return JobResult(JobState.DONE, {"points": points})


def _solve_study(store: Store, scenario: Scenario, row: Row[Any], on_progress: ProgressCallback) -> JobResult:
    from api.jobs.studies import solve_study

    return JobResult(JobState.DONE, solve_study(store, scenario, row, lambda: on_progress(None)))
