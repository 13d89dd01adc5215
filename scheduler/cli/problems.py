"""An error on the terminal: at most twenty lines, and the whole list in a file where they do not hold it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scheduler.cli.voice import option_values, say_error, words_for
from scheduler.errors import MenzhenError, OutputError, group_problems, is_shown_whole
from scheduler.words import Message, Words, message

PROBLEMS_FILE = "MENZHEN_PROBLEMS"
"""Environment variable that names the file for the whole list; else it stands beside what --out names."""


def print_problems(error: MenzhenError, arguments: Sequence[str]) -> None:
    """Print an error to standard error; where not every problem is shown, write all of them to a file first.

    `arguments` is the call, whose --out says where the file stands. A file that cannot be written is no further error.
    """
    words = words_for(None)
    rest = None
    if not is_shown_whole(group_problems(error.problems)):
        rest = _write_problems(error, _problems_file(arguments), words)
    say_error(error.text(words, rest), words)


def _problems_file(arguments: Sequence[str]) -> Path | None:
    named = os.environ.get(PROBLEMS_FILE)
    if named:
        return Path(named)
    out = option_values(arguments, "--out")
    return Path(f"{Path(out[-1])}.problems.txt") if out else None


def _write_problems(error: MenzhenError, file: Path | None, words: Words) -> Message:
    """Write the file, one problem a line; return the sentence that says where it is, or how to get one."""
    from scheduler.tables.grids.folder import write_file

    count = len(error.problems)
    # A call that fails makes no folder.
    if file is not None and file.absolute().parent.is_dir():
        lines = [words.say(error.headline), *error.lines(words)]
        try:
            write_file(file, "".join(f"{line}\n" for line in lines).encode())
        except OutputError:
            pass
        else:
            return message("All {count:problem|problems}, one a line: {file}", count=count, file=str(file))
    return message(
        "{count:problem|problems} in all. To have every one written to a file, set {variable}=FILE before the command.",
        count=count,
        variable=PROBLEMS_FILE,
    )
