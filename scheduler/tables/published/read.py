"""A hospital's published timetable read as it is: every sheet of it, whatever its layout, as one list of rows."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where, nearest, suggest
from scheduler.tables.columns.spellings import folded
from scheduler.tables.grids.sheets import Sheet, read_sheets
from scheduler.tables.published.columns import SAME_AS, title_of
from scheduler.tables.published.conflicts import Conflicts, settle
from scheduler.tables.published.days import DatedRows, dated, of_one_week
from scheduler.tables.published.people import Identified, identify
from scheduler.tables.published.records import (
    SheetReading,
    doctors_are_guessed,
    nearest_heading,
    read_from,
    ways_to_read,
)
from scheduler.tables.published.row_reader import RowReader
from scheduler.tables.published.rows import DraftRow, LeftOut, PublishedRow
from scheduler.tables.published.sessions import one_spelling
from scheduler.tables.published.word_reader import Tally
from scheduler.words import Message, message

_MOST_UNREADABLE = 20
"""One row in this many may be unreadable, and in a short file fewer than _FEWEST."""
_FEWEST = 3


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read: the week that is planned, the sheet and first day wanted, conflicts, words explained."""

    week: Week | None = None
    sheet: str = ""
    start: dt.date | None = None
    conflicts: Conflicts = "one"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """A published timetable: its rows in the file's order, exactly repeated ones left out, and how it was read.

    `ignored` are headings nobody knows, `tally` counts words and `column_of` names the columns of their headings,
    `respelled` are the spellings of names given up for another, `repeated` counts the rows left out. `several` counts
    cells of several names, `whole_days` times of a whole day, `fortnights` rows of every other week; `ticks` are the
    marks of a session, `duties` what else doctors do.
    """

    file: str
    rows: tuple[PublishedRow, ...]
    readings: tuple[SheetReading, ...]
    passed_over: tuple[tuple[str, Message], ...]
    ignored: tuple[str, ...]
    tally: Tally
    column_of: Mapping[str, str]
    respelled: tuple[str, ...]
    repeated: int
    left_out: tuple[LeftOut, ...]
    dated: DatedRows
    people: Identified
    split: tuple[str, ...]
    several: int
    whole_days: int
    fortnights: int
    ticks: frozenset[str]
    duties: frozenset[str]

    @property
    def sheet(self) -> str:
        """The name of the only sheet that was read, or nothing."""
        return self.readings[0].sheet.name if len(self.readings) == 1 else ""

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates that occur, in order."""
        return tuple(sorted({row.date for row in self.rows}))


def read_published(path: Path, options: ReadOptions | None = None) -> Published:
    """Return the timetable in a file; raises InputError where it cannot be one, or a question must be answered first."""
    with _without_collection():
        return _read_published(path, options or ReadOptions())


@contextmanager
def _without_collection() -> Iterator[None]:
    """Let garbage wait: of the hundred thousands of tuples that reading makes, none is part of a circle.

    Looking through them again and again takes a fifth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_published(path: Path, options: ReadOptions) -> Published:
    sheets = read_sheets(path)
    wanted = _wanted(path, sheets, options.sheet)
    meanings = {folded(word): meaning for word, meaning in options.words.items()}
    readings = [reading for sheet in wanted if (reading := _best_reading(sheet, meanings)) is not None]
    if not readings:
        raise InputError(_not_a_timetable(path, wanted))
    reader = RowReader(meanings)
    chosen = of_one_week([record for reading in readings for record in reading.records], options.start)
    drafts = list(reader.rows(chosen.records))
    _refuse_what_is_unreadable(path.name, reader, drafts)
    _ask_for_words(path.name, reader)
    where = Where(file=path.name)
    in_week = dated(drafts, chosen, where, _titles(path, readings), options.week, options.start)
    people = identify(in_week.rows, departments=any(r.names_departments for r in readings))
    rows, respelled = one_spelling(people.rows)
    settled = settle(rows, path.name, options.conflicts)
    once = tuple({_CONTENT(row): row for row in reversed(settled.rows)}.values())[::-1]
    return Published(
        path.name,
        once,
        tuple(readings),
        tuple(_passed_over(sheets, wanted, readings)),
        tuple(dict.fromkeys(heading for reading in readings for heading in reading.heading.ignored)),
        reader.words.tally,
        reader.words.column_of,
        respelled,
        len(settled.rows) - len(once),
        (*reader.left_out, *settled.left_out),
        in_week,
        people,
        settled.split,
        reader.several,
        reader.whole_days,
        reader.fortnights,
        frozenset(reader.ticks),
        frozenset(reader.duties),
    )


def _passed_over(
    sheets: Sequence[Sheet], wanted: Sequence[Sheet], readings: Sequence[SheetReading]
) -> Iterator[tuple[str, Message]]:
    """Yield the sheets that are not read, with the reason."""
    read = [reading.sheet for reading in readings]
    for sheet in sheets:
        if sheet.cells and sheet not in read:
            if sheet in wanted:
                reason = message("holds no timetable")
            elif sheet.hidden:
                reason = message("hidden; read it with --sheet {name}", name=sheet.name)
            else:
                reason = message("not read; read it with --sheet {name}", name=sheet.name)
            yield sheet.name, reason


def _best_reading(sheet: Sheet, meanings: Mapping[str, str]) -> SheetReading | None:
    """Return the sheet read in the way that gives the most sessions; None where no way gives any.

    It is turned only where no way upright can be imported: the cells of a list (20+5) are names to who reads it askew.
    """
    best: SheetReading | None = None
    most: int | None = None
    upright = False
    for reading in ways_to_read(sheet):
        if reading.table.turned and upright:
            break
        reader = RowReader(meanings)
        sessions = sum(1 for _ in reader.rows(reading.records))
        unreadable = sum(one.unreadable for one in reader.left_out)
        fit = sessions - 2 * unreadable
        if sessions and (most is None or fit > most):
            best, most = reading, fit
        if best is reading and not unreadable and not doctors_are_guessed(reading):
            break
        upright |= _is_readable(unreadable, sessions) and not doctors_are_guessed(reading)
    return None if best is None else read_from(best.table, best.at)


def _is_readable(unreadable: int, sessions: int) -> bool:
    few = unreadable < _FEWEST or unreadable * _MOST_UNREADABLE <= unreadable + sessions
    return sessions > 0 and few


_CONTENT = attrgetter(*(name for name in PublishedRow._fields if name not in ("row", "sheet")))


def _wanted(path: Path, sheets: Sequence[Sheet], name: str) -> list[Sheet]:
    if not name:
        visible = [sheet for sheet in sheets if sheet.cells and not sheet.hidden]
        return _own(visible) or visible
    named = [sheet for sheet in sheets if sheet.name == name]
    if not named:
        names = [sheet.name for sheet in sheets if sheet.name]
        remedy = suggest(name, names) if names else message("Leave the sheet out: this file has none.")
        raise InputError([Problem(Where(file=path.name), message("there is no such sheet"), remedy, name)])
    return named


_OWN = ("By doctor", "按医生")
"""The sheet of our own workbook that holds every session; the others show the same sessions again."""


def _own(sheets: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.name in _OWN][:1] if len(sheets) > 1 else []


def _titles(path: Path, readings: Sequence[SheetReading]) -> Iterator[str]:
    for reading in readings:
        yield from (text for _, text in reading.passed_over)
        yield reading.sheet.name
    yield path.stem


def _not_a_timetable(path: Path, sheets: Sequence[Sheet]) -> Iterator[Problem]:
    found = nearest_heading(sheets)
    if found is None:
        yield Problem(
            Where(file=path.name),
            message(
                "no timetable was found in it: no row holds headings such as 日期, 午别, 医生, or weekdays"
            ),
            message("Write the headings above the sessions, or name the sheet: --sheet NAME."),
        )
        return
    table, at, heading = found
    where = Where(file=path.name, sheet=table.sheet.name, row=heading.rows[0])
    missing = heading.missing()
    if not {"clinic", "specialty"} & set(heading.labels) and not heading.groups:
        missing = sorted([*missing, "clinic"], key=list(SAME_AS).index)
    for column in missing:
        key, chinese = title_of(column)
        wrong = message("the column {column} ({chinese}) is missing", column=key, chinese=chinese)
        yield Problem(where, wrong, _remedy(column, heading.ignored))
    if not missing:
        yield from _nothing_readable(path.name, where, read_from(table, at))


def _nothing_readable(file: str, where: Where, reading: SheetReading) -> Iterator[Problem]:
    reader = RowReader()
    if not any(True for _ in reader.rows(reading.records)) and not reader.left_out:
        wrong = message("there is a heading row and nothing below it")
        yield Problem(where, wrong, message("Export the timetable again, with its rows."))
    yield from (_unreadable(file, one) for one in reader.left_out)


def _remedy(column: str, ignored: Sequence[str]) -> Message:
    near = next((heading for heading in ignored if nearest(heading, [column, *SAME_AS[column]])), None)
    if near is not None:
        return message("Is it the column {near}? Then name that one {column}.", near=near, column=column)
    return message("Add it, under this heading.")


def _refuse_what_is_unreadable(file: str, reader: RowReader, drafts: Sequence[DraftRow]) -> None:
    bad = [one for one in reader.left_out if one.unreadable]
    if bad and not _is_readable(len(bad), len(drafts)):
        raise InputError(_unreadable(file, one) for one in bad)


def _unreadable(file: str, row: LeftOut) -> Problem:
    remedy = message("Correct these rows, or explain a word with --words WORD=MEANING.")
    return Problem(
        Where(file=file, sheet=row.sheet, row=row.row, column=row.column), row.reason, remedy, row.text
    )


_ASKED = ("status", "kind", "half", "level")


def _ask_for_words(file: str, reader: RowReader) -> None:
    """Raise InputError where a column has words and none of them is known: what it says must not be guessed."""
    problems = [
        Problem(
            Where(file=file, column=heading),
            message(
                "none of its words is known: {words}",
                words=[f"{word} ({count})" for word, count in words.most_common(5)],
            ),
            message("Say what each means, such as: {options}", options=_example(column, words)),
        )
        for heading, words in sorted(reader.words.tally.unknown.items())
        if words
        and not reader.words.tally.known[heading]
        and (column := reader.words.column_of[heading]) in _ASKED
    ]
    if problems:
        raise InputError(problems)


_MEANINGS = {"status": ("出诊", "停诊"), "kind": ("普通", "专家"), "level": ("副主任医师", "主治医师")}


def _example(column: str, words: Counter[str]) -> str:
    meanings = _MEANINGS.get(column, ("-", "-"))
    return " ".join(
        f"--words {word}={meaning}"
        for (word, _), meaning in zip(words.most_common(2), meanings, strict=False)
    )
