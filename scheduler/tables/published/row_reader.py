"""Reads the records of a timetable into rows; what cannot be read is left out, with its reason."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from scheduler.clock import Half, Hours, Window
from scheduler.tables.columns.moments import Moment, Sort, read_moments, weeks_in
from scheduler.tables.columns.spellings import folded
from scheduler.tables.published.cells import TICKS, duties_in, of_person, sessions_in
from scheduler.tables.published.columns import TIMES
from scheduler.tables.published.legend import explained
from scheduler.tables.published.marks import marked_times
from scheduler.tables.published.names import LONGEST, CellEntry, kind_of_words, names_in
from scheduler.tables.published.notes import stops_in_note
from scheduler.tables.published.records import Record
from scheduler.tables.published.rows import DraftRow, LeftOut, PublishedRow
from scheduler.tables.published.word_reader import Tally, WordReader
from scheduler.text_cache import text_cache
from scheduler.words import Message, message

_NO_DATE = dt.date.min
_TIMES = frozenset(TIMES)
_WITH_MARKS = frozenset(("cell", "doctor", "half", "kind", "status", "note"))
"""Columns whose marks a legend may explain; in others they are part of a name."""


@dataclass
class _Facts:
    """What rows that differ in their time alone say: who sits, and each session read so far with its tally and number."""

    entries: tuple[CellEntry, ...]
    several: bool
    sessions: dict[int, tuple[PublishedRow, Tally]] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)


@dataclass
class RowReader:
    """Reads records; collects what is left out, and in `words` every word that it does not know.

    Words repeat thousands of times in a timetable, and rows from week to week: each is read once. `meanings` are words
    that the user explained: what a cell says, and what it is to be read as.
    """

    meanings: Mapping[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    words: WordReader = field(default_factory=WordReader)
    several: int = 0
    whole_days: int = 0
    fortnights: int = 0
    ticks: set[str] = field(default_factory=set)
    duties: set[str] = field(default_factory=set)
    _facts_of: dict[Hashable, _Facts] = field(default_factory=dict)
    _moments_of: dict[Hashable, tuple[Moment, ...]] = field(default_factory=dict)

    def rows(self, records: Sequence[Record]) -> Iterator[DraftRow]:
        """Yield the sessions of every record that can be read."""
        for record in records:
            yield from self._of_record(record)
        for facts in self._facts_of.values():
            for place, times in facts.times.items():
                self.words.tally.add(facts.sessions[place][1], times)
            facts.times.clear()

    def _of_record(self, record: Record) -> Iterator[DraftRow]:
        texts = self._meant(record)
        facts = self._facts(record, texts)
        for place, entry in enumerate(facts.entries):
            moments = self._moments(record, texts, entry)
            if moments is None and (parts := _by_marks(texts)):
                for part in parts:
                    yield from self._of_record(record._replace(texts={**texts, **part}))
                return
            base = self._session(facts, place, record, texts) if moments else None
            if moments and base:
                self.fortnights += "隔周" in "\n".join(texts.values())
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
        key = (id(record.reading), *[item for item in texts.items() if item[0] not in _TIMES])
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
            whole, self.words.tally = self.words.tally, Tally()
            session = self._base(record, texts, facts.entries[place])
            own, self.words.tally = self.words.tally, whole
            if session is None:
                self.words.tally.add(own, 1)
                return None
            read = facts.sessions[place] = session, own
        facts.times[place] += 1
        return read[0]

    def _meant(self, record: Record) -> Mapping[str, str]:
        """Return the cells of a record with each word as the user, or else the file's own legend, explains it."""
        legend = record.reading.table.legend
        texts: Mapping[str, str] = record.texts
        if legend:
            texts = {
                name: explained(text, legend) if name in _WITH_MARKS else text for name, text in texts.items()
            }
        if self.meanings:
            # By what stands in the file: its legend may have explained the same mark.
            texts = {
                name: self.meanings.get(folded(record.texts[name]), text) for name, text in texts.items()
            }
        return texts

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
            read = self.words.parse(name, text, _PARSE_TIME[name])
            if read is None:
                if not marked_times(text, name):
                    self._leave(record, texts, _NO_TIME if name != "date" else _NO_DAY, text, name)
                return None
            now = tuple(dict.fromkeys(one.joined(other) for one in now for other in read))
        if entry.moments:
            now = tuple(dict.fromkeys(one.joined(other) for one in now for other in entry.moments))
        for moment in now:
            if moment.aside and not moment.halves:
                self._leave(
                    record, texts, _ASIDE, texts.get("half") or moment.aside, "half", unreadable=False
                )
                return None
            if not moment.days:
                self._leave(record, texts, _NO_DAY, "")
                return None
            if not moment.halves:
                self._leave(record, texts, _NO_TIME, texts.get("half", ""), unreadable=not entry.stopped)
                return None
        return now

    def _entries(self, record: Record, texts: Mapping[str, str]) -> tuple[CellEntry, ...]:
        """Return an entry for each session of a record: who, and what the cells say of it; nobody is recorded."""
        cell = texts.get("cell")
        if cell is not None and not texts.get("doctor") and not texts.get("number"):
            entries = names_in(cell)
            named = tuple(entry for entry in entries if entry.name)
            if any(entry.stopped and not entry.name for entry in entries):
                self._leave(record, texts, _NOBODY, cell, unreadable=False)
            elif not named and entries:
                self._leave(record, texts, _NO_DOCTOR, cell)
            return named
        people = self._people(texts)
        if any(entry.stopped and not (entry.name or entry.number) for entry in people):
            self._leave(record, texts, _NOBODY, "", unreadable=False)
            return ()
        if not people and any(texts.get(name) for name in ("clinic", "specialty", "cell", *TIMES)):
            self._leave(record, texts, _NO_DOCTOR, "")
        if cell is None:
            return people
        if folded(cell) in TICKS:
            self.ticks.add(cell)
        self.duties.update(duties_in(cell))
        return tuple(of_person(session, person) for person in people for session in sessions_in(cell))

    def _people(self, texts: Mapping[str, str]) -> tuple[CellEntry, ...]:
        """Return who the labels of a row name; a row of ordinary tickets without a name is a post."""
        doctor = texts.get("doctor", "")
        entries = (CellEntry(doctor),) if _CODE.fullmatch(doctor) else names_in(doctor)
        named = tuple(entry for entry in entries if entry.name)
        numbers = _numbers(texts)
        if named:
            # One number of two names is the first one's: else both were one person.
            own = numbers if len(numbers) <= len(named) else []
            pairs = zip(named, itertools.chain(own, itertools.repeat("")), strict=False)
            return tuple(replace(entry, number=number or entry.number) for entry, number in pairs)
        if entries and entries[0].stopped:
            return (replace(entries[0], number="".join(numbers)),)
        if entries:
            return (replace(entries[0], name=" ".join(doctor.split()), number="".join(numbers)),)
        if numbers:
            return tuple(CellEntry("", number=number) for number in numbers)
        ordinary = any(
            word in texts.get(name, "") for name in ("kind", "clinic") for word in ("普通", "普号")
        )
        return (CellEntry("普通门诊", post=True),) if ordinary else ()

    def _base(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> PublishedRow | None:
        words = self.words
        words.tally.marks.update(entry.marks)
        words.tally.unread.update(entry.unread)
        if not texts.get("clinic") and not entry.clinic and (named := words.clinic_in_place_of_kind(texts)):
            words.tally.clinics[named] += 1
            texts = {**texts, "kind": "", "clinic": named}
        place = self._place(record, texts, entry)
        if place is None:
            return None
        clinic, specialty, campus = place
        capacity = words.read_capacity(record, texts, entry)
        level, level_from = words.read_level(record, texts, entry)
        number = _name(entry.number)
        stopped = words.read_stopped(record, texts, entry)
        return PublishedRow(
            record.row,
            _NO_DATE,
            Half.AM,
            clinic,
            entry.name or number,
            campus,
            specialty,
            words.read_kind(record, texts, entry, clinic),
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
            stops=entry.stops + stops_in_note(texts.get("note", "")),
        )

    def _place(
        self, record: Record, texts: Mapping[str, str], entry: CellEntry
    ) -> tuple[str, str, str] | None:
        """Return clinic, specialty and campus; None where neither of the first two is named, which is recorded."""
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
        return clinic or specialty, specialty or clinic, campus

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


_PARSE_TIME = {name: partial(read_moments, sort=cast(Sort, "" if name == "when" else name)) for name in TIMES}
_CODE = re.compile(r"[A-Za-z]{0,6}[-_]?[A-Za-z]?\d+")


def _hours(moment: Moment) -> Hours | None:
    """Return the hours of a moment of one half; a whole day tells no half's hours."""
    start, end = moment.hours or (None, None)
    if start is None or end is None or start >= end or len(moment.halves) != 1:
        return None
    return Hours((Window(start, end),))


@text_cache
def _name(text: str) -> str:
    return " ".join(text.split())


def _names_only_a_kind(texts: Mapping[str, str]) -> bool:
    return bool(texts.get("doctor")) and kind_of_words(folded(texts.get("cell", ""))) is not None


def _by_marks(texts: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return the cells of each session where a time bears marks (周五下午（特需）); none where none does."""
    for name in ("day", "half", "when"):
        if parts := marked_times(texts.get(name, ""), name):
            return [_with_marks(texts, marks, name, time) for time, marks in parts]
    return []


def _with_marks(
    texts: Mapping[str, str], marks: Mapping[str, str], name: str, time: str
) -> Mapping[str, str]:
    notes = [note for note in (texts.get("note"), marks.get("note")) if note]
    return {**marks, "note": "；".join(notes), name: time}


_BETWEEN_NUMBERS = re.compile(r"[、，,;；/\s]+")


def _numbers(texts: Mapping[str, str]) -> list[str]:
    """Return the staff numbers of a row, one a doctor."""
    number = texts.get("number", "")
    numbers = [piece for piece in _BETWEEN_NUMBERS.split(number) if piece]
    return numbers if all(map(_CODE.fullmatch, numbers)) else [number]


_NO_DAY = message("no day can be read")
_NO_TIME = message("no half of a day can be read")
_NO_DOCTOR = message("no doctor can be read")
_NOBODY = message("stopped, and no doctor is named")
_NO_CLINIC = message("neither clinic nor specialty is named")
_LONG = message("a name is longer than {most} characters", most=LONGEST)
_ASIDE = message("the time is neither morning, afternoon nor evening")
