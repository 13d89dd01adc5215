"""`menzhen new`: an empty scenario to begin with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import say, words_for
from scheduler.words import marked, message

app = typer.Typer()


@app.command(help=marked("Write an empty scenario: a folder of tables, and the same as a workbook."))
def new(
    folder: Annotated[Path, typer.Argument(help=marked("Folder to write; must be new or empty."))],
    lang: shared.Lang = None,
) -> None:
    """Write the scenario, for next week, with headings in the language of the call."""
    from scheduler.clock import Week
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.starter import write_starter

    words = words_for(lang)
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
