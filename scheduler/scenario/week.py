"""A scenario: everything that one week's plan depends on, cross-checked when it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from scheduler.clock import WEEKDAYS, Cell, Day, DayKind, DayOverride, Half, Hours, Week, week_days
from scheduler.errors import ScenarioError
from scheduler.rules import DEFAULT_TIERS, KEYS, RULES, Strictness
from scheduler.scenario.channels import channel_rules
from scheduler.scenario.forecasts import Discharge, Exam, ReturnRate
from scheduler.scenario.hospital import (
    Channel,
    Clinic,
    ClinicLevel,
    Credit,
    Doctor,
    Frozen,
    Level,
    Partner,
    Room,
    Text,
    Travel,
)
from scheduler.scenario.pace import PaceRow, PaceScope
from scheduler.scenario.policy import ChannelPolicy, Policy, Preset
from scheduler.scenario.problems import _cross_check
from scheduler.scenario.rows import (
    TABLES,
    AvailabilityRow,
    Block,
    CalendarRow,
    DemandRow,
    HoursField,
    Origin,
    Presence,
    StandingSession,
    TemplateRow,
    fullest_weeks,
)
from scheduler.scenario.services import Service
from scheduler.scenario.standing_sessions import standing_sessions
from scheduler.words import counted


def _week(value: Any) -> Week:
    return value if isinstance(value, Week) else Week.parse(str(value))


WeekField = Annotated[Week, BeforeValidator(_week), PlainSerializer(str, return_type=str)]

EXPERT_RULES = ("ratio_experts", "expert_presence")
"""Rules that count experts."""

DEFAULT_HALVES = {
    Half.AM: Hours.parse("08:00-11:30"),
    Half.PM: Hours.parse("13:30-17:00"),
    Half.EVE: Hours.parse("17:00-19:30"),
}
"""Hours of the halves where a scenario tells none (DOMAIN section 2; published grids start at 08:00)."""


class Scenario(Frozen):
    """Everything one week's plan depends on; cannot be built from parts that do not fit together.

    `week` is the ISO week to plan. `halves` are the hospital's hours, `local_halves` those of a campus or a clinic, by
    its name, where they are others. `rules` holds only what differs from the catalogue's defaults. `tiers` orders
    the soft rules, the most important first. Raises ScenarioError with every problem.
    """

    name: Text = "week"
    week: WeekField
    halves: Mapping[Half, HoursField] = Field(default=DEFAULT_HALVES)
    local_halves: Mapping[Text, Mapping[Half, HoursField]] = Field(default_factory=dict)
    policy: Policy = Policy()
    rules: Mapping[str, Strictness] = Field(default_factory=dict)
    tiers: tuple[str, ...] = DEFAULT_TIERS
    calendar: tuple[CalendarRow, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    clinics: tuple[Clinic, ...] = ()
    levels: tuple[ClinicLevel, ...] = ()
    rooms: tuple[Room, ...] = ()
    travel: tuple[Travel, ...] = ()
    template: tuple[TemplateRow, ...] = ()
    availability: tuple[AvailabilityRow, ...] = ()
    demand: tuple[DemandRow, ...] = ()
    partners: tuple[Partner, ...] = ()
    credits: tuple[Credit, ...] = ()
    returns: tuple[ReturnRate, ...] = ()
    discharges: tuple[Discharge, ...] = ()
    exams: tuple[Exam, ...] = ()
    pace: tuple[PaceRow, ...] = ()
    services: tuple[Service, ...] = ()

    @model_validator(mode="after")
    def _cross_checked(self) -> Self:
        problems = list(_cross_check(self))
        if problems:
            raise ScenarioError(problems)
        return self

    def __repr__(self) -> str:
        sizes = f"{counted(len(self.doctors), 'doctor|doctors')}, {counted(len(self.standing), 'session|sessions')}"
        return f"Scenario({self.name} {self.week}: {sizes})"

    __str__ = __repr__

    def changed(self, **fields: Any) -> Scenario:
        """Return the scenario with these fields in place of its own, cross-checked again."""
        return Scenario(**{**self.fields(), **fields})

    def strictness(self, key: str) -> Strictness:
        """Return how the rule `key` is held here.

        A rule on experts that is only striven for is off where no expert is known: it would be about nothing.
        """
        own = self.rules.get(key)
        held = _DEFAULTS[key] if own is None else own
        if held is Strictness.SOFT and key in EXPERT_RULES and not self.knows_experts:
            return Strictness.OFF
        return held

    @cached_property
    def knows_experts(self) -> bool:
        """Whether some doctor counts as an expert, at one clinic at least."""
        levels = itertools.chain((d.level for d in self.doctors), (row.level for row in self.levels))
        return any(self.is_expert(level) for level in levels)

    def is_on(self, key: str) -> bool:
        """Return whether the rule `key` is hard or soft here."""
        return self.strictness(key) is not Strictness.OFF

    @cached_property
    def doctor_of(self) -> dict[str, Doctor]:
        """Doctors by key, sorted."""
        return {d.doctor: d for d in sorted(self.doctors, key=lambda d: d.doctor)}

    def doctor_name(self, doctor: str) -> str:
        """Return the doctor as people know them: by name, or by the key where no name is told."""
        known = self.doctor_of.get(doctor)
        return doctor if known is None else known.name or doctor

    @cached_property
    def clinic_of(self) -> dict[str, Clinic]:
        """Clinics by key, sorted."""
        return {c.clinic: c for c in sorted(self.clinics, key=lambda c: c.clinic)}

    @cached_property
    def rooms_of(self) -> dict[str, tuple[Room, ...]]:
        """Rooms by pool, both sorted."""
        pools: dict[str, list[Room]] = defaultdict(list)
        for room in sorted(self.rooms, key=lambda r: r.room):
            pools[room.pool].append(room)
        return {pool: tuple(pools[pool]) for pool in sorted(pools)}

    @cached_property
    def travel_minutes(self) -> dict[tuple[str, str], int]:
        """Minutes from campus to campus; a row serves the way back too where none is told for it."""
        there = {(row.from_campus, row.to_campus): row.minutes for row in self.travel}
        return {(to, from_): minutes for (from_, to), minutes in there.items()} | there

    @cached_property
    def pools(self) -> tuple[str, ...]:
        """Keys of all room pools, sorted; a pool may have no room."""
        return tuple(sorted({c.pool for c in self.clinics} | {r.pool for r in self.rooms}))

    @cached_property
    def specialties(self) -> tuple[str, ...]:
        """All specialties of doctors and clinics, sorted."""
        return tuple(sorted({c.specialty for c in self.clinics} | {d.specialty for d in self.doctors}))

    @cached_property
    def consortium_specialties(self) -> frozenset[str]:
        """Specialties whose expert tickets are shared with partners: none where the preset is left out."""
        if Preset.BEIJING_2019_SPECIALTY not in self.policy.presets:
            return frozenset()
        named = self.policy.reserve.specialties
        return frozenset(self.specialties if named == "all" else named)

    @cached_property
    def partner_of(self) -> dict[str, Partner]:
        """Partners by key, sorted."""
        return {p.partner: p for p in sorted(self.partners, key=lambda p: p.partner)}

    def partners_in(self, specialty: str) -> tuple[Partner, ...]:
        """Return the partners that tickets of `specialty` are held for, sorted by key."""
        in_consortium = specialty in self.consortium_specialties
        return tuple(
            partner
            for partner in self.partner_of.values()
            if partner.may_claim(Channel.PARTNER)
            and (specialty in partner.specialties if partner.specialties else in_consortium)
        )

    @cached_property
    def pace_rows(self) -> dict[tuple[PaceScope, str], PaceRow]:
        """Rows of the table pace by scope and key; the hospital's has the key ""."""
        return {(row.scope, row.key): row for row in self.pace}

    @cached_property
    def channel_rules(self) -> tuple[ChannelPolicy, ...]:
        """The rules on who may book in the order they are laid out, presets spelled out, be they on or off."""
        return channel_rules(self.policy)

    @cached_property
    def return_rates(self) -> dict[str, ReturnRate]:
        """What is learned of return visits, by clinic."""
        return {rate.clinic: rate for rate in self.returns}

    @cached_property
    def discharges_of(self) -> dict[str, tuple[Discharge, ...]]:
        """The patients who leave the wards of each specialty that any row speaks of."""
        rows: dict[str, tuple[Discharge, ...]] = {}
        for row in self.discharges:
            rows[row.specialty] = (*rows.get(row.specialty, ()), row)
        return rows

    def is_expert(self, level: Level) -> bool:
        """Return whether a doctor of `level` counts as an expert."""
        return level.at_least(self.policy.experts.from_level)

    @cached_property
    def _level_at(self) -> dict[tuple[str, str], Level]:
        return {(row.doctor, row.clinic): row.level for row in self.levels}

    def level_at(self, doctor: str, clinic: str) -> Level:
        """Return the doctor's level at the clinic: the one of the table levels, else the doctor's own."""
        own = self._level_at.get((doctor, clinic))
        return self.doctor_of[doctor].level if own is None else own

    def session_level(self, doctor: str, blocks: Iterable[Block]) -> Level:
        """Return the doctor's level in a session: the highest at its clinics."""
        levels = (self.level_at(doctor, block.clinic) for block in blocks)
        return max(levels, key=lambda level: level.rank, default=self.doctor_of[doctor].level)

    def hours_at(self, half: Half, clinic: str, own: Hours | None = None) -> Hours:
        """Return the hours of a clinic's session in a half: its own, else its clinic's, its campus's, the hospital's."""
        if own is not None:
            return own
        known = self.clinic_of.get(clinic) if self.local_halves else None
        for name in () if known is None else (known.clinic, known.campus):
            if half in self.local_halves.get(name, {}):
                return self.local_halves[name][half]
        return self.halves[half]

    def session_hours(self, origin: Origin, cell: Cell, clinics: Iterable[str]) -> Hours:
        """Return the hours of a session of these clinics at `cell`: the first's, in the order of names, count.

        Its own hours are those of the template's session at its `origin`; in another half it has none.
        """
        was = origin[1]
        own = self._own_hours.get(origin) if was is not None and was.half is cell.half else None
        return self.hours_at(cell.half, min(clinics, default=""), own)

    @cached_property
    def _own_hours(self) -> dict[Origin, Hours]:
        own = ((s, s.hours) for s in (*self._on_open_days, *self.closed_out))
        return {session.key: hours for session, hours in own if hours is not None}

    @cached_property
    def _hours_of_halves(self) -> dict[Half, frozenset[Hours]]:
        own = {(row.half, row.hours) for row in self.template if row.hours is not None}
        local = {(half, hours) for halves in self.local_halves.values() for half, hours in halves.items()}
        every = {*own, *local, *self.halves.items()}
        return {half: frozenset(hours for of, hours in every if of is half) for half in Half}

    @cached_property
    def shared_halves(self) -> frozenset[Half]:
        """Halves in which a doctor may have two sessions: some hours in them do not overlap."""
        return frozenset(
            half
            for half, every in self._hours_of_halves.items()
            if any(not one.overlaps(other) for one, other in itertools.combinations(every, 2))
        )

    def part_of(self, owner: str, was: Cell, clinics: Collection[str]) -> int:
        """Return which of the template's sessions of a doctor at a half-day one of these clinics is, from 0."""
        parts = self._parts_at.get((owner, was), ())
        own = (s.part for s in parts if any(block.clinic in clinics for block in s.blocks))
        return next(own, 0)

    @cached_property
    def _parts_at(self) -> dict[tuple[str, Cell], list[StandingSession]]:
        several = {(s.doctor, s.cell) for s in (*self._on_open_days, *self.closed_out) if s.part}
        parts: dict[tuple[str, Cell], list[StandingSession]] = {at: [] for at in several}
        for session in (*self._on_open_days, *self.closed_out) if several else ():
            if (session.doctor, session.cell) in several:
                parts[session.doctor, session.cell].append(session)
        return parts

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The week's seven days, Monday first, by the public calendar and the scenario's own."""
        overrides = {
            row.date: DayOverride(row.kind, WEEKDAYS.index(row.follows) if row.follows else None, row.reason)
            for row in self.calendar
        }
        return week_days(self.week, overrides)

    @cached_property
    def working_dates(self) -> tuple[dt.date, ...]:
        """Dates that are working days, in order."""
        return tuple(day.date for day in self.days if day.kind is DayKind.WORKING)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every half-day of the days that are not closed, in order."""
        return tuple(
            Cell(day.date, half) for day in self.days if day.kind is not DayKind.CLOSED for half in Half
        )

    @cached_property
    def standing(self) -> tuple[StandingSession, ...]:
        """The template's sessions that the week has to place, sorted by doctor and cell.

        They are those on open days. Sessions whose doctor is on leave are left out, or, where `policy.leave.sessions` is to
        cover them, are no longer pinned.
        """
        if self.policy.leave.sessions == "stop":
            return tuple(session for session in self._on_open_days if not self._is_on_leave(session))
        return tuple(
            replace(session, pinned=session.pinned and not self._is_on_leave(session))
            for session in self._on_open_days
        )

    @cached_property
    def on_leave(self) -> tuple[StandingSession, ...]:
        """The template's sessions on open days whose doctor is away then, sorted by doctor and cell: none is pinned."""
        away = filter(self._is_on_leave, self._on_open_days)
        return tuple(replace(session, pinned=False) for session in away)

    def _is_on_leave(self, session: StandingSession) -> bool:
        return session.cell not in self._open_cells[session.doctor]

    @cached_property
    def _on_open_days(self) -> tuple[StandingSession, ...]:
        return tuple(standing_sessions(self, [day for day in self.days if day.kind is not DayKind.CLOSED]))

    @cached_property
    def closed_out(self) -> tuple[StandingSession, ...]:
        """The template's sessions that fall on days which are closed this week."""
        return tuple(standing_sessions(self, [day for day in self.days if day.kind is DayKind.CLOSED]))

    @cached_property
    def in_other_weeks(self) -> int:
        """How many of the template's sessions of open days take place in other weeks than this one."""
        days = [day for day in self.days if day.kind is not DayKind.CLOSED]
        rows = [row for row in self.template if row.weeks]
        every = {(r.doctor, Cell(d.date, r.half)) for d in days for r in rows if r.day == WEEKDAYS[d.follows]}
        return len(every - {(session.doctor, session.cell) for session in self._on_open_days})

    def _campus_of(self, row: TemplateRow) -> str:
        return self.clinic_of[row.clinic].campus

    def tickets_for(self, clinic: str, visits: int) -> int:
        """Return the tickets that a session of the clinic gives out for so many visits: no more come than there is room for.

        By the share of patients expected to stay away, the largest number of which no more than `visits` come.
        """
        own = self.clinic_of[clinic].no_show
        return math.floor(visits / (1 - (self.policy.slots.no_show if own is None else own)))

    def usual_tickets(self, clinic: str) -> int:
        """Return the tickets of an added session of the clinic; the policy's where the clinic has no number of its own."""
        own = self.clinic_of[clinic].tickets
        return self.tickets_for(clinic, self.policy.tickets.default if own is None else own)

    @property
    def tickets_for_no_shows(self) -> int:
        """How many tickets of the week's template are given out because patients stay away."""
        visits = Counter(row.clinic for row in self.template)
        if not self.policy.slots.no_show and not any(self.clinic_of[clinic].no_show for clinic in visits):
            return 0
        whole = self.changed(
            clinics=tuple(clinic.model_copy(update={"no_show": Fraction(0)}) for clinic in self.clinics)
        )
        return sum(block.tickets for session in self.standing for block in session.blocks) - sum(
            block.tickets for session in whole.standing for block in session.blocks
        )

    @cached_property
    def _availability_of(self) -> dict[str, list[AvailabilityRow]]:
        rows: dict[str, list[AvailabilityRow]] = defaultdict(list)
        for row in self.availability:
            rows[row.doctor].append(row)
        return rows

    @cached_property
    def _open_cells(self) -> dict[str, frozenset[Cell]]:
        usual = {c for c in self.cells if c.date in self.working_dates and c.half is not Half.EVE}
        own: dict[str, set[Cell]] = defaultdict(set)
        for session in self._on_open_days:
            own[session.doctor].add(session.cell)
        rows = self._availability_of
        return {
            doctor: frozenset(_present_at(self.cells, usual | own[doctor], rows.get(doctor, ())))
            for doctor in self.doctor_of
        }

    def open_cells(self, doctor: str) -> frozenset[Cell]:
        """Return the half-days at which `doctor` can work.

        These are the mornings and afternoons of working days, the template's own and opened ones, less those away.
        """
        return self._open_cells[doctor]

    def wishes(self, doctor: str) -> tuple[AvailabilityRow, ...]:
        """Return the doctor's `prefer` and `avoid` rows, sorted."""
        rows = [
            row
            for row in self._availability_of.get(doctor, [])
            if row.state in (Presence.PREFER, Presence.AVOID)
        ]
        return tuple(
            sorted(rows, key=lambda row: (row.day, row.half.value if row.half else "", row.state, row.weight))
        )

    @cached_property
    def _usual_counts(self) -> Counter[str]:
        return Counter(fullest_weeks(self.week, self.template, self._campus_of))

    @cached_property
    def _week_counts(self) -> Counter[str]:
        return Counter(session.doctor for session in self._on_open_days)

    @cached_property
    def _leave_counts(self) -> Counter[str]:
        return Counter(session.doctor for session in self.on_leave)

    def calendar_shift(self, doctor: str) -> int:
        """Return how many sessions the week adds to those of the doctor's fullest one by the template; below 0 it has less.

        The calendar closes days or adds some; sessions of other weeks do not take place.
        """
        return self._week_counts[doctor] - self._usual_counts[doctor]

    @cached_property
    def _limits(self) -> dict[str, tuple[int, int]]:
        limits: dict[str, tuple[int, int]] = {}
        for key, doctor in self.doctor_of.items():
            shift = self.calendar_shift(key)
            most = doctor.max_sessions
            if most is None:
                most = max(doctor.min_sessions, self._usual_counts[key] or 10)
            least = max(0, doctor.min_sessions + shift - self._leave_counts[key])
            limits[key] = (min(least, len(self._open_cells[key])), max(0, most + shift))
        return limits

    def limits(self, doctor: str) -> tuple[int, int]:
        """Return the fewest and most sessions `doctor` may have in this week.

        Both follow the calendar: a session that a holiday closes, or an adjusted working day adds, shifts them.
        Leave takes its sessions off the fewest: nobody has to make up for them on another day. Nobody owes more
        sessions than half-days they can come.
        """
        return self._limits[doctor]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scenario's content, whatever the order of its rows."""
        content = self.model_dump(mode="json")
        for table in TABLES:
            content[table] = sorted(json.dumps(row, sort_keys=True) for row in content[table])
        content["rules"] = {key: str(self.strictness(key)) for key in KEYS}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


_DEFAULTS = {rule.key: rule.default for rule in RULES}


def _present_at(cells: Iterable[Cell], usual: set[Cell], rows: Iterable[AvailabilityRow]) -> set[Cell]:
    """Return the half-days at which a doctor can work: the usual and the opened ones, less those away."""
    covered: dict[Presence, set[Cell]] = defaultdict(set)
    for row in rows:
        covered[row.state].update(cell for cell in cells if row.covers(cell))
    return (usual | covered[Presence.OPEN]) - covered[Presence.AWAY]
