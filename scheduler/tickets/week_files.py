"""A roster's folder as the ledger stores it: slots with their channels, and everything that is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from scheduler.clock import Week, clock_text, parse_minute
from scheduler.errors import InputError, Problem, Where
from scheduler.roster import Channel
from scheduler.scenario.week import DEFAULT_HALVES
from scheduler.tables.columns.rows import Rows, repeated_rows
from scheduler.tables.partner_channels import PARTNER_CHANNELS
from scheduler.tables.roster.headings import APPOINTMENTS, CHANNELS, SESSIONS, SLOTS
from scheduler.tables.roster.tables import RosterTables
from scheduler.tickets.personal_data import key_problems, name_problems
from scheduler.words import message

_LONGEST = {"slot": 255, "session": 255, "clinic": 120, "doctor": 120}
"""Characters that the database has room for, by column."""


# The digest of a published week is of the fields of these two classes, by their names: it decides whether
# files are new, also for weeks that were published long ago. So no field may be renamed.
@dataclass(frozen=True, order=True)
class SlotLine:
    """A slot of the files: `start` in minutes after midnight, the specialty that of its clinic.

    `times` are what the patients of its tickets are told, by number: the time and when to come, in minutes after
    midnight; none where the files do not tell it of every ticket.
    """

    slot: str
    session: str
    date: dt.date
    start: int
    clinic: str
    specialty: str
    doctor: str
    tickets: int
    times: tuple[tuple[int, int], ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """Its fields by name, without times where there are none: weeks were published before there were any."""
        columns = dict(vars(self))
        if not self.times:
            del columns["times"]
        return columns


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
    """A week to publish, slots sorted by identity and holdings by slot, channel and holder; every slot adds up.

    `channels` are those that partners may claim, where they may not claim all.
    """

    week: Week
    slots: tuple[SlotLine, ...]
    holdings: tuple[HoldingLine, ...]
    channels: Mapping[str, tuple[Channel, ...]]


def read_week(folder: Path) -> WeekFiles:
    """Return the week in `folder`: its sessions, slots and channels; appointments and partners' channels if they are there.

    Raises InputError with every problem of all of them. A channel that names no `falls_back_to` falls back to public.
    """
    tables = RosterTables(folder, (SESSIONS, SLOTS, CHANNELS), (APPOINTMENTS, PARTNER_CHANNELS))
    problems = [*tables.problems, *week_problems(tables)]
    if problems:
        raise InputError(problems)
    lines = sorted(_slot_lines(tables))
    holdings = [_holding_line(values) for _, values in tables.values(CHANNELS)]
    ordered = tuple(sorted(holdings, key=lambda h: h.key))
    partners = (values for _, values in tables.values(PARTNER_CHANNELS) if "channels" in values)
    channels = {values["partner"]: values["channels"] for values in partners}
    return WeekFiles(Week.of(lines[0].date), tuple(lines), ordered, channels)


def week_problems(tables: RosterTables) -> list[Problem]:
    """Return why the ledger refuses the week in `tables`, apart from what makes them unreadable."""
    sessions, slots, channels = (tables.get(table) for table in (SESSIONS, SLOTS, CHANNELS))
    problems: list[Problem] = []
    if slots is not None:
        problems += _slot_problems(slots)
        if sessions is not None and not sessions.problems:
            problems += _misplaced_slots(sessions, slots)
        if channels is not None and not (slots.problems or channels.problems):
            problems += _wrong_sums(slots, channels)
    appointments = tables.get(APPOINTMENTS)
    if appointments is not None:
        problems += _told_problems(appointments, tables.values(SLOTS))
    if channels is not None:
        holdings = [_holding_line(values) for _, values in channels.values]
        problems += _holding_problems(channels, holdings)
    if (partners := tables.get(PARTNER_CHANNELS)) is not None:
        problems += repeated_rows(partners, ("partner",))
    weeks = sorted({Week.of(values["date"]) for _, values in tables.values(SLOTS)})
    if len(weeks) != 1 and not problems and not tables.problems:
        problems.append(_not_one_week(weeks))
    return problems


def _slot_lines(tables: RosterTables) -> list[SlotLine]:
    specialty_of = {
        values["clinic"]: values["specialty"]
        for _, values in tables.values(SESSIONS)
        if "specialty" in values
    }
    columns = ("slot", "session", "date", "start", "clinic", "doctor", "tickets")
    times_of = _times(tables)
    return [
        SlotLine(
            specialty=specialty_of.get(values["clinic"], values["clinic"]),
            times=_whole(times_of.get(values["slot"], {}), values["tickets"]),
            **{column: values[column] for column in columns},
        )
        for _, values in tables.values(SLOTS)
    ]


def _times(tables: RosterTables) -> Mapping[str, Mapping[int, tuple[int, int]]]:
    """Return what is told of the tickets of each slot, by their numbers."""
    times: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for _, values in tables.values(APPOINTMENTS):
        if "told" in values:
            told = values["told"]
            times[values["slot"]][values["ticket"]] = (told, values.get("come", told))
    return times


def _whole(times: Mapping[int, tuple[int, int]], tickets: int) -> tuple[tuple[int, int], ...]:
    """Return the times of so many tickets in order; none where one is missing."""
    numbers = range(1, tickets + 1)
    return tuple(times[number] for number in numbers) if times.keys() == set(numbers) else ()


def _told_problems(rows: Rows, slots: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Problem]:
    """Yield what is told before the slot, or after the ticket's own start, and where to come is after what is told."""
    yield from repeated_rows(rows, ("slot", "ticket"))
    begins = {values["slot"]: values["start"] for _, values in slots}
    for number, values in rows.values:
        if "told" not in values:
            continue
        told, start = values["told"], values["start"]
        if not begins.get(values["slot"], told) <= told <= start:
            wrong = message("the patient is told a time before the slot, or after the ticket's own start")
            remedy = message("Correct it, or leave it empty in all rows of the slot: then its start is told.")
            yield Problem(rows.where(number, "told"), wrong, remedy, clock_text(told))
        if values.get("come", told) > told:
            wrong = message("the patient is asked to come after the told time")
            yield Problem(
                rows.where(number, "come"),
                wrong,
                message("Write an earlier time."),
                clock_text(values["come"]),
            )


def _slot_problems(rows: Rows) -> Iterator[Problem]:
    yield from repeated_rows(rows, ("slot",))
    for number, values in rows.values:
        for column, most in _LONGEST.items():
            if len(values[column]) > most:
                wrong = message("the text is longer than {most} characters", most=most)
                yield Problem(rows.where(number, column), wrong, message("Write a shorter one."))
    for column in ("clinic", "doctor"):
        first = {values[column]: number for number, values in reversed(rows.values)}
        for text, number in sorted(first.items(), key=itemgetter(1)):
            yield from key_problems(text, rows.where(number, column))


@dataclass(frozen=True)
class SessionTime:
    """Date, doctor and `hours` (minutes) of a session; without hours they are unknown."""

    date: dt.date
    doctor: str
    hours: tuple[int, int] | None

    def covers(self, slot: Mapping[str, Any]) -> bool:
        """Return whether a slot's date, start and doctor are the session's."""
        in_time = self.hours is None or self.hours[0] <= slot["start"] < self.hours[1]
        return slot["date"] == self.date and in_time and self.doctor in ("", slot["doctor"])


def session_times(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, list[SessionTime]]:
    """Return date, doctor and hours of every session that takes place, by its identity.

    A row's own hours may be stale after an edit of its half: where they are more like those that most sessions of
    another half have, those of most sessions of its own half count.
    """
    dated = [values for values in rows if "date" in values]
    hours_of: dict[object, Counter[tuple[int, int]]] = defaultdict(Counter)
    for values in dated:
        hours = _hours(values)
        if hours is not None:
            hours_of[values.get("half")][hours] += 1
    usual = {half: counts.most_common(1)[0][0] for half, counts in hours_of.items()}
    times: dict[str, list[SessionTime]] = defaultdict(list)
    for values in dated:
        hours = _own_or_usual(values, usual)
        times[values["session"]].append(SessionTime(values["date"], values.get("doctor", ""), hours))
    return times


def _own_or_usual(
    values: Mapping[str, Any], usual: Mapping[object, tuple[int, int]]
) -> tuple[int, int] | None:
    own, half = _hours(values), values.get("half")
    if own is None or half not in usual:
        return usual.get(half)
    # Of a half without sessions nothing is known but what is usual everywhere.
    every: dict[object, tuple[int, int]] = {of: (h.start, h.end) for of, h in DEFAULT_HALVES.items()}
    every |= usual
    common = {of: min(own[1], hours[1]) - max(own[0], hours[0]) for of, hours in every.items()}
    return own if common[half] == max(common.values()) else usual[half]


def _hours(values: Mapping[str, Any]) -> tuple[int, int] | None:
    try:
        return parse_minute(values.get("start", "")), parse_minute(values.get("end", ""))
    except ValueError:
        return None


def _misplaced_slots(sessions: Rows, slots: Rows) -> Iterator[Problem]:
    if any("session" not in values for _, values in sessions.values):
        return
    times = session_times(values for _, values in sessions.values)
    for number, values in slots.values:
        if values["session"] not in times:
            wrong = message("no such session is held")
            remedy = message("Take the slot out, or add its session with a date.")
            yield Problem(slots.where(number, "session"), wrong, remedy, values["session"])
        elif not any(time.covers(values) for time in times[values["session"]]):
            wrong = message("the slot is not in its session's half-day, or not its doctor's")
            remedy = message(
                "A session moved by hand has its old slots: let `menzhen edit` move it, or correct them."
            )
            yield Problem(slots.where(number, "session"), wrong, remedy, values["slot"])


def _holding_line(values: Mapping[str, Any]) -> HoldingLine:
    return HoldingLine(
        slot=values["slot"],
        channel=values["channel"],
        holder=values.get("holder", ""),
        tickets=values["tickets"],
        opens_at=values["opens_at"],
        falls_back_at=values.get("falls_back_at"),
        falls_back_to=values.get("falls_back_to", Channel.PUBLIC),
    )


def _holding_problems(rows: Rows, holdings: Iterable[HoldingLine]) -> Iterator[Problem]:
    """Yield what is wrong with the rows of channels.csv, whose good ones are `holdings`."""
    yield from repeated_rows(rows, ("slot", "channel", "holder"))
    for (number, _), line in zip(rows.values, holdings, strict=True):
        if line.holder:
            for problem in name_problems(line.holder, "holder"):
                yield Problem(rows.where(number, "holder"), problem.wrong, problem.remedy)
        if line.falls_back_at is not None and line.falls_back_at <= line.opens_at:
            wrong = message("unclaimed tickets fall back before they open")
            yield Problem(rows.where(number, "falls_back_at"), wrong, message("Write a time after opens_at."))
    yield from _cycles(rows, holdings)


def _cycles(rows: Rows, lines: Iterable[HoldingLine]) -> Iterator[Problem]:
    next_channels: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in lines:
        if line.falls_back_at is not None:
            next_channels[line.slot][line.channel].add(line.falls_back_to)
    for slot in sorted(next_channels):
        for channel in sorted(next_channels[slot]):
            if channel in _reachable(next_channels[slot], channel):
                wrong = message("the slot's tickets in {channel} would fall back to itself", channel=channel)
                remedy = message("Let every channel fall back to a later one, the last to public.")
                yield Problem(rows.grid.where(column="falls_back_to"), wrong, remedy, slot)


def _reachable(next_channels: Mapping[str, set[str]], channel: str) -> set[str]:
    reached: set[str] = set()
    frontier = set(next_channels[channel])
    while frontier:
        reached |= frontier
        frontier = {to for at in frontier for to in next_channels.get(at, ())} - reached
    return reached


def _wrong_sums(slots: Rows, channels: Rows) -> Iterator[Problem]:
    sums: Counter[str] = Counter()
    for _, values in channels.values:
        sums[values["slot"]] += values["tickets"]
    for number, values in slots.values:
        in_channels = sums.pop(values["slot"], 0)
        if in_channels != values["tickets"]:
            wrong = message(
                "the slot has {tickets:ticket|tickets} and its channels hold {held}",
                tickets=values["tickets"],
                held=in_channels,
            )
            remedy = message("Make the channels' tickets add up to the slot's.")
            yield Problem(slots.where(number, "tickets"), wrong, remedy, values["slot"])
    for slot in sorted(sums):
        wrong, remedy = message("there is no such slot"), message("Take the row out, or add the slot.")
        yield Problem(channels.grid.where(column="slot"), wrong, remedy, slot)


def _not_one_week(weeks: list[Week]) -> Problem:
    if not weeks:
        remedy = message("Plan the week again: a roster with sessions has slots.")
        return Problem(Where(file="slots.csv"), message("there are no slots"), remedy)
    wrong = message("the slots lie in several weeks: {weeks}", weeks=[str(week) for week in weeks])
    return Problem(Where(file="slots.csv"), wrong, message("Publish each week from a folder of its own."))
