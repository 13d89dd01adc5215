"""What the simulation of a week rests on, in sentences that every output of it bears."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.flow.session_pace import CV, EARLY_SD, MOST_MINUTES
from scheduler.flow.week import FlowWeek
from scheduler.words import Message, message


def assumptions(week: FlowWeek) -> Iterator[Message]:
    """Yield what comes from the week's tables, and what is assumed in their place."""
    yield from _consultations(week)
    yield from _arrivals(week)
    yield message(
        "A doctor who is free calls, of the patients who are there, the one with the earliest ticket; all who come are seen."
    )
    yield message(
        "A session waits for those of its doctor and in its room earlier that day; breaks are worked through."
    )
    if week.services:
        yield message(
            "Windows serve in order of coming; the last ones of a day stay open until the last patient has been there."
        )
    else:
        yield message("The table services is empty: there are no windows, and nobody queues at any.")
    yield message(
        "Consultations and minutes at windows are lognormal; doctors who begin late do so exponentially."
    )
    yield message(
        "Examinations between two visits to the doctor, and those who accompany patients, are left out."
    )


def _consultations(week: FlowWeek) -> Iterator[Message]:
    paces = [next(iter(row.paces.values())) for row in week.sessions]
    recorded = sum(pace.is_recorded for pace in paces)
    if recorded:
        yield message(
            "{n:session has|sessions have} consultations, no-shows, walk-ins and late starts as the table pace tells.",
            n=recorded,
        )
    if recorded < len(paces):
        yield message(
            "{n:session has|sessions have} no pace: assumed are minutes of doctor or clinic, else its own by its tickets.",
            n=len(paces) - recorded,
        )
        yield message(
            "Those are at most {most:minute|minutes}, coefficient of variation {cv}; nobody is late or without a ticket.",
            most=f"{MOST_MINUTES:.0f}",
            cv=str(CV),
        )


def _arrivals(week: FlowWeek) -> Iterator[Message]:
    paces = [pace for row in week.sessions for pace in row.paces.values()]
    slots = week.scenario.policy.slots
    yield message(
        "Patients are told the time of their ticket by policy.slots.told: {told}.", told=str(slots.told)
    )
    if any(pace.is_punctuality_recorded for pace in paces):
        yield message("They come as early or late as the table pace tells (normally distributed).")
    if not all(pace.is_punctuality_recorded for pace in paces):
        yield message(
            "Assumed where it is not recorded: they come {mean:minute|minutes} before it, standard deviation {sd} (normal).",
            mean=slots.come_early,
            sd=f"{EARLY_SD:.0f}",
        )
    if any(pace.no_show for pace in paces):
        yield message(
            "No-shows are independent; where they depend on the days booked ahead, as many are taken to book on each day."
        )
    else:
        yield message("Everybody who has a ticket comes: no share of no-shows is stated.")
