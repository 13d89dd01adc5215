"""Stopped doctors: who cannot come when, read and checked against what is published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.clock import Cell, Half, Week
from scheduler.errors import CallError, InputError, Problem, Suggestions, Where
from scheduler.roster import Change, Roster
from scheduler.scenario.rows import AvailabilityRow, Presence
from scheduler.scenario.week import Scenario
from scheduler.words import message


@dataclass(frozen=True, order=True)
class Stop:
    """A doctor who cannot come at a half-day (停诊)."""

    doctor: str
    cell: Cell


def parse_cell(week: Week, text: str) -> Cell:
    """Return the half-day written `fri-pm` or `2026-07-24-PM`; raises ValueError for anything else."""
    day, _, half = text.strip().rpartition("-")
    if len(day) == 3:
        return week.cell(text)
    if half.upper() not in Half.__members__:
        raise ValueError(f"{text!r} is not a half-day such as fri-pm")
    return Cell(dt.date.fromisoformat(day), Half[half.upper()])


def parse_stops(week: Week, texts: Sequence[str]) -> tuple[Stop, ...]:
    """Return the stops written `DOCTOR@fri-pm` or `DOCTOR@2026-07-24-PM`, sorted; raises CallError for all that are not."""
    stops, problems = set(), []
    for text in texts:
        doctor, _, at = text.rpartition("@")
        try:
            stops.add(Stop(doctor.strip(), parse_cell(week, at)))
        except ValueError:
            remedy = message("Write DOCTOR@2026-07-24-PM or DOCTOR@fri-pm.")
            problems.append(Problem(Where(field="--stop"), message("this is not a stop"), remedy, text))
    if problems:
        raise CallError(problems)
    return tuple(sorted(stops))


def all_stops(scenario: Scenario, roster: Roster, stops: Iterable[Stop], since: dt.date) -> frozenset[Stop]:
    """Return the stops, and those that follow from the scenario and the roster.

    These are the doctors of sessions from `since` on whom the table availability has as away, and those whose session
    another doctor has taken over already. Raises InputError for every stop that is not one: an unknown doctor, a
    half-day that is past or without a session.
    """
    requested = sorted(set(stops))
    sessions = {Stop(session.doctor, session.at) for session in roster.held}
    covered = {Stop(s.was_doctor, s.at) for s in roster.held if s.change is Change.COVERED}
    doctors = Suggestions(scenario.doctor_of)
    problems = [
        problem
        for stop in requested
        if (problem := _problem(doctors, sessions, stop, since, covered=stop in covered)) is not None
    ]
    if problems:
        raise InputError(problems)
    away: dict[str, list[AvailabilityRow]] = defaultdict(list)
    for row in scenario.availability:
        if row.state is Presence.AWAY:
            away[row.doctor].append(row)
    absent = {
        stop
        for stop in sessions
        if stop.cell.date >= since and any(row.covers(stop.cell) for row in away[stop.doctor])
    }
    return frozenset((*requested, *absent, *covered))


def _problem(
    doctors: Suggestions, sessions: set[Stop], stop: Stop, since: dt.date, *, covered: bool
) -> Problem | None:
    where, value = Where(field="--stop"), f"{stop.doctor}@{stop.cell.date.isoformat()}-{stop.cell.half}"
    if stop.doctor not in doctors.known:
        wrong = message("the scenario does not know this doctor")
        return Problem(where, wrong, doctors.remedy(stop.doctor), value)
    if stop.cell.date < since:
        remedy = message(
            "Stop sessions from {since} on, or give an earlier --as-of.", since=since.isoformat()
        )
        return Problem(where, message("this half-day is past, and the past is not touched"), remedy, value)
    if covered or stop in sessions:
        return None
    cells = sorted(session.cell for session in sessions if session.doctor == stop.doctor)
    shown = [f"{cell.date.isoformat()}-{cell.half}" for cell in cells]
    remedy = message("They have no session this week; take the stop out.")
    if shown:
        remedy = message("Their sessions are: {sessions}.", sessions=shown)
    return Problem(where, message("the doctor has no session then"), remedy, value)
