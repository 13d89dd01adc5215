"""The week of the storm: published again and again, with tickets that fall back while it is claimed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.clock import BEIJING, clock_text

SLOTS, SHARED, OWN = 40, 24, 1
PARTNERS = tuple(f"P{number:02}" for number in range(16))


@dataclass(frozen=True)
class StormWeek:
    """A week beginning two weeks after `begun`, with some slots whose tickets fall back some seconds after it."""

    begun: dt.datetime

    @property
    def monday(self) -> dt.date:
        date = self.begun.astimezone(BEIJING).date() + dt.timedelta(days=14)
        return date - dt.timedelta(days=date.weekday())

    def write(self, folder: Path, version: int) -> Path:
        """Write a version: each has fewer tickets for all partners, and lacks another one of the slots."""
        folder.mkdir(exist_ok=True)
        numbers = [number for number in range(SLOTS) if version == 1 or number != SLOTS - version]
        shared = SHARED - version
        sessions = [(f"S{n}", self._date(n), "AM", "心内专家门诊", "心内科", f"D{n}", 99) for n in numbers]
        _write(folder / "sessions.csv", "session date half clinic specialty doctor tickets", sessions)
        slots = [
            (f"a{n}", f"S{n}", self._date(n), "08:00", clock_text(510), "心内专家门诊", f"D{n}", shared + 26)
            for n in numbers
        ]
        _write(folder / "slots.csv", "slot session date start end clinic doctor tickets", slots)
        rows = [row for n in numbers for row in self._channels(n, shared)]
        heading = "slot channel holder tickets opens_at falls_back_at falls_back_to"
        _write(folder / "channels.csv", heading, rows)
        return folder

    def _date(self, number: int) -> str:
        return (self.monday + dt.timedelta(days=number % 5)).isoformat()

    def _channels(self, number: int, shared: int) -> Iterable[Sequence[object]]:
        opens = (self.begun - dt.timedelta(days=1)).isoformat()
        # A quarter of the slots falls back after 20 seconds, another one after 40.
        seconds = {0: 20, 1: 40}.get(number % 4, 86_400)
        ends = (self.begun + dt.timedelta(seconds=seconds)).isoformat()
        yield f"a{number}", "partner", "", shared, opens, ends, "public"
        yield from ((f"a{number}", "partner", key, OWN, opens, ends, "public") for key in PARTNERS)
        yield f"a{number}", "public", "", 26 - OWN * len(PARTNERS), opens, "", ""


def _write(path: Path, heading: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading.split())
        writer.writerows(rows)
