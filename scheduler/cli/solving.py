"""Options of every command that solves: which solver, how long, which seed."""

from __future__ import annotations

from typing import Any

import typer

from scheduler.engine.options import ENGINES, SOLVER_NAMES, Options
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.words import Words, message


def solver(words: Words, usual: str = "highs") -> Any:
    """Return the option --solver."""
    return typer.Option(
        usual,
        "--solver",
        help=words.say(message("Solver of the weekly model.")),
        metavar="|".join(SOLVER_NAMES),
    )


def seconds(words: Words) -> Any:
    """Return the option --seconds."""
    return typer.Option(60.0, "--seconds", help=words.say(message("Most seconds the engine may take.")))


def seed(words: Words) -> Any:
    """Return the option --seed."""
    return typer.Option(0, "--seed", help=words.say(message("Seed of the solver.")))


def chosen(solver: str, seconds: float, seed: int, engine: str = "aggregate") -> Options:
    """Return what these options say; raises SettingError with everything that is wrong in them."""
    problems = []
    for name, value, known in (("--solver", solver, SOLVER_NAMES), ("--engine", engine, ENGINES)):
        if value not in known:
            problems.append(
                Problem(Where(field=name), message("there is no such choice"), suggest(value, known), value)
            )
    if not 0.0 < seconds <= 86400.0:
        remedy = message("Give more than 0 and at most 86400.")
        problems.append(
            Problem(Where(field="--seconds"), message("the time is out of range"), remedy, f"{seconds:g}")
        )
    if not 0 <= seed < 2**31:
        remedy = message("Give a whole number from 0 to 2147483647.")
        problems.append(
            Problem(Where(field="--seed"), message("the seed is out of range"), remedy, str(seed))
        )
    if problems:
        raise SettingError(problems)
    return Options(solver, seconds, seed, engine)
