"""A doctor's sessions as iCalendar (RFC 5545): stable identities, a sequence for every change, cancelled ones stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scheduler.clock import Hours, moment
from scheduler.compare import SessionChange
from scheduler.report.voice import Voice
from scheduler.roster import Plan, Session, session_hours, with_named_rooms
from scheduler.scenario.week import Scenario
from scheduler.words import message

if TYPE_CHECKING:
    from icalendar import Event


@dataclass(frozen=True)
class PublishedPlan:
    """A plan as it was published, and when (Beijing time)."""

    at: dt.datetime
    plan: Plan


@dataclass(frozen=True)
class CalendarEntry:
    """One session in a doctor's calendar, as it was in the last version that had it.

    `sequence` counts from 0 how often it changed, was cancelled or came back; `changed_at` is the last time.
    """

    session: Session
    sequence: int
    changed_at: dt.datetime
    cancelled: bool


def calendar_entries(versions: Sequence[PublishedPlan], doctor: str) -> tuple[CalendarEntry, ...]:
    """Return every session the doctor ever had in the versions (oldest first), sorted by identity."""
    known: dict[str, CalendarEntry] = {}
    for version in versions:
        now = {s.session: s for s in version.plan.roster.held if s.doctor == doctor}
        for key in sorted(known.keys() | now.keys()):
            known[key] = _next(known.get(key), now.get(key), version.at)
    return tuple(known[key] for key in sorted(known))


def _next(before: CalendarEntry | None, now: Session | None, at: dt.datetime) -> CalendarEntry:
    if before is None:
        assert now is not None
        return CalendarEntry(now, 0, at, cancelled=False)
    session = now or before.session
    same = not SessionChange(before.session, session).aspects and before.cancelled == (now is None)
    return before if same else CalendarEntry(session, before.sequence + 1, at, cancelled=now is None)


def doctor_calendar(
    scenario: Scenario, versions: Sequence[PublishedPlan], doctor: str, voice: Voice
) -> bytes:
    """Return the doctor's calendar, UTF-8; the same versions give the same bytes."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Menzhen//Outpatient roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add(
        "name", voice.say(message("{doctor}: outpatient sessions", doctor=scenario.doctor_name(doctor)))
    )
    named = [replace(version, plan=with_named_rooms(scenario, version.plan)) for version in versions]
    for event in _events(scenario, named, doctor, voice):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(
    scenario: Scenario, versions: Sequence[PublishedPlan], doctor: str, voice: Voice
) -> Iterator[Event]:
    from icalendar import Event

    for entry in calendar_entries(versions, doctor):
        session = entry.session
        hours = session_hours(scenario, session)
        event = Event()
        # The doctor is in the identity: a covered session ends in one calendar and begins in another.
        event.add("uid", f"{session.session}.{doctor}@menzhen")
        event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
        event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
        event.add("sequence", entry.sequence)
        event.add("dtstart", moment(session.at.date, hours.start).astimezone(dt.UTC))
        event.add("dtend", moment(session.at.date, hours.end).astimezone(dt.UTC))
        event.add("summary", voice.join(block.clinic for block in session.blocks))
        if session.room:
            event.add("location", session.room)
        event.add("description", _described(session, hours, voice))
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        yield event


def _described(session: Session, hours: Hours, voice: Voice) -> str:
    tickets = voice.say(message("{tickets:ticket|tickets}", tickets=voice.number(session.tickets)))
    breaks = [str(window) for window in hours.breaks]
    return (
        voice.say(message("{tickets}; break {breaks}", tickets=tickets, breaks=breaks)) if breaks else tickets
    )
