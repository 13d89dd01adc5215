"""`menzhen new`: a scenario to begin with, empty or the bundled example."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import plan_step, say_next_steps
from scheduler.cli.voice import say, words_for
from scheduler.words import marked, message

app = typer.Typer()


@app.command(
    help=marked("Write a scenario to begin with: an empty one (tables, and a workbook) or an example.")
)
def new(
    folder: Annotated[Path, typer.Argument(help=marked("Folder to write; must be new or empty."))],
    example: Annotated[
        bool,
        typer.Option(
            "--example", help=marked("Copy the typical week, of eight specialties and 60 doctors, to try.")
        ),
    ] = False,
    lang: shared.Lang = None,
) -> None:
    """Write the scenario, an empty one for next week, with headings in the language of the call."""
    from scheduler.clock import Week
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.starter import write_example, write_starter

    words = words_for(lang)
    # Nothing may be replaced here: what stands in a scenario folder was typed in by somebody.
    with new_folder(folder, frozenset()) as staging:
        if example:
            write_example(staging, words.language)
        else:
            write_starter(staging, Week.of(dt.date.today()).next(), words.language)
    if example:
        written = message("The typical week is in {folder}, to plan and to change.", folder=str(folder))
    else:
        written = message(
            "An empty scenario is in {folder}: fill the tables, or only scenario.xlsx.", folder=str(folder)
        )
    say(written, words)
    say_next_steps([plan_step(folder)], words)
