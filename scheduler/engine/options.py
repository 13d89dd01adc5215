"""What a caller tells the engine, and what the engine tells while it works; free of the solver library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scheduler.clock import Cell

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


@dataclass(frozen=True)
class Presence:
    """A doctor's session at a half-day, of any clinic or one with a block of `clinic`."""

    doctor: str
    cell: Cell
    clinic: str = ""


@dataclass(frozen=True)
class Demands:
    """What a week is asked to have beside its rules: sessions that are `forced`, and none where `forbidden`."""

    forced: tuple[Presence, ...] = ()
    forbidden: tuple[Presence, ...] = ()


NO_DEMANDS = Demands()


@dataclass(frozen=True)
class Leeway:
    """What may become of a published week, the template of a scenario made from it, that is repaired.

    Nothing before `since` is touched. Doctors in `stops` cannot come at these half-days. `covers` names, for a session
    by its doctor and half-day, the doctors who may take it over. At most `budget` sessions may change (none: any number).
    """

    since: dt.date
    stops: frozenset[tuple[str, Cell]] = frozenset()
    covers: Mapping[tuple[str, Cell], tuple[str, ...]] = field(default_factory=dict)
    budget: int | None = None
