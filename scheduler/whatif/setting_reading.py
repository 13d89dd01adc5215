"""Settings in a study file: the keys and values of `--set`, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.errors import Where
from scheduler.tables.settings import Entry, find_setting, near_keys, read_entries, unknown_setting
from scheduler.whatif.nodes import Notes, Part
from scheduler.words import message

Told = tuple[str, Where]
"""A setting as `--set` takes it, such as `policy.ratio.limit=1.1`, and where it stands."""


def known_key(notes: Notes, part: Part, key: str) -> str | None:
    """Return the key of the setting that is meant; one that is unknown is told."""
    setting = find_setting(key)
    if setting is None:
        notes.problems.append(unknown_setting(notes.where(part), key, near_keys(key)))
        return None
    return setting.key


def read_value(notes: Notes, part: Part, key: str) -> list[Told]:
    """Return the setting `key` with the value of a part; a value that it cannot have is told."""
    text = notes.cell(part)
    return [] if text is None else told_value(notes, part, key, text)


def told_value(notes: Notes, part: Part, key: str, text: str) -> list[Told]:
    """Return the setting `key` with a value; one that it cannot have is told."""
    where = replace(notes.where(part), field=key)
    wrong = read_entries({key: Entry(where, text)})[1]
    notes.problems += wrong
    return [] if wrong else [(f"{key}={text}", where)]


def read_settings(notes: Notes, part: Part) -> list[Told]:
    """Return the settings of a group of dotted keys and values."""
    found: list[Told] = []
    for name, inner in notes.group(part).items():
        key = known_key(notes, inner, name)
        if key is not None:
            found += read_value(notes, inner, key)
    return found


def read_rules(notes: Notes, part: Part) -> list[Told]:
    """Return the settings that switch rules, each named by its key and hard, soft or off."""
    found: list[Told] = []
    for name, inner in notes.group(part).items():
        key = known_key(notes, inner, f"rules.{name}")
        if key is not None:
            found += read_value(notes, inner, key)
    return found


def last_told(told: Sequence[Told]) -> list[Told]:
    """Return the settings in order, of a key told several times only the last one."""
    last = {word.partition("=")[0]: (word, where) for word, where in told}
    return list(last.values())


def nothing(notes: Notes, part: Part) -> None:
    """Tell that a list is empty where something is needed."""
    notes.tell(part, message("there is nothing in this list"), message("Write at least one value."))
