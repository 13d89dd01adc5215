"""Stopped doctors: who cannot come when, read and checked against what is published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.clock import Cell, Half, Week
from scheduler.errors import CallError, InputError, Problem, Where, suggest
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
            problems.append(Problem(Where(field="--stop"), message("this is no stop"), remedy, text))
    if problems:
        raise CallError(problems)
    return tuple(sorted(stops))


def all_stops(scenario: Scenario, roster: Roster, stops: Iterable[Stop], since: dt.date) -> frozenset[Stop]:
    """Return the stops, and those that nobody has to tell.

    These are the doctors of sessions from `since` on whom the table availability says away, and those whose session
    another doctor has taken over already. Raises InputError for every stop that is none: an unknown doctor, a
    half-day that is past or without a session.
    """
    told = sorted(set(stops))
    problems = [problem for stop in told for problem in _problems(scenario, roster, stop, since)]
    if problems:
        raise InputError(problems)
    away: dict[str, list[AvailabilityRow]] = defaultdict(list)
    for row in scenario.availability:
        if row.state is Presence.AWAY:
            away[row.doctor].append(row)
    return (
        frozenset(told)
        | frozenset(
            Stop(session.doctor, session.at)
            for session in roster.held
            if session.at.date >= since and any(row.covers(session.at) for row in away[session.doctor])
        )
        | frozenset(_covered(roster))
    )


def _covered(roster: Roster) -> Iterator[Stop]:
    return (Stop(s.was_doctor, s.at) for s in roster.held if s.change is Change.COVERED)


def _problems(scenario: Scenario, roster: Roster, stop: Stop, since: dt.date) -> Iterator[Problem]:
    where, value = Where(field="--stop"), f"{stop.doctor}@{stop.cell.date.isoformat()}-{stop.cell.half}"
    if stop.doctor not in scenario.doctor_of:
        wrong = message("the scenario does not know this doctor")
        yield Problem(where, wrong, suggest(stop.doctor, list(scenario.doctor_of)), value)
    elif stop.cell.date < since:
        remedy = message(
            "Stop sessions from {since} on, or give an earlier --as-of.", since=since.isoformat()
        )
        yield Problem(where, message("this half-day is past, and the past is not touched"), remedy, value)
    elif stop not in _covered(roster) and not any(
        s.doctor == stop.doctor and s.cell == stop.cell for s in roster.held
    ):
        mine = sorted((s.at for s in roster.held if s.doctor == stop.doctor), key=lambda cell: cell)
        shown = [f"{cell.date.isoformat()}-{cell.half}" for cell in mine]
        remedy = (
            message("Their sessions are: {sessions}.", sessions=shown)
            if shown
            else message("They have no session this week; take the stop out.")
        )
        yield Problem(where, message("the doctor has no session then"), remedy, value)
