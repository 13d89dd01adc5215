"""YAML read as nodes: a number keeps its digits, `off` stays a word, and lines are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.errors import InputError, Problem, Where
from scheduler.words import Message, message

if TYPE_CHECKING:
    from yaml import Node

_MOST_BYTES = 1_000_000


def read_text(path: Path, remedy: Message) -> str:
    """Return the file's text; raises InputError, with `remedy` where there is no such file to read."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        wrong = message("the file cannot be read: {reason}", reason=_reason(error))
        raise InputError([Problem(Where(file=path.name), wrong, remedy)]) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            if len(data) <= _MOST_BYTES:
                return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    wrong = message("this is no text in UTF-8 or GB18030, or far too long")
    raise InputError([Problem(Where(file=path.name), wrong, message("Save it as text in UTF-8."))])


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def compose(file: str, text: str) -> Node | None:
    """Return the root of the `text`, None where it is empty; raises InputError where it is no YAML."""
    import yaml

    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError([_broken(file, error)]) from None


def line(node: Node) -> int:
    """Return the 1-based line that the node begins on."""
    return int(node.start_mark.line) + 1


def is_null(node: Node) -> bool:
    """Tell whether nothing is said: a quoted "" is a text that is empty, only a bare one is nothing."""
    return node.tag == "tag:yaml.org,2002:null"


def _broken(file: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = Where(file=file)
    if mark is not None:
        where = Where(file=file, row=mark.line + 1, column=str(mark.column + 1))
    return Problem(
        where,
        message("the text is no YAML from this place on"),
        message("Look at the indentation, colons and quotation marks here and just above."),
    )
