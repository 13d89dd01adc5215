"""How the command line speaks: its language, its consoles, its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scheduler.words import LANGUAGES, Message, Words, message, preferred_language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_chosen: list[str] = []


def words_for(language: str | None) -> Words:
    """Return the words of `language`; none: the one chosen by --lang before, else the environment's.

    Raises typer.BadParameter for a language that is none.
    """
    if language is not None:
        if language not in LANGUAGES:
            import typer

            raise typer.BadParameter(
                Words(preferred_language()).say(message("Use en or zh.")), param_hint="--lang"
            )
        _chosen[:] = [language]
    return Words(_chosen[0] if _chosen else preferred_language())


def console() -> Console:
    """Return the console of answers (standard output); wide enough for a table where output is no terminal."""
    from rich.console import Console

    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=120)


def error_console() -> Console:
    """Return the console of errors and progress (standard error)."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def say(text: Message | str, words: Words) -> None:
    """Print one sentence, never folded, to standard output."""
    console().print(words.say(text), markup=False, soft_wrap=True)


def table(
    words: Words, headings: Sequence[Message], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()
) -> Table:
    """Return a printable table with headings in the reader's language; columns in `right` are right-aligned."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    printed = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        printed.add_column(
            words.say(heading), justify="right" if number in right else "left", overflow="fold"
        )
    for row in rows:
        printed.add_row(*(Text(cell) for cell in row))
    return printed
