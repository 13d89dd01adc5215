"""A doctor's sessions as iCalendar (RFC 5545): stable identities, a sequence for every change, cancelled ones stay."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scheduler.clock import moment
from scheduler.report.voice import Voice
from scheduler.roster import Plan, session_hours, with_named_rooms
from scheduler.scenario.week import Scenario
from scheduler.words import message

if TYPE_CHECKING:
    from icalendar import Event

_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class CalendarSession:
    """A session as a calendar shows it; times are Beijing time, `breaks` texts such as 10:00-10:15."""

    session: str
    doctor: str
    start: dt.datetime
    end: dt.datetime
    clinics: tuple[str, ...]
    room: str
    tickets: int
    breaks: tuple[str, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """The sessions of a version of a week, and when it was published (Beijing time)."""

    at: dt.datetime
    sessions: tuple[CalendarSession, ...]


@dataclass(frozen=True)
class CalendarEntry:
    """One session in a doctor's calendar, as it was in the last version that had it.

    `sequence` counts from 0 how often it changed, was cancelled or came back; `changed_at` is the last time.
    """

    session: CalendarSession
    sequence: int
    changed_at: dt.datetime
    cancelled: bool


def calendar_sessions(scenario: Scenario, plan: Plan) -> tuple[CalendarSession, ...]:
    """Return the sessions that a plan holds, as calendars show them, in its order."""
    sessions = []
    for session in with_named_rooms(scenario, plan).roster.held:
        hours = session_hours(scenario, session)
        start, end = (moment(session.at.date, minute) for minute in (hours.start, hours.end))
        clinics = tuple(block.clinic for block in session.blocks)
        breaks = tuple(str(window) for window in hours.breaks)
        key, doctor = session.session, session.doctor
        sessions.append(
            CalendarSession(key, doctor, start, end, clinics, session.room, session.tickets, breaks)
        )
    return tuple(sessions)


def sessions_to_json(sessions: Iterable[CalendarSession]) -> bytes:
    """Return the sessions as JSON, to be kept."""
    rows = [{**asdict(one), "start": one.start.isoformat(), "end": one.end.isoformat()} for one in sessions]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def sessions_from_json(content: bytes) -> tuple[CalendarSession, ...]:
    """Return the sessions that were kept."""
    time = dt.datetime.fromisoformat
    lists = ("clinics", "breaks")
    return tuple(
        CalendarSession(
            **{
                **row,
                "start": time(row["start"]),
                "end": time(row["end"]),
                **{key: tuple(row[key]) for key in lists},
            }
        )
        for row in json.loads(content)
    )


def calendar_entries(versions: Sequence[PublishedVersion], doctor: str) -> tuple[CalendarEntry, ...]:
    """Return every session the doctor ever had in the versions of a week (oldest first), sorted by identity."""
    known: dict[str, CalendarEntry] = {}
    for version in versions:
        now = {one.session: one for one in version.sessions if one.doctor == doctor}
        for key in sorted(known.keys() | now.keys()):
            known[key] = _next(known.get(key), now.get(key), version.at)
    return tuple(known[key] for key in sorted(known))


def _next(before: CalendarEntry | None, now: CalendarSession | None, at: dt.datetime) -> CalendarEntry:
    if before is None:
        assert now is not None
        return CalendarEntry(now, 0, at, cancelled=False)
    session = now or before.session
    same = session == before.session and before.cancelled == (now is None)
    return before if same else CalendarEntry(session, before.sequence + 1, at, cancelled=now is None)


def doctor_calendar(
    name: str, weeks: Iterable[Sequence[PublishedVersion]], doctor: str, voice: Voice
) -> bytes:
    """Return the doctor's calendar over weeks, each with its versions, UTF-8; the same versions give the same bytes."""
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("prodid", "-//Menzhen//Outpatient roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", _ZONE)
    calendar.add("name", voice.say(message("{doctor}: outpatient sessions", doctor=name)))
    calendar.add_component(Timezone.from_tzid(_ZONE, first_date=dt.date(2000, 1, 1)))
    for versions in weeks:
        for entry in calendar_entries(versions, doctor):
            calendar.add_component(_event(entry, voice))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, voice: Voice) -> Event:
    from icalendar import Event

    session, zone = entry.session, ZoneInfo(_ZONE)
    event = Event()
    # The doctor is in the identity: a covered session ends in one calendar and begins in another.
    event.add("uid", f"{session.session}.{session.doctor}@menzhen")
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", session.start.astimezone(zone))
    event.add("dtend", session.end.astimezone(zone))
    event.add("summary", voice.join(session.clinics))
    if session.room:
        event.add("location", session.room)
    event.add("description", _described(session, voice))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _described(session: CalendarSession, voice: Voice) -> str:
    tickets = voice.say(message("{tickets:ticket|tickets}", tickets=voice.number(session.tickets)))
    if not session.breaks:
        return tickets
    return voice.say(message("{tickets}; break {breaks}", tickets=tickets, breaks=list(session.breaks)))
