"""What the forms are filled with: a week's roster, who holds, covers or stops a session, and how that is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scheduler.clock import Cell, Half
from scheduler.forms.document import Heading
from scheduler.names import LEVEL_WORDS
from scheduler.report.sheets.doctors import doctor_label
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS
from scheduler.roster import Plan, Roster, with_named_rooms
from scheduler.scenario.hospital import Clinic, Kind, Level
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.words import message

LEVEL_MARKS: Mapping[Level, str] = {Level.KNOWN_EXPERT: "★", Level.CHIEF: "●", Level.DEPUTY_CHIEF: "▲"}
"""The signs of levels after a doctor's name; they survive a grey printer and need no words."""

KIND_ORDER: Mapping[Kind, int] = {kind: place for place, kind in enumerate(Kind)}
"""The order of clinics' kinds in a form."""

_HALF_DAY_WIDTH = 13


@dataclass(frozen=True)
class WeekRoster:
    """One week and its roster; the scenario is that of the week."""

    scenario: Scenario
    roster: Roster


@dataclass(frozen=True)
class Appearance:
    """A doctor in a half-day of a clinic: held, or stopped (停诊); `instead_of` is the doctor who is covered (替诊)."""

    cell: Cell
    clinic: str
    doctor: str
    room: str = ""
    instead_of: str = ""
    stopped: bool = False


class FormFacts:
    """A week as the forms show it, in one language; no session has a room that the program had to invent."""

    def __init__(self, week: WeekRoster, voice: Voice) -> None:
        self.scenario, self.voice = week.scenario, voice
        self.roster = with_named_rooms(week.scenario, Plan(week.roster)).roster
        self._labels: dict[str, str] = {}

    @property
    def period(self) -> str:
        """The week's first and last date in words."""
        dates = self.scenario.week.dates
        return f"{self.voice.long_date(dates[0])} – {self.voice.long_date(dates[6])}"

    @cached_property
    def appearances(self) -> tuple[Appearance, ...]:
        """Every doctor at every clinic and half-day, stopped ones too, by half-day, level from the top and name."""
        return tuple(sorted([*self._in_roster(), *self._on_leave()], key=self._order))

    def _in_roster(self) -> Iterator[Appearance]:
        for session in self.roster.sessions:
            cell = session.cell or session.was
            stopped = session.cell is None
            if cell is None or (stopped and (session.owner, cell) in self._covered):
                continue
            room = "" if stopped else session.room
            for block in session.blocks:
                yield Appearance(cell, block.clinic, session.doctor, room, session.was_doctor, stopped)

    @cached_property
    def _covered(self) -> frozenset[tuple[str, Cell | None]]:
        return frozenset((session.owner, session.was) for session in self.roster.held)

    def _on_leave(self) -> Iterator[Appearance]:
        known = {(session.owner, session.was) for session in self.roster.sessions}
        for standing in self.scenario.on_leave:
            if (standing.doctor, standing.cell) not in known:
                for block in standing.blocks:
                    yield Appearance(standing.cell, block.clinic, standing.doctor, stopped=True)

    def _order(self, one: Appearance) -> tuple[object, ...]:
        return one.cell, one.stopped, -self.level(one).rank, self.doctor(one.doctor), one.doctor, one.clinic

    def level(self, one: Appearance) -> Level:
        """Return the doctor's level at the clinic."""
        return self.scenario.session_level(one.doctor, (Block(one.clinic, 0),))

    def doctor(self, key: str) -> str:
        """Return the doctor's name, with the key where a colleague of the specialty bears it too."""
        if key not in self._labels:
            self._labels[key] = doctor_label(self.scenario, self.scenario.doctor_of[key])
        return self._labels[key]

    def line(self, one: Appearance, *, room: bool = False) -> str:
        """Return the doctor's line in a cell: name and level, who is covered or that it is stopped, and the room."""
        text = self.doctor(one.doctor) + LEVEL_MARKS.get(self.level(one), "")
        if one.stopped:
            return self.voice.say(message("{doctor} (no clinic)", doctor=text))
        if one.instead_of:
            text = self.voice.say(
                message("{doctor} (for {other})", doctor=text, other=self.doctor(one.instead_of))
            )
        return f"{text}\n{one.room}" if room and one.room else text

    @cached_property
    def half_days(self) -> tuple[Cell, ...]:
        """Mornings and afternoons of working days, and whatever other half-day has an entry."""
        used = {one.cell for one in self.appearances}
        usual = {Cell(date, half) for date in self.scenario.working_dates for half in (Half.AM, Half.PM)}
        return tuple(sorted(used | usual))

    def half_day_headings(self) -> tuple[Heading, ...]:
        """Return a heading for each half-day, under its date; evenings and weekends are optional."""
        working = frozenset(self.scenario.working_dates)
        return tuple(
            Heading(
                self.voice.say(HALF_WORDS[cell.half]),
                self.voice.date(cell.date),
                _HALF_DAY_WIDTH,
                is_optional=cell.half is Half.EVE or cell.date not in working,
            )
            for cell in self.half_days
        )

    def legend(self, levels: Iterable[Level]) -> str:
        """Return what the marks of these levels mean, only of those that are in use."""
        used = set(levels)
        return "  ".join(
            f"{mark} {self.voice.say(LEVEL_WORDS[level])}"
            for level, mark in LEVEL_MARKS.items()
            if level in used
        )

    def clinics_in_order(self) -> tuple[Clinic, ...]:
        """Return the clinics that have an entry, by campus, specialty, kind and name."""
        used = {one.clinic for one in self.appearances}
        clinics = (clinic for key, clinic in self.scenario.clinic_of.items() if key in used)
        return tuple(sorted(clinics, key=lambda c: (c.campus, c.specialty, KIND_ORDER[c.kind], c.clinic)))

    @cached_property
    def campuses(self) -> tuple[str, ...]:
        """The campuses of the clinics that have an entry, sorted."""
        return tuple(sorted({clinic.campus for clinic in self.clinics_in_order()}))


def by_cell(appearances: Iterable[Appearance], line: Callable[[Appearance], str]) -> Mapping[Cell, str]:
    """Return the text of each half-day's cell, a line for each entry, none twice."""
    lines: defaultdict[Cell, dict[str, None]] = defaultdict(dict)
    for one in appearances:
        lines[one.cell][line(one)] = None
    return {cell: "\n".join(texts) for cell, texts in lines.items()}
