"""A doctor published at two campuses in one half-day: one session is kept, or both, or the week is refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.clock import Half, are_hours_of
from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.week import DEFAULT_HALVES
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
    usual = Counter((row.doctor, row.campus) for row in rows)
    # The kept row beside which each of the others cannot be.
    beside = {
        id(row): kept
        for group in grouped.values()
        if len({row.campus for row in group}) > 1
        for row, kept in _beside(group, usual)
    }
    if beside and choice == "refuse":
        raise InputError(_problem(file, row, beside[id(row)]) for row in rows if id(row) in beside)
    settled: list[PublishedRow] = []
    left: list[LeftOut] = []
    split: set[str] = set()
    for row in rows:
        if id(row) not in beside:
            settled.append(row)
        elif choice == "split" and not row.stopped:
            split.add(row.doctor)
            settled.append(
                row._replace(doctor=f"{row.doctor}（{row.campus or '-'}）", name=row.name or row.doctor)
            )
        else:
            campus = beside[id(row)].campus
            reason = message("at {campus} in the same half-day, which is kept", campus=campus or "-")
            text = f"{row.doctor} {row.date} {row.half} {row.campus} {row.clinic}"
            left.append(LeftOut(row.sheet, row.row, text, reason, unreadable=False))
    return Settled(tuple(settled), tuple(left), tuple(sorted(split)))


def _beside(
    group: Sequence[PublishedRow], usual: Counter[tuple[str, str]]
) -> Iterator[tuple[PublishedRow, PublishedRow]]:
    """Yield the rows of one half-day that are not kept, each with the one that is kept in its place."""
    kept: list[PublishedRow] = []
    for row in sorted(
        group, key=lambda row: (row.stopped, -(row.tickets or 0), -usual[row.doctor, row.campus], row.campus)
    ):
        other = next((one for one in kept if _collide(row, one)), None)
        if other is None:
            kept.append(row)
        else:
            yield row, other


def _collide(row: PublishedRow, other: PublishedRow) -> bool:
    """Return whether the rows put their doctor at two campuses at once."""
    if row.campus == other.campus or not row.weeks.meets(other.weeks, row.date):
        return False
    told = all(one.hours and are_hours_of(one.half, one.hours, DEFAULT_HALVES) for one in (row, other))
    return not (told and row.hours and other.hours and not row.hours.overlaps(other.hours))


def _problem(file: str, row: PublishedRow, kept: PublishedRow) -> Problem:
    return Problem(
        Where(file=file, sheet=row.sheet, row=row.row),
        message(
            "{doctor} is at {campus} in the same half-day (row {row})",
            doctor=row.doctor,
            campus=kept.campus or "-",
            row=kept.row,
        ),
        message("Take one of the two rows out, or choose: --conflicts one or --conflicts split."),
        row.campus,
    )
