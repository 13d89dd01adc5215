"""Options that several commands share, each with its help in the reader's language."""

from __future__ import annotations

from typing import Any

import typer

from scheduler.words import Words, message


def lang(words: Words) -> Any:
    """Return the option --lang."""
    return typer.Option(
        None, "--lang", help=words.say(message("Language of the answer: en or zh.")), metavar="en|zh"
    )


def out(words: Words) -> Any:
    """Return the option --out."""
    return typer.Option(..., "--out", help=words.say(message("Folder for the results; replaced as a whole.")))


def settings(words: Words) -> Any:
    """Return the option --set."""
    return typer.Option(
        [],
        "--set",
        help=words.say(message("Change a value of the scenario, such as policy.ratio.limit=1.1.")),
    )


def scenario(words: Words) -> Any:
    """Return the argument SCENARIO."""
    return typer.Argument(..., help=words.say(message("A scenario: a folder or an xlsx workbook.")))


def roster(words: Words) -> Any:
    """Return the argument ROSTER."""
    return typer.Argument(..., help=words.say(message("The folder of the roster (sessions.csv and others).")))
