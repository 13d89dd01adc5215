"""Notices as boards, each a titled table: one for each department, one for the hall, and the texts for patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from scheduler.names import LEVEL_WORDS
from scheduler.report.notices.changes import NOTICE_WORDS, Notice, NoticeKind, count_notices
from scheduler.report.notices.texts import doctor_name, patient_text
from scheduler.report.voice import Voice
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_HEADINGS = (
    message("Date"),
    message("Clinic"),
    message("Doctor"),
    message("Notice"),
    message("Instead"),
)
_OF_DEPARTMENTS = (message("Tickets"), message("Booked"), message("Reason"))


@dataclass(frozen=True)
class Board:
    """A notice to print: `name` is short (of a sheet), `widths` those of columns in characters of a workbook.

    `groups` are titled parts of its rows; a single part has no title. A board that is `signed` has a line for date and name.
    """

    name: str
    title: str
    lead: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    groups: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    signed: str = ""
    is_large: bool = False


def boards_of(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> tuple[Board, ...]:
    """Return the board of the hall, those of departments by name, and the texts for patients."""
    by_department = sorted(notices, key=lambda n: n.specialty)
    return (
        _hall(scenario, notices, voice),
        *(
            _department(scenario, name, tuple(part), voice)
            for name, part in groupby(by_department, key=lambda n: n.specialty)
        ),
        _texts(scenario, notices, voice),
    )


def _hall(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Board:
    groups = groupby(notices, key=lambda n: (n.campus, n.specialty))
    return Board(
        name=voice.say(message("Hall")),
        title=voice.say(message("Outpatient clinics: stopped, covered and rescheduled sessions")),
        lead=_lead(scenario, notices, voice),
        headings=_say(voice, _HEADINGS),
        widths=(18, 30, 16, 12, 38),
        groups=tuple(
            (" · ".join(filter(None, key)), tuple(_hall_row(scenario, n, voice) for n in part))
            for key, part in groups
        ),
        signed=_signature(voice),
        is_large=True,
    )


def _department(scenario: Scenario, name: str, notices: tuple[Notice, ...], voice: Voice) -> Board:
    by_time = sorted(notices, key=lambda n: (n.at, n.kind, n.doctor))
    return Board(
        name=name,
        title=voice.say(message("{name}: stopped, covered and rescheduled sessions", name=name)),
        lead=_lead(scenario, notices, voice),
        headings=_say(voice, (*_HEADINGS, *_OF_DEPARTMENTS)),
        widths=(18, 26, 16, 12, 34, 8, 8, 16),
        groups=(("", tuple(_department_row(scenario, n, voice) for n in by_time)),),
        signed=_signature(voice),
    )


def _texts(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> Board:
    rows = tuple((patient_text(scenario, notice, voice),) for notice in notices)
    return Board(
        name=voice.say(message("Texts for patients")),
        title=voice.say(message("Texts for patients")),
        lead=voice.say(message("A line for each session; send it to all who have booked there.")),
        headings=(voice.say(message("Text")),),
        widths=(120,),
        groups=(("", rows),),
    )


def _say(voice: Voice, words: Sequence[Message]) -> tuple[str, ...]:
    return tuple(map(voice.say, words))


def _signature(voice: Voice) -> str:
    return voice.say(message("Outpatient department          Date:              Signed:              "))


def _lead(scenario: Scenario, notices: tuple[Notice, ...], voice: Voice) -> str:
    dates = scenario.week.dates
    return voice.say(
        message(
            "{first} – {last}: {counts}.",
            first=voice.long_date(dates[0]),
            last=voice.long_date(dates[-1]),
            counts=count_notices(notices),
        )
    )


def _hall_row(scenario: Scenario, notice: Notice, voice: Voice) -> tuple[str, ...]:
    level = scenario.level_at(notice.doctor, min(notice.clinics))
    return (
        voice.cell(notice.at),
        voice.join(notice.clinics),
        f"{doctor_name(scenario, notice.doctor)} ({voice.say(LEVEL_WORDS[level])})",
        voice.say(NOTICE_WORDS[notice.kind]),
        _instead(scenario, notice, voice),
    )


def _instead(scenario: Scenario, notice: Notice, voice: Voice) -> str:
    """Return who holds the session now, when and where; a dash where it is stopped."""
    parts = []
    if notice.other:
        level = scenario.level_at(notice.other, min(notice.clinics))
        parts.append(f"{doctor_name(scenario, notice.other)} ({voice.say(LEVEL_WORDS[level])})")
    if notice.kind is NoticeKind.MOVED and notice.to is not None:
        parts.append(voice.cell(notice.to))
    if notice.room:
        parts.append(voice.say(message("room {room}", room=notice.room)))
    return voice.join(parts) or "–"


def _department_row(scenario: Scenario, notice: Notice, voice: Voice) -> tuple[str, ...]:
    row = _hall_row(scenario, notice, voice)
    booked = "–" if notice.booked is None else voice.number(notice.booked)
    return (*row, voice.number(notice.tickets), booked, notice.reason)
