"""The settings of the hospital's own rules on who may book: `policy.channels.NAME.share` and so on."""

from __future__ import annotations

from functools import cache

from scheduler.hospital import Channel
from scheduler.policy import ChannelPolicy
from scheduler.tables.setting_fields import Setting, field_setting
from scheduler.tables.values import folded

CHANNELS = "policy.channels"
"""Where the rules stand, each a group of its name."""


@cache
def channel_settings(name: str) -> tuple[Setting, ...]:
    """Return the settings of the channel rule `name`; a rule is told by naming any of them."""
    # `name` itself is the key, and a channel must be told to read any other value.
    told = {"name": "x", "channel": Channel.ON_SITE}
    fields = ((key, field) for key, field in ChannelPolicy.model_fields.items() if key != "name")
    return tuple(
        field_setting(f"{CHANNELS}.{name}.{key}", ChannelPolicy, key, field, told) for key, field in fields
    )


def channel_key(key: str) -> tuple[str, str, str]:
    """Return name, dot and field of `policy.channels.NAME.FIELD`; of another key, nothing."""
    parts = key.strip().split(".", 2)
    if len(parts) < 3 or folded(".".join(parts[:2])) != CHANNELS:
        return ("", "", "")
    name, dot, field = parts[2].rpartition(".")
    return name.strip(), dot, field.strip()
