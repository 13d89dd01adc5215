"""What a caller hands to the engine, and what it reports while it works; free of the solver library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scheduler.clock import Cell
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.words import message

SOLVER_NAMES = ("highs", "scip", "cp_sat")
"""The solvers a user can name."""

ENGINES = ("aggregate", "single")
"""How a week is solved: with bounds from the aggregate, or by one integer program a tier (the reference)."""


@dataclass(frozen=True)
class Options:
    """How to solve: which solver, how many seconds in all (> 0), which seed (>= 0), which of the `ENGINES`."""

    solver: str = "highs"
    seconds: float = 60.0
    seed: int = 0
    engine: str = "aggregate"


DEFAULT_OPTIONS = Options()


def make_options(
    solver: str = "highs",
    seconds: float = 60.0,
    seed: int = 0,
    engine: str = "aggregate",
    *,
    prefix: str = "",
) -> Options:
    """Return the options; raises SettingError with all that is wrong, each at its name after `prefix`."""
    problems = []
    for name, value, known in (("solver", solver, SOLVER_NAMES), ("engine", engine, ENGINES)):
        if value not in known:
            wrong = message("there is no such choice")
            problems.append(Problem(Where(field=f"{prefix}{name}"), wrong, suggest(value, known), value))
    if not 0.0 < seconds <= 86400.0:
        wrong, remedy = message("the time is out of range"), message("Give more than 0 and at most 86400.")
        problems.append(Problem(Where(field=f"{prefix}seconds"), wrong, remedy, f"{seconds:g}"))
    if not 0 <= seed < 2**31:
        wrong = message("the seed is out of range")
        remedy = message("Give a whole number from 0 to 2147483647.")
        problems.append(Problem(Where(field=f"{prefix}seed"), wrong, remedy, str(seed)))
    if problems:
        raise SettingError(problems)
    return Options(solver, seconds, seed, engine)


@dataclass(frozen=True)
class Event:
    """Progress of a run: its stage, or the tier that it optimises with the best value and bound so far."""

    stage: str
    best: int | None = None
    bound: int | None = None


ProgressCallback = Callable[[Event | None], None]
"""Called with every event of the engine, and with None now and then while it works."""


def ignore_progress(_: Event | None) -> None:
    """Do nothing: the progress callback of a run that nobody watches."""


@dataclass(frozen=True)
class Attendance:
    """A doctor's session at a half-day, of any clinic or one with a block of `clinic`."""

    doctor: str
    cell: Cell
    clinic: str = ""


@dataclass(frozen=True)
class Demands:
    """What a roster must have beside what the rules demand: sessions that are `forced`, and none where `forbidden`."""

    forced: tuple[Attendance, ...] = ()
    forbidden: tuple[Attendance, ...] = ()


NO_DEMANDS = Demands()


@dataclass(frozen=True)
class Leeway:
    """What a repair may change in a published week, which is the template of the scenario.

    Nothing before the date `since` changes. Doctors in `stops` cannot come at these half-days. `covers` names, for a session
    by its doctor and half-day, the doctors who may take it over; those in `dropped` are neither covered nor moved. At most
    `budget` sessions may change (none: any number).
    """

    since: dt.date
    stops: frozenset[tuple[str, Cell]] = frozenset()
    covers: Mapping[tuple[str, Cell], tuple[str, ...]] = field(default_factory=dict)
    budget: int | None = None
    dropped: frozenset[tuple[str, Cell]] = frozenset()
