"""A hospital's published weekly timetable made the scenario of a week to plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scheduler.clock import Week, week_days
from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.policy import Policy
from scheduler.scenario.week import Scenario
from scheduler.tables.published.finding import Finding
from scheduler.tables.published.findings import Making, findings
from scheduler.tables.published.hospital import (
    clinic_levels,
    clinics_of,
    doctors_of,
    levels_of,
    one_session_a_room,
    rooms_of,
    template_of,
)
from scheduler.tables.published.hours import hours_of
from scheduler.tables.published.names import LONGEST
from scheduler.tables.published.read import Published, ReadOptions, read_published
from scheduler.tables.published.rows import LeftOut, PublishedRow
from scheduler.tables.published.sessions import (
    ClinicOf,
    clinic_keys,
    clinic_of,
    fill_tickets,
    names_short_enough,
    sessions_of,
    with_kinds,
)
from scheduler.words import message

__all__ = ["Imported", "ReadOptions", "read_published", "to_scenario"]


@dataclass(frozen=True)
class Imported:
    """A scenario made from a published timetable, what was found, assumed and repaired, and the rows left out."""

    scenario: Scenario
    findings: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...]
    published: Published = field(compare=False)


def to_scenario(
    published: Published,
    *,
    week: Week | None = None,
    stopped: Literal["keep", "drop"] = "keep",
    name: str | None = None,
) -> Imported:
    """Return the scenario of `week` (default: the one after the timetable's last date), mapped by weekday.

    Stopped sessions stay, marked, or are dropped. `name` defaults to the file's name without its ending. Raises
    InputError where no row is left, or made names grow too long.
    """
    planned = week or Week.of(published.dates[-1]).next()
    every = with_kinds(published.rows, _sheets_with_kinds(published))
    rows = tuple(row for row in every if stopped == "keep" or not row.stopped)
    keys = clinic_keys(every)
    problems = [*_nothing_left(published, rows), *names_short_enough(published, rows, keys)]
    if problems:
        raise InputError(problems)
    filled = fill_tickets(sessions_of(rows, keys), Policy().tickets.default)
    clinics = clinics_of(rows, keys, filled.median)
    sessions, taken = one_session_a_room(filled.sessions, clinics)
    levels, hours = levels_of(every, keys), hours_of(rows)
    template = template_of(sessions, week_days(planned, {}), clinics, hours)
    doctors = doctors_of(rows, template, clinics, levels, published.people.names, planned)
    scenario = Scenario(
        name=name or _name_of(published.file),
        week=planned,
        halves=hours.halves,
        local_halves=hours.local,
        doctors=doctors,
        clinics=tuple(clinics.values()),
        levels=tuple(clinic_levels(doctors, clinics, levels)),
        rooms=rooms_of(sessions, clinics),
        template=template,
    )
    untold = _clinics_of_no_kind(published.rows, every, keys)
    making = Making(rows, keys, filled, taken, levels, hours, untold)
    return Imported(scenario, tuple(findings(published, making, scenario)), published.left_out, published)


def _name_of(file: str) -> str:
    """Return what the scenario is called after its file, whose name may be longer, and hold signs that nobody sees."""
    return "".join(sign for sign in Path(file).stem if sign.isprintable())[:LONGEST].strip()


def _sheets_with_kinds(published: Published) -> frozenset[str]:
    return frozenset(
        reading.sheet.name
        for reading in published.readings
        if "kind"
        in {*reading.heading.labels, *(name for group in reading.heading.groups for name in group.fields)}
    )


def _clinics_of_no_kind(
    rows: Sequence[PublishedRow], with_kind: Sequence[PublishedRow], keys: ClinicOf
) -> tuple[str, ...]:
    """Return the clinics whose kind no row of theirs tells; `with_kind` are the same rows, each with a kind."""
    told = {True: set[str](), False: set[str]()}
    for own, row in zip(rows, with_kind, strict=True):
        told[own.kind is not None].add(keys[clinic_of(row)])
    return tuple(sorted(told[False] - told[True]))


def _nothing_left(published: Published, rows: tuple[PublishedRow, ...]) -> Iterator[Problem]:
    if not rows:
        yield Problem(
            Where(file=published.file, sheet=published.sheet),
            message("every row is stopped, so nothing is left"),
            message("Keep the stopped sessions, or import another week."),
        )
