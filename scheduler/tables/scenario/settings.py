"""Every setting of a scenario by its dotted key: its meaning, its default, how its text is read; `--set`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from scheduler.clock import Week
from scheduler.errors import Problem, SettingError, Suggestions, Where
from scheduler.rules import DEFAULT_TIERS, RULES
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.hospital import Frozen
from scheduler.scenario.policy import Policy
from scheduler.tables.columns.cells import STRICTNESS
from scheduler.tables.columns.complaints import NOT_UNDERSTOOD, wrong_of
from scheduler.tables.columns.spellings import folded
from scheduler.tables.scenario.setting_fields import (
    Setting,
    Written,
    field_setting,
    hours_settings,
    named_settings,
    names,
    one_text,
)
from scheduler.words import Message, message


@dataclass(frozen=True)
class Entry:
    """A setting's value as it was written, and where."""

    where: Where
    written: Written


@cache
def known_settings() -> tuple[Setting, ...]:
    """Return every setting: name and week, the hours, the policy, the rules, the order of tiers."""
    return (*_general(), *hours_settings(), *_policy(), *_rules(), _tiers())


@cache
def setting_of() -> Mapping[str, Setting]:
    """Return the settings by key, its letters folded to lower case."""
    return {folded(setting.key): setting for setting in known_settings()}


def find_setting(key: str) -> Setting | None:
    """Return the setting that `key` means in any case of letters, or None."""
    found = setting_of().get(folded(key))
    if found is not None:
        return found
    field = folded(key.rpartition(".")[2])
    return next((s for s in named_settings(key) if folded(s.key.rpartition(".")[2]) == field), None)


def near_keys(key: str) -> list[str]:
    """Return the keys that may have been meant by `key`."""
    return [setting.key for setting in (*known_settings(), *named_settings(key))]


def _found(key: str) -> Setting:
    setting = find_setting(key)
    if setting is None:
        raise KeyError(key)
    return setting


def parse_words(words: Sequence[str]) -> dict[str, Entry]:
    """Return what `--set` words such as `policy.ratio.limit=1.1` say, by key; of a key given twice the last.

    Raises SettingError, with all of them, for words without `=`, unknown keys and values out of range.
    """
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for word in words:
        key, equals, value = word.partition("=")
        setting = find_setting(key)
        if not equals:
            problems.append(_no_value(word))
        elif setting is None:
            problems.append(unknown_setting(Where(), key.strip(), Suggestions(near_keys(key))))
        else:
            entries[setting.key] = Entry(Where(field=setting.key), value.strip())
    problems += read_entries(entries)[1]
    if problems:
        raise SettingError(problems)
    return entries


def read_entries(entries: Mapping[str, Entry]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of the entries that can be read, by key, and a problem for each that cannot."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, entry in entries.items():
        setting = _found(key)
        try:
            values[key] = setting.parse(entry.written)
        except ValueError as error:
            problems.append(Problem(entry.where, _wrong(error), setting.expected, _shown(entry.written)))
    return values, problems


def unknown_setting(where: Where, key: str, known: Suggestions) -> Problem:
    """Return the problem of a key that is no setting; the nearest of `known` is suggested."""
    return Problem(where, message("there is no such setting"), known.remedy(key), key)


def _no_value(word: str) -> Problem:
    remedy = message("Write key=value, such as policy.ratio.limit=1.1.")
    return Problem(Where(), message("a setting without a value"), remedy, word)


def _wrong(error: ValueError) -> Message:
    return wrong_of(error.errors()[-1]) if isinstance(error, ValidationError) else NOT_UNDERSTOOD


def _shown(written: Written) -> str:
    return written if isinstance(written, str) else cell_text(written)


def _general() -> Iterator[Setting]:
    yield Setting(
        "name", message("name of the scenario"), "week", message("Write it in one line of text."), one_text
    )
    yield Setting(
        "week",
        message("the ISO week to plan"),
        "",
        message("Write a week such as 2026-W30."),
        lambda written: Week.parse(one_text(written)),
    )


def _policy() -> Iterator[Setting]:
    for group, outer in Policy.model_fields.items():
        if isinstance(outer.default, Frozen):
            model = type(outer.default)
            for name, field in model.model_fields.items():
                yield field_setting(f"policy.{group}.{name}", model, name, field, {})
        elif group == "presets":
            yield field_setting("policy.presets", Policy, group, outer, {})


def _rules() -> Iterator[Setting]:
    for rule in RULES:
        yield Setting(
            f"rules.{rule.key}",
            rule.sentence,
            str(rule.default),
            STRICTNESS.expected,
            lambda written: STRICTNESS.parse(one_text(written)),
            STRICTNESS.choices,
        )


def _tiers() -> Setting:
    return Setting(
        "tiers",
        message("order of the soft rules, the most important first"),
        cell_text(DEFAULT_TIERS),
        message('Write keys of rules separated by ";".'),
        names,
    )
