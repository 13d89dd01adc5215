"""A doctor's working time: rest between two days, one campus a day, sessions a day and days a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from scheduler.check.facts import Facts
from scheduler.check.held_sessions import HeldSession, doctor_date_of, doctor_night_of
from scheduler.check.violation import Violation
from scheduler.clock import clock_text
from scheduler.names import cell_name, day_name, place
from scheduler.scenario.policy import exact_text
from scheduler.words import message


def rest_minutes(sessions: Sequence[HeldSession], date: dt.date) -> int | None:
    """Return the minutes between the end of the sessions on `date` and the start of the others, on the next date.

    None where one of the two days has no session.
    """
    ends = [held.hours.end for held in sessions if held.cell.date == date]
    starts = [held.hours.start for held in sessions if held.cell.date != date]
    return 24 * 60 - max(ends) + min(starts) if ends and starts else None


def rest(facts: Facts, at: tuple[str, dt.date]) -> Iterator[Violation]:
    """Yield a unit if a doctor has too few hours between the last session of a date and the first of the next."""
    (doctor, date), sessions = at, facts.held.by(doctor_night_of).get(at, ())
    minutes, least = rest_minutes(sessions, date), facts.scenario.policy.rest.hours
    if minutes is None or minutes >= 60 * least:
        return
    last = max((h for h in sessions if h.cell.date == date), key=lambda h: h.hours.end)
    first = min((h for h in sessions if h.cell.date != date), key=lambda h: h.hours.start)
    sentence = message(
        "{doctor} ends at {end} on {late} and starts at {start} on {early}; hours of rest: {hours}, asked for: {least}",
        doctor=doctor,
        end=clock_text(last.hours.end),
        late=cell_name(last.cell),
        start=clock_text(first.hours.start),
        early=cell_name(first.cell),
        hours=_hours_text(minutes),
        least=exact_text(least),
    )
    yield facts.violation("rest", place(doctor, date.isoformat()), 1, sentence)


def _hours_text(minutes: int) -> str:
    """Return hours with one decimal, rounded down so that too few never look like enough."""
    return exact_text(Fraction(minutes * 10 // 60, 10))


def one_campus(facts: Facts, at: tuple[str, dt.date]) -> Iterator[Violation]:
    """Yield a unit if a doctor has sessions at two campuses on a date with no time to travel in between."""
    (doctor, date), sessions = at, facts.held.by(doctor_date_of).get(at, ())
    in_time = sorted(sessions, key=lambda held: (held.hours.start, held.hours.end, held.campus, held.session))
    for earlier, later in combinations(in_time, 2):
        if _cannot_travel(facts, earlier, later):
            sentence = message(
                "{doctor} changes on {day} from {campus} (until {end}) to {other} (from {start})",
                doctor=doctor,
                day=day_name(date),
                campus=earlier.campus,
                end=clock_text(earlier.hours.end),
                other=later.campus,
                start=clock_text(later.hours.start),
            )
            yield facts.violation("one_campus", place(doctor, date.isoformat()), 1, sentence)
            return


def _cannot_travel(facts: Facts, earlier: HeldSession, later: HeldSession) -> bool:
    """Return whether two sessions are at different campuses, and the second begins before its doctor can be there."""
    if not (earlier.campus and later.campus) or earlier.campus == later.campus:
        return False
    minutes = facts.scenario.travel_minutes.get((earlier.campus, later.campus))
    return minutes is None or later.hours.start - earlier.hours.end < minutes


def too_many_a_day(facts: Facts, at: tuple[str, dt.date]) -> Iterator[Violation]:
    """Yield, as units of `daily_sessions`, a doctor's sessions of a date beyond the most."""
    (doctor, date), most = at, facts.scenario.policy.daily_sessions.most
    n = len(facts.held.by(doctor_date_of).get(at, ()))
    if n > most:
        sentence = message(
            "{doctor} has {n:session|sessions} on {day}; at most {most} are wanted",
            doctor=doctor,
            n=n,
            day=day_name(date),
            most=most,
        )
        yield facts.violation("daily_sessions", place(doctor, date.isoformat()), n - most, sentence)


def too_many_days(facts: Facts, doctor: str) -> Iterator[Violation]:
    """Yield, as units of `daily_sessions`, the days beyond the most on which a doctor has sessions."""
    most = facts.scenario.policy.daily_sessions.most_days
    n = len({held.cell.date for held in facts.of_doctor(doctor)})
    if n > most:
        sentence = message(
            "{doctor} has sessions on {n:day|days} of the week; at most {most} are wanted",
            doctor=doctor,
            n=n,
            most=most,
        )
        yield facts.violation("daily_sessions", place(doctor), n - most, sentence)
