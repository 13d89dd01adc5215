"""scenario.yaml read: settings by dotted key, each with its line; unknown and repeated keys told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.errors import InputError, Problem
from scheduler.tables.grids.yaml_in import compose, is_null, line, read_text
from scheduler.tables.scenario.document import Document, twice
from scheduler.tables.scenario.setting_fields import CHANNELS, channel_settings
from scheduler.tables.scenario.settings import Entry, find_setting, known_settings, unknown_setting
from scheduler.words import message

if TYPE_CHECKING:
    from yaml import MappingNode, Node

SCENARIO_YAML = "scenario.yaml"
"""Name of the file in a scenario's folder that holds everything outside its tables."""


def read_yaml(path: Path) -> Document:
    """Return the settings in scenario.yaml; raises InputError where the file cannot be read as text."""
    remedy = message("A scenario is a folder with a scenario.yaml, or an xlsx workbook.")
    text = read_text(path, remedy)
    document = Document(path.name)
    try:
        root = compose(path.name, text)
    except InputError as error:
        document.broken = True
        document.problems += error.problems
        return document
    if root is not None:
        _walk(document, root, "")
    return document


def _walk(document: Document, node: Node, prefix: str) -> None:
    from yaml import MappingNode

    if isinstance(node, MappingNode):
        _walk_keys(document, node, prefix)
    elif not is_null(node):
        wrong = message("this must be a group of keys and values")
        remedy = message("Write a line for each, such as {example}.", example=f"{_members(prefix)[0]}: ...")
        document.problems.append(Problem(document.where(line(node), prefix), wrong, remedy))


def _walk_keys(document: Document, node: MappingNode, prefix: str) -> None:
    seen: set[str] = set()
    for key_node, value in node.value:
        name = str(key_node.value)
        key = f"{prefix}.{name}" if prefix else name
        if name in seen:
            document.problems.append(twice(document.where(line(key_node), key), name))
        elif key in _groups() or prefix == CHANNELS:
            _walk(document, value, key)
        elif not is_null(value) or find_setting(key) is None:
            _leaf(document, key, key_node, value, prefix)
        seen.add(name)


def _leaf(document: Document, key: str, key_node: Node, value: Node, prefix: str) -> None:
    from yaml import ScalarNode, SequenceNode

    where = document.where(line(key_node), key)
    siblings = [f"{prefix}.{name}" if prefix else name for name in _members(prefix)]
    if isinstance(value, ScalarNode):
        document.add(key, Entry(where, value.value), siblings)
    elif isinstance(value, SequenceNode) and all(isinstance(item, ScalarNode) for item in value.value):
        document.add(key, Entry(where, tuple(item.value for item in value.value)), siblings)
    elif (setting := find_setting(key)) is None:
        document.problems.append(unknown_setting(where, key, siblings))
    else:
        wrong = message("this must be one value or a list of values")
        document.problems.append(Problem(where, wrong, setting.expected))


@cache
def _groups() -> frozenset[str]:
    return frozenset({CHANNELS, *(key for setting in known_settings() for key in _ancestors(setting.key))})


def _ancestors(key: str) -> Iterator[str]:
    parts = key.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _members(prefix: str) -> list[str]:
    if prefix == CHANNELS:
        return ["NAME"]
    start = f"{prefix}." if prefix else ""
    of_rule = prefix.removeprefix(f"{CHANNELS}.") if prefix.startswith(f"{CHANNELS}.") else ""
    settings = channel_settings(of_rule) if of_rule else known_settings()
    names = (s.key.removeprefix(start) for s in settings if s.key.startswith(start))
    return list(dict.fromkeys(name.partition(".")[0] for name in names))
