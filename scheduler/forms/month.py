"""The month view: a calendar over several planned weeks, for each department or for each doctor."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from scheduler.clock import Half
from scheduler.forms.document import Form, Heading, Line, Page, Section
from scheduler.forms.facts import Appearance, FormFacts, by_cell
from scheduler.report.words import HALF_WORDS
from scheduler.words import message

_Entries = Mapping[str, Sequence[tuple[FormFacts, Appearance]]]

_DAY_WIDTH = 18


def department_month(weeks: Sequence[FormFacts]) -> Form:
    """Return a calendar for each specialty on a page of its own; weeks are in order."""
    of_specialty = _grouped(weeks, lambda facts, one: facts.scenario.clinic_of[one.clinic].specialty)
    pages = (
        Page(
            name,
            (_calendar(weeks, name, of_specialty[name], _doctor_and_clinic),),
            weeks[0].legend(facts.level(one) for facts, one in of_specialty[name]),
        )
        for name in sorted(of_specialty)
    )
    return _form(weeks, pages)


def doctor_month(weeks: Sequence[FormFacts]) -> Form:
    """Return a calendar for each doctor, those of a specialty on one page; weeks are in order."""
    of_doctor = _grouped(weeks, lambda _, one: one.doctor)
    # Doctors come and go: each is called as in the first week that knows them.
    known = {key: facts for facts in reversed(weeks) for key in facts.scenario.doctor_of}
    labels = {key: known[key].doctor(key) for key in of_doctor}
    doctors: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(of_doctor, key=lambda key: (labels[key], key)):
        doctors[known[key].scenario.doctor_of[key].specialty].append(key)
    pages = (
        Page(
            specialty,
            tuple(
                _calendar(weeks, labels[key], of_doctor[key], _clinic, note=specialty)
                for key in doctors[specialty]
            ),
        )
        for specialty in sorted(doctors)
    )
    return _form(weeks, pages)


def _form(weeks: Sequence[FormFacts], pages: Iterator[Page]) -> Form:
    voice, first, last = weeks[0].voice, weeks[0].scenario.week.dates[0], weeks[-1].scenario.week.dates[6]
    return Form(
        voice.say(message("{name}: clinics of the month", name=weeks[0].scenario.name)),
        f"{voice.long_date(first)} – {voice.long_date(last)}",
        voice.language,
        tuple(pages),
    )


def _grouped(weeks: Sequence[FormFacts], key: Callable[[FormFacts, Appearance], str]) -> _Entries:
    groups: defaultdict[str, list[tuple[FormFacts, Appearance]]] = defaultdict(list)
    for facts in weeks:
        for one in facts.appearances:
            groups[key(facts, one)].append((facts, one))
    return groups


def _doctor_and_clinic(facts: FormFacts, one: Appearance) -> str:
    return f"{facts.line(one)} {one.clinic}"


def _clinic(facts: FormFacts, one: Appearance) -> str:
    if one.stopped:
        return facts.voice.say(message("{clinic} (no clinic)", clinic=one.clinic))
    if one.instead_of:
        other = facts.doctor(one.instead_of)
        return facts.voice.say(message("{clinic} (for {other})", clinic=one.clinic, other=other))
    return one.clinic


def _calendar(
    weeks: Sequence[FormFacts],
    title: str,
    entries: Sequence[tuple[FormFacts, Appearance]],
    line: Callable[[FormFacts, Appearance], str],
    note: str = "",
) -> Section:
    weekdays = [day for day in range(7) if _is_used(weeks, day)]
    voice, monday = weeks[0].voice, weeks[0].scenario.week.dates
    headings = (
        Heading("", width=8, is_name=True),
        *(Heading(voice.weekday(monday[day]), width=_DAY_WIDTH) for day in weekdays),
    )
    lines: list[Line] = []
    for facts in weeks:
        own = [one for week, one in entries if week is facts]
        dates = [facts.scenario.week.dates[day] for day in weekdays]
        lines.append(Line(("", *map(voice.short_date, dates)), is_head=True))
        lines += _week_lines(facts, own, dates, line)
    return Section(title, headings, tuple(lines), note)


def _is_used(weeks: Sequence[FormFacts], weekday: int) -> bool:
    return any(cell.date.weekday() == weekday for facts in weeks for cell in facts.half_days)


def _week_lines(
    facts: FormFacts,
    entries: Sequence[Appearance],
    dates: Sequence[dt.date],
    line: Callable[[FormFacts, Appearance], str],
) -> Iterator[Line]:
    here = by_cell(entries, lambda one: line(facts, one))
    texts = {(cell.date, cell.half): text for cell, text in here.items()}
    for half in Half:
        if half is not Half.EVE or any(cell.half is half for cell in here):
            name = facts.voice.say(HALF_WORDS[half])
            yield Line((name, *(texts.get((date, half), "") for date in dates)))
