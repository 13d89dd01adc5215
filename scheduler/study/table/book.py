"""table.xlsx: the table for a spreadsheet, its days, the week as it then runs, and the sessions that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from itertools import islice

from scheduler.balance import Balance
from scheduler.report.sheets.sheet import Sheet
from scheduler.report.voice import Voice
from scheduler.report.workbook import new_book
from scheduler.study.study import Study
from scheduler.study.table.columns import (
    Column,
    PlacedValue,
    Value,
    ValueKind,
    day_columns,
    fixed_columns,
    tier_columns,
)
from scheduler.study.table.interval_columns import interval_heading, interval_keys
from scheduler.study.table.roster_figures import RoomUse
from scheduler.study.table.rows import VariantRow
from scheduler.study.table.wording import at_text, heading, outcome_text, place_text, title_text
from scheduler.words import message

_HEAD = 2
_SHARE = {"font_size": 9, "valign": "top", "border": 1, "border_color": "#C3CBD3", "num_format": "0.0%"}
_DECIMAL = {**_SHARE, "num_format": "#,##0.00"}
_NARROW, _MIDDLE, _WIDE = 10, 16, 30
_MOST_SESSIONS = 100_000
"""Beyond so many changed sessions the sheet would open slowly; it says how many it leaves out."""

BookCell = str | tuple[float, str]
"""Text, or a number with its look."""

Heading = tuple[str, int]
"""A column's heading and its width in characters."""


def book_bytes(rows: Sequence[VariantRow], study: Study, language: str) -> bytes:
    """Return the workbook in `language` (one of LANGUAGES); the same rows give the same bytes."""
    voice = Voice(language)
    content = BytesIO()
    book, formats = new_book(content, study.title or study.name)
    formats |= {"share": book.add_format(_SHARE), "decimal": book.add_format(_DECIMAL)}
    sheets = [(message("Variants"), _variants), (message("By day"), _days)]
    sheets += [(message("As it then runs"), _runs)] if interval_keys(rows) else []
    for name, fill in (*sheets, (message("Sessions that differ"), _sessions)):
        sheet = Sheet(book, formats, voice, name)
        sheet.text(0, 0, study.title or study.name, "title")
        fill(sheet, rows)
    book.close()
    return content.getvalue()


def _variants(sheet: Sheet, rows: Sequence[VariantRow]) -> None:
    voice, columns = sheet.voice, (*fixed_columns(rows), *tier_columns(rows))
    ended, why = voice.say(message("Ended")), voice.say(message("Why there is no roster"))
    headings = [(ended, _MIDDLE), *_headings(columns, voice), (why, 2 * _WIDE)]
    cells = ([outcome_text(row, voice), *_cells(row, columns, voice), _why(row, voice)] for row in rows)
    _grid(sheet, rows, headings, cells)


def _why(row: VariantRow, voice: Voice) -> str:
    return " ".join(voice.say(reason) for reason in row.reasons)


def _days(sheet: Sheet, rows: Sequence[VariantRow]) -> None:
    columns = day_columns(rows)
    headings = [
        (text, _NARROW)
        for column in columns
        for text in (*_sides(column, sheet.voice), heading(column, sheet.voice))
    ]
    _grid(sheet, rows, headings, ([*_balances(row, columns)] for row in rows))


def _sides(column: Column, voice: Voice) -> tuple[str, str]:
    day = at_text(column.day, voice)
    am, pm = voice.say(message("AM")), voice.say(message("PM"))
    return f"{day} {am}", f"{day} {pm}"


def _balances(row: VariantRow, columns: Sequence[Column]) -> Iterator[BookCell]:
    for column in columns:
        value = None if row.figures is None else column.read(row.figures)
        if isinstance(value, Balance) and row.roster is not None:
            yield from ((value.am, "number"), (value.pm, "number"))
            within = column.key != column.day or value.within(row.roster.limit)
            yield "" if value.ratio is None else (float(value.ratio), "ratio" if within else "above")
        else:
            yield from ("", "", "")


def _runs(sheet: Sheet, rows: Sequence[VariantRow]) -> None:
    voice, keys = sheet.voice, interval_keys(rows)
    headings = [(text, _MIDDLE) for key in keys for text in _parts(interval_heading(key, voice), voice)]
    _grid(sheet, rows, headings, ([*_intervals(row, keys, voice)] for row in rows))


def _parts(figure: str, voice: Voice) -> Iterator[str]:
    yield voice.say(message("{figure}, mean", figure=figure))
    yield voice.say(message("{figure}, at least", figure=figure))
    yield voice.say(message("{figure}, at most", figure=figure))
    yield voice.say(message("{figure}, differs from the base", figure=figure))


def _intervals(row: VariantRow, keys: Sequence[str], voice: Voice) -> Iterator[BookCell]:
    for key in keys:
        interval = row.intervals.get(key)
        if interval is None:
            yield from ("", "", "", "")
            continue
        yield from (
            "" if n is None else (float(n), "decimal") for n in (interval.mean, interval.low, interval.high)
        )
        yield (
            ""
            if interval.differs is None
            else voice.say(message("yes") if interval.differs else message("no"))
        )


def _sessions(sheet: Sheet, rows: Sequence[VariantRow]) -> None:
    voice = sheet.voice
    headings = [
        (voice.say(message("Variant")), _WIDE),
        (voice.say(message("Doctor")), _MIDDLE),
        (voice.say(message("Specialty")), _MIDDLE),
        (voice.say(message("Clinic")), _WIDE),
        (voice.say(message("In the base's timetable")), _MIDDLE),
        (voice.say(message("In this variant")), _WIDE),
        (voice.say(message("Session")), _WIDE),
    ]
    count = sum(len(row.changed) for row in rows)
    lines = list(islice(_changed(rows, voice), _MOST_SESSIONS))
    _fill(sheet, headings, lines, fixed=2)
    if count > len(lines):
        left = message("{n:more is|more are} left out here.", n=count - len(lines))
        sheet.text(_HEAD + 1 + len(lines), 0, voice.say(left), "plain")


def _changed(rows: Sequence[VariantRow], voice: Voice) -> Iterator[list[BookCell]]:
    for row in rows:
        for one in row.changed:
            was = place_text(one.was, one.doctor, one.was.tickets, voice)
            now = place_text(one.now, one.doctor, one.was.tickets or one.now.tickets, voice)
            yield [
                title_text(row, voice),
                one.doctor,
                one.specialty,
                " + ".join(one.clinics),
                was,
                now,
                one.session,
            ]


def _headings(columns: Sequence[Column], voice: Voice) -> Iterator[Heading]:
    for column in columns:
        text = heading(column, voice)
        if column.placed:
            yield voice.say(message("{heading}: when", heading=text)), _NARROW
        yield text, _WIDE if column.kind is ValueKind.NAMES else _NARROW


def _cells(row: VariantRow, columns: Sequence[Column], voice: Voice) -> Iterator[BookCell]:
    for column in columns:
        value = None if row.figures is None else column.read(row.figures)
        if column.placed:
            yield at_text(value.at, voice) if isinstance(value, PlacedValue) else ""
        yield _cell(value.value if isinstance(value, PlacedValue) else value, voice)


def _cell(value: Value, voice: Voice) -> BookCell:
    # A spreadsheet can only hold a float; whether it is above the limit is decided exactly, elsewhere.
    match value:
        case Balance():
            return "" if value.ratio is None else (float(value.ratio), "ratio")
        case RoomUse():
            return "" if value.share is None else (float(value.share), "share")
        case Fraction():
            return float(value), "ratio"
        case int():
            return value, "number"
        case tuple():
            return voice.join(value)
    return ""


def _grid(
    sheet: Sheet, rows: Sequence[VariantRow], headings: Sequence[Heading], lines: Iterator[list[BookCell]]
) -> None:
    """Fill the sheet with a line a variant, each begun by its title."""
    named: list[list[BookCell]] = [
        [title_text(row, sheet.voice), *line] for row, line in zip(rows, lines, strict=True)
    ]
    _fill(sheet, [(sheet.voice.say(message("Variant")), _WIDE), *headings], named, fixed=1)


def _fill(sheet: Sheet, headings: Sequence[Heading], lines: Sequence[list[BookCell]], *, fixed: int) -> None:
    sheet.columns(_HEAD, [text for text, _ in headings], [width for _, width in headings])
    for number, line in enumerate(lines, start=_HEAD + 1):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.text(number, column, cell, "name" if column == 0 else "text")
            else:
                sheet.number(number, column, *cell)
    last = _HEAD + len(lines)
    sheet.finish(head=(_HEAD, _HEAD), fixed=fixed, last_row=last, last_column=len(headings) - 1)
