"""The text of scenario.yaml: what differs from the defaults, and the whole policy with its comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from scheduler.clock import Half, Window
from scheduler.policy import Policy, exact_text
from scheduler.rules import DEFAULT_TIERS, Strictness
from scheduler.scenario import Scenario
from scheduler.tables.settings import setting_of
from scheduler.words import Words, message


def scenario_text(scenario: Scenario, language: str = "en") -> str:
    """Return scenario.yaml for everything of `scenario` but its tables; comments in `language`."""
    words = Words(language)
    heading = words.say(message("A scenario of Menzhen. Beside it stand its tables, a csv each."))
    lines = [
        f"# {heading}",
        f"name: {yaml_text(scenario.name)}",
        f"week: {scenario.week}",
        *_hours(scenario.halves),
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


def _hours(halves: Mapping[Half, Window]) -> Iterator[str]:
    yield "halves:"
    for half in Half:
        yield f"  {half}: {halves[half]}"


def _policy(policy: Policy, words: Words) -> Iterator[str]:
    yield "policy:"
    for group in Policy.model_fields:
        yield f"  {group}:"
        model = getattr(policy, group)
        for name in type(model).model_fields:
            setting = setting_of()[f"policy.{group}.{name}"]
            meaning = words.say(
                message("{meaning} (default {default})", meaning=setting.description, default=setting.default)
            )
            yield f"    {name}: {yaml_text(getattr(model, name))}  # {meaning}"


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
