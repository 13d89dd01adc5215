"""Every setting of a scenario by its dotted key: its meaning, its default, how its text is read; `--set`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from scheduler.clock import Half, Week, Window
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.hospital import Kind, Level
from scheduler.policy import Policy, exact_text
from scheduler.rules import DEFAULT_TIERS, RULES
from scheduler.scenario import DEFAULT_HALVES
from scheduler.tables.cells import KIND, LEVEL, STRICTNESS, cell_text
from scheduler.tables.lists import split_list
from scheduler.tables.plain import NOT_UNDERSTOOD, choices, expected, wrong_of
from scheduler.tables.values import folded
from scheduler.words import Message, message

Written = str | tuple[str, ...]
"""A setting's value as it is written: a text, or the texts of a list."""


@dataclass(frozen=True)
class Entry:
    """A setting's value as it was written, and where."""

    where: Where
    written: Written


@dataclass(frozen=True)
class Setting:
    """One value of a scenario outside its tables.

    `default` is as it would be written; empty where there is none. `expected` says what would be right.
    `parse` returns the value, or raises ValueError (ValidationError is one). `choices` are the words of a
    drop-down, English to Chinese.
    """

    key: str
    description: Message
    default: str
    expected: Message
    parse: Callable[[Written], Any]
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)


@cache
def known_settings() -> tuple[Setting, ...]:
    """Return every setting: name and week, the hours, the policy, the rules, the order of tiers."""
    return (*_general(), *_hours(), *_policy(), *_rules(), _tiers())


@cache
def setting_of() -> Mapping[str, Setting]:
    """Return the settings by key, its letters folded to lower case."""
    return {folded(setting.key): setting for setting in known_settings()}


def parse_words(words: Sequence[str]) -> dict[str, Entry]:
    """Return what `--set` words such as `policy.ratio.limit=1.1` say, by key; of a key told twice the last.

    Raises SettingError, with all of them, for words without `=`, unknown keys and values out of range.
    """
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for word in words:
        key, equals, value = word.partition("=")
        setting = setting_of().get(folded(key))
        if not equals:
            problems.append(_no_value(word))
        elif setting is None:
            problems.append(unknown_setting(Where(), key.strip(), [s.key for s in known_settings()]))
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
        setting = setting_of()[folded(key)]
        try:
            values[key] = setting.parse(entry.written)
        except ValueError as error:
            problems.append(Problem(entry.where, _wrong(error), setting.expected, _shown(entry.written)))
    return values, problems


def unknown_setting(where: Where, key: str, known: Sequence[str]) -> Problem:
    """Return the problem of a key that is no setting; the nearest of `known` is suggested."""
    return Problem(where, message("there is no such setting"), suggest(key, known), key)


def _no_value(word: str) -> Problem:
    remedy = message("Write key=value, such as policy.ratio.limit=1.1.")
    return Problem(Where(), message("a setting without a value"), remedy, word)


def _wrong(error: ValueError) -> Message:
    return wrong_of(error.errors()[-1]) if isinstance(error, ValidationError) else NOT_UNDERSTOOD


def _shown(written: Written) -> str:
    return written if isinstance(written, str) else cell_text(written)


def _text(written: Written) -> str:
    if not isinstance(written, str):
        raise ValueError("a list where one value belongs")  # noqa: TRY004 - the writer's mistake, not ours
    return written


def _names(written: Written) -> tuple[str, ...]:
    if not isinstance(written, str):
        return written
    return () if _is_none(written) else split_list(written)


def _is_none(written: Written) -> bool:
    return isinstance(written, str) and folded(written) in ("", "none", "null", "无")


def _general() -> Iterator[Setting]:
    yield Setting(
        "name", message("name of the scenario"), "week", message("Write it in one line of text."), _text
    )
    yield Setting(
        "week",
        message("the ISO week to plan"),
        "",
        message("Write a week such as 2026-W30."),
        lambda written: Week.parse(_text(written)),
    )


def _hours() -> Iterator[Setting]:
    for half in Half:
        yield Setting(
            f"halves.{half}",
            message("hours of the half"),
            str(DEFAULT_HALVES[half]),
            message("Write hours such as 08:00-11:30."),
            lambda written: Window.parse(_text(written)),
        )


def _policy() -> Iterator[Setting]:
    for group, outer in Policy.model_fields.items():
        model = type(outer.default)
        for name, field in model.model_fields.items():
            meaning = Message(field.description or "")
            yield Setting(
                f"policy.{group}.{name}",
                meaning,
                policy_text(field.default),
                message("{expected} Meaning: {meaning}.", expected=_expected(field), meaning=meaning),
                _policy_parser(model, name, field),
                LEVEL.choices if field.annotation is Level else _words_of(field),
            )


def _policy_parser(model: Any, name: str, field: FieldInfo) -> Callable[[Written], Any]:
    raw = _raw_parser(field.annotation)
    return lambda written: getattr(model(**{name: raw(written)}), name)


def _raw_parser(annotation: Any) -> Callable[[Written], Any]:
    inner = get_args(annotation)
    if annotation is Level:
        return lambda written: LEVEL.parse(_text(written))
    if inner and inner[0] is Kind:
        return lambda written: tuple(KIND.parse(name) for name in _names(written))
    if any(get_args(part)[-1:] == (...,) for part in inner):
        return lambda written: "all" if written in ("all", "全部") else _names(written)
    if type(None) in inner:
        return lambda written: None if _is_none(written) else _text(written)
    return _text


def _expected(field: FieldInfo) -> Message:
    inner = get_args(field.annotation)
    if any(get_args(part)[-1:] == (...,) for part in inner):
        return message('Write "all", or names separated by ";".')
    if inner and inner[0] is Kind:
        return message('Write some of these, separated by ";": {known}.', known=list(Kind))
    if type(None) in inner:
        return message("{expected} Or write none.", expected=expected(field))
    return expected(field)


def _words_of(field: FieldInfo) -> Mapping[str, str]:
    # A list of words has no drop-down: a cell offers one word and no more.
    if get_args(field.annotation)[-1:] == (...,):
        return {}
    return {word: word for word in choices(field.annotation)}


def policy_text(value: Any) -> str:
    """Return a value of the policy as it is written."""
    if value is None:
        return "none"
    return exact_text(value) if isinstance(value, Fraction) else cell_text(value)


def _rules() -> Iterator[Setting]:
    for rule in RULES:
        yield Setting(
            f"rules.{rule.key}",
            rule.sentence,
            str(rule.default),
            STRICTNESS.expected,
            lambda written: STRICTNESS.parse(_text(written)),
            STRICTNESS.choices,
        )


def _tiers() -> Setting:
    return Setting(
        "tiers",
        message("order of the soft rules, the most important first"),
        cell_text(DEFAULT_TIERS),
        message('Write keys of rules separated by ";".'),
        _names,
    )
