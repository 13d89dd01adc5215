"""The sessions in which variants differ, in words: the base against each, and the matter for any two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.report.voice import Voice
from scheduler.study.table.rows import Row, base_of, numbered
from scheduler.study.table.session_changes import PlaceChange, SessionPlace, differing_places
from scheduler.study.table.wording import standing_text, title_text

MOST_SESSIONS = 20_000
"""Beyond so many changed sessions a page would open slowly; the last variants are then left out of it."""


@dataclass(frozen=True)
class Line:
    """A session that stands differently in two variants, worded."""

    doctor: str
    what: str
    first: str
    second: str


@dataclass(frozen=True)
class Against:
    """A variant against the base: the sessions that differ; `number` is its line in the table."""

    number: int
    title: str
    lines: tuple[Line, ...]


def compared(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Return the rows that have a roster with their numbers, as many as a page can hold."""
    found, sessions = [], 0
    for number, row in numbered(rows):
        sessions += len(row.changed)
        if row.roster is not None and sessions <= MOST_SESSIONS:
            found.append((number, row))
    return found


def against_base(rows: Sequence[Row], voice: Voice) -> tuple[Against, ...]:
    """Return every variant with a roster against the base; none where the base has none."""
    base = base_of(rows)
    if base is None or base.roster is None:
        return ()
    return tuple(
        Against(number, title_text(row, voice), tuple(lines(base.changed, row.changed, voice)))
        for number, row in compared(rows)
        if number
    )


def lines(first: Sequence[PlaceChange], second: Sequence[PlaceChange], voice: Voice) -> Iterator[Line]:
    """Yield the sessions in which two variants differ, in the order of specialties and doctors."""
    for pair in sorted(differing_places(first, second), key=lambda pair: _order(pair.session)):
        told = pair.session
        yield Line(
            told.doctor, _what(told), _stands(told, pair.first, voice), _stands(told, pair.second, voice)
        )


def any_two(rows: Sequence[Row], voice: Voice) -> str:
    """Return as JSON what it takes to tell of any two variants in which sessions they differ, and how.

    `sessions` are [doctor, specialty and clinic, where the base's timetable has it] in their order; `variants` tell
    where each stands that is not there, by its place in `sessions`. It can stand inside a page as it is.
    """
    shown = compared(rows)
    told: dict[str, PlaceChange] = {}
    for _, row in shown:
        for one in row.changed:
            told.setdefault(one.session, one)
    keys = sorted(told, key=lambda key: _order(told[key]))
    place = {key: number for number, key in enumerate(keys)}
    content: dict[str, Any] = {
        "sessions": [
            [told[key].doctor, _what(told[key]), _stands(told[key], told[key].was, voice)] for key in keys
        ],
        "variants": [
            {
                "name": f"{number} {title_text(row, voice)}",
                "at": {place[one.session]: _stands(one, one.now, voice) for one in row.changed},
            }
            for number, row in shown
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _order(one: PlaceChange) -> tuple[str, str, str]:
    return one.specialty, one.doctor, one.session


def _what(one: PlaceChange) -> str:
    clinics = " + ".join(one.clinics)
    return one.specialty if clinics == one.specialty else f"{one.specialty} · {clinics}"


def _stands(one: PlaceChange, standing: SessionPlace, voice: Voice) -> str:
    return standing_text(standing, one.doctor, one.was.tickets or standing.tickets, voice)
