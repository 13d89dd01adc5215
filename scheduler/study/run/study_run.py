"""A study's run: its variants solved side by side, each stored as soon as it is finished, then put into rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from scheduler.errors import EngineError, MenzhenError, Problem, Where
from scheduler.interval import Interval
from scheduler.processes import OverdueError, WorkerDiedError
from scheduler.study.base import Base
from scheduler.study.run.variant_solver import VariantResult, VariantTask, failed_result, solve_variant
from scheduler.study.run.workers import Workers
from scheduler.study.study import Study, Variant
from scheduler.study.table.rows import VariantRow
from scheduler.words import message

_T = TypeVar("_T")
_MAX_ATTEMPTS = 2


@dataclass(frozen=True)
class StudyProgress:
    """How many variants of `total` are `done`; `failed` of these failed, and `resumed` were stored by an earlier run."""

    total: int
    done: int = 0
    failed: int = 0
    resumed: int = 0


StudyProgressCallback = Callable[[StudyProgress], None]


class VariantStore(Protocol):
    """Where the results of variants are stored: a folder, or whatever else lasts longer than the process."""

    def remove_others(self, names: Iterable[str]) -> None:
        """Remove the results of variants that are not in the study."""

    def find(self, name: str, digest: str) -> VariantResult | None:
        """Return a variant's stored result; None where there is none with this digest."""

    def save(self, name: str, digest: str, result: VariantResult) -> None:
        """Store a variant's result, whole or not at all."""


@dataclass(frozen=True)
class StudyRows:
    """The rows of a study's finished variants, in its order, and whether they are all."""

    rows: tuple[VariantRow, ...]
    is_complete: bool


def run_study(
    study: Study,
    base: Base,
    task: VariantTask,
    store: VariantStore,
    workers: Workers,
    on_progress: StudyProgressCallback = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> StudyRows:
    """Solve the variants that `store` does not have; it has every finished one when this ends, however it ends.

    `on_progress` is called at every step, at least once a second, and then `should_stop`, which ends the run before
    its end. A variant whose worker dies is tried once more and then fails alone. Raises OutputError where a result
    cannot be stored.
    """
    store.remove_others(variant.name for variant in study.variants)
    run = _StudyRun(study, base, task, store, workers)
    on_progress(run.progress)
    for _ in run.steps():
        on_progress(run.progress)
        if should_stop():
            break
    return study_rows(study, run.results)


def stored_rows(study: Study, base: Base, task: VariantTask, store: VariantStore) -> StudyRows:
    """Return the rows of the variants that are stored, whoever solved them."""
    stored = {v.name: store.find(v.name, task.digest(base, v)) for v in study.variants}
    return study_rows(study, {name: result for name, result in stored.items() if result is not None})


def study_rows(study: Study, results: Mapping[str, VariantResult]) -> StudyRows:
    """Return rows of these results, in the order of the study, with intervals where there were replications."""
    finished = [variant for variant in study.variants if variant.name in results]
    intervals = _intervals(study, results)
    rows = tuple(
        VariantRow(
            variant,
            results[variant.name].figures,
            results[variant.name].failure,
            results[variant.name].changes,
            intervals.get(variant.name, {}),
        )
        for variant in finished
    )
    return StudyRows(rows, len(finished) == len(study.variants))


def _intervals(study: Study, results: Mapping[str, VariantResult]) -> Mapping[str, Mapping[str, Interval]]:
    replicated = {
        v.name: results[v.name].replications
        for v in study.variants
        if v.name in results and results[v.name].replications
    }
    if not replicated:
        return {}
    from scheduler.study.uncertainty.intervals import summary

    return summary(replicated, study.variants[0].name)


class _StudyRun:
    """Variants that wait and that are at work, each with the number of its attempt, and the results so far."""

    def __init__(
        self, study: Study, base: Base, task: VariantTask, store: VariantStore, workers: Workers
    ) -> None:
        self._base, self._task, self._store, self._workers = base, task, store, workers
        self.results: dict[str, VariantResult] = {}
        self._waiting: deque[tuple[Variant, int]] = deque()
        self._at_work: dict[Future[VariantResult], tuple[Variant, int]] = {}
        for variant in study.variants:
            stored = store.find(variant.name, task.digest(base, variant))
            if stored is None:
                self._waiting.append((variant, 1))
            else:
                self.results[variant.name] = stored
        self._total, self._resumed = len(study.variants), len(self.results)

    @property
    def progress(self) -> StudyProgress:
        failed = sum(result.failure is not None for result in self.results.values())
        return StudyProgress(self._total, len(self.results), failed, self._resumed)

    def steps(self) -> Iterator[None]:
        """Solve, and yield whenever a variant is finished or a second has passed."""
        if not self._waiting:
            return
        handle = _reach_cluster(lambda: self._workers.share(self._base))
        while self._waiting or self._at_work:
            # As many as there are workers, and one more each, so that none stands idle.
            while self._waiting and len(self._at_work) < 2 * self._workers.count:
                variant, attempt = self._waiting.popleft()
                future = self._submit(handle, variant)
                self._at_work[future] = variant, attempt
            done, _ = wait(self._at_work, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                self._collect(future)
            yield

    def _submit(self, handle: Any, variant: Variant) -> Future[VariantResult]:
        return _reach_cluster(lambda: self._workers.submit(solve_variant, handle, variant, self._task))

    def _collect(self, future: Future[VariantResult]) -> None:
        """Take in how one variant ended: its result, another attempt, or a failure."""
        variant, attempt = self._at_work.pop(future)
        try:
            result = future.result()
        except WorkerDiedError:
            if attempt < _MAX_ATTEMPTS:
                self._waiting.appendleft((variant, attempt + 1))
                return
            result = VariantResult(failure=message("the process that solved it died, twice"))
        except OverdueError:
            result = failed_result([_overdue_problem()])
        except CancelledError:
            raise EngineError([_lost_cluster_problem()]) from None
        except MenzhenError as error:
            result = failed_result(error.problems)
        except Exception as error:
            failure = message("the worker failed: {error}", error=f"{type(error).__name__}: {error}")
            result = VariantResult(failure=failure)
        else:
            if not result.is_transient:
                self._store.save(variant.name, self._task.digest(self._base, variant), result)
        # Its files are stored: those of a thousand variants would fill the memory.
        self.results[variant.name] = replace(result, files={})


def _reach_cluster(call: Callable[[], _T]) -> _T:
    try:
        return call()
    except OSError as error:
        raise EngineError([_lost_cluster_problem()]) from error


def _lost_cluster_problem() -> Problem:
    wrong = message("the cluster took the work back, or cannot be reached any more")
    return Problem(Where(field="--cluster"), wrong, message("Check the cluster, then go on with --resume."))


def _overdue_problem() -> Problem:
    wrong = message("the solver did not keep its time limit and was stopped")
    return Problem(Where(), wrong, message("Give it more time with --seconds, or report it."))
