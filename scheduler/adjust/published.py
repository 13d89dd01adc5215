"""A published week as a scenario of its own: its sessions are the template, and the way back is remembered."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from scheduler.adjust.stops import Stop
from scheduler.clock import WEEKDAYS, Cell, DayKind, Half
from scheduler.errors import InputError, Problem, Where
from scheduler.roster import Roster, Session
from scheduler.rules import Strictness
from scheduler.scenario.changes import with_settings
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.policy import LeavePolicy
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow, Presence, TemplateRow
from scheduler.scenario.substitutes import find_substitutes
from scheduler.scenario.week import Scenario
from scheduler.words import message


@dataclass(frozen=True)
class PublishedWeek:
    """A published roster of `base`, the stops that it has to be repaired for, and the first date that may change.

    `pinned` sessions, by doctor and half-day, stay where they are.
    """

    base: Scenario
    roster: Roster
    stops: frozenset[Stop]
    since: dt.date
    budget: int | None
    pinned: frozenset[tuple[str, Cell]] = frozenset()

    def __post_init__(self) -> None:
        problems = [*_twice_at_once(self.roster)]
        if problems:
            raise InputError(problems)

    @cached_property
    def session_at(self) -> dict[tuple[str, Cell], Session]:
        """The sessions that the repair looks at, by doctor and half-day: those held on days that are open."""
        open_cells = frozenset(self.base.cells)
        return {(s.doctor, s.at): s for s in self.roster.held if s.at in open_cells}

    @cached_property
    def left_out(self) -> tuple[Session, ...]:
        """The other sessions of the roster: dropped ones, and those of days that have been closed since."""
        seen = {session.session for session in self.session_at.values()}
        return tuple(session for session in self.roster.sessions if session.session not in seen)

    @cached_property
    def scenario(self) -> Scenario:
        """The week in which the published one is the template, and whose rules ask no more than it gave.

        Changes count against what is published, and come first after `cover`. A doctor's limits let in what they
        have; demand asks for what it got.
        """
        base = self.base
        tiers = [key for key in base.tiers if key not in ("cover", "changes", "same_room")]
        first = ["cover"] if "cover" in base.tiers else []
        rules = {**base.rules, "changes": Strictness.SOFT}
        if not base.is_on("same_room"):
            rules["same_room"] = Strictness.SOFT
        changes = base.policy.changes.model_copy(update={"budget": self.budget})
        return base.changed(
            # Stopped sessions stay in this template, or nobody could take them over.
            policy=base.policy.model_copy(
                update={"changes": changes, "leave": LeavePolicy(sessions="cover")}
            ),
            rules=rules,
            tiers=(*first, "changes", *tiers, "same_room"),
            **self.as_template,
            availability=(*self._wishes(), *self._presence()),
            demand=tuple(self._met_demand(row) for row in base.demand),
        )

    @property
    def as_template(self) -> Mapping[str, Any]:
        """The parts of a scenario whose template is the published week: calendar, doctors, clinics and template.

        Its tickets are those given out: none are added for patients who stay away.
        """
        return {
            "clinics": tuple(
                clinic.model_copy(
                    update={"tickets": self.base.usual_tickets(clinic.clinic), "no_show": Fraction(0)}
                )
                for clinic in self.base.clinics
            ),
            "calendar": tuple(self._calendar()),
            "doctors": tuple(self._within_limits(doctor) for doctor in self.base.doctors),
            "template": tuple(self._template()),
        }

    @cached_property
    def without_budget(self) -> Scenario:
        """The same week without a budget of changes."""
        if self.budget is None:
            return self.scenario
        return with_settings(self.scenario, {"policy.changes.budget": None}).scenario

    def _calendar(self) -> Iterator[CalendarRow]:
        for day in self.base.days:
            follows = WEEKDAYS[day.date.weekday()]
            yield CalendarRow(date=day.date, kind=day.kind, follows=follows, reason=day.reason)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(doctor for doctor, _ in self.session_at)

    @cached_property
    def _published_before_leave(self) -> Counter[str]:
        """How many published sessions each doctor's limits no longer ask for, as leave came afterwards."""
        return Counter(s.doctor for s in self.base.on_leave if (s.doctor, s.cell) in self.session_at)

    def _within_limits(self, doctor: Doctor) -> Doctor:
        (least, most), has = self.base.limits(doctor.doctor), self._counts[doctor.doctor]
        # The stops are leave in this week, which takes them off the fewest itself.
        fewest = min(least + self._published_before_leave[doctor.doctor], has)
        return doctor.model_copy(update={"min_sessions": fewest, "max_sessions": max(most, has)})

    def _template(self) -> Iterator[TemplateRow]:
        standing = {(s.doctor, s.cell): s for s in (*self.base.on_leave, *self.base.standing)}
        for (doctor, cell), session in sorted(self.session_at.items()):
            origin = None if session.was is None else standing.get((session.owner, session.was))
            booked = 0 if origin is None else origin.booked
            stays = origin is not None and origin.pinned and origin.cell == cell
            stays |= (doctor, cell) in self.pinned
            for number, block in enumerate(sorted(session.blocks)):
                yield TemplateRow(
                    doctor=doctor,
                    day=WEEKDAYS[cell.date.weekday()],
                    half=cell.half,
                    clinic=block.clinic,
                    tickets=block.tickets,
                    room=session.room,
                    pinned=stays and Stop(doctor, cell) not in self.stops,
                    booked=0 if number else booked,
                    hours=None if origin is None or origin.cell.half is not cell.half else origin.hours,
                )

    @cached_property
    def can_come(self) -> Mapping[str, frozenset[Cell]]:
        """When each doctor can come: as the scenario says, and where they are published already, less the stops."""
        stopped = {(stop.doctor, stop.cell) for stop in self.stops}
        open_cells: dict[str, set[Cell]] = {d: set(self.base.open_cells(d)) for d in self.base.doctor_of}
        for doctor, cell in self.session_at:
            open_cells[doctor].add(cell)
        return {d: frozenset(c for c in cells if (d, c) not in stopped) for d, cells in open_cells.items()}

    def _wishes(self) -> Iterator[AvailabilityRow]:
        wishes = (Presence.PREFER, Presence.AVOID)
        return (row for row in self.base.availability if row.state in wishes)

    def _presence(self) -> Iterator[AvailabilityRow]:
        """Yield what makes the open half-days of each doctor those at which they can come."""
        working = frozenset(day.date for day in self.base.days if day.kind is DayKind.WORKING)
        usual = frozenset(c for c in self.base.cells if c.date in working and c.half is not Half.EVE)
        own: dict[str, set[Cell]] = defaultdict(set)
        for doctor, cell in self.session_at:
            own[doctor].add(cell)
        for doctor, cells in self.can_come.items():
            open_else = usual | own[doctor]
            for cell in sorted(open_else ^ cells):
                state = Presence.OPEN if cell in cells else Presence.AWAY
                yield AvailabilityRow(doctor=doctor, day=cell.date.isoformat(), half=cell.half, state=state)

    @cached_property
    def _served(self) -> Mapping[str, list[tuple[str, Cell]]]:
        served: dict[str, list[tuple[str, Cell]]] = defaultdict(list)
        for at, session in self.session_at.items():
            for clinic in {block.clinic for block in session.blocks}:
                served[clinic].append(at)
        return served

    def _met_demand(self, row: DemandRow) -> DemandRow:
        met = sum(
            row.covers(cell)
            and self.base.session_level(doctor, self.session_at[doctor, cell].blocks).at_least(row.level)
            for doctor, cell in self._served.get(row.clinic, ())
        )
        return row.model_copy(update={"sessions": min(row.sessions, met)})


def _twice_at_once(roster: Roster) -> Iterator[Problem]:
    for (doctor, cell), times in Counter((s.doctor, s.at) for s in roster.held).items():
        if times > 1:
            yield Problem(
                Where(file="sessions.csv"),
                message("the doctor has {times:session|sessions} in one half-day", times=times),
                message("Keep one of them, or make them one session, before the week is repaired."),
                f"{doctor} {cell.date.isoformat()}-{cell.half}",
            )


class CoverLevel(StrEnum):
    """Which level a doctor who takes over a session needs, compared with the stopped doctor's."""

    SAME_OR_HIGHER = "same-or-higher"
    SAME = "same"


def covers(published: PublishedWeek, level: CoverLevel) -> dict[tuple[str, Cell], tuple[str, ...]]:
    """Return, for the session of each stop, the doctors who may take it over, sorted.

    They are of its doctor's specialty and of the level required, approved for all its clinics, can come then, and have
    not been stopped themselves. A stop that wants no cover has none.
    """
    stops = ((stop, published.session_at.get((stop.doctor, stop.cell))) for stop in sorted(published.stops))
    return {
        (stop.doctor, stop.cell): find_substitutes(
            published.base,
            stop.doctor,
            stop.cell,
            session.blocks,
            can_come=published.can_come,
            same_level=level is CoverLevel.SAME,
        )
        for stop, session in stops
        if session is not None and stop.wish.is_wanted
    }
