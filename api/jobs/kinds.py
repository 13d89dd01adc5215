"""Solves each kind of job: a plan, a repair, a question, a price, a study, patient flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row

from api.jobs.results import outcome_to_json, plan_from_files, plan_to_files
from api.jobs.stops import requested_stops
from api.store.files import read_file
from api.store.models import JobKind, JobState
from api.store.scenarios import Scenarios
from scheduler.adjust.typed_words import parse_cell
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


@dataclass(frozen=True)
class _Job:
    """A job's row with what is needed to solve it."""

    store: Store
    row: Row[Any]
    scenario: Scenario
    on_progress: ProgressCallback

    @property
    def request(self) -> Mapping[str, Any]:
        request: Mapping[str, Any] = self.row.request
        return request

    @property
    def options(self) -> Options:
        return Options(self.request["solver"], float(self.request["seconds"]), self.request["seed"])

    def read_base(self) -> Plan:
        """Return the roster that the job starts from."""
        return self.read_roster(self.row.base, self.request["version"])

    def read_roster(self, base: str, version: int) -> Plan:
        """Return a version of a roster of the job's scenario."""
        files = self.store.read(lambda c: {name: read_file(c, base, version, name) for name in PLAN_FILES})
        return plan_from_files(
            self.scenario, {name: file for name, file in files.items() if file is not None}
        )


_STATES = {
    Status.OPTIMAL: JobState.DONE,
    Status.FEASIBLE: JobState.DONE,
    Status.INFEASIBLE: JobState.INFEASIBLE,
    Status.TIMED_OUT: JobState.TIMED_OUT,
}


def solve_job(store: Store, scenarios: Scenarios, row: Row[Any], on_progress: ProgressCallback) -> JobResult:
    """Solve a job; raises MenzhenError where the request does not fit the scenario after all."""
    job = _Job(store, row, scenarios.get(row.scenario), on_progress)
    return _SOLVERS[JobKind(row.kind)](job)


def _solve_plan(job: _Job) -> JobResult:
    from scheduler.plan import make_plan

    week = job.scenario.week
    pinned = tuple(Attendance(pin["doctor"], parse_cell(week, pin["at"])) for pin in job.request["keep"])
    planned = make_plan(job.scenario, job.options, job.on_progress, demands=Demands(forced=pinned))
    outcome = planned.outcome
    files = {} if outcome.roster is None else plan_to_files(job.scenario, planned.plan)
    result = outcome_to_json(outcome) | {"seconds": {k: round(v, 3) for k, v in planned.seconds.items()}}
    result["hard"] = sum(violation.hard for violation in planned.violations)
    return JobResult(_STATES[outcome.status], result, files, _reason(outcome, is_pinned=bool(pinned)))


def _reason(outcome: Outcome, *, is_pinned: bool = False) -> Message | None:
    if outcome.status is Status.INFEASIBLE and is_pinned:
        return message("The pinned sessions cannot all stay where the rules must hold.")
    if outcome.status is Status.INFEASIBLE:
        return message("The rules that must hold cannot hold together.")
    if outcome.status is Status.TIMED_OUT:
        return message("No roster was found in the time given.")
    return None


def _solve_repair(job: _Job) -> JobResult:
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair
    from scheduler.compare import describe_change, plan_changes

    request = job.request
    since, base = dt.date.fromisoformat(request["as_of"]), job.read_base()
    # A job that was queued before leave lists has none.
    leave = requested_stops(job.scenario, base.roster, {"leave": [], **request}, since)
    repaired = repair(
        job.scenario,
        base,
        leave.stops,
        as_of=since,
        cover_level=CoverLevel(request["cover_level"]),
        budget=request["budget"],
        options=job.options,
        on_progress=job.on_progress,
    )
    outcome = repaired.outcome
    result = outcome_to_json(outcome)
    result["notes"] += [warning.to_json() for warning in leave.warnings]
    if outcome.roster is None:
        return JobResult(_STATES[outcome.status], result, {}, _reason(outcome))
    result["changes"] = [
        describe_change(change).to_json() for change in plan_changes(repaired.repaired.roster)
    ]
    result["worse"] = [violation.sentence.to_json() for violation in repaired.difference.worse]
    return JobResult(JobState.DONE, result, plan_to_files(job.scenario, repaired.plan))


def _answer_question(job: _Job) -> JobResult:
    from scheduler.explain.question import Question
    from scheduler.explain.why import why

    request = job.request
    cell = parse_cell(job.scenario.week, request["at"])
    question = Question(request["doctor"], cell, request["clinic"], request["absent"])
    reply = why(job.scenario, job.read_base(), question, job.options, job.on_progress)
    result = {
        "verdict": str(reply.verdict),
        "sentences": [sentence.to_json() for sentence in reply.sentences],
        "tiers": [asdict(tier) for tier in reply.tiers],
        "proved": reply.proved,
    }
    return JobResult(JobState.DONE, result)


def _solve_price(job: _Job) -> JobResult:
    from scheduler.explain.price import compute_frontier

    request = job.request
    prices = compute_frontier(
        job.scenario,
        steps=request["steps"],
        start=None if request["start"] is None else exact(request["start"]),
        end=exact(request["end"]),
        options=job.options,
        on_progress=job.on_progress,
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


def _simulate_flow(job: _Job) -> JobResult:
    from scheduler.flow.run import simulate_flow
    from scheduler.report.flow_tables import flow_content

    request = job.request
    other = request["against"]
    flow = simulate_flow(
        job.scenario,
        job.read_base(),
        None if other is None else job.read_roster(other["roster"], other["version"]),
        replications=request["replications"],
        seed=request["seed"],
        on_replication=lambda _: job.on_progress(None),
    )
    return JobResult(JobState.DONE, {"flow": flow_content(flow)})


def _solve_study(job: _Job) -> JobResult:
    from api.jobs.studies import solve_study

    outcome = solve_study(job.store, job.scenario, job.row, lambda: job.on_progress(None))
    return JobResult(JobState.DONE, outcome)


_SOLVERS: Mapping[JobKind, Callable[[_Job], JobResult]] = {
    JobKind.PLAN: _solve_plan,
    JobKind.REPAIR: _solve_repair,
    JobKind.WHY: _answer_question,
    JobKind.PRICE: _solve_price,
    JobKind.STUDY: _solve_study,
    JobKind.FLOW: _simulate_flow,
}
