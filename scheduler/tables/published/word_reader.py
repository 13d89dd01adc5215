"""What the words of a published row say of a session: stopped or not, kind, level, tickets; unknown ones are counted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from scheduler.scenario.hospital import Kind, Level
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import parse_kind, parse_level, parse_status, parse_tickets
from scheduler.tables.published.cells import kind_in
from scheduler.tables.published.names import CellEntry, names_a_clinic
from scheduler.tables.published.notes import is_understood_note, status_in_note, tickets_in_note
from scheduler.tables.published.records import Record
from scheduler.tables.published.rows import UNLIMITED

MOST_TICKETS = 500
_FEE_LEVELS = {
    50: Level.ATTENDING,
    60: Level.DEPUTY_CHIEF,
    80: Level.CHIEF,
    100: Level.KNOWN_EXPERT,
}

Value = TypeVar("Value")


@dataclass
class Tally:
    """How often each word was known or not, by heading, and how often each of the following occurred.

    `marks` were taken off names, `unread` too without being understood; `sums` are tickets written otherwise, `clinics`
    stand where a kind should, `overruled` are words of status that a mark or a note overruled.
    """

    unknown: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    known: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    clinics: Counter[str] = field(default_factory=Counter)
    overruled: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally, times: int) -> None:
        """Count what `other` counted so many times."""
        pairs = [(getattr(self, name), theirs) for name in _COUNTERS if (theirs := getattr(other, name))]
        pairs += [(self.unknown[heading], words) for heading, words in other.unknown.items()]
        for mine, theirs in pairs:
            for word, count in theirs.items():
                mine[word] += count * times


_COUNTERS = tuple(one.name for one in fields(Tally) if one.name != "unknown")


@dataclass
class WordReader:
    """Reads the words of records, each word once; `column_of` names the column of each heading that has been read."""

    tally: Tally = field(default_factory=Tally)
    column_of: dict[str, str] = field(default_factory=dict)
    _parsed: dict[tuple[str, str], object] = field(default_factory=dict)

    def parse(self, sort: str, text: str, parser: Callable[[str], Value | None]) -> Value | None:
        """Return the text parsed, or None where it cannot be; `sort` has one parser."""
        key = (sort, text)
        if key not in self._parsed:
            try:
                self._parsed[key] = parser(text)
            except ValueError:
                self._parsed[key] = None
        return self._parsed[key]  # type: ignore[return-value]  # a sort has one parser

    def read_stopped(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> bool | None:
        """Return whether status, name or note say that the session is stopped, or None where none says anything.

        A mark beside a name (甲一[停诊]) and a word of a note are written by hand: they overrule a status of running.
        """
        status = self._parse_column(record, texts, "status", parse_status)
        note = texts.get("note", "")
        noted = self.parse("note", note, status_in_note) if note else None
        stopped = next((told for told in (status, entry.stopped, noted) if told is not None), None)
        if status is False and (entry.stopped or noted):
            self.tally.overruled[texts["status"]] += 1
            stopped = True
        if note and not stopped and not is_understood_note(note):
            self._count(record, "note", note, known=False)
        return stopped

    def read_kind(
        self, record: Record, texts: Mapping[str, str], entry: CellEntry, clinic: str
    ) -> Kind | None:
        """Return the kind that the column, the cell, the level's column (主任医师（特需）) or the clinic's name tells."""
        kind = self._parse_column(record, texts, "kind", parse_kind)
        if kind is None:
            kind = entry.kind
        if kind is None and (level := texts.get("level")):
            kind = self.parse("kind of a level", level, _kind_of_level)
        if kind is None:
            kind = self.parse("clinic", clinic, kind_in)
        return kind if kind is not None or not entry.post else kind_in(entry.name)

    def clinic_in_place_of_kind(self, texts: Mapping[str, str]) -> str:
        """Return the text of the kind's column where it names a clinic (门诊类别: 高血压门诊), else nothing."""
        text = texts.get("kind", "")
        return text if text and names_a_clinic(text) else ""

    def read_capacity(self, record: Record, texts: Mapping[str, str], entry: CellEntry) -> int | None:
        """Return the tickets as published; None where the row tells none."""
        text = texts.get("capacity", "")
        if not text:
            return entry.tickets if entry.tickets is not None else tickets_in_note(texts.get("note", ""))
        tickets = self._parse_column(record, texts, "capacity", _parse_capacity)
        if tickets is not None and not re.fullmatch(r"\d+(\.0)?", text):
            self.tally.sums[text] += 1
        return tickets

    def read_level(
        self, record: Record, texts: Mapping[str, str], entry: CellEntry
    ) -> tuple[Level | None, str]:
        """Return the level of the session and the column that tells it; what a name or a kind tells is a title."""
        for column, parser in (("level", _parse_level), ("title", parse_level)):
            level = self._parse_column(record, texts, column, parser)
            if isinstance(level, Level):
                return level, column
        # Fees differ from hospital to hospital: what a name or a kind says of the level (主任号) is surer.
        of_kind = self.parse("level of a kind", texts.get("kind", ""), _level_of_kind)
        of_fee = self._parse_column(record, texts, "fee_cny", _parse_fee)
        for column, found in (("title", entry.level), ("title", of_kind), ("fee_cny", of_fee)):
            if found is not None:
                return found, column
        return None, ""

    def _parse_column(
        self, record: Record, texts: Mapping[str, str], column: str, parser: Callable[[str], Value]
    ) -> Value | None:
        text = texts.get(column, "")
        if not text:
            return None
        value = self.parse(column, text, parser)
        if column != "fee_cny":
            self._count(record, column, text, known=value is not None)
        return value

    def _count(self, record: Record, column: str, text: str, *, known: bool) -> None:
        heading = _heading(record, column)
        self.column_of[heading] = column
        if known:
            self.tally.known[heading] += 1
        else:
            self.tally.unknown[heading][text] += 1


def _heading(record: Record, column: str) -> str:
    """Return the heading of a column; a note that stood beside a time has that of the time."""
    labels, headings = record.reading.heading.labels, record.reading.heading.headings
    columns = (column, "when", "half", "day") if column == "note" else (column,)
    return next((headings[labels[name]] for name in columns if name in labels), column)


def _parse_capacity(text: str) -> int:
    tickets = parse_tickets(text)
    if tickets is None:
        return UNLIMITED
    if not (tickets <= MOST_TICKETS or tickets == UNLIMITED):
        raise ValueError(f"{text!r} is not a number of tickets")
    return tickets


def _parse_level(text: str) -> Level | Kind:
    """Return the level, or the kind where a column of levels (挂号级别) holds kinds (普通号, 特需)."""
    try:
        return parse_level(text)
    except ValueError:
        return parse_kind(text)


def _kind_of_level(text: str) -> Kind | None:
    found = _parse_level(text)
    return found if isinstance(found, Kind) else kind_in(text)


def _level_of_kind(text: str) -> Level:
    """Return the level of 主任号, 副主任医师门诊; raises ValueError where the kind names none."""
    return parse_level(re.sub(r"(门诊|诊|号源?)+$", "", folded(text)))


def _parse_fee(text: str) -> Level:
    match = re.fullmatch(r"[¥￥]?(\d{1,6})(?:\.0*)?元?", folded(text))
    level = _FEE_LEVELS.get(int(match[1])) if match else None
    if level is None:
        raise ValueError(f"{text!r} is not a fee that tells a level")
    return level
