"""What changes from one roster to the next: the sessions of each department that differ, by weekday and half."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scheduler.compare import Aspect, SessionChange, clinics_of, compare_rosters
from scheduler.forms.document import Form, Heading, Line, Page, Section
from scheduler.forms.facts import FormFacts
from scheduler.report.specialties import specialty_of
from scheduler.roster import Session
from scheduler.words import Message, message

_ASPECT_WORDS = {
    Aspect.ONLY_FIRST: message("no longer held"),
    Aspect.ONLY_SECOND: message("new"),
    Aspect.MOVED: message("other half-day"),
    Aspect.DOCTOR: message("other doctor"),
    Aspect.CLINIC: message("other clinic"),
    Aspect.TICKETS: message("other tickets"),
    Aspect.ROOM: message("other room"),
}
_HEADINGS = (
    (message("Clinic"), 26),
    (message("What changes"), 18),
    (message("Doctor before"), 14),
    (message("Time before"), 22),
    (message("Doctor now"), 14),
    (message("Time now"), 22),
)


def change_form(before: FormFacts, after: FormFacts) -> Form:
    """Return what differs between two rosters, of one week or of two, by department.

    Rooms that nobody named make no difference. Sessions are matched as `compare_rosters` does.
    """
    voice = after.voice
    of_specialty: defaultdict[str, list[Line]] = defaultdict(list)
    for change in compare_rosters(before.roster, after.roster):
        specialty = specialty_of((before if change.after is None else after).scenario, change.latest)
        of_specialty[specialty].append(_line(change, before, after))
    headings = tuple(Heading(voice.say(text), width=width) for text, width in _HEADINGS)
    sections = tuple(Section(name, headings, tuple(of_specialty[name])) for name in sorted(of_specialty))
    nothing = Section(voice.say(message("Nothing changes.")), headings, ())
    return Form(
        voice.say(message("{name}: changes", name=after.scenario.name)),
        voice.say(_period(before.period, after.period)),
        voice.language,
        (Page(voice.say(message("Changes")), sections or (nothing,)),),
    )


def _period(before: str, after: str) -> Message:
    if before == after:
        return message("{now}, against the roster before", now=after)
    return message("{now}, against {before}", now=after, before=before)


def _line(change: SessionChange, before: FormFacts, after: FormFacts) -> Line:
    voice, aspects = after.voice, change.aspects
    clinics = clinics_of(change.latest)
    return Line(
        (
            "\n".join(clinics),
            voice.join([_ASPECT_WORDS[aspect] for aspect in aspects]),
            *_side(change.before, before, aspects),
            *_side(change.after, after, aspects),
        )
    )


def _side(session: Session | None, facts: FormFacts, aspects: Sequence[Aspect]) -> tuple[str, str]:
    if session is None:
        return "", ""
    return facts.doctor(session.doctor), "\n".join(_particulars(session, facts, aspects))


def _particulars(session: Session, facts: FormFacts, aspects: Sequence[Aspect]) -> Iterator[str]:
    yield facts.voice.cell(session.at)
    if Aspect.CLINIC in aspects:
        yield from clinics_of(session)
    if Aspect.TICKETS in aspects:
        yield facts.voice.say(_tickets(session))
    if Aspect.ROOM in aspects and session.room:
        yield session.room


def _tickets(session: Session) -> Message:
    return message("{n:ticket|tickets}", n=session.tickets)
