"""The parts of a study file, each with its line; what is wrong with them is collected while they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scheduler.errors import Problem, Where, suggest
from scheduler.scenario.cell_text import join_list
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.grids.yaml_in import is_null, line
from scheduler.tables.scenario.document import twice
from scheduler.words import Message, message

if TYPE_CHECKING:
    from yaml import Node
import re
import unicodedata


@dataclass(frozen=True)
class Part:
    """A part of the file: the dotted name of where it is, the line of its name, and what it holds."""

    name: str
    line: int
    node: Node


@dataclass
class Notes:
    """A study file being read: its parts taken apart, and every problem met."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def where(self, part: Part) -> Where:
        """Return the place of a part."""
        return Where(file=self.file, row=part.line, field=part.name)

    def tell(self, part: Part, wrong: Message, remedy: Message, value: str | None = None) -> None:
        """Take down a problem."""
        self.tell_at(self.where(part), wrong, remedy, value)

    def tell_at(self, where: Where, wrong: Message, remedy: Message, value: str | None = None) -> None:
        """Take down a problem of a place."""
        self.problems.append(Problem(where, wrong, remedy, value))

    def group(self, part: Part) -> dict[str, Part]:
        """Return the parts of a group of keys by key; keys that stand there twice and what is no group are told."""
        from yaml import MappingNode, ScalarNode

        if not isinstance(part.node, MappingNode):
            if not is_null(part.node):
                wrong = message("this must be a group of keys and values")
                self.tell(
                    part, wrong, message("Write a line for each, such as {example}.", example="name: VALUE")
                )
            return {}
        found: dict[str, Part] = {}
        for key, value in part.node.value:
            name = key.value.strip() if isinstance(key, ScalarNode) else "?"
            inner = Part(f"{part.name}.{name}" if part.name else name, line(key), value)
            if name in found:
                self.problems.append(twice(self.where(inner), name))
            else:
                found[name] = inner
        return found

    def known(self, part: Part, keys: Sequence[str], needed: Iterable[str] = ()) -> Mapping[str, Part]:
        """Return the parts of a group whose keys are known; unknown keys and needed ones that are absent are told."""
        found = self.group(part)
        for key, inner in found.items():
            if key not in keys:
                self.tell(inner, message("there is no such key here"), suggest(key, keys), key)
        for key in needed:
            if key not in found or is_null(found[key].node):
                name = f"{part.name}.{key}" if part.name else key
                remedy = message("Write a line for it, such as {example}.", example=f"{key}: VALUE")
                self.tell(Part(name, part.line, part.node), MISSING, remedy)
        return {key: found[key] for key in keys if key in found and not is_null(found[key].node)}

    def items(self, part: Part) -> list[Part]:
        """Return the items of a list, or the one thing that stands where a list might."""
        from yaml import SequenceNode

        if isinstance(part.node, SequenceNode):
            return [Part(part.name, line(item), item) for item in part.node.value]
        return [] if is_null(part.node) else [part]

    def is_group(self, part: Part) -> bool:
        """Tell whether a part is a group of keys and values."""
        from yaml import MappingNode

        return isinstance(part.node, MappingNode)

    def text(self, part: Part) -> str | None:
        """Return the one value of a part, empty where nothing is said; anything else is told, and None."""
        from yaml import ScalarNode
        from yaml.reader import Reader

        if isinstance(part.node, ScalarNode):
            text = "" if is_null(part.node) else str(part.node.value).strip()
            # As "\ud800" or "\e" in quotation marks: no file and no screen can show it.
            if Reader.NON_PRINTABLE.search(text):
                wrong = message("a text holds a character that cannot be printed")
                self.tell(part, wrong, message("Take it out."))
            return text
        self.tell(part, message("one value belongs here"), message("Write one text or number."))
        return None

    def texts(self, part: Part) -> list[str]:
        """Return the values of a list; what is none is told and left out."""
        return [text for item in self.items(part) if (text := self.text(item)) is not None]

    def cell(self, part: Part) -> str | None:
        """Return a value or a list of values as a cell of a table holds it; anything else is told, and None."""
        from yaml import SequenceNode

        if not isinstance(part.node, SequenceNode):
            return self.text(part)
        count = len(self.problems)
        texts = self.texts(part)
        return join_list(texts) if len(self.problems) == count else None


MOST_LETTERS = 60
"""Most characters of a name: in Chinese that is what a file system takes, with room for an ending."""

_NAME = re.compile(r"\w([\w.+=@ -]*[\w+=@-])?")


def is_name(text: str) -> bool:
    """Tell whether a text can be a name: letters of any language, digits, and - _ . + = @ or blanks inside it."""
    return len(text) <= MOST_LETTERS and _NAME.fullmatch(text) is not None


def name_key(name: str) -> str:
    """Return a name as it is compared: file systems may take capital for small letters."""
    return unicodedata.normalize("NFC", name).casefold()


def safe(text: str) -> str:
    """Return a text with what no name can hold replaced by _."""
    return re.sub(r"[^\w.+=@-]", "_", unicodedata.normalize("NFC", text))


def check_name(notes: Notes, part: Part, name: str, reserved: tuple[str, ...] = ()) -> None:
    """Tell what is wrong with a name; those `reserved` mean something already."""
    if not is_name(name):
        remedy = message(
            "Use at most {most} letters and digits, with - _ . + = @ inside the name.", most=MOST_LETTERS
        )
        notes.tell(part, message("this cannot be the name of a folder"), remedy, name)
    elif name_key(name) in reserved:
        notes.tell(part, message("this name has a meaning of its own"), message("Choose another name."), name)
