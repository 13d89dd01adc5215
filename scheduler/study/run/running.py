"""A study run: its variants solved side by side, each kept as soon as it is finished, then put into rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from scheduler.errors import EngineError, MenzhenError, Problem, Where
from scheduler.study.patching import Base
from scheduler.study.run.places import Places, WorkerDiedError
from scheduler.study.run.solving import Solved, Task, failed, solve_variant
from scheduler.study.study import Study, Variant
from scheduler.study.table.rows import Row
from scheduler.study.uncertainty.interval import Interval
from scheduler.words import message

_T = TypeVar("_T")
_TRIES = 2


@dataclass(frozen=True)
class Progress:
    """How far a study is: variants of `all` that are `done`, and how many of these `failed`; `kept` were there before."""

    all: int
    done: int = 0
    failed: int = 0
    kept: int = 0


Watch = Callable[[Progress], None]
Stop = Callable[[], bool]


class Keeper(Protocol):
    """Where finished variants are kept: a folder, or whatever else lasts longer than the process."""

    def remove_others(self, names: Iterable[str]) -> None:
        """Remove what is kept of variants that the study does not have."""

    def find(self, name: str, digest: str) -> Solved | None:
        """Return what is kept of a variant; None where there is nothing, or something else."""

    def keep(self, name: str, digest: str, solved: Solved) -> None:
        """Keep what came of a variant, whole or not at all."""


@dataclass(frozen=True)
class Finished:
    """What there is of a study: rows of the finished variants in its order, and whether these are all."""

    rows: tuple[Row, ...]
    whole: bool


def run_study(
    study: Study,
    base: Base,
    task: Task,
    kept: Keeper,
    places: Places,
    watch: Watch = lambda _: None,
    stop: Stop = lambda: False,
) -> Finished:
    """Solve the variants that are not kept yet; every finished one is in `kept` when this ends, however it ends.

    `watch` hears of every step, `stop` is asked now and then whether to leave the rest. A variant whose worker dies is
    tried once more and then fails alone. Raises OutputError where a result cannot be kept.
    """
    kept.remove_others(variant.name for variant in study.variants)
    running = _Running(study, base, task, kept, places)
    watch(running.progress)
    for _ in running.steps():
        watch(running.progress)
        if stop():
            break
    return finished(study, running.solved)


def kept_rows(study: Study, base: Base, task: Task, kept: Keeper) -> Finished:
    """Return the rows of the variants that are kept, whoever solved them."""
    found = {v.name: kept.find(v.name, task.digest(base, v)) for v in study.variants}
    return finished(study, {name: solved for name, solved in found.items() if solved is not None})


def finished(study: Study, solved: Mapping[str, Solved]) -> Finished:
    """Return the rows of what is solved, in the order of the study, with intervals where there were replications."""
    there = [variant for variant in study.variants if variant.name in solved]
    intervals = _intervals(study, solved)
    rows = tuple(
        Row(
            variant,
            solved[variant.name].figures,
            solved[variant.name].failure,
            solved[variant.name].changed,
            intervals.get(variant.name, {}),
        )
        for variant in there
    )
    return Finished(rows, len(there) == len(study.variants))


def _intervals(study: Study, solved: Mapping[str, Solved]) -> Mapping[str, Mapping[str, Interval]]:
    drawn = {v.name: solved[v.name].replicated for v in study.variants if v.name in solved}
    drawn = {name: weeks for name, weeks in drawn.items() if weeks}
    if not drawn:
        return {}
    from scheduler.study.uncertainty.intervals import summary

    return summary(drawn, study.variants[0].name)


class _Running:
    """The variants on their way: those that wait, those at work with the number of their tries, those that are solved."""

    def __init__(self, study: Study, base: Base, task: Task, kept: Keeper, places: Places) -> None:
        self._base, self._task, self._kept, self._places = base, task, kept, places
        self.solved: dict[str, Solved] = {}
        self._waiting: deque[tuple[Variant, int]] = deque()
        self._at_work: dict[Future[Solved], tuple[Variant, int]] = {}
        for variant in study.variants:
            found = kept.find(variant.name, task.digest(base, variant))
            if found is None:
                self._waiting.append((variant, 1))
            else:
                self.solved[variant.name] = found
        self.progress = Progress(len(study.variants), len(self.solved), self._failed(), len(self.solved))

    def steps(self) -> Iterator[None]:
        """Solve, and yield whenever something is finished or a second has passed."""
        if not self._waiting:
            return
        handle = _there(lambda: self._places.share(self._base))
        while self._waiting or self._at_work:
            # As many as there are places, and one more each, so that none stands idle.
            while self._waiting and len(self._at_work) < 2 * self._places.many:
                variant, tries = self._waiting.popleft()
                future = self._sent(handle, variant)
                self._at_work[future] = variant, tries
            done, _ = wait(self._at_work, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future)
            all_, kept = self.progress.all, self.progress.kept
            self.progress = Progress(all_, len(self.solved), self._failed(), kept)
            yield

    def _sent(self, handle: Any, variant: Variant) -> Future[Solved]:
        submit = self._places.executor.submit
        return _there(lambda: submit(solve_variant, handle, variant, self._task))

    def _take(self, future: Future[Solved]) -> None:
        variant, tries = self._at_work.pop(future)
        try:
            solved = future.result()
        except WorkerDiedError:
            if tries < _TRIES:
                self._waiting.appendleft((variant, tries + 1))
                return
            solved = Solved(failure=message("the process that solved it died, twice"))
        except MenzhenError as error:
            solved = failed(error.problems)
        except CancelledError:
            raise EngineError([_lost()]) from None
        except Exception as error:
            failure = message("the worker failed: {error}", error=f"{type(error).__name__}: {error}")
            solved = Solved(failure=failure)
        else:
            if not solved.passing:
                self._kept.keep(variant.name, self._task.digest(self._base, variant), solved)
        # Its files are kept elsewhere now: those of a thousand variants would fill the memory.
        self.solved[variant.name] = replace(solved, files={})

    def _failed(self) -> int:
        return sum(one.failure is not None for one in self.solved.values())


def _there(ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except OSError as error:
        raise EngineError([_lost()]) from error


def _lost() -> Problem:
    wrong = message("the cluster took the work back, or cannot be reached any more")
    return Problem(Where(field="--cluster"), wrong, message("Look after it, then go on with --resume."))
