"""Content that is parsed already, such as JSON, as the nodes of a YAML file; its lines are those of JSON written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scheduler.errors import InputError, Problem, Where
from scheduler.words import message

if TYPE_CHECKING:
    from yaml import Mark, Node, ScalarNode


def nodes_of(file: str, content: Any) -> tuple[Node, Mapping[int, str]]:
    """Return the root of what JSON can hold, and the JSON pointer of what stands in each line of it.

    Lines are counted as JSON is written with a line for each key and item. Raises InputError, with the pointer as
    field, for texts with characters that no YAML file can hold.
    """
    writer = _Writer(file)
    root = writer.node(content, "")
    if writer.problems:
        raise InputError(writer.problems)
    return root, writer.pointers


class _Writer:
    """Makes nodes as if they were written down one after another."""

    def __init__(self, file: str) -> None:
        self.pointers: dict[int, str] = {1: ""}
        self.problems: list[Problem] = []
        self._file, self._line = file, 1

    def node(self, content: Any, pointer: str) -> Node:
        """Return the node of a part of the content."""
        from yaml import MappingNode, SequenceNode

        at = self._mark()
        if isinstance(content, Mapping):
            pairs = [self._pair(key, value, pointer) for key, value in content.items()]
            self._line += bool(pairs)
            return MappingNode("tag:yaml.org,2002:map", pairs, at)
        if isinstance(content, list):
            items = [self._item(item, f"{pointer}/{number}") for number, item in enumerate(content)]
            self._line += bool(items)
            return SequenceNode("tag:yaml.org,2002:seq", items, at)
        return self._scalar(content, pointer)

    def _pair(self, key: str, value: Any, pointer: str) -> tuple[Node, Node]:
        inner = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        self._next(inner)
        return self._scalar(key, inner), self.node(value, inner)

    def _item(self, item: Any, pointer: str) -> Node:
        self._next(pointer)
        return self.node(item, pointer)

    def _next(self, pointer: str) -> None:
        self._line += 1
        self.pointers[self._line] = pointer

    def _scalar(self, value: Any, pointer: str) -> ScalarNode:
        from yaml import ScalarNode
        from yaml.reader import Reader

        if value is None:
            return ScalarNode("tag:yaml.org,2002:null", "null", self._mark())
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if Reader.NON_PRINTABLE.search(text):
            wrong = message("a text holds a character that cannot be printed")
            where = Where(file=self._file, row=self._line, field=pointer)
            self.problems.append(Problem(where, wrong, message("Take it out.")))
        return ScalarNode("tag:yaml.org,2002:str", text, self._mark())

    def _mark(self) -> Mark:
        from yaml import Mark

        return Mark(self._file, 0, self._line - 1, 0, None, 0)
