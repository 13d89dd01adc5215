"""shares.csv: what every partner was entitled to, got and carries on, a row a partner and specialty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from scheduler.scenario.hospital import Level
from scheduler.tables.columns.cells import EXACT, LEVEL, NATURAL
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.scenario.columns import SPECIALTY
from scheduler.tables.scenario.partner_headings import PARTNER
from scheduler.words import message

_LEVELS = tuple(
    Column(level, LEVEL.choices[level], message("Tickets of doctors of this level."), NATURAL)
    for level in Level
)

SHARES = Table(
    "shares",
    "成员份额",
    message("What each partner was entitled to, got and carries on."),
    (
        PARTNER,
        SPECIALTY,
        Column("entitled", "应得", message("Its exact part of the reserve, in tickets."), EXACT),
        Column("credit", "上期结转", message("What earlier weeks owed it."), EXACT),
        Column("given", "实得", message("Tickets it holds."), NATURAL),
        Column("carried", "结转", message("What it is owed after this week."), EXACT),
        Column(
            "mean_position",
            "平均位次",
            message(
                "Mean place of its tickets in their sessions, from 0 (first) to 1 (last); near 1/2 is fair."
            ),
            EXACT,
        ),
        *_LEVELS,
    ),
)
"""The table of shares.csv."""

SHARES_FILE = f"{SHARES.key}.csv"
"""Name of the file."""


def write_shares(rows: Iterable[Sequence[object]], folder: Path) -> None:
    """Write shares.csv into `folder`, its `rows` in the order of the columns; raises OSError."""
    write_csv(folder / SHARES_FILE, SHARES.keys, rows)
