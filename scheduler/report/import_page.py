"""import.html: what was understood of a published timetable, beside the file's own cells with the doubtful ones marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.clock import Half
from scheduler.report.html import pages
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS
from scheduler.tables.published.finding import Finding, FindingKind
from scheduler.tables.published.read import Published
from scheduler.tables.published.records import SheetReading
from scheduler.tables.published.rows import LeftOut, PublishedRow
from scheduler.tables.published.timetable import Imported
from scheduler.words import Message, message

_MOST_ROWS, _MOST_COLUMNS, _MOST_LEFT_OUT = 40, 24, 100
_AROUND_A_DOUBT = 1

KIND_TITLES = {
    FindingKind.ASSUMED: message("Assumed, since the file does not say"),
    FindingKind.REPAIRED: message("Repaired"),
    FindingKind.FOUND: message("Found"),
}
"""Headings of the kinds of findings, what to look at first on top."""


def import_html(imported: Imported, language: str) -> str:
    """Return the page in `language` (one of LANGUAGES); same file, same bytes."""
    voice, published = Voice(language), imported.published
    text: str = (
        pages()
        .get_template("import.html")
        .render(
            _=voice.translate,
            lang="zh-CN" if language == "zh" else "en",
            name=published.file,
            week=str(imported.scenario.week),
            planned=voice.say(message("Week planned: {week}", week=str(imported.scenario.week))),
            headline=voice.say(_headline(imported, voice)),
            layouts=[voice.say(_layout(reading)) for reading in published.readings],
            days=list(_day_rows(published.rows, voice)),
            halves=[voice.say(HALF_WORDS[half]) for half in Half],
            kinds=[
                (voice.say(title), _lines(imported.findings, kind, voice))
                for kind, title in KIND_TITLES.items()
            ],
            left_out=[_left_out_row(row, voice) for row in imported.left_out[:_MOST_LEFT_OUT]],
            left_out_title=voice.say(message("Left out: {n:row|rows}", n=len(imported.left_out))),
            more_left_out=len(imported.left_out) > _MOST_LEFT_OUT,
            sheets=[_sheet(reading, published) for reading in published.readings],
        )
    )
    return text


def _headline(imported: Imported, voice: Voice) -> Any:
    return message(
        "Sessions understood: {sessions} (doctors: {doctors}, clinics: {clinics}); rows left out: {left}.",
        sessions=voice.number(len({(r.doctor, r.date, r.half) for r in imported.published.rows})),
        doctors=voice.number(len(imported.scenario.doctors)),
        clinics=voice.number(len(imported.scenario.clinics)),
        left=voice.number(len(imported.left_out)),
    )


def _layout(reading: SheetReading) -> Message:
    """Return how a sheet was read, and how many sessions it holds."""
    layout = message("{layout} ({n:entry|entries})", layout=reading.layout(), n=len(reading.records))
    if not reading.sheet.name:
        return layout
    return message("{sheet}: {layout}", sheet=reading.sheet.name, layout=layout)


def _day_rows(rows: Sequence[PublishedRow], voice: Voice) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each date with its sessions that were run, and those that were stopped, by half."""
    sessions: dict[tuple[Any, ...], bool] = {}
    for row in rows:
        at = (row.date, row.half, row.doctor)
        sessions[at] = sessions.get(at, True) and row.stopped
    counts = Counter((date, half, stopped) for (date, half, _), stopped in sessions.items())
    for date in sorted({date for date, _, _ in counts}):
        cells = [(counts[date, half, False], counts[date, half, True]) for half in Half]
        yield (
            voice.date(date),
            [
                (voice.number(run) if run else "", voice.number(stopped) if stopped else "")
                for run, stopped in cells
            ],
        )


def _lines(findings: Sequence[Finding], kind: FindingKind, voice: Voice) -> list[tuple[str, str, str]]:
    return [
        (voice.say(one.label), one.value, "" if one.note is None else voice.say(one.note))
        for one in findings
        if one.kind is kind
    ]


def _left_out_row(row: LeftOut, voice: Voice) -> tuple[str, str, str, str, str]:
    return row.sheet, str(row.row), row.column, row.text, voice.say(row.reason)


@dataclass(frozen=True)
class _Sheet:
    """Rows of a sheet as it stands in the file: number, look of the row, cells with their look; `whole` if all."""

    name: str
    rows: tuple[tuple[int, str, tuple[tuple[str, str], ...]], ...]
    whole: bool


def _sheet(reading: SheetReading, published: Published) -> _Sheet:
    """Return the first rows of a sheet, and those about every doubtful cell."""
    doubts: dict[int, set[int]] = {}
    for row in published.left_out:
        if row.sheet == reading.sheet.name:
            doubts.setdefault(row.row, set()).add(row.place)
    looks: dict[int, str] = (
        {} if reading.table.turned else dict.fromkeys((n for n, _ in reading.passed_over), "over")
    )
    looks |= {} if reading.table.turned else dict.fromkeys(reading.heading.rows, "heading")
    cells = reading.sheet.cells
    doubtful = [place for place, (number, _) in enumerate(cells) if number in doubts][:_MOST_ROWS]
    shown = sorted(
        {*range(min(_MOST_ROWS, len(cells)))}
        | {at for place in doubtful for at in range(place - _AROUND_A_DOUBT, place + _AROUND_A_DOUBT + 1)}
    )
    rows = tuple(_grid_row(*cells[at], looks, doubts) for at in shown if 0 <= at < len(cells))
    return _Sheet(reading.sheet.name, rows, len(rows) == len(cells))


def _grid_row(
    number: int, cells: Sequence[str], looks: Mapping[int, str], doubts: Mapping[int, set[int]]
) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    places = doubts.get(number, set())
    shown = tuple(
        (cell, "doubt" if place in places or (-1 in places and cell) else "")
        for place, cell in enumerate(cells[:_MOST_COLUMNS])
    )
    return number, looks.get(number, ""), shown
