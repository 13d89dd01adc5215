"""A scenario: hospital, policy, rules, template, availability and demand of one week, cross-checked on construction."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator, model_validator

from scheduler.channel_problems import channel_problems
from scheduler.channel_rules import channel_rules
from scheduler.clock import WEEKDAYS, Cell, Day, DayKind, DayOverride, Half, Week, Window, week_days
from scheduler.errors import Problem, ScenarioError, Where, nearest, suggest
from scheduler.hospital import Clinic, Credit, Doctor, Frozen, Level, Name, Partner, Room
from scheduler.policy import ChannelPolicy, Policy, Preset
from scheduler.rules import DEFAULT_TIERS, KEYS, RULES, Strictness
from scheduler.words import Message, message


def _week(value: Any) -> Week:
    return value if isinstance(value, Week) else Week.parse(str(value))


def _window(value: Any) -> Window:
    return value if isinstance(value, Window) else Window.parse(str(value))


WeekField = Annotated[Week, BeforeValidator(_week), PlainSerializer(str, return_type=str)]
WindowField = Annotated[Window, BeforeValidator(_window), PlainSerializer(str, return_type=str)]

DEFAULT_HALVES = {
    Half.AM: Window.parse("08:00-11:30"),
    Half.PM: Window.parse("13:30-17:00"),
    Half.EVE: Window.parse("17:00-19:30"),
}
"""Hours of the halves where a scenario tells none (DOMAIN section 2; published grids start at 08:00)."""


def day_key(value: str) -> str:
    """Return a day of the tables in one form: `mon` to `sun`, an ISO date, or nothing for every day.

    Raises ValueError for anything else.
    """
    text = value.strip().lower()
    if text and text not in WEEKDAYS:
        text = dt.date.fromisoformat(text).isoformat()
    return text


class TemplateRow(Frozen):
    """A ticket block of the standing timetable: doctor, weekday (`mon` to `sun`), half, clinic.

    Rows of one doctor, day and half make one session. `tickets` 0 to 500. `pinned` sessions may not move;
    `stopped` ones were not run in the published week (停诊) but belong to the timetable. `booked` is how many
    of the tickets patients already hold.
    """

    doctor: Name
    day: str = Field(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")
    half: Half
    clinic: Name
    tickets: int = Field(ge=0, le=500)
    room: str = ""
    pinned: bool = False
    stopped: bool = False
    booked: int = Field(default=0, ge=0, le=500)


class Presence(StrEnum):
    """What a row of the availability table says of a doctor and a half-day."""

    AWAY = "away"
    OPEN = "open"
    PREFER = "prefer"
    AVOID = "avoid"


class AvailabilityRow(Frozen):
    """A doctor's word on a day (weekday or date; empty: every day) and half (none: every half).

    `away` closes the half-day, `open` opens one beyond the usual weekday mornings and afternoons, `prefer` and
    `avoid` are wishes of the given weight (1 to 100).
    """

    doctor: Name
    day: str = ""
    half: Half | None = None
    state: Presence = Presence.AWAY
    weight: int = Field(default=1, ge=1, le=100)

    _day = field_validator("day")(day_key)

    def covers(self, cell: Cell) -> bool:
        """Tell whether the row speaks of `cell`."""
        return self.half in (None, cell.half) and _day_covers(self.day, cell.date)


class DemandRow(Frozen):
    """How many sessions, of doctors at `level` or above, a clinic needs.

    `day` is a weekday or date (empty: over the whole week), `half` a half (none: any half). `sessions` 0 to 500.
    A `hard` row must be met even where the rule `cover` is soft.
    """

    clinic: Name
    day: str = ""
    half: Half | None = None
    level: Level = Level.RESIDENT
    sessions: int = Field(ge=0, le=500)
    hard: bool = False

    _day = field_validator("day")(day_key)

    def covers(self, cell: Cell) -> bool:
        """Tell whether a session at `cell` counts towards the row."""
        return self.half in (None, cell.half) and _day_covers(self.day, cell.date)


class CalendarRow(Frozen):
    """The planner's word on a date: its kind and, for a working day, the weekday whose timetable it follows."""

    date: dt.date
    kind: DayKind
    follows: str = Field(default="", pattern="^(|mon|tue|wed|thu|fri|sat|sun)$")
    reason: str = ""


@lru_cache(maxsize=4096)
def _day_covers(day: str, date: dt.date) -> bool:
    return not day or day == WEEKDAYS[date.weekday()] or day == date.isoformat()


@dataclass(frozen=True, order=True)
class Block:
    """A ticket block: tickets of one clinic inside a session."""

    clinic: str
    tickets: int


@dataclass(frozen=True)
class Standing:
    """A session that the template gives for a date of the planned week; blocks sorted by clinic.

    `booked` counts the tickets that patients already hold, of all blocks together.
    """

    doctor: str
    cell: Cell
    blocks: tuple[Block, ...]
    room: str
    pinned: bool
    stopped: bool
    booked: int = 0


class Scenario(Frozen):
    """Everything one week's plan depends on; cannot be built from parts that do not fit together.

    `week` is the ISO week to plan. `rules` holds only what differs from the catalogue's defaults. `tiers` orders
    the soft rules, the most important first. Raises ScenarioError with every problem found.
    """

    name: str = "week"
    week: WeekField
    halves: Mapping[Half, WindowField] = Field(default=DEFAULT_HALVES)
    policy: Policy = Policy()
    rules: Mapping[str, Strictness] = Field(default_factory=dict)
    tiers: tuple[str, ...] = DEFAULT_TIERS
    calendar: tuple[CalendarRow, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    clinics: tuple[Clinic, ...] = ()
    rooms: tuple[Room, ...] = ()
    template: tuple[TemplateRow, ...] = ()
    availability: tuple[AvailabilityRow, ...] = ()
    demand: tuple[DemandRow, ...] = ()
    partners: tuple[Partner, ...] = ()
    credits: tuple[Credit, ...] = ()

    @model_validator(mode="after")
    def _cross_checked(self) -> Self:
        problems = list(_cross_check(self))
        if problems:
            raise ScenarioError(problems)
        return self

    def changed(self, **fields: Any) -> Scenario:
        """Return the scenario with these fields in place of its own, cross-checked again."""
        return Scenario(**{**{name: getattr(self, name) for name in Scenario.model_fields}, **fields})

    def strictness(self, key: str) -> Strictness:
        """Return how the rule `key` is held here."""
        found = self.rules.get(key)
        return _DEFAULTS[key] if found is None else found

    def is_on(self, key: str) -> bool:
        """Tell whether the rule `key` is hard or soft here."""
        return self.strictness(key) is not Strictness.OFF

    @cached_property
    def doctor_of(self) -> dict[str, Doctor]:
        """Doctors by key, sorted."""
        return {d.doctor: d for d in sorted(self.doctors, key=lambda d: d.doctor)}

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
        """Return the partners that send patients to `specialty`, sorted by key."""
        in_consortium = specialty in self.consortium_specialties
        return tuple(
            partner
            for partner in self.partner_of.values()
            if (specialty in partner.specialties if partner.specialties else in_consortium)
        )

    @cached_property
    def channel_rules(self) -> tuple[ChannelPolicy, ...]:
        """The rules on who may book in the order they are laid out, presets spelled out, be they on or off."""
        return channel_rules(self.policy)

    def is_expert(self, level: Level) -> bool:
        """Tell whether a doctor of `level` counts as an expert."""
        return level.at_least(self.policy.experts.from_level)

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
    def standing(self) -> tuple[Standing, ...]:
        """The template's sessions on the week's open days, sorted by doctor and cell."""
        return tuple(self._stand(day for day in self.days if day.kind is not DayKind.CLOSED))

    @cached_property
    def closed_out(self) -> tuple[Standing, ...]:
        """The template's sessions that fall on days which are closed this week."""
        return tuple(self._stand(day for day in self.days if day.kind is DayKind.CLOSED))

    def _stand(self, days: Iterable[Day]) -> Iterator[Standing]:
        by_weekday: dict[int, list[Day]] = defaultdict(list)
        for day in days:
            by_weekday[day.follows].append(day)
        grouped: dict[tuple[str, Cell], list[TemplateRow]] = defaultdict(list)
        for row in self.template:
            for day in by_weekday[WEEKDAYS.index(row.day)]:
                grouped[row.doctor, Cell(day.date, row.half)].append(row)
        for doctor, cell in sorted(grouped):
            rows = sorted(grouped[doctor, cell], key=lambda row: row.clinic)
            yield Standing(
                doctor,
                cell,
                tuple(Block(row.clinic, row.tickets) for row in rows),
                next((row.room for row in rows if row.room), ""),
                any(row.pinned for row in rows),
                all(row.stopped for row in rows),
                sum(row.booked for row in rows),
            )

    @cached_property
    def _said(self) -> dict[str, list[AvailabilityRow]]:
        said: dict[str, list[AvailabilityRow]] = defaultdict(list)
        for row in self.availability:
            said[row.doctor].append(row)
        return said

    @cached_property
    def _own_cells(self) -> dict[str, set[Cell]]:
        own: dict[str, set[Cell]] = defaultdict(set)
        for session in self.standing:
            own[session.doctor].add(session.cell)
        return own

    @cached_property
    def _open_cells(self) -> dict[str, frozenset[Cell]]:
        usual = frozenset(c for c in self.cells if c.date in self.working_dates and c.half is not Half.EVE)
        found: dict[str, frozenset[Cell]] = {}
        for doctor in self.doctor_of:
            cells = set(usual | self._own_cells.get(doctor, set()))
            rows = self._said.get(doctor, [])
            for state, change in ((Presence.OPEN, cells.add), (Presence.AWAY, cells.discard)):
                for row in rows:
                    if row.state is state:
                        for cell in self.cells:
                            if row.covers(cell):
                                change(cell)
            found[doctor] = frozenset(cells)
        return found

    def open_cells(self, doctor: str) -> frozenset[Cell]:
        """Return the half-days at which `doctor` can work.

        These are the mornings and afternoons of working days, the template's own and opened ones, less those away.
        """
        return self._open_cells[doctor]

    def wishes(self, doctor: str) -> tuple[AvailabilityRow, ...]:
        """Return the doctor's `prefer` and `avoid` rows, sorted."""
        rows = [row for row in self._said.get(doctor, []) if row.state in (Presence.PREFER, Presence.AVOID)]
        return tuple(
            sorted(rows, key=lambda row: (row.day, row.half.value if row.half else "", row.state, row.weight))
        )

    @cached_property
    def _limits(self) -> dict[str, tuple[int, int]]:
        usual = Counter(doctor for doctor, _, _ in {(row.doctor, row.day, row.half) for row in self.template})
        this_week = Counter(session.doctor for session in self.standing)
        found: dict[str, tuple[int, int]] = {}
        for key, doctor in self.doctor_of.items():
            shift = this_week[key] - usual[key]
            most = doctor.max_sessions
            if most is None:
                most = max(doctor.min_sessions, usual[key] or 10)
            least = max(0, doctor.min_sessions + shift)
            found[key] = (min(least, len(self._open_cells[key])), max(0, most + shift))
        return found

    def limits(self, doctor: str) -> tuple[int, int]:
        """Return the fewest and most sessions `doctor` may have in this week.

        Both follow the calendar: a session that a holiday closes, or an adjusted working day adds, shifts them.
        Nobody owes more sessions than half-days they can come.
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


TABLES = (
    "calendar",
    "doctors",
    "clinics",
    "rooms",
    "template",
    "availability",
    "demand",
    "partners",
    "credits",
)
"""Names of a scenario's tables, in the order they are read and told."""

_DEFAULTS = {rule.key: rule.default for rule in RULES}


def _cross_check(scenario: Scenario) -> Iterator[Problem]:
    for check in (
        _rules_exist,
        _keys_unique,
        _names_known,
        _sessions_whole,
        _times_in_order,
        _channels_fit,
    ):
        yield from check(scenario)


def _rules_exist(scenario: Scenario) -> Iterator[Problem]:
    for key in scenario.rules:
        if key not in KEYS:
            yield Problem(
                Where(field=f"rules.{key}"), message("there is no such rule"), suggest(key, KEYS), key
            )
    for key, times in Counter(scenario.tiers).items():
        where = Where(field="tiers")
        if key not in KEYS:
            yield Problem(where, message("there is no such rule"), suggest(key, KEYS), key)
        if times > 1:
            yield Problem(where, message("a rule stands in the tiers twice"), message("Name it once."), key)
    for key, strictness in scenario.rules.items():
        if strictness is Strictness.SOFT and key in KEYS and key not in scenario.tiers and _is_weekly(key):
            yield Problem(
                Where(field="tiers"),
                message("a soft rule has no place in the order of tiers"),
                message("Add it to tiers, or make it hard or off."),
                key,
            )


def _is_weekly(key: str) -> bool:
    return next(rule.stage for rule in RULES if rule.key == key) in ("week", "rooms")


KEY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "calendar": ("date",),
    "doctors": ("doctor",),
    "clinics": ("clinic",),
    "rooms": ("room", "pool"),
    "template": ("doctor", "day", "half", "clinic"),
    "demand": ("clinic", "day", "half", "level"),
    "partners": ("partner",),
    "credits": ("partner", "specialty"),
}
"""What tells the rows of each table apart; rows of the other tables need not differ."""


def _keys_unique(scenario: Scenario) -> Iterator[Problem]:
    for table, columns in KEY_COLUMNS.items():
        entries = getattr(scenario, table)
        # Looked at row by row only where two are alike: variants of a large week are checked by the hundred.
        if len(set(map(attrgetter(*columns), entries))) == len(entries):
            continue
        seen: dict[tuple[Any, ...], int] = {}
        for row, entry in enumerate(entries, start=2):
            key = tuple(getattr(entry, column) for column in columns)
            if key in seen:
                yield Problem(
                    Where(file=table, row=row, column=columns[0]),
                    message("the same entry stands in row {row} already", row=seen[key]),
                    message("Keep one of the two."),
                    " ".join(str(part) for part in key),
                )
            else:
                seen[key] = row


def _names_known(scenario: Scenario) -> Iterator[Problem]:
    doctors = frozenset(scenario.doctor_of)
    clinics = frozenset(scenario.clinic_of)
    specialties = frozenset(scenario.specialties)
    partners = frozenset(scenario.partner_of)
    columns: Sequence[tuple[str, str, frozenset[str], Callable[[Any], Iterable[str]]]] = (
        ("doctors", "clinics", clinics, lambda row: row.clinics),
        ("template", "doctor", doctors, lambda row: (row.doctor,)),
        ("template", "clinic", clinics, lambda row: (row.clinic,)),
        ("availability", "doctor", doctors, lambda row: (row.doctor,)),
        ("demand", "clinic", clinics, lambda row: (row.clinic,)),
        ("partners", "specialties", specialties, lambda row: row.specialties),
        ("credits", "partner", partners, lambda row: (row.partner,)),
        ("credits", "specialty", specialties, lambda row: (row.specialty,)),
    )
    for table, column, known, names in columns:
        entries = getattr(scenario, table)
        if known.issuperset(itertools.chain.from_iterable(map(names, entries))):
            continue
        for row, entry in enumerate(entries, start=2):
            for name in names(entry):
                if name not in known:
                    yield Problem(
                        Where(file=table, row=row, column=column),
                        _UNKNOWN[table, column],
                        _remedy(name, known),
                        name,
                    )
    named = scenario.policy.reserve.specialties
    for name in () if named == "all" else named:
        if name not in specialties:
            where = Where(field="policy.reserve.specialties")
            yield Problem(
                where, message("no doctor or clinic has this specialty"), _remedy(name, specialties), name
            )


_UNKNOWN: Mapping[tuple[str, str], Message] = {
    ("doctors", "clinics"): message("this clinic is not in the table clinics"),
    ("template", "doctor"): message("this doctor is not in the table doctors"),
    ("template", "clinic"): message("this clinic is not in the table clinics"),
    ("availability", "doctor"): message("this doctor is not in the table doctors"),
    ("demand", "clinic"): message("this clinic is not in the table clinics"),
    ("partners", "specialties"): message("no doctor or clinic has this specialty"),
    ("credits", "partner"): message("this partner is not in the table partners"),
    ("credits", "specialty"): message("no doctor or clinic has this specialty"),
}


def _remedy(name: str, known: Iterable[str]) -> Message:
    near = nearest(name, known)
    if near is None:
        return message("Add it there, or correct the name.")
    return message("Did you mean {near}? Otherwise add it there.", near=near)


def _sessions_whole(scenario: Scenario) -> Iterator[Problem]:
    first: dict[tuple[str, str, Half], tuple[int, TemplateRow]] = {}
    for row, entry in enumerate(scenario.template, start=2):
        at = (entry.doctor, entry.day, entry.half)
        if at not in first:
            first[at] = (row, entry)
            continue
        earlier_row, earlier = first[at]
        here, there = scenario.clinic_of.get(entry.clinic), scenario.clinic_of.get(earlier.clinic)
        if here is not None and there is not None and here.campus != there.campus:
            yield Problem(
                Where(file="template", row=row, column="clinic"),
                message(
                    "the doctor is at {there} in the same half-day (row {row})",
                    there=there.campus or "-",
                    row=earlier_row,
                ),
                message("Give one of the two sessions another half-day or doctor."),
                f"{entry.doctor} {entry.day}-{entry.half.lower()} {here.campus}",
            )


def _times_in_order(scenario: Scenario) -> Iterator[Problem]:
    for half in Half:
        if half not in scenario.halves:
            yield Problem(
                Where(field=f"halves.{half}"),
                message("the half has no hours"),
                message("Write its hours, such as 08:00-11:30."),
            )
    ordered = [scenario.halves[half] for half in Half if half in scenario.halves]
    for before, after in itertools.pairwise(ordered):
        if before.end > after.start:
            yield Problem(
                Where(field="halves"),
                message("the hours of two halves overlap"),
                message("Let each half begin when the one before has ended."),
                f"{before} {after}",
            )
    for row, entry in enumerate(scenario.calendar, start=2):
        if entry.date not in scenario.week.dates:
            yield Problem(
                Where(file="calendar", row=row, column="date"),
                message("the date is not in the planned week"),
                message("Plan the week {week}, or take the row out.", week=str(Week.of(entry.date))),
                entry.date.isoformat(),
            )


def _channels_fit(scenario: Scenario) -> Iterator[Problem]:
    first_start = min((window.start for window in scenario.halves.values()), default=0)
    yield from channel_problems(scenario.policy, scenario.clinics, first_start)
