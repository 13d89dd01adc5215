"""Stopped doctors: who cannot come when, read and checked against what is published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scheduler.adjust.typed_spans import parse_cells
from scheduler.clock import Cell
from scheduler.errors import CallError, InputError, Problem, Where
from scheduler.roster import Change, Roster
from scheduler.scenario.rows import AvailabilityRow, Presence
from scheduler.scenario.week import Scenario
from scheduler.tables.typed_names import parse_doctor, unknown_doctor
from scheduler.words import message


@dataclass(frozen=True)
class CoverWish:
    """Who may take a stopped session over: a colleague where one can, nobody where none is wanted (停诊), or `doctor`."""

    is_wanted: bool = True
    doctor: str = ""


@dataclass(frozen=True, order=True)
class Stop:
    """A doctor who cannot come at a half-day (停诊); one that is not exact is part of a day, a range or the week.

    One that may be idle need not stop any session: a leave list says when a doctor is away. `reason` is why, empty where
    nobody says it.
    """

    doctor: str
    cell: Cell
    is_exact: bool = field(default=True, compare=False)
    may_be_idle: bool = field(default=False, compare=False)
    reason: str = field(default="", compare=False)
    wish: CoverWish = field(default=CoverWish(), compare=False)


def parse_stops(scenario: Scenario, texts: Sequence[str]) -> tuple[Stop, ...]:
    """Return the stops written `DOCTOR@周五下午`, `DOCTOR@2026-12-04`, `DOCTOR@FIRST..LAST` or `DOCTOR`, sorted.

    A doctor is named by key, or by a name that one bears alone; a day, a range or the whole week stops the sessions in
    it. Raises CallError for all that are not.
    """
    stops, problems = set(), []
    for text in texts:
        try:
            stops.update(_parse_stop(scenario, text.replace("＠", "@")))
        except ValueError:
            remedy = message(
                "Write DOCTOR@fri-pm, DOCTOR@2026-07-24, DOCTOR@2026-07-20..2026-07-24 or DOCTOR."
            )
            problems.append(Problem(Where(field="--stop"), message("this is not a stop"), remedy, text))
    if problems:
        raise CallError(problems)
    return tuple(sorted(stops))


def _parse_stop(scenario: Scenario, text: str) -> list[Stop]:
    name, sign, at = text.rpartition("@")
    if not sign or text in scenario.doctor_of:  # a key may hold the sign
        name, at = text, ""
    elif not at.strip():
        raise ValueError(f"{text!r} names no time")
    if not name.strip():
        raise ValueError(f"{text!r} names no doctor")
    doctor = parse_doctor(scenario, name.strip())
    cells = parse_cells(scenario.week, at)
    return [Stop(doctor, cell, is_exact=len(cells) == 1) for cell in cells]


def all_stops(scenario: Scenario, roster: Roster, stops: Iterable[Stop], since: dt.date) -> frozenset[Stop]:
    """Return the stops to come, and those that follow from the scenario and the roster.

    A day, a range or leave stops its half-days without a session too: nothing moves there, and they cover nobody. What
    follows is the doctors of sessions from `since` on whom the table availability has as away, and those whose session
    another doctor has taken over already. Raises InputError for every stop that is not one: an unknown doctor, a
    half-day that is past or without a session.
    """
    sessions = {Stop(session.doctor, session.at) for session in roster.held}
    covered = {Stop(s.was_doctor, s.at) for s in roster.held if s.change is Change.COVERED}
    unique = {stop: stop for stop in reversed(tuple(stops))}.values()
    requested = sorted(_with_sessions(set(unique), sessions | covered, since))
    problems = [
        problem
        for stop in requested
        if (problem := _problem(scenario, sessions, stop, since, covered=stop in covered)) is not None
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
    open_cells = frozenset(scenario.cells)
    idle = {
        stop for stop in unique if not stop.is_exact and stop.cell in open_cells and stop.cell.date >= since
    }
    return frozenset((*requested, *idle, *absent, *covered))


def _with_sessions(stops: set[Stop], sessions: set[Stop], since: dt.date) -> Iterator[Stop]:
    """Yield the stops, of a day, a range or a week only those of sessions to come; one of none stands for the rest."""
    held = {stop for stop in stops if stop.is_exact or (stop in sessions and stop.cell.date >= since)}
    yield from held
    rest = [stop for stop in stops if not stop.may_be_idle]
    for doctor in sorted({stop.doctor for stop in rest} - {stop.doctor for stop in held}):
        yield max(stop for stop in rest if stop.doctor == doctor)


def _problem(
    scenario: Scenario, sessions: set[Stop], stop: Stop, since: dt.date, *, covered: bool
) -> Problem | None:
    where, value = Where(field="--stop"), f"{stop.doctor}@{stop.cell.date.isoformat()}-{stop.cell.half}"
    if stop.doctor not in scenario.doctor_of:
        return unknown_doctor(scenario, stop.doctor, where)
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
