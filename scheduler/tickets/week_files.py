"""A roster's folder as what the ledger keeps of it: slots with their channels, and everything that is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.roster import Channel
from scheduler.tables.files import read_grid
from scheduler.tables.headings import Table
from scheduler.tables.roster_headings import CHANNELS, SESSIONS, SLOTS
from scheduler.tables.rows import Rows, read_rows
from scheduler.tickets.personal_data import name_problems
from scheduler.tickets.session_places import session_places
from scheduler.words import message

_LONGEST = 255


@dataclass(frozen=True, order=True)
class SlotLine:
    """A slot as the files tell it: `start` in minutes after midnight, the specialty that of its clinic."""

    slot: str
    session: str
    date: dt.date
    start: int
    clinic: str
    specialty: str
    doctor: str
    tickets: int


@dataclass(frozen=True)
class HoldingLine:
    """Tickets of a slot in one channel: claims lie in [opens_at, falls_back_at), then go on to `falls_back_to`."""

    slot: str
    channel: Channel
    holder: str
    tickets: int
    opens_at: dt.datetime
    falls_back_at: dt.datetime | None
    falls_back_to: Channel

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two holdings of a week share."""
        return self.slot, self.channel, self.holder


@dataclass(frozen=True)
class WeekFiles:
    """A week to publish, slots sorted by identity and holdings by slot, channel and holder; every slot adds up."""

    week: Week
    slots: tuple[SlotLine, ...]
    holdings: tuple[HoldingLine, ...]


def read_week(folder: Path) -> WeekFiles:
    """Return the week in `folder`: its sessions.csv, slots.csv and channels.csv.

    Raises InputError with every problem of all three. A channel that names no `falls_back_to` falls back to public.
    """
    problems: list[Problem] = []
    sessions, slots, channels = (_read(folder, table, problems) for table in (SESSIONS, SLOTS, CHANNELS))
    lines = _slots(slots, _specialties(sessions), problems)
    if sessions is not None and slots is not None and not sessions.problems:
        problems += _without_session(sessions, slots)
    holdings = _holdings(channels, problems)
    if slots is not None and channels is not None and not (slots.problems or channels.problems):
        problems += _sums(slots, channels)
    weeks = sorted({Week.of(line.date) for line in lines})
    if len(weeks) != 1 and not problems:
        problems.append(_not_one_week(weeks))
    if problems:
        raise InputError(problems)
    return WeekFiles(weeks[0], tuple(sorted(lines)), tuple(sorted(holdings, key=lambda h: h.key)))


def _read(folder: Path, table: Table, problems: list[Problem]) -> Rows | None:
    try:
        rows = read_rows(read_grid(folder / f"{table.key}.csv"), table)
    except InputError as error:
        problems += error.problems
        return None
    problems += rows.problems
    return rows


def _specialties(sessions: Rows | None) -> Mapping[str, str]:
    rows = () if sessions is None else sessions.values
    return {values["clinic"]: values["specialty"] for _, values in rows if "specialty" in values}


def _slots(rows: Rows | None, specialty_of: Mapping[str, str], problems: list[Problem]) -> list[SlotLine]:
    found: dict[str, SlotLine] = {}
    for number, values in () if rows is None else rows.values:
        assert rows is not None, "there are no values without rows"
        if values["slot"] in found:
            problems.append(_repeated(rows.where(number, "slot"), values["slot"]))
        problems += _long(rows, number, values)
        clinic = values["clinic"]
        specialty = specialty_of.get(clinic, clinic)
        kept = ("slot", "session", "date", "start", "clinic", "doctor", "tickets")
        found[values["slot"]] = SlotLine(specialty=specialty, **{key: values[key] for key in kept})
    return list(found.values())


def _long(rows: Rows, number: int, values: Mapping[str, Any]) -> Iterator[Problem]:
    for key, most in (("slot", _LONGEST), ("session", _LONGEST), ("clinic", 120), ("doctor", 120)):
        if len(values[key]) > most:
            wrong = message("the text is longer than {most} characters", most=most)
            yield Problem(rows.where(number, key), wrong, message("Write a shorter one."))


def _without_session(sessions: Rows, slots: Rows) -> Iterator[Problem]:
    held = {values["session"] for _, values in sessions.values if "session" in values and "date" in values}
    if any("session" not in values for _, values in sessions.values):
        return
    places = session_places(values for _, values in sessions.values)
    for number, values in slots.values:
        if values["session"] not in held:
            wrong = message("no such session is held")
            remedy = message("Take the slot out, or add its session with a date.")
            yield Problem(slots.where(number, "session"), wrong, remedy, values["session"])
        elif not any(place.holds(values) for place in places[values["session"]]):
            wrong = message("the slot is not in its session's half-day, or not its doctor's")
            remedy = message(
                "A session moved by hand has its old slots: let menzhen repair move it, or correct them."
            )
            yield Problem(slots.where(number, "session"), wrong, remedy, values["slot"])


def _holdings(rows: Rows | None, problems: list[Problem]) -> list[HoldingLine]:
    found: dict[tuple[str, str, str], HoldingLine] = {}
    for number, values in () if rows is None else rows.values:
        assert rows is not None, "there are no values without rows"
        kept = ("slot", "channel", "tickets", "opens_at")
        line = HoldingLine(
            holder=values.get("holder", ""),
            falls_back_at=values.get("falls_back_at"),
            falls_back_to=values.get("falls_back_to", Channel.PUBLIC),
            **{key: values[key] for key in kept},
        )
        if line.key in found:
            problems.append(_repeated(rows.where(number, "channel"), line.channel))
        problems += _own_problems(rows, number, line)
        found[line.key] = line
    problems += () if rows is None else _circles(rows, found.values())
    return list(found.values())


def _own_problems(rows: Rows, number: int, line: HoldingLine) -> Iterator[Problem]:
    if line.holder:
        for problem in name_problems(line.holder, "holder"):
            yield Problem(rows.where(number, "holder"), problem.wrong, problem.remedy)
    if line.falls_back_at is not None and line.falls_back_at <= line.opens_at:
        wrong = message("unclaimed tickets fall back before they open")
        yield Problem(rows.where(number, "falls_back_at"), wrong, message("Write a time after opens_at."))


def _circles(rows: Rows, lines: Iterable[HoldingLine]) -> Iterator[Problem]:
    onward: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in lines:
        if line.falls_back_at is not None:
            onward[line.slot][line.channel].add(line.falls_back_to)
    for slot in sorted(onward):
        for channel in sorted(onward[slot]):
            if channel in _reached(onward[slot], channel):
                wrong = message("the slot's tickets in {channel} would fall back to itself", channel=channel)
                remedy = message("Let every channel fall back to a later one, the last to public.")
                yield Problem(rows.grid.where(column="falls_back_to"), wrong, remedy, slot)


def _reached(onward: Mapping[str, set[str]], channel: str) -> set[str]:
    found: set[str] = set()
    ahead = set(onward[channel])
    while ahead:
        found |= ahead
        ahead = {to for at in ahead for to in onward.get(at, ())} - found
    return found


def _sums(slots: Rows, channels: Rows) -> Iterator[Problem]:
    held: Counter[str] = Counter()
    for _, values in channels.values:
        held[values["slot"]] += values["tickets"]
    for number, values in slots.values:
        told = held.pop(values["slot"], 0)
        if told != values["tickets"]:
            wrong = message(
                "the slot has {tickets} tickets and its channels hold {held}",
                tickets=values["tickets"],
                held=told,
            )
            remedy = message("Make the channels' tickets add up to the slot's.")
            yield Problem(slots.where(number, "tickets"), wrong, remedy, values["slot"])
    for slot in sorted(held):
        wrong, remedy = message("there is no such slot"), message("Take the row out, or add the slot.")
        yield Problem(channels.grid.where(column="slot"), wrong, remedy, slot)


def _repeated(where: Where, value: str) -> Problem:
    wrong = message("the same entry stands in an earlier row")
    return Problem(where, wrong, message("Keep one of the two."), value)


def _not_one_week(weeks: list[Week]) -> Problem:
    if not weeks:
        remedy = message("Plan the week again: a roster with sessions has slots.")
        return Problem(Where(file="slots.csv"), message("there are no slots"), remedy)
    wrong = message("the slots lie in several weeks: {weeks}", weeks=[str(week) for week in weeks])
    return Problem(Where(file="slots.csv"), wrong, message("Publish each week from a folder of its own."))
