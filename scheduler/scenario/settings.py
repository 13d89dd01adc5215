"""Settings, named by dotted keys such as `policy.ratio.limit`, put into the fields of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.clock import Half, Hours
from scheduler.rules import Strictness
from scheduler.scenario.hospital import Frozen
from scheduler.scenario.policy import ChannelPolicy, Policy

_CHANNELS = "policy.channels."

LocalHalves = Mapping[str, Mapping[Half, Hours]]
"""Hours by campus or clinic and half."""


def set_fields(
    values: Mapping[str, Any],
    policy: Policy,
    halves: Mapping[Half, Hours],
    local_halves: LocalHalves,
    rules: Mapping[str, Strictness],
) -> dict[str, Any]:
    """Return the fields of a Scenario that `values`, by dotted key, change, in place of those that are handed in.

    A channel rule that is new needs its `channel` among the values. Raises ValidationError (pydantic) for values that
    do not fit together.
    """
    fields: dict[str, Any] = {key: value for key, value in values.items() if "." not in key}
    fields["halves"] = {half: values.get(f"halves.{half}", hours) for half, hours in halves.items()}
    fields["local_halves"] = _local_halves(local_halves, values)
    fields["rules"] = {**rules, **_below("rules.", values)}
    fields["policy"] = policy.model_copy(update=dict(_policy_groups(policy, values)))
    return fields


def _local_halves(known: LocalHalves, values: Mapping[str, Any]) -> LocalHalves:
    changed = {name: dict(halves) for name, halves in known.items()}
    for key, hours in _below("halves.", values).items():
        name, _, half = key.rpartition(".")
        if name:
            changed.setdefault(name, {})[Half(half)] = hours
    return changed


def _policy_groups(policy: Policy, values: Mapping[str, Any]) -> Mapping[str, Any]:
    groups: dict[str, Any] = {}
    for name in Policy.model_fields:
        group, changes = getattr(policy, name), _below(f"policy.{name}.", values)
        if isinstance(group, Frozen) and changes:
            groups[name] = type(group)(**{**group.fields(), **changes})
        elif f"policy.{name}" in values:
            groups[name] = values[f"policy.{name}"]
    groups["channels"] = _channels(policy.channels, values)
    return groups


def _channels(channels: tuple[ChannelPolicy, ...], values: Mapping[str, Any]) -> tuple[ChannelPolicy, ...]:
    by_name = {channel.name: channel.fields() for channel in channels}
    for key, value in _below(_CHANNELS, values).items():
        name, _, field = key.rpartition(".")
        by_name.setdefault(name, {"name": name})[field] = value
    return tuple(ChannelPolicy(**fields) for fields in by_name.values())


def _below(start: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(start): value for key, value in values.items() if key.startswith(start)}
