"""`menzhen new`: an empty scenario to begin with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typer

from scheduler.cli import shared
from scheduler.cli.voice import say, words_for
from scheduler.words import Words, message


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "new",
        help=words.say(message("Write an empty scenario: a folder of tables, and the same as a workbook.")),
    )
    def new(
        folder: Path = typer.Argument(..., help=words.say(message("Folder to write; must be new or empty."))),
        lang: str = shared.lang(words),
    ) -> None:
        _new(folder, words_for(lang))


def _new(folder: Path, words: Words) -> None:
    from scheduler.clock import Week
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.starter import write_starter

    # Nothing may be replaced here: what stands in a scenario folder was typed in by somebody.
    with new_folder(folder, frozenset()) as staging:
        write_starter(staging, Week.of(dt.date.today()).next(), words.language)
    say(
        message(
            "An empty scenario is in {folder}: fill the tables, or only scenario.xlsx.", folder=str(folder)
        ),
        words,
    )
    say(message("Then plan it: menzhen plan {folder} --out OUT", folder=str(folder)), words)
