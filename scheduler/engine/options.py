"""What a caller tells the engine, and what the engine tells while it works; free of the solver library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SOLVER_NAMES = ("highs", "scip", "cp_sat")
"""The solvers a user can name."""

ENGINES = ("aggregate", "single")
"""How a week is solved: aggregate first, or the full model alone (the reference)."""


@dataclass(frozen=True)
class Options:
    """How to solve: which solver, how many seconds in all (> 0), which seed (>= 0)."""

    solver: str = "highs"
    seconds: float = 60.0
    seed: int = 0


@dataclass(frozen=True)
class Event:
    """What a watcher is told: the stage, and the best value and bound of its tier so far."""

    stage: str
    best: int | None = None
    bound: int | None = None


Tell = Callable[[Event], None]
