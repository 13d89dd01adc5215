from __future__ import annotations

import datetime as dt

from scheduler.tickets.week_files import session_times

MONDAY, TUESDAY = dt.date(2026, 7, 20), dt.date(2026, 7, 21)


def row(session: str, half: str, start: str, end: str, date: dt.date | None = MONDAY) -> dict[str, object]:
    values: dict[str, object] = {
        "session": session,
        "half": half,
        "start": start,
        "end": end,
        "doctor": "ann",
    }
    return values if date is None else {**values, "date": date}


def slot(start: int, date: dt.date = MONDAY, doctor: str = "ann") -> dict[str, object]:
    return {"start": start, "date": date, "doctor": doctor}


MORNINGS = [row("a", "AM", "08:00", "11:30"), row("b", "AM", "08:00", "11:30")]


def test_a_slot_has_its_sessions_date_doctor_and_hours():
    (time,) = session_times(MORNINGS)["a"]
    assert time.covers(slot(8 * 60))
    assert not time.covers(slot(8 * 60, TUESDAY))
    assert not time.covers(slot(8 * 60, doctor="bob"))
    assert not time.covers(slot(11 * 60 + 30))


def test_a_half_that_was_edited_counts_and_the_rows_stale_hours_do_not():
    moved = row("c", "AM", "13:30", "17:00")
    (time,) = session_times([*MORNINGS, moved])["c"]
    assert time.hours == (8 * 60, 11 * 60 + 30)
    assert not time.covers(slot(13 * 60 + 30))


def test_hours_that_cannot_be_read_are_not_asked_for():
    (time,) = session_times([row("a", "AM", "early", "late")])["a"]
    assert time.hours is None
    assert time.covers(slot(5 * 60))


def test_a_dropped_session_has_no_time():
    assert session_times([row("a", "AM", "08:00", "11:30", date=None)]) == {}


def test_a_session_with_hours_of_its_own_has_those():
    afternoons = [row(key, "PM", "13:30", "17:00") for key in "cde"]
    own = [row("f", "PM", "14:30", "17:30"), row("g", "AM", "10:15", "12:30")]
    times = session_times([*MORNINGS, *afternoons, *own])
    assert [times[key][0].hours for key in "fg"] == [(870, 1050), (615, 750)]
    assert times["f"][0].covers(slot(17 * 60)) and not times["f"][0].covers(slot(13 * 60 + 30))
    moved = row("h", "AM", "14:30", "17:30")
    assert session_times([*MORNINGS, *afternoons, moved])["h"][0].hours == (480, 690)
