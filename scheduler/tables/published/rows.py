"""The rows of a published timetable, typed; what cannot be read is left out, with its reason."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from scheduler.clock import Half, Hours, Window
from scheduler.scenario.hospital import Kind, Level
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence
from scheduler.tables.columns.moments import DayName, Moment, read_moments, weeks_in
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import parse_kind, parse_level, parse_status, parse_tickets
from scheduler.tables.published.cells import kind_in, of_person, sessions_in
from scheduler.tables.published.columns import TIMES
from scheduler.tables.published.marks import SPEAKS_OF_STOPPING, marked_times, status_in_note
from scheduler.tables.published.names import LONGEST, CellEntry, kind_of_words, names_in
from scheduler.tables.published.records import Record
from scheduler.words import Message, message

UNLIMITED = 999
"""Capacity that posts without a limit are published with; it tells no number of tickets."""

MOST_TICKETS = 500
_FEE_LEVELS = {
    50: Level.ATTENDING,
    60: Level.DEPUTY_CHIEF,
    80: Level.CHIEF,
    100: Level.KNOWN_EXPERT,
}

Value = TypeVar("Value")


class PublishedRow(NamedTuple):
    """A session of a clinic as published. `sheet` and `row` are its place in the file.

    `doctor` is the key: the staff number (`number`) where there is one, else the name. `level_from` names the column
    that the level was read from; `capacity` is None where the cell is blank; `stopped` is a session that was not run
    (停诊); `weeks` are those it is of; `post` marks a name that is no person's; `hours` are None where none, or only the
    start, are told.
    """

    row: int
    date: dt.date
    half: Half
    clinic: str
    doctor: str
    campus: str
    specialty: str
    kind: Kind | None
    level: Level | None
    level_from: str
    capacity: int | None
    room: str
    stopped: bool
    sheet: str = ""
    number: str = ""
    name: str = ""
    weeks: Recurrence = EVERY_WEEK
    post: bool = False
    hours: Hours | None = None

    @property
    def tickets(self) -> int | None:
        """Tickets of the row; None where the file tells none: blank, 0 or 999."""
        return None if self.capacity in (0, UNLIMITED) else self.capacity


@dataclass(frozen=True)
class LeftOut:
    """A row, or a cell of a grid, that gives no session: its place, what stands there, why.

    `column` is a heading, `place` the column from 0 (-1: the whole row).

    `unreadable` says that it counts as a fault of the file.
    """

    sheet: str
    row: int
    text: str
    reason: Message
    unreadable: bool = True
    column: str = ""
    place: int = -1


class DraftRow(NamedTuple):
    """A session whose day may still lack its year or its week."""

    day: DayName
    row: PublishedRow


_NO_DATE = dt.date.min
_TIMES = frozenset(TIMES)


@dataclass
class Tally:
    """How often each word was known or not, by heading, and each mark and sum of tickets occurred."""

    unknown: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    known: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally, times: int) -> None:
        """Count what `other` counted so many times."""
        pairs = [(self.known, other.known), (self.marks, other.marks), (self.sums, other.sums)]
        pairs += [(self.unknown[heading], words) for heading, words in other.unknown.items()]
        for mine, theirs in pairs:
            for word, count in theirs.items():
                mine[word] += count * times


@dataclass
class _Facts:
    """What rows that differ in their time alone say: who sits, and each session read so far with its tally and number."""

    entries: tuple[CellEntry, ...]
    several: bool
    sessions: dict[int, tuple[PublishedRow, Tally]] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)


@dataclass
class RowReader:
    """Reads records; collects what is left out and every word that it does not know, by heading.

    Words repeat thousands of times in a timetable, and rows from week to week: each is read once. `meanings` are words
    that the user explained: what a cell says, and what it is to be read as.
    """

    meanings: Mapping[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    column_of: dict[str, str] = field(default_factory=dict)
    several: int = 0
    whole_days: int = 0
    _parsed: dict[tuple[str, str], object] = field(default_factory=dict)
    _facts_of: dict[Hashable, _Facts] = field(default_factory=dict)
    _moments_of: dict[Hashable, tuple[Moment, ...]] = field(default_factory=dict)

    def rows(self, records: Sequence[Record]) -> Iterator[DraftRow]:
        """Yield the sessions of every record that can be read."""
        for record in records:
            yield from self._of_record(record)
        for facts in self._facts_of.values():
            for place, times in facts.times.items():
                self.tally.add(facts.sessions[place][1], times)
            facts.times.clear()

    def _of_record(self, record: Record) -> Iterator[DraftRow]:
        texts = (
            {name: self._meant(text) for name, text in record.texts.items()}
            if self.meanings
            else record.texts
        )
        facts = self._facts(record, texts)
        for place, entry in enumerate(facts.entries):
            moments = self._moments(record, texts, entry)
            if moments is None and (parts := _by_marks(texts)):
                for part in parts:
                    yield from self._of_record(record._replace(texts={**texts, **part}))
                return
            base = self._session(facts, place, record, texts) if moments else None
            if moments and base:
                yield from self._of_moments(moments, base, record.row)
        self.several += facts.several

    def _of_moments(self, moments: Sequence[Moment], base: PublishedRow, row: int) -> Iterator[DraftRow]:
        for moment in moments:
            self.whole_days += len(moment.halves) > 1
            weeks, hours = base.weeks or moment.weeks, _hours(moment)
            for day in moment.days:
                for half in moment.halves:
                    yield DraftRow(day, base._replace(row=row, half=half, weeks=weeks, hours=hours))

    def _facts(self, record: Record, texts: Mapping[str, str]) -> _Facts:
        """Return what the record says apart from its time, as read before; a row that is left out is read each time."""
        key = (id(record.reading), *(item for item in texts.items() if item[0] not in _TIMES))
        facts = self._facts_of.get(key)
        if facts is None:
            entries = self._entries(record, texts)
            facts = _Facts(entries, len({entry.name for entry in entries}) > 1)
            if entries:
                self._facts_of[key] = facts
        return facts

    def _session(
        self, facts: _Facts, place: int, record: Record, texts: Mapping[str, str]
    ) -> PublishedRow | None:
        """Return the session of an entry, without its time; None where it is left out."""
        read = facts.sessions.get(place)
        if read is None:
            whole, self.tally = self.tally, Tally()
            session = self._base(record, texts, facts.entries[place])
            own, self.tally = self.tally, whole
            if session is None:
                self.tally.add(own, 1)
                return None
            read = facts.sessions[place] = session, own
        facts.times[place] += 1
        return read[0]

    def _meant(self, text: str) -> str:
        return self.meanings.get(folded(text), text)

    def _moments(
        self, record: Record, texts: Mapping[str, str], entry: CellEntry
    ) -> tuple[Moment, ...] | None:
        """Return the moments of a record, days and halves known; None where one is missing, which is recorded."""
        key = (record.moment, entry.moments, *map(texts.get, TIMES))
        moments = self._moments_of.get(key)
        if moments is None and (moments := self._joined(record, texts, entry)) is not None:
            self._moments_of[key] = moments
        return moments

    def _joined(
        self, record: Record, texts: Mapping[str, str], entry: CellEntry
    ) -> tuple[Moment, ...] | None:
        now: tuple[Moment, ...] = (record.moment,)
        for name in TIMES:
            text = texts.get(name)
            if not text:
                continue
            read = self._parse(name, text, _PARSE_TIME[name])
            if read is None:
                if not marked_times(text, name):
                    self._leave(record, texts, _NO_TIME if name != "date" else _NO_DAY, text, name)
                return None
            now = tuple(dict.fromkeys(one.joined(other) for one in now for other in read))
        if entry.moments:
            now = tuple(dict.fromkeys(one.joined(other) for one in now for other in entry.moments))
        for moment in now:
            if moment.aside and not moment.halves:
                self._leave(record, texts, _ASIDE, moment.aside, "half", unreadable=False)
                return None
            if not moment.days:
                self._leave(record, texts, _NO_DAY, "")
                return None
            if not moment.halves:
                self._leave(record, texts, _NO_TIME, texts.get("half", ""))
                return None
        return now

    def _entries(self, record: Record, texts: Mapping[str, str]) -> tuple[CellEntry, ...]:
        """Return an entry for each session of a record: who, and what the cells say of it; nobody is recorded."""
        cell = texts.get("cell")
        if cell is not None and not texts.get("doctor") and not texts.get("number"):
            entries = names_in(cell)
            named = tuple(entry for entry in entries if entry.name)
            if not named and entries and not entries[0].stopped:
                self._leave(record, texts, _NO_DOCTOR, cell)
            return named
        people = self._people(texts)
        if not people and any(texts.get(name) for name in ("clinic", "specialty", "cell", *TIMES)):
            self._leave(record, texts, _NO_DOCTOR, "")
        if cell is None:
            return people
        return tuple(of_person(session, person) for person in people for session in sessions_in(cell))

    def _people(self, texts: Mapping[str, str]) -> tuple[CellEntry, ...]:
        """Return who the labels of a row name; a row of ordinary tickets without a name is a post."""
        doctor = texts.get("doctor", "")
        entries = (CellEntry(doctor),) if _CODE.fullmatch(doctor) else names_in(doctor)
        named = tuple(entry for entry in entries if entry.name)
        if named:
            return named
        if entries:
            return (replace(entries[0], name=" ".join(doctor.split())),)
        if texts.get("number"):
            return (CellEntry(""),)
        ordinary = any(
            word in texts.get(name, "") for name in ("kind", "clinic") for word in ("普通", "普号")
        )
        return (CellEntry("普通门诊", post=True),) if ordinary else ()

    def _base(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> PublishedRow | None:
        for mark in entry.marks:
            self.tally.marks[mark] += 1
        clinic = _name(texts.get("clinic", "")) or entry.clinic
        specialty = _name(texts.get("specialty", ""))
        if not clinic and not specialty:
            # A kind alone, 特需门诊, is then all that names the clinic.
            clinic = _name(texts.get("cell", "") if _names_only_a_kind(texts) else texts.get("sheet", ""))
        if not clinic and not specialty:
            self._leave(record, texts, _NO_CLINIC, "")
            return None
        campus = _name(texts.get("campus", "")) or entry.campus
        names = (clinic, specialty, campus, entry.name, texts.get("room", ""))
        if any(len(name) > LONGEST for name in names):
            self._leave(record, texts, _LONG, max(names, key=len)[:LONGEST])
            return None
        capacity = self._capacity(record, texts, entry)
        level, level_from = self._level(record, texts, entry)
        number = _name(texts.get("number", "")) or entry.number
        stopped = self._stopped(record, texts, entry)
        return PublishedRow(
            record.row,
            _NO_DATE,
            Half.AM,
            clinic or specialty,
            entry.name or number,
            campus,
            specialty or clinic,
            self._kind(record, texts, entry, clinic or specialty),
            level,
            level_from,
            capacity,
            _name(texts.get("room", "")) or entry.room,
            capacity == 0 if stopped is None else stopped,
            record.reading.sheet.name,
            number,
            entry.name,
            entry.weeks or weeks_in(texts.get("note", "")),
            entry.post,
        )

    def _stopped(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> bool | None:
        """Return whether status, name or note say that the session is stopped; a note that may say so is recorded."""
        stopped = self._optional(record, texts, "status", parse_status)
        if stopped is None:
            stopped = entry.stopped
        note = texts.get("note", "")
        said = self._parse("note", note, status_in_note) if note else None
        if stopped is None and said is not None:
            return said
        if not stopped and note and SPEAKS_OF_STOPPING.search(note):
            heading = record.reading.heading.headings.get(record.reading.heading.labels["note"], "note")
            self.column_of[heading] = "note"
            self.tally.unknown[heading][note] += 1
        return stopped

    def _kind(self, record: Record, texts: Mapping[str, str], entry: CellEntry, clinic: str) -> Kind | None:
        kind = self._optional(record, texts, "kind", parse_kind)
        if kind is None:
            kind = entry.kind
        if kind is None:
            kind = self._parse("clinic", clinic, kind_in)
        return kind if kind is not None or not entry.post else kind_in(entry.name)

    def _capacity(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> int | None:
        text = texts.get("capacity", "")
        if not text:
            return entry.tickets
        tickets = self._optional(record, texts, "capacity", _read_tickets)
        if tickets is not None and not re.fullmatch(r"\d+(\.0)?", text):
            self.tally.sums[text] += 1
        return tickets

    def _level(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> tuple[Level | None, str]:
        for column, parse in (("level", parse_level), ("title", parse_level), ("fee_cny", _fee_level)):
            level = self._optional(record, texts, column, parse)
            if level is not None:
                return level, column
        return (entry.level, "title") if entry.level is not None else (None, "")

    def _optional(
        self, record: Record, texts: Mapping[str, str], column: str, parse: Callable[[str], Value]
    ) -> Value | None:
        text = texts.get(column, "")
        if not text:
            return None
        value = self._parse(column, text, parse)
        if column != "fee_cny":
            heading = record.reading.heading.headings.get(
                record.reading.heading.labels.get(column, -1), column
            )
            self.column_of[heading] = column
            if value is None:
                self.tally.unknown[heading][text] += 1
            else:
                self.tally.known[heading] += 1
        return value

    def _parse(self, column: str, text: str, parse: Callable[[str], Value]) -> Value | None:
        key = (column, text)
        if key not in self._parsed:
            try:
                self._parsed[key] = parse(text)
            except ValueError:
                self._parsed[key] = None
        return self._parsed[key]  # type: ignore[return-value]  # a column has one parser

    def _leave(
        self,
        record: Record,
        texts: Mapping[str, str],
        reason: Message,
        value: str,
        column: str = "",
        *,
        unreadable: bool = True,
    ) -> None:
        shown = value or " ".join(dict.fromkeys(text for text in texts.values() if text))
        heading = record.reading.heading
        turned = record.reading.table.turned
        place = record.column if "cell" in texts else heading.labels.get(column, -1)
        self.left_out.append(
            LeftOut(
                record.reading.sheet.name,
                record.row,
                shown[:LONGEST],
                reason,
                unreadable,
                "" if turned else heading.headings.get(place, ""),
                -1 if turned and "cell" not in texts else place,
            )
        )


_PARSE_TIME = {name: partial(read_moments, sort="" if name == "when" else name) for name in TIMES}
_CODE = re.compile(r"[A-Za-z]{0,6}[-_]?[A-Za-z]?\d+")


def _hours(moment: Moment) -> Hours | None:
    """Return the hours of a moment of one half; a whole day tells no half's hours."""
    start, end = moment.hours or (None, None)
    if start is None or end is None or start >= end or len(moment.halves) != 1:
        return None
    return Hours((Window(start, end),))


@lru_cache(maxsize=65536)
def _name(text: str) -> str:
    return " ".join(text.split())


def _read_tickets(text: str) -> int:
    tickets = parse_tickets(text)
    if tickets is None:
        return UNLIMITED
    if not (tickets <= MOST_TICKETS or tickets == UNLIMITED):
        raise ValueError(f"{text!r} is no number of tickets")
    return tickets


def _names_only_a_kind(texts: Mapping[str, str]) -> bool:
    return bool(texts.get("doctor")) and kind_of_words(folded(texts.get("cell", ""))) is not None


def _by_marks(texts: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return the cells of each session where a time bears marks (周五下午（特需）); none where none does."""
    for name in ("day", "half", "when"):
        if parts := marked_times(texts.get(name, ""), name):
            return [{**marks, name: time} for time, marks in parts]
    return []


def _fee_level(text: str) -> Level:
    match = re.fullmatch(r"[¥￥]?(\d{1,6})(?:\.0*)?元?", folded(text))
    level = _FEE_LEVELS.get(int(match[1])) if match else None
    if level is None:
        raise ValueError(f"{text!r} is no fee that tells a level")
    return level


_NO_DAY = message("no day can be read")
_NO_TIME = message("no half of a day can be read")
_NO_DOCTOR = message("no doctor can be read")
_NO_CLINIC = message("neither clinic nor specialty is named")
_LONG = message("a name is longer than {most} characters", most=LONGEST)
_ASIDE = message("the time is neither morning, afternoon nor evening")
