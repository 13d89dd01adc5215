"""The language, the consoles and the tables of the command line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.errors import MOST_LINES, Problem, SettingError, Where
from scheduler.words import LANGUAGES, Message, Words, message, preferred_language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.containers import Lines
    from rich.table import Table
    from rich.text import Text

    from scheduler.scenario.week import Scenario

_chosen: list[str] = []


def choose_language(arguments: Sequence[str]) -> None:
    """Choose the language of --lang anywhere in a call, so that its help and errors are in that language too."""
    values = option_values(arguments, "--lang")
    _chosen[:] = [language for language in values if language in LANGUAGES][-1:]


def option_values(arguments: Sequence[str], option: str) -> list[str]:
    """Return the values of an option anywhere in a call, also in one that cannot be understood as a whole."""
    values = [word.removeprefix(f"{option}=") for word in arguments if word.startswith(f"{option}=")]
    return values + [value for name, value in itertools.pairwise(arguments) if name == option]


def words_for(language: str | None) -> Words:
    """Return the words of `language`; without one, of that chosen by --lang before, else of the environment's.

    Raises SettingError for an unknown language.
    """
    if language is not None:
        if language not in LANGUAGES:
            wrong, remedy = message("this language is not supported"), message("Use en or zh.")
            raise SettingError([Problem(Where(field="--lang"), wrong, remedy, language)])
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


def say_error(text: Message | str, words: Words) -> None:
    """Print text, never folded, to standard error."""
    error_console().print(words.say(text), markup=False, highlight=False, soft_wrap=True)


def say(text: Message | str, words: Words) -> None:
    """Print one sentence, never folded, to standard output."""
    console().print(words.say(text), markup=False, soft_wrap=True)


def say_other_times(scenario: Scenario, roster: Path, words: Words) -> None:
    """Print that the times of the roster were told otherwise than the settings say, by which it is judged here."""
    from scheduler.tables.roster.told_times import other_settings

    settings = other_settings(scenario, roster)
    if settings:
        told = message(
            "{folder} was planned with {settings}; here it is judged by the scenario's own settings.",
            folder=str(roster),
            settings=" ".join(settings),
        )
        say(told, words)


def say_list(
    sentences: Sequence[Message | str], words: Words, rest: Message | None = None, *, mark: str = "  - "
) -> None:
    """Print sentences, one a line, at most MOST_LINES of them, then how many are not shown; `rest` says where they are."""
    for sentence in sentences[:MOST_LINES]:
        say(f"{mark}{words.say(sentence)}", words)
    hidden = len(sentences) - MOST_LINES
    if hidden > 0:
        last = message("{n:more is|more are} not shown.", n=hidden)
        say(last if rest is None else message("{some} {rest}", some=last, rest=rest), words)


IN_THE_REPORT = message("report.html has them all.")
"""Where the rest of a list is, once results are written."""


def table(
    words: Words,
    headings: Sequence[Message | str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> Table:
    """Return a printable table; columns in `right` are right-aligned, those in `whole` never folded, to be copied.

    Headings are in the reader's language; a plain text, such as a rule's key, stands as it is.
    """
    from rich import box
    from rich.table import Table

    printed = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        printed.add_column(
            heading if isinstance(heading, str) else words.say(heading),
            justify="right" if number in right else "left",
            overflow="fold",
            no_wrap=number in whole,
        )
    for row in rows:
        printed.add_row(*(folded_text(cell) for cell in row))
    return printed


def folded_text(text: str) -> Text:
    """Return a text that is folded after a blank or a Chinese comma; rich knows blanks only, and cuts names in two."""
    from rich.text import Text

    class FoldedText(Text):
        def wrap(self, console: Console, width: int, **options: Any) -> Lines:
            return Text("\n".join(_folded(self.plain, width))).wrap(console, width, **options)

    return FoldedText(text)


_WORD = re.compile(r"\s*[^\s、，；：]+[\s、，；：]*")


def _folded(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, each at most `width` cells wide; only what is longer than a line is cut."""
    from rich.cells import cell_len, chop_cells

    line = ""
    for word in _WORD.findall(text):
        if cell_len(line + word.rstrip()) <= width:
            line += word
            continue
        *full, line = ([line] if line else []) + (
            chop_cells(word, width) if cell_len(word.rstrip()) > width else [word.lstrip()]
        )
        yield from full
    yield line
