"""leave.csv: the template's sessions that nobody holds because their doctor is on leave, a row a session and clinic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scheduler.scenario.rows import StandingSession
from scheduler.tables.columns.cells import DATE
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.scenario.columns import CLINIC, DOCTOR, HALF_COLUMN
from scheduler.words import message

LEAVE = Table(
    "leave",
    "请假停诊",
    message("The sessions that are not held because of leave."),
    (
        DOCTOR,
        Column("date", "日期", message("The date."), DATE),
        replace(HALF_COLUMN, explanation=message("AM, PM or EVE."), required=True),
        CLINIC,
    ),
)
"""The table of leave.csv."""

LEAVE_FILE = f"{LEAVE.key}.csv"
"""Name of the file."""


def write_leave(sessions: Iterable[StandingSession], folder: Path) -> None:
    """Write leave.csv into `folder`, its rows in the order of the `sessions`; raises OSError."""
    rows = (
        (session.doctor, session.cell.date.isoformat(), session.cell.half, block.clinic)
        for session in sessions
        for block in session.blocks
    )
    write_csv(folder / LEAVE_FILE, LEAVE.keys, rows)
