"""The text of scenario.yaml: what differs from the defaults, and the whole policy with its comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from scheduler.clock import Half, Hours
from scheduler.rules import DEFAULT_TIERS, Strictness
from scheduler.scenario.hospital import Frozen
from scheduler.scenario.policy import ChannelPolicy, Policy, exact_text
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.setting_fields import Setting, channel_settings
from scheduler.tables.scenario.settings import setting_of
from scheduler.words import Words, message


def scenario_text(scenario: Scenario, language: str = "en") -> str:
    """Return scenario.yaml for everything of `scenario` but its tables; comments in `language`."""
    words = Words(language)
    heading = words.say(message("A scenario of Menzhen. Beside it stand its tables, a csv each."))
    lines = [
        f"# {heading}",
        f"name: {yaml_text(scenario.name)}",
        f"week: {scenario.week}",
        "halves:",
        *_hours(scenario.halves, "  "),
        *_local_hours(scenario),
        *_policy(scenario.policy, words),
        *_rules(scenario.rules, words),
        *_tiers(scenario.tiers, words),
    ]
    return "\n".join(lines) + "\n"


def yaml_text(value: Any) -> str:
    """Return a value as YAML in one line, quoted where it must be to read back the same."""
    import yaml

    if value is None:
        return "none"
    if isinstance(value, Fraction):
        return exact_text(value)
    plain = [str(item) for item in value] if isinstance(value, tuple) else [_scalar(value)]
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=1_000_000).strip()
    return text if isinstance(value, tuple) else text[1:-1]


def _scalar(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _hours(halves: Mapping[Half, Hours], indent: str) -> Iterator[str]:
    return (f"{indent}{half}: {halves[half]}" for half in Half if half in halves)


def _local_hours(scenario: Scenario) -> Iterator[str]:
    for name, halves in sorted(scenario.local_halves.items()):
        yield f"  {_key(name)}:"
        yield from _hours(halves, "    ")


def _policy(policy: Policy, words: Words) -> Iterator[str]:
    yield "policy:"
    for group in Policy.model_fields:
        model = getattr(policy, group)
        if isinstance(model, Frozen):
            yield f"  {group}:"
            for name in type(model).model_fields:
                yield f"    {_line(setting_of()[f'policy.{group}.{name}'], getattr(model, name), words)}"
    yield f"  {_line(setting_of()['policy.presets'], policy.presets, words)}"
    if policy.channels:
        yield "  channels:"
    for rule in policy.channels:
        yield from _channel(rule, words)


def _channel(rule: ChannelPolicy, words: Words) -> Iterator[str]:
    yield f"    {_key(rule.name)}:"
    for setting in channel_settings(rule.name):
        yield f"      {_line(setting, getattr(rule, _name(setting)), words)}"


def _key(name: str) -> str:
    """Return a key that stands in one line, whatever its name."""
    return json.dumps(name, ensure_ascii=False) if "\n" in name else yaml_text(name)


def _line(setting: Setting, value: Any, words: Words) -> str:
    return f"{_name(setting)}: {yaml_text(value)}  # {words.say(setting.meaning(words.language))}"


def _name(setting: Setting) -> str:
    return setting.key.rpartition(".")[2]


def _rules(rules: Mapping[str, Strictness], words: Words) -> Iterator[str]:
    if not rules:
        return
    comment = words.say(message("hard, soft or off, where it is not the default"))
    yield f"rules:  # {comment}"
    for key in sorted(rules):
        yield f"  {key}: {rules[key]}"


def _tiers(tiers: Iterable[str], words: Words) -> Iterator[str]:
    if tuple(tiers) != DEFAULT_TIERS:
        comment = words.say(message("order of the soft rules, the most important first"))
        yield f"tiers: {yaml_text(tuple(tiers))}  # {comment}"
