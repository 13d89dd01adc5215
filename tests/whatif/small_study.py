"""The smallest study: one of two mornings must move, under limits that allow more or less; and a way to lose workers."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from scenarios.smallest import RULES
from scheduler.scenario_patch import Patch
from scheduler.tables.scenario import write_scenario
from scheduler.whatif.patching import Base
from scheduler.whatif.solving import Solved, Task, solve_variant
from scheduler.whatif.study import Study, Variant

VARIANTS = (
    Variant("base", "As it is"),
    Variant("loose", "Any ratio", Patch(("policy.ratio.limit=9", "policy.ratio.target=9"))),
    Variant("off", "Nobody looks", Patch(("rules.ratio_day=off", "rules.ratio_target=off"))),
    Variant("same", "As it is, again", Patch(("policy.ratio.limit=1.2",))),
)
TASK = Task(seconds=20)


def small_study(folder: Path) -> Study:
    """Write the base into `folder` and return the study."""
    write_scenario(RULES["ratio_day"](), folder)
    return Study("small", "A small study", folder, VARIANTS)


class FatalPlaces:
    """Places in which the process that works on one variant dies, so many times."""

    def __init__(self, places: Any, variant: str, marks: Path, times: int = 1) -> None:
        self.many = places.many
        self.share, self.close = places.share, places.close
        self.executor = _Fatal(places.executor, variant, marks, times)


class _Fatal(Executor):
    def __init__(self, executor: Executor, variant: str, marks: Path, times: int) -> None:
        self._executor, self._how = executor, (variant, str(marks), times)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        assert fn is solve_variant
        return self._executor.submit(dies, *args, *self._how)


def dies(base: Base, variant: Variant, task: Task, victim: str, marks: str, times: int) -> Solved:
    """Solve the variant, or die over it where it is the victim; every death leaves a mark."""
    if variant.name == victim and len(list(Path(marks).iterdir())) < times:
        (Path(marks) / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return solve_variant(base, variant, task)
