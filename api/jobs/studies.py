"""What a worker does with a study: its variants solved side by side, each kept in the database as it is finished."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row

from api.store.variants import StoredVariants
from api.study_asked import base_of, study_of, task_of
from scheduler.scenario.week import Scenario
from scheduler.study.run.places import LocalPlaces
from scheduler.study.run.running import Progress, run_study
from scheduler.tickets.store import Store


def solve_study(
    store: Store, scenario: Scenario, row: Row[Any], look: Callable[[], None]
) -> Mapping[str, Any]:
    """Solve the variants that are not kept yet and return the outcome: the failures of those that are not kept.

    `look` raises where the study was taken away meanwhile. Raises StoreError where a result cannot be kept.
    """
    request: Mapping[str, Any] = row.request
    study = study_of(request["study"])
    task = task_of(study, request["replications"], request["how"])
    kept = StoredVariants(store, row.id, row.attempt, [variant.name for variant in study.variants])
    with _places(request["workers"], task.patience) as places:
        base = base_of(scenario)
        found = run_study(study, base, task, kept, places, _Teller(kept, look))
    failures = {
        line.variant.name: line.failure.in_every_language()
        for line in found.rows
        if line.failure is not None and line.variant.name not in kept.kept
    }
    return {"failures": failures}


class _Teller:
    """Hears how far the study is, and tells what changed."""

    def __init__(self, kept: StoredVariants, look: Callable[[], None]) -> None:
        self._kept, self._look = kept, look
        self._told: Mapping[str, Any] | None = None

    def __call__(self, now: Progress) -> None:
        self._look()
        data = {"done": now.done, "failed": now.failed, "all": now.all}
        if data != self._told:
            self._kept.tell(data)
            self._told = data


@contextmanager
def _places(many: int, patience: float) -> Iterator[LocalPlaces]:
    # A worker is a daemon, which may not have processes of its own; those of a study end with it by themselves.
    multiprocessing.current_process().daemon = False
    places = LocalPlaces(many, patience)
    try:
        yield places
    finally:
        places.close()
