"""Forms of one week: the departments' tables, the hospital's table for its website, the sheets for the doors of rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scheduler.clock import Half
from scheduler.errors import InputError, Problem, Where
from scheduler.forms.document import Form, Heading, Line, Page, Section
from scheduler.forms.facts import Appearance, FormFacts, by_cell
from scheduler.names import LEVEL_WORDS
from scheduler.report.specialties import specialty_of
from scheduler.report.words import HALF_WORDS, KIND_WORDS
from scheduler.roster import Session, session_hours
from scheduler.scenario.hospital import Clinic
from scheduler.words import Message, message

_CAMPUS, _SPECIALTY, _CLINIC, _KIND = (
    message("Campus"),
    message("Specialty"),
    message("Clinic"),
    message("Kind"),
)
_DAY_WIDTH = 18


def department_form(facts: FormFacts) -> Form:
    """Return the weekly table of each specialty (科室周表): clinics down, half-days across, doctors in the cells."""
    clinics: defaultdict[str, list[Clinic]] = defaultdict(list)
    for clinic in facts.clinics_in_order():
        clinics[clinic.specialty].append(clinic)
    names = _headings(facts, *((_CAMPUS,) if len(facts.campuses) > 1 else ()), _CLINIC, _KIND)
    headings = (*names, *facts.half_day_headings())
    pages = []
    for specialty in sorted(clinics):
        lines = tuple(_clinic_lines(facts, clinics[specialty], len(names), room=True))
        pages.append(_page(facts, specialty, Section(specialty, headings, lines), clinics[specialty]))
    return _form(facts, message("{name}: weekly tables of departments", name=facts.scenario.name), pages)


def clinic_form(facts: FormFacts) -> Form:
    """Return the hospital's table for its website: the clinics of each campus down, half-days across."""
    headings = (*_headings(facts, _SPECIALTY, _CLINIC, _KIND), *facts.half_day_headings())
    pages = []
    for campus in facts.campuses:
        clinics = [clinic for clinic in facts.clinics_in_order() if clinic.campus == campus]
        name = campus or facts.scenario.name
        lines = tuple(_clinic_lines(facts, clinics, 3, room=False))
        pages.append(_page(facts, name, Section(name, headings, lines), clinics))
    return _form(facts, message("{name}: outpatient clinics", name=facts.scenario.name), pages)


def _page(facts: FormFacts, name: str, section: Section, clinics: Sequence[Clinic]) -> Page:
    shown = {clinic.clinic for clinic in clinics}
    levels = (facts.level(one) for one in facts.appearances if one.clinic in shown)
    return Page(name, (section,), facts.legend(levels))


def _form(facts: FormFacts, title: Message, pages: Sequence[Page]) -> Form:
    return Form(facts.voice.say(title), facts.period, facts.voice.language, tuple(pages))


_NAME_WIDTHS = {_CAMPUS: 12, _SPECIALTY: 13, _CLINIC: 22, _KIND: 13}


def _headings(facts: FormFacts, *names: Message) -> tuple[Heading, ...]:
    say = facts.voice.say
    return tuple(Heading(say(name), width=_NAME_WIDTHS[name], is_name=True) for name in names)


def _clinic_lines(facts: FormFacts, clinics: Sequence[Clinic], names: int, *, room: bool) -> Iterator[Line]:
    """Yield a line for each clinic; `names` are the columns that name it: campus or specialty where there are three."""
    of_clinic: defaultdict[str, list[Appearance]] = defaultdict(list)
    for one in facts.appearances:
        of_clinic[one.clinic].append(one)
    for clinic in clinics:
        here = by_cell(of_clinic[clinic.clinic], lambda one: facts.line(one, room=room))
        first = clinic.campus if room else clinic.specialty
        own = (clinic.clinic, facts.voice.say(KIND_WORDS[clinic.kind]))
        texts = (here.get(cell, "") for cell in facts.half_days)
        yield Line((*((first,) if names == 3 else ()), *own, *texts))


def door_form(facts: FormFacts) -> Form:
    """Return a page for the door of each room that has a name and a session.

    Raises InputError where no room has a name: the ones an import makes up are on no door.
    """
    of_room: defaultdict[tuple[str, str], list[Session]] = defaultdict(list)
    for session in facts.roster.held:
        if session.room:
            of_room[facts.scenario.clinic_of[min(session.blocks).clinic].pool, session.room].append(session)
    campus_of = {(room.pool, room.room): room.campus for room in facts.scenario.rooms}
    if not of_room:
        raise InputError([_no_named_room()])
    keys = sorted(of_room, key=lambda key: (campus_of.get(key, ""), key[1], key[0]))
    pages = [_door_page(facts, key[1], campus_of.get(key, ""), of_room[key]) for key in keys]
    return _form(facts, message("{name}: clinics in this room", name=facts.scenario.name), pages)


def _no_named_room() -> Problem:
    wrong = message("no session is in a room with a name")
    remedy = message("Write the rooms' names into rooms.csv, or into the timetable's column room, and plan.")
    return Problem(Where(file="rooms.csv"), wrong, remedy)


def _door_page(facts: FormFacts, room: str, campus: str, sessions: Sequence[Session]) -> Page:
    voice = facts.voice
    dates = sorted({cell.date for cell in facts.half_days})
    halves = [half for half in Half if half is not Half.EVE or any(s.at.half is half for s in sessions)]
    headings = (
        Heading("", width=8, is_name=True),
        *(
            Heading(voice.date(date), width=_DAY_WIDTH, is_optional=date not in facts.scenario.working_dates)
            for date in dates
        ),
    )
    texts: defaultdict[tuple[object, Half], list[str]] = defaultdict(list)
    for session in sorted(sessions, key=lambda s: (s.at, s.session)):
        texts[session.at.date, session.at.half].append(_door_text(facts, session))
    lines = (
        Line((voice.say(HALF_WORDS[half]), *("\n\n".join(texts[date, half]) for date in dates)))
        for half in halves
    )
    departments = sorted({specialty_of(facts.scenario, session) for session in sessions})
    note = " · ".join(part for part in (campus, voice.join(departments)) if part)
    return Page(room, (Section(room, headings, tuple(lines), note),), is_large=True)


def _door_text(facts: FormFacts, session: Session) -> str:
    clinics = sorted(block.clinic for block in session.blocks)
    hours = session_hours(facts.scenario, session)
    level = facts.voice.say(LEVEL_WORDS[facts.scenario.session_level(session.doctor, session.blocks)])
    doctor = facts.doctor(session.doctor)
    if session.was_doctor:
        other = facts.doctor(session.was_doctor)
        doctor = facts.voice.say(message("{doctor} (for {other})", doctor=doctor, other=other))
    times = ", ".join(str(window) for window in hours.windows)
    return "\n".join((doctor, level, *clinics, times))
