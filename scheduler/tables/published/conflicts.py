"""A doctor published at two campuses in one half-day: one session is kept, or both, or the week is refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.clock import Half
from scheduler.errors import InputError, Problem, Where
from scheduler.tables.published.rows import LeftOut, PublishedRow
from scheduler.words import message

Conflicts = Literal["one", "split", "refuse"]
"""What is done about them: keep one session, make the doctor two people, or refuse the week."""


@dataclass(frozen=True)
class Settled:
    """Rows without conflicts, rows left out, and the doctors that were made two."""

    rows: tuple[PublishedRow, ...]
    left_out: tuple[LeftOut, ...]
    split: tuple[str, ...]


def settle(rows: Sequence[PublishedRow], file: str, choice: Conflicts) -> Settled:
    """Return the rows with every doctor at one campus in each half-day.

    Where `choice` is `one` the campus stays whose row is run, then the one with more tickets, then the doctor's usual
    one, then the first by name. Raises InputError with every conflict where it is `refuse`.
    """
    grouped: dict[tuple[str, dt.date, Half], list[PublishedRow]] = defaultdict(list)
    for row in rows:
        grouped[row.doctor, row.date, row.half].append(row)
    conflicts = {at: group for at, group in grouped.items() if len({row.campus for row in group}) > 1}
    if not conflicts:
        return Settled(tuple(rows), (), ())
    if choice == "refuse":
        raise InputError(_problem(file, group) for group in conflicts.values())
    usual = Counter((row.doctor, row.campus) for row in rows)
    best = {at: _kept(group, usual) for at, group in conflicts.items()}
    kept: list[PublishedRow] = []
    left: list[LeftOut] = []
    split: set[str] = set()
    for row in rows:
        campus = best.get((row.doctor, row.date, row.half), row.campus)
        if campus == row.campus:
            kept.append(row)
        elif choice == "split" and not row.stopped:
            split.add(row.doctor)
            kept.append(
                row._replace(doctor=f"{row.doctor}（{row.campus or '-'}）", name=row.name or row.doctor)
            )
        else:
            reason = message("at {campus} in the same half-day, which is kept", campus=campus or "-")
            text = f"{row.doctor} {row.date} {row.half} {row.campus} {row.clinic}"
            left.append(LeftOut(row.sheet, row.row, text, reason, unreadable=False))
    return Settled(tuple(kept), tuple(left), tuple(sorted(split)))


def _kept(group: Sequence[PublishedRow], usual: Counter[tuple[str, str]]) -> str:
    best = min(
        group, key=lambda row: (row.stopped, -(row.tickets or 0), -usual[row.doctor, row.campus], row.campus)
    )
    return best.campus


def _problem(file: str, group: Sequence[PublishedRow]) -> Problem:
    first = group[0]
    other = next(row for row in group if row.campus != first.campus)
    return Problem(
        Where(file=file, sheet=other.sheet, row=other.row),
        message(
            "{doctor} is at {campus} in the same half-day (row {row})",
            doctor=other.doctor,
            campus=first.campus or "-",
            row=first.row,
        ),
        message("Take one of the two rows out, or choose: --conflicts one or --conflicts split."),
        other.campus,
    )
