"""A setting: its meaning and default, and how its text is read; made from the field of a model."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, get_args

from pydantic.fields import FieldInfo

from scheduler.clock import Half
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.hospital import Channel, Kind, Level
from scheduler.scenario.policy import ChannelPolicy, Preset, exact_text
from scheduler.scenario.week import DEFAULT_HALVES
from scheduler.tables.columns.cells import CHANNEL, HOURS, KIND, LEVEL
from scheduler.tables.columns.complaints import choices, expected
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import split_list
from scheduler.text_cache import text_cache
from scheduler.words import Message, message

Written = str | tuple[str, ...]
"""A setting's value as it is written: a text, or the texts of a list."""


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

    def meaning(self, language: str) -> Message:
        """Return what the setting means and its default, levels, kinds and channels in words of `language`."""
        if not self.default:
            return self.description
        return message(
            "{meaning} (default {default})", meaning=self.description, default=self._default_in(language)
        )

    def _default_in(self, language: str) -> str:
        if language != "zh":
            return self.default
        words = {**LEVEL.choices, **KIND.choices, **CHANNEL.choices}
        return ";".join(words.get(word, word) for word in self.default.split(";"))


def one_text(written: Written) -> str:
    """Return the one value that is written; raises ValueError for a list."""
    if not isinstance(written, str):
        raise ValueError("a list where one value belongs")  # noqa: TRY004 - the writer's mistake, not ours
    return written


def names(written: Written) -> tuple[str, ...]:
    """Return the names of a list, however it is written."""
    if not isinstance(written, str):
        return written
    return () if _is_none(written) else split_list(written)


def _is_none(written: Written) -> bool:
    return isinstance(written, str) and folded(written) in ("", "none", "null", "无")


def field_setting(key: str, model: Any, name: str, field: FieldInfo, others: Mapping[str, Any]) -> Setting:
    """Return the setting of a model's field; `others` are fields that the model needs."""
    meaning, raw = Message(field.description or ""), _raw_parser(field.annotation)
    return Setting(
        key,
        meaning,
        "" if field.is_required() else policy_text(field.default),
        message("{expected} Meaning: {meaning}.", expected=_expected(field), meaning=meaning),
        lambda written: getattr(model(**{**others, name: raw(written)}), name),
        LEVEL.choices if field.annotation is Level else _words_of(field),
    )


_LISTS: Mapping[Any, Callable[[str], Any]] = {Kind: KIND.parse, Channel: CHANNEL.parse, Preset: str}


def _raw_parser(annotation: Any) -> Callable[[Written], Any]:
    inner = get_args(annotation)
    if annotation is Level:
        return lambda written: LEVEL.parse(one_text(written))
    if annotation is Channel:
        return lambda written: CHANNEL.parse(one_text(written))
    if inner[-1:] == (...,):
        return lambda written: tuple(_LISTS.get(inner[0], str)(name) for name in names(written))
    if any(get_args(part)[-1:] == (...,) for part in inner):
        return lambda written: "all" if written in ("all", "全部") else names(written)
    if type(None) in inner:
        return lambda written: None if _is_none(written) else one_text(written)
    return one_text


def _expected(field: FieldInfo) -> Message:
    inner = get_args(field.annotation)
    if any(get_args(part)[-1:] == (...,) for part in inner):
        return message('Write "all", or names separated by ";".')
    if inner and inner[0] in _LISTS:
        return message('Write some of these, separated by ";": {known}.', known=list(inner[0]))
    if inner[-1:] == (...,):
        return message('Write names separated by ";", or nothing.')
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


CHANNELS = "policy.channels"
"""Where the rules stand, each a group of its name."""


@text_cache
def channel_settings(name: str) -> tuple[Setting, ...]:
    """Return the settings of the channel rule `name`; naming any of them makes the rule."""
    # `name` itself is the key, and a channel is needed to read any other value.
    others = {"name": "x", "channel": Channel.ON_SITE}
    fields = ((key, field) for key, field in ChannelPolicy.model_fields.items() if key != "name")
    return tuple(
        field_setting(f"{CHANNELS}.{name}.{key}", ChannelPolicy, key, field, others) for key, field in fields
    )


def channel_key(key: str) -> tuple[str, str, str]:
    """Return name, dot and field of `policy.channels.NAME.FIELD`; of another key, nothing."""
    parts = key.strip().split(".", 2)
    if len(parts) < 3 or folded(".".join(parts[:2])) != CHANNELS:
        return ("", "", "")
    name, dot, field = parts[2].rpartition(".")
    return name.strip(), dot, field.strip()


HALVES = "halves"
"""Where the hours stand: of the hospital by half, and a group for each campus or clinic that has others."""


@text_cache
def hours_settings(name: str = "") -> tuple[Setting, ...]:
    """Return the settings of the hours of a campus or a clinic of this name, or, without one, of the hospital."""
    meaning = message("hours of the half at this campus or clinic") if name else message("hours of the half")
    return tuple(
        Setting(
            f"{HALVES}.{name}.{half}" if name else f"{HALVES}.{half}",
            meaning,
            "" if name else str(DEFAULT_HALVES[half]),
            HOURS.expected,
            lambda written: HOURS.parse(one_text(written)),
        )
        for half in Half
    )


def named_settings(key: str) -> tuple[Setting, ...]:
    """Return the settings of the group that `key` names: of a channel rule, or of a campus or clinic; else none."""
    name = channel_key(key)[0]
    if name:
        return channel_settings(name)
    group, _, rest = key.strip().partition(".")
    name = rest.rpartition(".")[0].strip()
    return hours_settings(name) if folded(group) == HALVES and name else ()
