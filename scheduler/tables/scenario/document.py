"""What a scenario says outside its tables, as it was written, and the values read from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.errors import Problem, SettingError, Suggestions, Where
from scheduler.scenario.changes import with_settings
from scheduler.scenario.policy import ChannelPolicy, Policy
from scheduler.scenario.settings import set_fields
from scheduler.scenario.week import DEFAULT_HALVES, Scenario
from scheduler.tables.columns.complaints import MISSING, repeated_key
from scheduler.tables.columns.rows import Rows
from scheduler.tables.scenario.setting_fields import CHANNELS, channel_key, named_settings
from scheduler.tables.scenario.settings import (
    Entry,
    find_setting,
    near_keys,
    parse_words,
    read_entries,
    setting_of,
    unknown_setting,
)

_UNREAD = object()


@dataclass
class Document:
    """Settings by key, each with its place, and the problems met in reading them.

    `broken` where the text could not be read to its end, so that nothing is known to be missing.
    """

    file: str
    sheet: str = ""
    broken: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, row: int | None = None, name: str = "") -> Where:
        """Return the place of a row (or line) and of a dotted field in it."""
        return Where(file=self.file, sheet=self.sheet, row=row, field=name)

    def where_told(self, name: str) -> Where:
        """Return where the field `name`, or the first one inside it, is written."""
        for key, entry in self.entries.items():
            if key == name or key.startswith(f"{name}."):
                return entry.where
        return self.where(name=name)

    def add(self, key: str, entry: Entry, siblings: Suggestions) -> None:
        """Take in a setting; a key that is unknown or was given before becomes a problem."""
        setting = find_setting(key)
        if setting is None:
            self.problems.append(unknown_setting(entry.where, key, siblings))
        elif setting.key in self.entries:
            self.problems.append(repeated_key(entry.where, setting.key))
        else:
            self.entries[setting.key] = entry

    def values(self) -> tuple[dict[str, Any], list[Problem]]:
        """Return the fields of a Scenario that can be read, and every problem. `week` may be absent."""
        found, wrong = read_entries(self.entries)
        problems = [*self.problems, *wrong]
        if "week" not in self.entries and not self.broken:
            problems.append(Problem(self.where(name="week"), MISSING, setting_of()["week"].expected))
        channels, wrong = self._channels(found)
        policy = Policy(channels=channels)
        own = {key: value for key, value in found.items() if not channel_key(key)[0]}
        return set_fields(own, policy, DEFAULT_HALVES, {}, {}), [*problems, *wrong]

    def _channels(self, found: dict[str, Any]) -> tuple[tuple[ChannelPolicy, ...], list[Problem]]:
        """Return the hospital's own channel rules in their order in the file, those left out that cannot be read."""
        rules: dict[str, dict[str, Any]] = {}
        for key in self.entries:
            name, _, field = channel_key(key)
            if name:
                rules.setdefault(name, {})[field] = found.get(key, _UNREAD)
        problems = []
        for name, fields in rules.items():
            if "channel" not in fields:
                problems.append(_no_channel(self.where_told(f"{CHANNELS}.{name}"), name))
        whole = {name: fields for name, fields in rules.items() if "channel" in fields}
        return tuple(
            ChannelPolicy(name=name, **fields)
            for name, fields in whole.items()
            if _UNREAD not in fields.values()
        ), problems


def read_sheet(rows: Rows) -> Document:
    """Return the settings in the sheet that stands for scenario.yaml; blank ones are left out."""
    document = Document(rows.grid.file, rows.grid.sheet, problems=list(rows.problems))
    near: dict[str, Suggestions] = {}
    for number, values in rows.values:
        key = values["key"]
        where = document.where(number, key)
        group = key.rpartition(".")[0] if named_settings(key) else ""
        if group not in near:
            near[group] = Suggestions(near_keys(key))
        if "value" in values or find_setting(key) is None:
            document.add(key, Entry(where, values.get("value", "")), near[group])
    return document


def with_words(scenario: Scenario, words: Sequence[str]) -> Scenario:
    """Return the scenario changed by words such as `policy.ratio.limit=1.1`.

    Raises SettingError for words that are wrong, ScenarioError where the parts no longer fit together.
    """
    values, _ = read_entries(parse_words(words))
    known = {rule.name for rule in scenario.policy.channels}
    new = {name for key in values if (name := channel_key(key)[0]) and name not in known}
    problems = [
        _no_channel(Where(), name) for name in sorted(new) if f"{CHANNELS}.{name}.channel" not in values
    ]
    if problems:
        raise SettingError(problems)
    return with_settings(scenario, values).scenario


def _no_channel(where: Where, name: str) -> Problem:
    """Return the problem of a channel rule that does not say which channel it is about."""
    key = f"{CHANNELS}.{name}.channel"
    setting = find_setting(key)
    assert setting is not None
    return Problem(replace(where, field=key), MISSING, setting.expected)
