"""The smallest study: one of two mornings must move, under limits that allow more or less; and a way to lose workers."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from scenarios.smallest import RULES
from scheduler.scenario.patch import Patch
from scheduler.study.base import Base
from scheduler.study.run.variant_solver import VariantResult, VariantTask, solve_variant
from scheduler.study.study import Study, Variant
from scheduler.tables.scenario.files import write_scenario

VARIANTS = (
    Variant("base", "As it is"),
    Variant("loose", "Any ratio", Patch(("policy.ratio.limit=9", "policy.ratio.target=9"))),
    Variant("off", "Nobody looks", Patch(("rules.ratio_day=off", "rules.ratio_target=off"))),
    Variant("same", "As it is, again", Patch(("policy.ratio.limit=1.2",))),
)
TASK = VariantTask(seconds=20)


def small_study(folder: Path) -> Study:
    """Write the base into `folder` and return the study."""
    write_scenario(RULES["ratio_day"](), folder)
    return Study("small", "A small study", folder, VARIANTS)


class FatalWorkers:
    """Workers of which the process that works on one variant dies, so many times."""

    def __init__(self, workers: Any, variant: str, marks: Path, times: int = 1) -> None:
        self._workers, self._death = workers, (variant, str(marks), times)
        self.count, self.share, self.close = workers.count, workers.share, workers.close

    def submit(self, function: Any, /, *args: Any) -> Future[Any]:
        assert function is solve_variant
        return self._workers.submit(dies, *args, *self._death)  # type: ignore[no-any-return]


def dies(
    base: Base, variant: Variant, task: VariantTask, victim: str, marks: str, times: int
) -> VariantResult:
    """Solve the variant, or die over it where it is the victim; every death leaves a mark."""
    if variant.name == victim and len(list(Path(marks).iterdir())) < times:
        (Path(marks) / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return solve_variant(base, variant, task)
