from __future__ import annotations

import datetime as dt

from icalendar import Calendar

from scheduler.report.exports.calendar import (
    PublishedVersion,
    calendar_entries,
    calendar_sessions,
    doctor_calendar,
    sessions_from_json,
    sessions_to_json,
)
from scheduler.report.voice import Voice
from scheduler.roster import Plan, Roster
from tests.check.small import row, scenario, session

BEIJING = dt.timezone(dt.timedelta(hours=8))
FIRST, SECOND, THIRD = (dt.datetime(2026, 7, day, 9, tzinfo=BEIJING) for day in (1, 2, 3))
WEEK = scenario()


def version(at, *sessions, week=WEEK) -> PublishedVersion:
    return PublishedVersion(at, calendar_sessions(week, Plan(Roster(tuple(sessions)))))


STANDS = session("ann", "mon-am", "mon-am", room="e1")
MOVED = session("ann", "mon-pm", "mon-am", room="e1")


def events(*versions, doctor="ann", language="en"):
    return Calendar.from_ical(doctor_calendar(doctor, [versions], doctor, Voice(language))).walk("VEVENT")


def test_a_session_is_an_event_at_its_hours():
    (event,) = events(version(FIRST, STANDS))
    assert event["UID"] == "2026-W30.ann.mon-am.ann@menzhen"
    assert event.start.astimezone(BEIJING).strftime("%m-%d %H:%M") == "07-20 08:00"
    assert (event["LOCATION"], event["STATUS"], event["SEQUENCE"]) == ("e1", "CONFIRMED", 0)


def test_a_move_keeps_the_identity_and_counts_up():
    (event,) = events(version(FIRST, STANDS), version(SECOND, MOVED))
    assert event["UID"] == "2026-W30.ann.mon-am.ann@menzhen"
    assert event["SEQUENCE"] == 1
    assert event["DTSTAMP"].dt == SECOND


def test_what_stays_as_it_is_does_not_count_up():
    (event,) = events(version(FIRST, STANDS), version(SECOND, STANDS))
    assert (event["SEQUENCE"], event["DTSTAMP"].dt) == (0, FIRST)


def test_a_session_that_falls_away_is_cancelled_and_may_come_back():
    (gone,) = events(version(FIRST, STANDS), version(SECOND))
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 1)
    (back,) = events(version(FIRST, STANDS), version(SECOND), version(THIRD, STANDS))
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", 2)


def test_a_covered_session_leaves_one_calendar_and_enters_another():
    covered = session("bob", "mon-am", "mon-am", room="e1")
    versions = [version(FIRST, STANDS), version(SECOND, covered)]
    assert [entry.cancelled for entry in calendar_entries(versions, "ann")] == [True]
    assert [entry.cancelled for entry in calendar_entries(versions, "bob")] == [False]


def test_the_calendar_speaks_chinese_and_long_names_survive():
    text = doctor_calendar("ann", [[version(FIRST, STANDS)]], "ann", Voice("zh"))
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    assert doctor_calendar("ann", [[version(FIRST, STANDS)]], "ann", Voice("zh")) == text


def test_an_event_has_the_sessions_own_hours():
    week = scenario(template=(row("ann", "mon-am", hours="08:30-09:30;10:00-11:00"),))
    (event,) = events(version(FIRST, STANDS, week=week))
    span = [at.astimezone(BEIJING).strftime("%H:%M") for at in (event.start, event.end)]
    assert span == ["08:30", "11:00"]
    assert event["DESCRIPTION"] == "20 tickets; break 09:30-10:00"


def test_times_are_those_of_beijing_whose_zone_is_told():
    text = doctor_calendar("安娜", [[version(FIRST, STANDS)]], "ann", Voice("zh")).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20260720T080000" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in text
    assert "安娜" in text


def test_weeks_stand_side_by_side_each_with_its_own_versions():
    one = [version(FIRST, STANDS), version(SECOND)]
    other = [version(THIRD, session("ann", "tue-am", "tue-am"))]
    calendar = Calendar.from_ical(doctor_calendar("ann", [one, other], "ann", Voice("en")))
    assert [str(event["STATUS"]) for event in calendar.walk("VEVENT")] == ["CANCELLED", "CONFIRMED"]


def test_sessions_are_kept_as_they_are():
    made = version(FIRST, STANDS, MOVED).sessions
    assert sessions_from_json(sessions_to_json(made)) == made
