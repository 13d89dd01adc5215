"""The sessions in which variants differ, in words: the base against each, and the matter for any two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.report.voice import Voice
from scheduler.study.table.rows import VariantRow, base_of, numbered
from scheduler.study.table.session_changes import PlaceChange, SessionPlace, differing_places
from scheduler.study.table.wording import place_text, title_text

MOST_SESSIONS = 20_000
"""Beyond so many changed sessions a page would open slowly; the last variants are then left out of it."""


@dataclass(frozen=True)
class DifferingSession:
    """A session that two variants hold at different places, worded."""

    doctor: str
    what: str
    first: str
    second: str


@dataclass(frozen=True)
class BaseComparison:
    """A variant against the base: the sessions that differ; `number` is its line in the table."""

    number: int
    title: str
    lines: tuple[DifferingSession, ...]


def comparable_rows(rows: Sequence[VariantRow]) -> list[tuple[int, VariantRow]]:
    """Return the rows that have a roster with their numbers, as many as a page can hold."""
    shown, sessions = [], 0
    for number, row in numbered(rows):
        sessions += len(row.changed)
        if row.roster is not None and sessions <= MOST_SESSIONS:
            shown.append((number, row))
    return shown


def compare_with_base(rows: Sequence[VariantRow], voice: Voice) -> tuple[BaseComparison, ...]:
    """Return every variant with a roster against the base; none where the base has none."""
    base = base_of(rows)
    if base is None or base.roster is None:
        return ()
    return tuple(
        BaseComparison(
            number, title_text(row, voice), tuple(differing_sessions(base.changed, row.changed, voice))
        )
        for number, row in comparable_rows(rows)
        if number
    )


def differing_sessions(
    first: Sequence[PlaceChange], second: Sequence[PlaceChange], voice: Voice
) -> Iterator[DifferingSession]:
    """Yield the sessions in which two variants differ, in the order of specialties and doctors."""
    for pair in sorted(differing_places(first, second), key=lambda pair: _order(pair.session)):
        change = pair.session
        first_text, second_text = (
            _describe_place(change, place, voice) for place in (pair.first, pair.second)
        )
        yield DifferingSession(change.doctor, _specialty_and_clinics(change), first_text, second_text)


def comparison_json(rows: Sequence[VariantRow], voice: Voice) -> str:
    """Return as JSON what the page needs to list the sessions in which any two variants differ.

    `sessions` are [doctor, specialty and clinic, where the base's timetable has it] in their order; `variants` say
    where each is held that is not there, by its position in `sessions`. It can stand inside a page as it is.
    """
    shown = comparable_rows(rows)
    changes: dict[str, PlaceChange] = {}
    for _, row in shown:
        for change in row.changed:
            changes.setdefault(change.session, change)
    keys = sorted(changes, key=lambda key: _order(changes[key]))
    position = {key: number for number, key in enumerate(keys)}
    content: dict[str, Any] = {
        "sessions": [
            [
                changes[key].doctor,
                _specialty_and_clinics(changes[key]),
                _describe_place(changes[key], changes[key].was, voice),
            ]
            for key in keys
        ],
        "variants": [
            {
                "name": f"{number} {title_text(row, voice)}",
                "at": {
                    position[change.session]: _describe_place(change, change.now, voice)
                    for change in row.changed
                },
            }
            for number, row in shown
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _order(change: PlaceChange) -> tuple[str, str, str]:
    return change.specialty, change.doctor, change.session


def _specialty_and_clinics(change: PlaceChange) -> str:
    clinics = " + ".join(change.clinics)
    return change.specialty if clinics == change.specialty else f"{change.specialty} · {clinics}"


def _describe_place(change: PlaceChange, place: SessionPlace, voice: Voice) -> str:
    return place_text(place, change.doctor, change.was.tickets or place.tickets, voice)
