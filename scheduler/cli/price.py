"""`menzhen price`: the price of the afternoon, as a table, and as a page and a csv where a folder is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.progress import show_progress
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.explain.price import Frontier

app = typer.Typer()

_PriceFolder = Annotated[
    Path | None,
    typer.Option("--out", help=marked("Folder for price.csv and price.html; replaced as a whole.")),
]


@app.command(
    help=marked("The price of the afternoon: what each step from today's ratio to an even day costs.")
)
def price(
    scenario: shared.ScenarioSource,
    steps: Annotated[int, typer.Option("--steps", help=marked("Number of points, 1 to 200."))] = 15,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=marked("Mornings per afternoon to begin at; without it today's highest day."),
            metavar="RATIO",
        ),
    ] = None,
    end: Annotated[
        str, typer.Option("--to", help=marked("Mornings per afternoon to end at."), metavar="RATIO")
    ] = "1.0",
    out: _PriceFolder = None,
    settings: shared.Settings = [],
    solver: shared.Solver = "scip",
    seconds: shared.Seconds = 60.0,
    seed: shared.Seed = 0,
    lang: shared.Lang = None,
) -> None:
    """Print the frontier; exit 1 where not one of its points has a price."""
    from scheduler.explain.price import compute_frontier
    from scheduler.results import write_frontier
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    options = shared.solver_options(solver, seconds, seed)
    first, last = None if start is None else _parse_ratio("--from", start), _parse_ratio("--to", end)
    week, runner = read_scenario(scenario, settings), shared.engine_runner()
    with show_progress(words) as shown:
        frontier = compute_frontier(
            week, steps=steps, start=first, end=last, options=options, on_progress=shown, runner=runner
        )
    if out is not None:
        write_frontier(frontier, out, words.language)
    raise typer.Exit(_print_frontier(frontier, out, words))


def _parse_ratio(option: str, text: str) -> Fraction:
    from scheduler.scenario.policy import exact

    try:
        return exact(text)
    except ValueError:
        wrong, remedy = message("this is not a ratio"), message("Give a number such as 1.2 or 6/5.")
        raise SettingError([Problem(Where(field=option), wrong, remedy, text)]) from None


def _print_frontier(frontier: Frontier, out: Path | None, words: Words) -> int:
    """Print the frontier; return 1 where not one of its points has a price."""
    from scheduler.outcome import Status
    from scheduler.report.price_page import headline, price_rows
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    say(headline(frontier.today, frontier.points, voice), words)
    columns = (
        (message("mornings per afternoon"), "limit"),
        (message("short of demand"), "cover"),
        (message("change points"), "points"),
        (message("step"), "step"),
        (message("sessions changed"), "sessions"),
        (message("proof"), "proof"),
    )
    rows = price_rows(frontier.points, voice)
    shown = [column for column in columns if any(getattr(row, column[1]) for row in rows)]
    cells = [[getattr(row, name) for _, name in shown] for row in rows]
    console().print(table(words, [heading for heading, _ in shown], cells, right=range(1, len(shown) - 1)))
    if out is not None:
        say(message("Results are in {folder}: open price.html.", folder=str(out)), words)
    solved = (Status.OPTIMAL, Status.FEASIBLE)
    return 0 if any(point.price.status in solved for point in frontier.points) else 1
