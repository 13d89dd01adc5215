"""scenario.yaml read: settings by dotted key, each with its line; unknown and repeated keys are problems."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scheduler.errors import InputError, Problem, Suggestions, Where
from scheduler.tables.grids.yaml_in import YamlFile, parse_yaml, read_text
from scheduler.tables.scenario.document import Document
from scheduler.tables.scenario.setting_fields import CHANNELS, HALVES, named_settings
from scheduler.tables.scenario.settings import Entry, find_setting, known_settings, unknown_setting
from scheduler.words import message

SCENARIO_YAML = "scenario.yaml"
"""Name of the file in a scenario's folder that holds everything outside its tables."""


def read_yaml(path: Path) -> Document:
    """Return the settings in scenario.yaml; raises InputError where the file cannot be read as text."""
    remedy = message("A scenario is a folder with a scenario.yaml, or an xlsx workbook.")
    return parse_settings(path.name, read_text(path, remedy))


def parse_settings(name: str, text: str) -> Document:
    """Return the settings in the text of a file called `name`, with everything that is wrong with them."""
    document = Document(name)
    try:
        file = parse_yaml(name, text)
    except InputError as error:
        document.broken = True
        document.problems += error.problems
        return document
    document.problems += file.problems
    _read_group(document, file, ())
    return document


def _read_group(document: Document, file: YamlFile, path: tuple[str, ...]) -> None:
    group, prefix = file.at(path), ".".join(path)
    if isinstance(group, dict):
        siblings = Suggestions([f"{prefix}.{name}" if prefix else name for name in _members(prefix)])
        for name, value in group.items():
            key = f"{prefix}.{name}" if prefix else name
            if key in _groups() or prefix == CHANNELS or (prefix == HALVES and isinstance(value, dict)):
                _read_group(document, file, (*path, name))
            elif value is not None or find_setting(key) is None:
                _read_setting(document, key, value, file.where((*path, name)), siblings)
    elif group is not None:
        wrong = message("this must be a group of keys and values")
        remedy = message("Write a line for each, such as {example}.", example=f"{_members(prefix)[0]}: ...")
        document.problems.append(Problem(file.where(path), wrong, remedy))


def _read_setting(document: Document, key: str, value: Any, where: Where, siblings: Suggestions) -> None:
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        document.add(key, Entry(where, tuple(item or "" for item in value)), siblings)
    elif not isinstance(value, (dict, list)):
        document.add(key, Entry(where, value or ""), siblings)
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
    settings = named_settings(f"{start}x") or known_settings()
    names = (s.key.removeprefix(start) for s in settings if s.key.startswith(start))
    return list(dict.fromkeys(name.partition(".")[0] for name in names))
