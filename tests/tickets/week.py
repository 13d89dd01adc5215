"""A small week for the ledger, written as the files of a roster, and what is easily done with it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from scheduler.clock import BEIJING, clock_text
from scheduler.tickets.models import ClaimRow, HoldingRow, SlotRow
from scheduler.tickets.store import Store

MONDAY = dt.date(2026, 7, 20)
OPENS = dt.datetime(2026, 7, 6, 8, tzinfo=BEIJING)
CLAIMED = dt.datetime(2026, 7, 10, 9, tzinfo=BEIJING)
FALLS = dt.datetime(2026, 7, 19, 8, tzinfo=BEIJING)
FALLS_LATER = dt.datetime(2026, 7, 19, 18, tzinfo=BEIJING)
AFTER = dt.datetime(2026, 7, 19, 9, tzinfo=BEIJING)
LATE = dt.datetime(2026, 7, 19, 20, tzinfo=BEIJING)
BEGINS = dt.datetime(2026, 7, 20, 8, tzinfo=BEIJING)


@dataclass(frozen=True)
class Piece:
    """A slot: what it holds by channel and holder, when and where it is, and what its patients are told (minutes)."""

    name: str
    held: Sequence[tuple[str, str, int]]
    date: dt.date = MONDAY
    start: int = 480
    clinic: str = "心内专家门诊"
    doctor: str = "D1"
    session: str = ""
    tickets: int | None = None
    told: Sequence[int] = ()

    @property
    def of_session(self) -> str:
        """The session's identity; without a word on it, the slot's with an S before."""
        return self.session or f"S{self.name}"

    @property
    def total(self) -> int:
        """The slot's tickets: those of its channels unless `tickets` says otherwise."""
        return sum(n for _, _, n in self.held) if self.tickets is None else self.tickets


def two_and_one(name: str = "a", **details: object) -> Piece:
    """A slot with two tickets of P1, one of nobody in particular and three for everybody."""
    held = [("partner", "P1", 2), ("partner", "", 1), ("public", "", 3)]
    return Piece(name, held, **details)  # type: ignore[arg-type]


def write_week(folder: Path, pieces: Iterable[Piece], *, onward: Mapping[str, str] | None = None) -> Path:
    """Write sessions.csv, slots.csv and channels.csv; `onward` tells what a channel falls back to but public.

    Where a slot tells times there is an appointments.csv, with a quarter of an hour to come before.
    Partners' tickets fall back at FALLS, other ones at FALLS_LATER, and public ones stay.
    """
    folder.mkdir(exist_ok=True)
    pieces = list(pieces)
    specialty = {"心内专家门诊": "心内科", "眼科专家门诊": "眼科"}
    sessions = {
        (p.of_session, p.date.isoformat(), "AM", p.clinic, specialty.get(p.clinic, p.clinic), p.doctor, 9)
        for p in pieces
    }
    _write(folder / "sessions.csv", "session date half clinic specialty doctor tickets", sorted(sessions))
    slots = [
        (
            p.name,
            p.of_session,
            p.date.isoformat(),
            clock_text(p.start),
            clock_text(p.start + 30),
            p.clinic,
            p.doctor,
            p.total,
        )
        for p in pieces
    ]
    _write(folder / "slots.csv", "slot session date start end clinic doctor tickets", slots)
    to = onward or {}
    channels = [
        (p.name, channel, holder, tickets, OPENS.isoformat(), *_end(channel, to))
        for p in pieces
        for channel, holder, tickets in p.held
    ]
    heading = "slot channel holder tickets opens_at falls_back_at" + (" falls_back_to" if to else "")
    _write(folder / "channels.csv", heading, channels)
    if any(p.told for p in pieces):
        rows = [
            (p.name, number, *map(clock_text, (told, told, told - 15)))
            for p in pieces
            for number, told in enumerate(p.told, start=1)
        ]
        _write(folder / "appointments.csv", "slot ticket start told come", rows)
    return folder


def end_of(channel: str) -> dt.datetime | None:
    """When unclaimed tickets of a channel fall back."""
    return {"public": None, "partner": FALLS}.get(channel, FALLS_LATER)


def _end(channel: str, to: Mapping[str, str]) -> tuple[str, ...]:
    end = end_of(channel)
    ends = "" if end is None else end.isoformat()
    return (ends, to.get(channel, "")) if to else (ends,)


def _write(path: Path, heading: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading.split())
        writer.writerows(rows)


def holdings(store: Store) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Tickets granted and taken in the versions that count, by slot, channel and holder."""
    wanted = select(
        SlotRow.slot, HoldingRow.channel, HoldingRow.holder, HoldingRow.granted, HoldingRow.taken
    ).join(SlotRow, HoldingRow.slot_id == SlotRow.id)
    rows = store.read(lambda connection: connection.execute(wanted.where(HoldingRow.current)).all())
    return {(slot, channel, holder): (granted, taken) for slot, channel, holder, granted, taken in rows}


def states(store: Store) -> dict[str, str]:
    """The state of every referral's last claim."""
    wanted = select(ClaimRow.referral, ClaimRow.state).order_by(ClaimRow.id)
    return dict(store.read(lambda connection: [(r, s) for r, s in connection.execute(wanted)]))
