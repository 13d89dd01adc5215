"""YAML read as plain data with the line of every key and item: a number keeps its digits, `off` stays a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.columns.complaints import repeated_key
from scheduler.words import Message, message

if TYPE_CHECKING:
    from yaml import Node

_MOST_BYTES = 1_000_000

DataPath = tuple[str | int, ...]
"""Keys and numbers of items that lead to a part of the data, such as `("patches", "strict", "stop", 0)`."""


class Group(dict[str, Any]):
    """A group of keys and values; `lines` holds the line (from 1) of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A list; `lines` holds the line (from 1) of each item."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file: groups, lists, texts, and None where a key has no value.

    `problems` are the keys that a group holds twice; the first of them counts.
    """

    name: str
    data: Any
    problems: tuple[Problem, ...] = ()

    def at(self, path: DataPath) -> Any:
        """Return the part that a path leads to."""
        data: Any = self.data
        for step in path:
            data = data[step]
        return data

    def where(self, path: DataPath) -> Where:
        """Return the place of a part; its line is that of the innermost part on the way to it that there is."""
        data, line = self.data, 1
        for step in existing(self.data, path):
            line, data = data.lines[step], data[step]
        return Where(self.name, row=line, field=".".join(step for step in path if isinstance(step, str)))


def existing(data: Any, path: DataPath) -> list[Any]:
    """Return the steps of a path that the data has.

    A step is skipped where the data has one thing in place of a list of one, or a list in place of a group with it.
    """
    steps: list[Any] = []
    for step in path:
        match data, step:
            case (dict(), str()) if step in data:
                data = data[step]
            case (list(), int()) if step < len(data):
                data = data[step]
            case _:
                continue
        steps.append(step)
    return steps


def read_text(path: Path, remedy: Message) -> str:
    """Return the file's text; raises InputError, with `remedy` where there is no such file to read."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        wrong = message("there is no such file")
        raise InputError([Problem(Where(file=path.name), wrong, remedy, str(path.parent))]) from None
    except (OSError, ValueError) as error:
        wrong = message("the file cannot be read: {reason}", reason=_reason(error))
        raise InputError([Problem(Where(file=path.name), wrong, remedy)]) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            if len(data) <= _MOST_BYTES:
                return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    wrong = message("this is not text in UTF-8 or GB18030, or far too long")
    raise InputError([Problem(Where(file=path.name), wrong, message("Save it as text in UTF-8."))])


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def parse_yaml(name: str, text: str) -> YamlFile:
    """Return the content of a file; its data is None where the text is empty. Raises InputError where it is not YAML."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError([_broken(name, error)]) from None
    reader = _Reader(name)
    data = None if root is None else reader.convert(root, ())
    return YamlFile(name, data, tuple(reader.problems))


class _Reader:
    """Converts nodes to plain data; a node that stands at several places, by an alias, is converted once."""

    def __init__(self, name: str) -> None:
        self.problems: list[Problem] = []
        self._name = name
        self._data: dict[int, Any] = {}

    def convert(self, node: Node, names: Sequence[str]) -> Any:
        """Return the data of a node that the keys `names` lead to."""
        from yaml import MappingNode, SequenceNode

        if id(node) in self._data:
            return self._data[id(node)]
        if isinstance(node, MappingNode):
            return self._group(node, names)
        if isinstance(node, SequenceNode):
            items = self._data[id(node)] = Items()
            for item in node.value:
                items.append(self.convert(item, names))
                items.lines.append(_line(item))
            return items
        # A quoted "" is a text that is empty, only a bare one says nothing.
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _group(self, node: Node, names: Sequence[str]) -> Group:
        from yaml import ScalarNode

        # It is known before its values are: one of them may be an alias of the group itself.
        group = self._data[id(node)] = Group()
        for key, value in node.value:
            name = key.value.strip() if isinstance(key, ScalarNode) else "?"
            inner = (*names, name)
            if name in group:
                where = Where(file=self._name, row=_line(key), field=".".join(inner))
                self.problems.append(repeated_key(where, name))
            else:
                group.lines[name] = _line(key)
                group[name] = self.convert(value, inner)
        return group


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def is_printable(text: str) -> bool:
    r"""Return whether a file and a screen can show all of the text; they cannot show `\ud800` or `\e`."""
    from yaml.reader import Reader

    return Reader.NON_PRINTABLE.search(text) is None


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
