"""partner_channels.csv of a roster: the channels that partners may claim, where not all of them may claim all."""

from __future__ import annotations

from pathlib import Path

from scheduler.scenario.week import Scenario
from scheduler.tables.columns.headings import Table
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.scenario.partner_headings import CLAIMABLE_CHANNELS, PARTNER
from scheduler.words import message

PARTNER_CHANNELS = Table(
    "partner_channels",
    "成员渠道",
    message("Channels whose tickets partners may claim; those not named may claim all."),
    (PARTNER, CLAIMABLE_CHANNELS),
)
"""The table of partner_channels.csv."""

PARTNER_CHANNELS_FILE = f"{PARTNER_CHANNELS.key}.csv"
"""Name of the file."""


def write_partner_channels(scenario: Scenario, folder: Path) -> None:
    """Write the partners of the scenario whose channels it names into `folder`, if there are any; raises OSError."""
    rows = [(key, ";".join(one.channels)) for key, one in scenario.partner_of.items() if one.channels]
    if rows:
        write_csv(folder / PARTNER_CHANNELS_FILE, PARTNER_CHANNELS.keys, rows)
