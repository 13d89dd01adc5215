"""A study as a job: its variants solved side by side, each stored in the database as it is finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import Row

from api.store.variants import StoredVariants
from scheduler.scenario.week import Scenario
from scheduler.study.base import Base
from scheduler.study.file.body import read_body
from scheduler.study.file.file import MOST_UNASKED
from scheduler.study.run.study_run import StudyProgress, run_study
from scheduler.study.run.variant_solver import VariantTask
from scheduler.study.run.workers import LocalWorkers
from scheduler.study.study import Study
from scheduler.study.uncertainty.stop_response import StopResponse
from scheduler.tickets.store import Store

STUDY_POINTER = "/study"
"""Where the study stands in the body of a request."""


def read_study(content: Mapping[str, Any], most: int = MOST_UNASKED) -> Study:
    """Return the study in a request, of at most so many variants; its base is not looked at.

    Raises StudyError with every problem, each with its JSON pointer below /study.
    """
    return read_body(content, STUDY_POINTER, most)


def make_task(study: Study, replications: int, how: str) -> VariantTask:
    """Return what is done with every variant, as the command line does it."""
    return VariantTask(
        solver=study.solver,
        seconds=study.seconds,
        seed=study.seed,
        language="",
        replications=replications,
        how=StopResponse(how),
        distributions=study.uncertainty,
        flow=study.flow,
    )


def solve_study(
    store: Store, scenario: Scenario, row: Row[Any], check_attempt: Callable[[], None]
) -> Mapping[str, Any]:
    """Solve the variants that are not stored yet and return the outcome: the failures of those that are not stored.

    `check_attempt` raises where the attempt is no longer this worker's. Raises StoreError where a result cannot be
    stored.
    """
    request: Mapping[str, Any] = row.request
    study = read_study(request["study"])
    task = make_task(study, request["replications"], request["how"])
    variants = StoredVariants(store, row.id, row.attempt, [variant.name for variant in study.variants])
    with closing(LocalWorkers(request["workers"], task.limit_seconds)) as workers:
        base, reporter = Base.of(scenario), _ProgressReporter(variants, check_attempt)
        study_rows = run_study(study, base, task, variants, workers, reporter)
    failures = {
        line.variant.name: line.failure.in_every_language()
        for line in study_rows.rows
        if line.failure is not None and line.variant.name not in variants.stored
    }
    return {"failures": failures}


class _ProgressReporter:
    """Writes a study's progress to the database whenever it changes."""

    def __init__(self, variants: StoredVariants, check_attempt: Callable[[], None]) -> None:
        self._variants, self._check_attempt = variants, check_attempt
        self._reported: Mapping[str, Any] | None = None

    def __call__(self, progress: StudyProgress) -> None:
        self._check_attempt()
        data = {"done": progress.done, "failed": progress.failed, "all": progress.total}
        if data != self._reported:
            self._variants.add_progress(data)
            self._reported = data
