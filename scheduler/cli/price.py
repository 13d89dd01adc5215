"""`menzhen price`: the price of the afternoon, as a table, and as a page and a csv where a folder is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared, solving
from scheduler.cli.progress import watched
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.engine.options import Options
    from scheduler.explain.price import Frontier

PRICE_FILES = frozenset({"price.csv", "price.html"})
"""Names of the files that a price is written to."""


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "price",
        help=words.say(
            message("The price of the afternoon: what each step from today's ratio to an even day costs.")
        ),
    )
    def price(
        scenario: Path = shared.scenario(words),
        steps: int = typer.Option(15, "--steps", help=words.say(message("How many points, 1 to 200."))),
        start: str | None = typer.Option(
            None,
            "--from",
            help=words.say(message("Mornings per afternoon to begin at; without it today's highest day.")),
            metavar="RATIO",
        ),
        end: str = typer.Option(
            "1.0", "--to", help=words.say(message("Mornings per afternoon to end at.")), metavar="RATIO"
        ),
        out: Path | None = typer.Option(
            None,
            "--out",
            help=words.say(message("Folder for price.csv and price.html; replaced as a whole.")),
        ),
        settings: list[str] = shared.settings(words),
        solver: str = solving.solver(words, "scip"),
        seconds: float = solving.seconds(words),
        seed: int = solving.seed(words),
        lang: str = shared.lang(words),
    ) -> None:
        voice = words_for(lang)
        chosen = solving.chosen(solver, seconds, seed)
        limits = (None if start is None else _ratio("--from", start), _ratio("--to", end))
        found = _priced(scenario, settings, steps, limits, chosen, voice)
        if out is not None:
            _write(found, out, voice)
        raise typer.Exit(_tell(found, out, voice))


def _ratio(name: str, text: str) -> Fraction:
    from scheduler.scenario.policy import exact

    try:
        return exact(text)
    except ValueError:
        wrong, remedy = message("this is no ratio"), message("Give a number such as 1.2 or 6/5.")
        raise SettingError([Problem(Where(field=name), wrong, remedy, text)]) from None


def _priced(
    source: Path,
    settings: list[str],
    steps: int,
    limits: tuple[Fraction | None, Fraction],
    chosen: Options,
    words: Words,
) -> Frontier:
    from scheduler.engine.process import run_apart
    from scheduler.explain.price import compute_frontier
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    with watched(words) as on_progress:
        return compute_frontier(
            scenario,
            steps=steps,
            start=limits[0],
            end=limits[1],
            options=chosen,
            on_progress=on_progress,
            runner=run_apart,
        )


def _write(found: Frontier, out: Path, words: Words) -> None:
    from scheduler.report.price_page import price_html
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.price import write_price

    with new_folder(out, PRICE_FILES) as folder:
        write_price(found.points, folder / "price.csv")
        page = price_html(found.scenario, found.today, found.points, words.language)
        (folder / "price.html").write_text(page, encoding="utf-8", newline="\n")


def _tell(found: Frontier, out: Path | None, words: Words) -> int:
    """Print the frontier; return 1 where not one of its points has a price."""
    from scheduler.outcome import Status
    from scheduler.report.price_page import headline, price_rows
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    say(headline(found.today, found.points, voice), words)
    columns = (
        (message("mornings per afternoon"), "limit"),
        (message("short of demand"), "cover"),
        (message("change points"), "points"),
        (message("step"), "step"),
        (message("sessions changed"), "sessions"),
        (message("proof"), "proof"),
    )
    rows = price_rows(found.points, voice)
    shown = [column for column in columns if any(getattr(row, column[1]) for row in rows)]
    cells = [[getattr(row, name) for _, name in shown] for row in rows]
    console().print(table(words, [heading for heading, _ in shown], cells, right=range(1, len(shown) - 1)))
    if out is not None:
        say(message("Results are in {folder}: open price.html.", folder=str(out)), words)
    solved = (Status.OPTIMAL, Status.FEASIBLE)
    return 0 if any(point.price.status in solved for point in found.points) else 1
