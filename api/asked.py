"""What a request asks of a scenario: settings in the words of `--set`, applied to a scenario that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.scenario import Scenario
from scheduler.tables.settings import parse_words, read_entries


def with_settings(scenario: Scenario, words: Sequence[str]) -> Scenario:
    """Return the scenario changed by words such as `policy.ratio.limit=1.1`.

    Raises SettingError for words that are wrong, ScenarioError where the parts no longer fit together.
    """
    values, _ = read_entries(parse_words(words))
    if not values:
        return scenario
    plain = {key: value for key, value in values.items() if "." not in key}
    policy = scenario.policy
    for group in type(policy).model_fields:
        told = _below(f"policy.{group}.", values)
        if told:
            policy = policy.model_copy(update={group: getattr(policy, group).model_copy(update=told)})
    halves = {half: values.get(f"halves.{half}", window) for half, window in scenario.halves.items()}
    rules = {**scenario.rules, **_below("rules.", values)}
    return scenario.changed(**plain, policy=policy, halves=halves, rules=rules)


def _below(start: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(start): value for key, value in values.items() if key.startswith(start)}
