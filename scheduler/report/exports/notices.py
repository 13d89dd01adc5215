"""The booking notice of a ticket: when to come, where to, and how to get there, from a template of the campus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from scheduler.clock import clock_text
from scheduler.errors import InputError, Problem, Where, suggest
from scheduler.report.voice import Voice
from scheduler.roster import Slot
from scheduler.scenario.week import Scenario
from scheduler.words import message

FIELDS = ("campus", "clinic", "come", "date", "doctor", "room", "start")
"""What a template may name in braces."""

ANY_CAMPUS = ""
"""The key of the template that serves every campus without one of its own."""


@dataclass(frozen=True)
class Notices:
    """Templates by campus; a campus without one has that of `ANY_CAMPUS`, and without that the usual sentences."""

    templates: Mapping[str, str]

    def __post_init__(self) -> None:
        """Raise InputError with every unknown field of every template."""
        problems = [
            Problem(
                Where(field=campus or "*"), message("there is no such field"), suggest(name, FIELDS), name
            )
            for campus, text in sorted(self.templates.items())
            for name in sorted(_named(text) - set(FIELDS))
        ]
        if problems:
            raise InputError(problems)

    def text(self, slot: Slot, told: int, come: int, campus: str, voice: Voice, doctor: str = "") -> str:
        """Return the notice of tickets of a slot that are told the same time, in the reader's language.

        `told` and `come` are minutes after midnight; `doctor` is the doctor's name, where it is known. A template of
        the hospital's is not translated.
        """
        values = {
            "campus": campus,
            "clinic": slot.clinic,
            "doctor": doctor or slot.doctor,
            "room": slot.room,
            "date": voice.long_date(slot.date),
            "start": clock_text(told),
            "come": clock_text(come),
        }
        template = self.templates.get(campus, self.templates.get(ANY_CAMPUS))
        if template is not None:
            return template.format(**values)
        notice = message(
            "{clinic}, {date}: please come at {come} for {start} to {place}. Parking is scarce: use public transport.",
            place=" ".join(part for part in (campus, slot.room) if part) or slot.clinic,
            **values,
        )
        return voice.say(notice)


def read_notices(path: Path) -> Notices:
    """Return the templates in a JSON file, an object of texts by campus; raises InputError for any other file."""
    try:
        templates = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        templates = None
    if not isinstance(templates, dict) or not all(isinstance(text, str) for text in templates.values()):
        wrong, remedy = (
            message("this is not a file of notices"),
            message("Write a JSON object: a template for each campus, and one for any under an empty name."),
        )
        raise InputError([Problem(Where(file=path.name), wrong, remedy)])
    return Notices(templates)


class Campuses:
    """The campus of every slot: that of its room, else that of its clinic; empty where neither has one."""

    def __init__(self, scenario: Scenario) -> None:
        self._of_room = {room.room: room.campus for room in scenario.rooms}
        self._of_clinic = {clinic.clinic: clinic.campus for clinic in scenario.clinics}

    def of(self, slot: Slot) -> str:
        """Return the campus where the slot's patients come to."""
        return self._of_room.get(slot.room) or self._of_clinic.get(slot.clinic, "")


def _named(template: str) -> set[str]:
    return set(_fields(template))


def _fields(template: str) -> Iterable[str]:
    try:
        yield from (name for _, name, _, _ in Formatter().parse(template) if name is not None)
    except ValueError:
        yield template
