"""The printed notices of a repaired week: a page for the hall, one for each department, and the texts for patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import groupby

from scheduler.clock import clock_text
from scheduler.forms.document import Form, Heading, Line, Page, Section
from scheduler.forms.notices.changes import NOTICE_WORDS, Notice, NoticeKind, count_notices
from scheduler.forms.notices.texts import patient_text
from scheduler.names import LEVEL_WORDS
from scheduler.report.voice import Voice
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_HEADINGS = (
    (message("Date"), 20),
    (message("Clinic"), 26),
    (message("Doctor"), 22),
    (message("Notice"), 10),
    (message("Instead"), 34),
)
_TIMES = ((message("Was told"), 16), (message("Is told now"), 16), (message("Should come at"), 16))
_OF_DEPARTMENTS = ((message("Tickets"), 8), (message("Booked"), 8), (message("Reason"), 16))


def notice_form(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Form:
    """Return a page for the hall, one for each department by name, and one with the texts for patients.

    Where a session is rescheduled, a page before the texts tells the new time of each of its tickets.
    """
    by_department = sorted(notices, key=lambda n: n.specialty)
    dates = scenario.week.dates
    return Form(
        voice.say(message("{name}: notices", name=scenario.name)),
        f"{voice.long_date(dates[0])} – {voice.long_date(dates[-1])}",
        voice.language,
        (
            _hall(scenario, notices, voice),
            *(
                _department(scenario, name, tuple(part), voice)
                for name, part in groupby(by_department, key=lambda n: n.specialty)
            ),
            *_new_times(scenario, notices, voice),
            _texts(scenario, notices, voice),
        ),
    )


def _hall(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Page:
    lines: list[Line] = []
    for key, part in groupby(notices, key=lambda n: (n.campus, n.specialty)):
        name = " · ".join(filter(None, key))
        lines.append(Line((name, *[""] * (len(_HEADINGS) - 1)), is_head=True))
        lines += (Line(_hall_row(scenario, notice, voice)) for notice in part)
    title = voice.say(message("Outpatient clinics: stopped, covered and rescheduled sessions"))
    section = Section(title, _headings(voice, _HEADINGS), tuple(lines), _counts(notices, voice))
    return Page(voice.say(message("Hall")), (section,), signed=_signature(voice), is_large=True)


def _department(scenario: Scenario, name: str, notices: tuple[Notice, ...], voice: Voice) -> Page:
    by_time = sorted(notices, key=lambda n: (n.at, n.kind, n.doctor))
    lines = tuple(Line(_department_row(scenario, notice, voice)) for notice in by_time)
    title = voice.say(message("{name}: stopped, covered and rescheduled sessions", name=name))
    headings = _headings(voice, (*_HEADINGS, *_OF_DEPARTMENTS))
    return Page(name, (Section(title, headings, lines, _counts(notices, voice)),), signed=_signature(voice))


def _new_times(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Iterator[Page]:
    lines: list[Line] = []
    for notice in notices:
        if notice.to is None or not notice.times:
            continue
        clinics, name = voice.join(notice.clinics), scenario.doctor_name(notice.doctor)
        title = f"{clinics} · {name}: {voice.cell(notice.at)} → {voice.cell(notice.to)}"
        lines.append(Line((title, *[""] * (len(_TIMES) - 1)), is_head=True))
        lines += (Line(tuple(map(clock_text, astuple(time)))) for time in notice.times)
    if lines:
        name = voice.say(message("New times"))
        note = voice.say(message("Of rescheduled sessions, a line a ticket."))
        yield Page(name, (Section(name, _headings(voice, _TIMES), tuple(lines), note),))


def _texts(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Page:
    title = voice.say(message("Texts for patients"))
    note = voice.say(message("A line for each session; send it to all who have booked there."))
    lines = tuple(Line((patient_text(scenario, notice, voice),)) for notice in notices)
    return Page(title, (Section(title, (Heading(voice.say(message("Text")), width=120),), lines, note),))


def _headings(voice: Voice, headings: Sequence[tuple[Message, int]]) -> tuple[Heading, ...]:
    return tuple(Heading(voice.say(text), width=width) for text, width in headings)


def _signature(voice: Voice) -> str:
    return voice.say(message("Outpatient department          Date:              Signed:              "))


def _counts(notices: tuple[Notice, ...], voice: Voice) -> str:
    return voice.join(count_notices(notices))


def _hall_row(scenario: Scenario, notice: Notice, voice: Voice) -> tuple[str, ...]:
    return (
        voice.cell(notice.at),
        voice.join(notice.clinics),
        _with_level(scenario, notice, notice.doctor, voice),
        voice.say(NOTICE_WORDS[notice.kind]),
        _instead(scenario, notice, voice),
    )


def _with_level(scenario: Scenario, notice: Notice, doctor: str, voice: Voice) -> str:
    level = LEVEL_WORDS[scenario.level_at(doctor, min(notice.clinics))]
    return voice.say(message("{doctor} ({level})", doctor=scenario.doctor_name(doctor), level=level))


def _instead(scenario: Scenario, notice: Notice, voice: Voice) -> str:
    """Return who holds the session now, when and where; a dash where it is stopped."""
    parts = []
    if notice.other:
        parts.append(_with_level(scenario, notice, notice.other, voice))
    if notice.kind is NoticeKind.MOVED and notice.to is not None:
        parts.append(voice.cell(notice.to))
    if notice.room:
        parts.append(voice.say(message("room {room}", room=notice.room)))
    return voice.join(parts) or "–"


def _department_row(scenario: Scenario, notice: Notice, voice: Voice) -> tuple[str, ...]:
    row = _hall_row(scenario, notice, voice)
    booked = "–" if notice.booked is None else voice.number(notice.booked)
    return (*row, voice.number(notice.tickets), booked, notice.reason)
