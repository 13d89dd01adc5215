"""Arguments and options that several commands share, and what their values mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.engine.options import SOLVER_NAMES, Options, make_options
from scheduler.errors import CallError, Problem, Where
from scheduler.words import marked, message

if TYPE_CHECKING:
    from scheduler.clock import Cell
    from scheduler.engine.run import Runner
    from scheduler.scenario.week import Scenario

ScenarioSource = Annotated[Path, typer.Argument(help=marked("A scenario: a folder or an xlsx workbook."))]
RosterFolder = Annotated[
    Path, typer.Argument(help=marked("The folder of the roster (sessions.csv and others)."))
]
OutFolder = Annotated[
    Path, typer.Option("--out", help=marked("Folder for the results; replaced as a whole."))
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        help=marked("Change a value of the scenario, such as policy.ratio.limit=1.1."),
        metavar="KEY=VALUE",
    ),
]
Solver = Annotated[
    str,
    typer.Option("--solver", help=marked("Solver of the weekly model."), metavar="|".join(SOLVER_NAMES)),
]
Seconds = Annotated[float, typer.Option("--seconds", help=marked("Most seconds the engine may take."))]
Seed = Annotated[int, typer.Option("--seed", help=marked("Seed of the solver."))]
Lang = Annotated[
    str | None,
    typer.Option("--lang", help=marked("Language of the answer: en or zh."), metavar="en|zh"),
]


def solver_options(solver: str, seconds: float, seed: int, engine: str = "aggregate") -> Options:
    """Return the engine's options; raises SettingError with everything that is wrong in them."""
    return make_options(solver, seconds, seed, engine, prefix="--")


def parse_half_day(scenario: Scenario, text: str, option: str) -> Cell:
    """Return the half-day written `fri-pm`, `周五下午` or `2026-07-24-PM`; raises CallError for anything else."""
    from scheduler.adjust.typed_words import half_day_remedy, parse_cell

    try:
        return parse_cell(scenario.week, text)
    except ValueError:
        wrong, remedy = message("this is not a half-day"), half_day_remedy(text, scenario.cells)
        raise CallError([Problem(Where(field=option), wrong, remedy, text)]) from None


def engine_runner() -> Runner:
    """Return what runs the engine of every command: another process, so that an interrupt ends it at once."""
    from scheduler.engine.process import run_apart

    return run_apart
