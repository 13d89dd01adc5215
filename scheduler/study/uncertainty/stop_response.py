"""What is done when sessions are stopped: nothing, the week repaired, or the week planned anew without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scheduler.adjust.published import CoverLevel, PublishedWeek, covers
from scheduler.adjust.stops import Stop, all_stops
from scheduler.clock import WEEKDAYS, Cell, DayKind
from scheduler.engine.entry import repair_week, solve_week
from scheduler.engine.options import Leeway, Options, ignore_progress
from scheduler.outcome import Outcome, Status
from scheduler.roster import Change, Roster, Session
from scheduler.rules import Strictness
from scheduler.scenario.changes import limit_sessions, with_settings
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, Presence, TemplateRow
from scheduler.scenario.week import Scenario

_SOLVED_FOR = ("cover", "changes", "ratio_target")
"""The soft rules that a replication is solved for; the others take four times as long and hardly move a figure."""


class StopResponse(StrEnum):
    """What is done about stopped sessions.

    `as_run`: nothing, they fall out. `repair`: the planned week is repaired as `menzhen repair` does, with the fewest
    points of change. `replan`: the week is planned anew from its template, the stopped sessions taken out: as if all
    had been known before.
    """

    AS_RUN = "as_run"
    REPAIR = "repair"
    REPLAN = "replan"


@dataclass(frozen=True)
class StoppedSessions:
    """Sessions of a planned roster that are stopped, and the doctors who do not come all week."""

    sessions: tuple[Session, ...]
    away: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RespondedWeek:
    """The week that then runs, and how its solve ended; without a roster the stopped sessions just fall out.

    `moved` counts the sessions that a repair moves or adds, `covered` those that it gives to another doctor. A week
    planned anew is compared with no other: which of many equally good plans comes out says nothing about the stops.
    """

    status: Status | None = None
    roster: Roster | None = None
    moved: int = 0
    covered: int = 0


def respond_to_stops(
    scenario: Scenario, planned: Roster, stopped: StoppedSessions, how: StopResponse, options: Options
) -> RespondedWeek:
    """Return the week that runs in place of the planned one, all stops known on its Monday.

    Raises InputError where a doctor has two sessions in one half-day, which no repair can be made from.
    """
    if how is StopResponse.AS_RUN or not stopped.sessions:
        return RespondedWeek()
    outcome = (_repaired if how is StopResponse.REPAIR else _replanned)(scenario, planned, stopped, options)
    # Out of time the engine hands back the week unchanged, which knows nothing of the stops.
    if outcome.roster is None or outcome.status is Status.TIMED_OUT:
        return RespondedWeek(outcome.status)
    counts = Counter(session.change for session in outcome.roster.sessions if how is StopResponse.REPAIR)
    moved = counts[Change.MOVED] + counts[Change.ADDED]
    return RespondedWeek(outcome.status, outcome.roster, moved, counts[Change.COVERED])


def _repaired(scenario: Scenario, planned: Roster, stopped: StoppedSessions, options: Options) -> Outcome:
    monday = scenario.week.dates[0]
    drawn = {Stop(session.doctor, session.at) for session in stopped.sessions}
    all_week = {Stop(doctor, cell) for doctor in stopped.away for cell in scenario.cells}
    # The drawn stops are of this roster: looking each of them up again would take as long as the repair.
    stops = frozenset(drawn | all_week | all_stops(scenario, planned, (), monday))
    week = PublishedWeek(scenario, planned, stops, monday, None)
    at = frozenset((stop.doctor, stop.cell) for stop in stops)
    leeway = Leeway(monday, at, covers(week, CoverLevel.SAME_OR_HIGHER))
    repaired = repair_week(_only_for(week.scenario), options, ignore_progress, leeway=leeway)
    return (
        repaired if repaired.roster is None else replace(repaired, roster=_identified(week, repaired.roster))
    )


def _identified(week: PublishedWeek, roster: Roster) -> Roster:
    """Return the repaired roster, its sessions under the identities they were planned with."""
    return Roster(
        tuple(
            s if s.was is None else replace(s, session=week.session_at[s.origin].session)
            for s in roster.sessions
        )
    )


def _only_for(scenario: Scenario) -> Scenario:
    """Return the scenario with no soft rules but those that a replication is solved for."""
    off = [
        key
        for key in scenario.tiers
        if key not in _SOLVED_FOR and scenario.strictness(key) is Strictness.SOFT
    ]
    settings: dict[str, Any] = {f"rules.{key}": Strictness.OFF for key in off}
    tiers = tuple(key for key in scenario.tiers if key not in off)
    return with_settings(scenario, {**settings, "tiers": tiers}).scenario


def _replanned(scenario: Scenario, _: Roster, stopped: StoppedSessions, options: Options) -> Outcome:
    return solve_week(_only_for(_without(scenario, stopped)), options, ignore_progress)


def _without(scenario: Scenario, stopped: StoppedSessions) -> Scenario:
    """Return the week without the stopped sessions, their doctors closed then and owing as many sessions less.

    Every day follows its own weekday, so that a session is taken out on its date and on no other.
    """
    gone = {(session.owner, session.was) for session in stopped.sessions}
    fewer = Counter(session.owner for session in stopped.sessions)
    limits = {doctor: scenario.limits(doctor) for doctor in scenario.doctor_of}
    least = {doctor: max(0, fewest - fewer[doctor]) for doctor, (fewest, _) in limits.items()}
    most = {doctor: max(least[doctor], largest - fewer[doctor]) for doctor, (_, largest) in limits.items()}
    remaining = scenario.changed(
        calendar=tuple(_calendar(scenario)),
        template=tuple(_template(scenario, gone)),
        availability=(*scenario.availability, *_closed(stopped)),
    )
    return limit_sessions(remaining, least, most).scenario


def _calendar(scenario: Scenario) -> Iterator[CalendarRow]:
    for day in scenario.days:
        own = WEEKDAYS[day.date.weekday()]
        yield CalendarRow(date=day.date, kind=day.kind, follows=own, reason=day.reason)


def _template(scenario: Scenario, gone: set[tuple[str, Cell | None]]) -> Iterator[TemplateRow]:
    for day in scenario.days:
        follows, own = WEEKDAYS[day.follows], WEEKDAYS[day.date.weekday()]
        for row in scenario.template if day.kind is not DayKind.CLOSED else ():
            if row.day == follows and (row.doctor, Cell(day.date, row.half)) not in gone:
                yield row if follows == own else row.model_copy(update={"day": own})


def _closed(stopped: StoppedSessions) -> Iterator[AvailabilityRow]:
    for doctor in sorted(stopped.away):
        yield AvailabilityRow(doctor=doctor, state=Presence.AWAY)
    for session in stopped.sessions:
        if session.doctor not in stopped.away:
            day = session.at.date.isoformat()
            yield AvailabilityRow(doctor=session.doctor, day=day, half=session.at.half, state=Presence.AWAY)
