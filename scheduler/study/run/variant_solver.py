"""Solves one variant, from its patch to its figures: what a worker does, on this machine or another."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from scheduler.engine.options import Options
from scheduler.errors import (
    MOST_LINES,
    EngineError,
    MenzhenError,
    OutputError,
    Problem,
    group_problems,
)
from scheduler.plan import Planned
from scheduler.report.versions import versions
from scheduler.scenario.week import Scenario
from scheduler.study.base import Base
from scheduler.study.study import Variant
from scheduler.study.table.figures import Figures, FlowSummary
from scheduler.study.table.session_changes import PlaceChange
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Distributions
from scheduler.study.uncertainty.replication import Replication
from scheduler.study.uncertainty.stop_response import StopResponse
from scheduler.words import Message, join_messages

_GRACE_SECONDS = 60.0
"""Start-up, building, checking and writing, and a solver that overruns its limit."""

_RUN_SECONDS = 1.0
"""Far more than a week takes that is run once as it is."""


_FLOW_SECONDS = 600.0
"""Far more than patient flow of a large hospital takes."""


@dataclass(frozen=True)
class VariantTask:
    """What is done with every variant of a study.

    With `full` a variant's folder holds its scenario and everything that `menzhen plan` writes, in `language`;
    otherwise its sessions alone. `replications` (at least 0) are drawn of each, and answered as `how` tells. `flow` asks
    for the patient flow of its roster.
    """

    solver: str = "highs"
    seconds: float = 60.0
    seed: int = 0
    full: bool = False
    language: str = "zh"
    replications: int = 0
    how: StopResponse = StopResponse.AS_RUN
    distributions: Distributions = DEFAULT_DISTRIBUTIONS
    flow: bool = False

    @property
    def options(self) -> Options:
        """How each variant is solved."""
        return Options(self.solver, self.seconds, self.seed)

    @property
    def limit_seconds(self) -> float:
        """Seconds after which a variant is given up; looking for reasons may take as long again as solving."""
        replication_seconds = _RUN_SECONDS if self.how is StopResponse.AS_RUN else self.seconds
        flow_seconds = _FLOW_SECONDS if self.flow else 0.0
        return 2 * self.seconds + self.replications * replication_seconds + flow_seconds + _GRACE_SECONDS

    def digest(self, base: Base, variant: Variant) -> str:
        """Return the SHA-256 of everything that the result depends on: the programs, the base, the variant, the task."""
        # By its fields and not its repr: a class that is renamed must not have every variant solved anew.
        programs = sorted(versions().items(), key=str)
        task = asdict(self) | {"distributions": self.distributions.model_dump(mode="json")}
        content = json.dumps([programs, base.digest, variant.digest(), task], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class VariantResult:
    """A variant's figures, or the `failure` that kept it from having any.

    `files` are its folder's contents by path. A failure that `is_transient`, such as a full disk, may not come again:
    it is not stored.
    """

    figures: Figures | None = None
    failure: Message | None = None
    changes: tuple[PlaceChange, ...] = ()
    replications: tuple[Replication, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    is_transient: bool = False


def solve_variant(base: Base, variant: Variant, task: VariantTask) -> VariantResult:
    """Return a variant's result; whatever is wrong with it is its `failure`."""
    try:
        scenario = base.patched(variant)
        solve = _solve_with_reports if task.full else _solve_sessions
        return solve(base, scenario, task)
    except MenzhenError as error:
        return failed_result(error.problems, is_transient=isinstance(error, (OutputError, EngineError)))


def failed_result(problems: Iterable[Problem], *, is_transient: bool = False) -> VariantResult:
    """Return the result of a variant that has no figures because of these problems."""
    sentences = [group.sentence() for group in group_problems(problems)[:MOST_LINES]]
    return VariantResult(failure=join_messages(sentences, " "), is_transient=is_transient)


def _solve_sessions(base: Base, scenario: Scenario, task: VariantTask) -> VariantResult:
    from scheduler.check.run import find_violations
    from scheduler.plan import plan_roster
    from scheduler.roster import Plan, Roster
    from scheduler.rules import RULES, Stage, Strictness
    from scheduler.tables.roster.write import sessions_bytes

    outcome = plan_roster(scenario, task.options)
    roster = outcome.roster
    if roster is None:
        return _make_result(base, Planned(scenario, outcome, Plan(Roster(())), (), outcome.seconds), task, {})
    # What the engine counted as a tier is not counted again; hard rules are always checked.
    counted = {tier.key for tier in outcome.tiers if scenario.strictness(tier.key) is not Strictness.HARD}
    weekly = [
        rule.key
        for rule in RULES
        if rule.stage in (Stage.WEEK, Stage.ROOMS) and scenario.is_on(rule.key) and rule.key not in counted
    ]
    plan = Plan(roster)
    violations = find_violations(scenario, plan, rules=weekly)
    planned = Planned(scenario, outcome, plan, violations, outcome.seconds)
    return _make_result(base, planned, task, {"sessions.csv": sessions_bytes(roster, scenario)})


def _solve_with_reports(base: Base, scenario: Scenario, task: VariantTask) -> VariantResult:
    from scheduler.plan import make_plan
    from scheduler.results import write_results
    from scheduler.tables.scenario.files import write_scenario

    planned = make_plan(scenario, task.options)
    with tempfile.TemporaryDirectory(prefix="menzhen-") as folder:
        write_scenario(scenario, Path(folder) / "scenario")
        write_results(planned, Path(folder), task.language)
        return _make_result(base, planned, task, dict(_files_in(Path(folder))))


def _files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _make_result(
    base: Base, planned: Planned, task: VariantTask, files: Mapping[str, bytes]
) -> VariantResult:
    from scheduler.study.table.figures import figures_of
    from scheduler.study.table.session_changes import place_changes

    return VariantResult(
        figures=replace(figures_of(planned), flow=_flow_summary(planned, task)),
        changes=place_changes(planned, base.scenario),
        replications=_replicate(base, planned, task),
        files=files,
    )


def _flow_summary(planned: Planned, task: VariantTask) -> FlowSummary | None:
    if not task.flow or planned.outcome.roster is None:
        return None
    from scheduler.flow.run import flow_measures

    measures = flow_measures(planned.scenario, planned.plan, task.seed)
    if not measures:
        return None
    over = measures.get("over_15")
    return FlowSummary(
        _tenths(measures["wait"].mean),
        round(measures["peak_crowd"].mean),
        None if over is None else _tenths(over.mean * 100),
    )


def _tenths(value: Decimal) -> Fraction:
    return Fraction(round(value * 10), 10)


def _replicate(base: Base, planned: Planned, task: VariantTask) -> tuple[Replication, ...]:
    if not task.replications or planned.outcome.roster is None:
        return ()
    from scheduler.study.uncertainty.patients import forecast_of
    from scheduler.study.uncertainty.replication_run import replicate_week

    return replicate_week(
        planned.scenario,
        planned.outcome.roster,
        task.distributions,
        task.seed,
        range(task.replications),
        task.how,
        task.options,
        forecast=forecast_of(base.scenario),
    )
